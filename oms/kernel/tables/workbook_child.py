"""A program of its own: reads one workbook under limits of memory and time, writes rows to stdout.

Two cells in opposite corners of a sheet make the reader ask for half a terabyte and abort, so it
never runs inside a web or worker process. It imports nothing of ours: run with `python -I`.
Out come marshalled values, each after its length: a dict of facts, lists of rows, and None.
"""

import contextlib
import datetime
import marshal
import posixpath
import re
import resource
import struct
import sys
import zipfile
from collections.abc import Callable, Iterator
from typing import Any
from xml.parsers import expat

import python_calamine

CHUNK = 1_000
PIECE = 1 << 20
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]|\st=[\"']e[\"']")
_SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def main(
    path: str,
    kind: str,
    sheet: str,
    memory: int,
    seconds: int,
    written: int,
    rows: int,
    columns: int,
    cells: int,
) -> None:
    limit(memory, seconds, written)
    try:
        facts, table = open_sheet(path, kind, sheet, rows)
        height, width = (number + 1 for number in table.end or (-1, -1))
        if height > rows or width > columns or height * width > cells:
            return refuse("too_many", rows=height, columns=width, sheet=facts["sheet"])
    except Refused as refusal:
        return refuse(refusal.code, **refusal.facts)
    except python_calamine.PasswordError:
        return refuse("password")
    except (python_calamine.CalamineError, zipfile.BadZipFile, expat.ExpatError, KeyError, OSError):
        return refuse("broken")
    merged = [(a, b, c, d) for (a, b), (c, d) in table.merged_cell_ranges or []]
    send({"merged": merged, "width": width, "height": height} | facts)
    send_rows(table)


class Refused(Exception):
    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


def limit(memory: int, seconds: int, written: int) -> None:
    """One long text of a sheet, named by a million cells, would fill the disk of our caller."""
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, written),
    ):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def open_sheet(
    path: str, kind: str, wanted: str, rows: int
) -> tuple[dict[str, Any], python_calamine.CalamineSheet]:
    """The facts and the sheet: the one that was asked for, else the first visible one with rows."""
    book = python_calamine.CalamineWorkbook.from_path(path)
    shown = [
        meta.name
        for meta in book.sheets_metadata
        if meta.visible == python_calamine.SheetVisibleEnum.Visible
        and meta.typ == python_calamine.SheetTypeEnum.WorkSheet
    ]
    for name in [wanted] if wanted in shown else shown:
        inspection = inspect(path, kind, name, rows)
        table = book.get_sheet_by_name(name)
        if table.end or name == shown[-1]:
            return {"sheet": name, "sheets": shown} | inspection, table
    raise Refused("empty")


def inspect(path: str, kind: str, name: str, rows: int) -> dict[str, Any]:
    """What the reader would not tell: rows without cells, formulas, cells merged in an ods."""
    if kind == "ods":
        with zipfile.ZipFile(path) as package:
            return OdsScan(name).run(package.read("content.xml"))
    if kind != "xlsx":
        return {}
    with zipfile.ZipFile(path) as package:
        part = part_of(package, name)
        count, computed = 0, False
        for tags in tags_of(package, part):
            count += sum(1 for _ in _ROW.finditer(tags))
            computed = computed or _FORMULA.search(tags) is not None
        if count > rows:
            raise Refused("too_many", rows=count, columns=0, sheet=name)
        return {"formula": first_formula(package, part)} if computed else {}


def tags_of(package: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """A part in pieces that never cut a tag."""
    rest = b""
    with package.open(part) as file:
        while chunk := file.read(PIECE):
            text = rest + chunk
            cut = max(text.rfind(b"<"), 0)
            rest = text[cut:]
            yield text[:cut]
    yield rest


def part_of(package: zipfile.ZipFile, name: str) -> str:
    """The path inside the package of the sheet with that name."""
    found: dict[str, str] = {}
    targets: dict[str, str] = {}

    def on_sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition("}")[2] == "sheet":
            link = next((v for k, v in attributes.items() if k.endswith("}id")), "")
            found[attributes.get("name", "")] = link

    def on_link(tag: str, attributes: dict[str, str]) -> None:
        targets[attributes.get("Id", "")] = attributes.get("Target", "")

    walk(package.read("xl/workbook.xml"), on_sheet)
    walk(package.read("xl/_rels/workbook.xml.rels"), on_link)
    target = targets[found[name]]
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")


def walk(text: bytes, on_start: Callable[[str, dict[str, str]], None]) -> None:
    parser_of(on_start).Parse(text, True)


def parser_of(on_start: Callable[[str, dict[str, str]], None]) -> expat.XMLParserType:
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler = on_start
    parser.StartDoctypeDeclHandler = refuse_doctype
    return parser


def refuse_doctype(*_: Any) -> None:
    raise Refused("broken")


class Found(Exception):
    pass


def first_formula(package: zipfile.ZipFile, part: str) -> str:
    """The name of the first cell that is computed or holds an error; "" when there is none."""
    place = [""]

    def on_start(tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition("}")[2]
        if local == "c":
            place[0] = attributes.get("r", "")
            if attributes.get("t") == "e":
                raise Found
        elif local == "f":
            raise Found

    try:
        with package.open(part) as file:
            parser_of(on_start).ParseFile(file)
    except Found:
        return place[0] or "?"
    return ""


class OdsScan:
    """One walk over content.xml: formulas and spans of the named table."""

    def __init__(self, name: str) -> None:
        self.name, self.inside = name, False
        self.row = self.column = self.base = -1
        self.facts: dict[str, Any] = {"merged": []}

    def run(self, text: bytes) -> dict[str, Any]:
        parser_of(self.start).Parse(text, True)
        return self.facts

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition("}")[2]
        values = {key.rpartition("}")[2]: value for key, value in attributes.items()}
        if local == "table":
            self.inside, self.row = values.get("name") == self.name, -1
        elif local == "table-row" and self.inside:
            self.base, self.column = self.row + 1, -1
            self.row += int(values.get("number-rows-repeated", 1))
        elif local in ("table-cell", "covered-table-cell") and self.inside:
            self.column += 1
            self.cell(values)
            self.column += int(values.get("number-columns-repeated", 1)) - 1

    def cell(self, values: dict[str, str]) -> None:
        if "formula" in values and "formula" not in self.facts:
            self.facts["formula"] = cell_name(self.base, self.column)
        across = int(values.get("number-columns-spanned", 1)) - 1
        down = int(values.get("number-rows-spanned", 1)) - 1
        if across or down:
            self.facts["merged"].append(
                (self.base, self.column, self.base + down, self.column + across)
            )


def cell_name(row: int, column: int) -> str:
    name, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return f"{name}{row + 1}"


def send_rows(table: python_calamine.CalamineSheet) -> None:
    """Row by row: the reader begins at the first column that holds something, we at column A."""
    before = [""] * (table.start or (0, 0))[1]
    batch: list[list[Any]] = []
    for row in table.iter_rows() if table.end else ():
        batch.append([*before, *map(text_of, row)])
        if len(batch) == CHUNK:
            send(batch)
            batch = []
    send(batch)
    send(None)


def text_of(value: Any) -> Any:
    """Text as it is; whole numbers without a point; a number with decimals stays a number."""
    kind = type(value)
    if kind is str:
        return value
    if kind is float:
        # Fifteen digits are what the sender's program shows and keeps.
        rounded = float(f"{value:.15g}")
        if rounded.is_integer() and abs(rounded) < 1e15:
            return str(int(rounded))
        return rounded
    if kind is bool:
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.datetime):
        return value.isoformat(" ")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)


def refuse(code: str, **facts: Any) -> None:
    send({"error": code} | facts)


def send(value: Any) -> None:
    data = marshal.dumps(value)
    sys.stdout.buffer.write(struct.pack(">I", len(data)) + data)


if __name__ == "__main__":
    path, kind, sheet, *numbers = sys.argv[1:]
    main(path, kind, sheet, *map(int, numbers))
    sys.stdout.buffer.flush()
