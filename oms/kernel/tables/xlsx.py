"""The xlsx package, written straight into its archive: no row of a sheet stays in memory.

ECMA-376 part 1 (5th edition), read 2026-11: 18.3.1 worksheets with inline strings, 18.8 styles,
22.9.2.19 the escape `_xHHHH_`. The number of rows and the length of a cell are Excel's own limits.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError
from oms.kernel.tables.grid import DecimalText, column_name

MOST_ROWS = 1_048_576
# UTF-16 units, in which a letter outside the basic plane counts twice.
CELL_LIMIT = 32_767
# What the styles below are called in cells and columns, by their place in the file.
PLAIN, TEXT, NUMBER, MONEY, HEADING, WRAPPED = range(6)

_FLUSH_ROWS = 500
_NAME = re.compile(r"[\[\]:*?/\\]")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LIKE_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PART = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# Text, 0 and #,##0 are numbered in every spreadsheet program; a heading is bold, grey, underlined.
_STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid">'
    '<fgColor rgb="FFE2E8F0"/><bgColor indexed="64"/></patternFill></fill></fills>'
    '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border><left/>'
    '<right/><top/><bottom style="thin"><color auto="1"/></bottom><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="6">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="1" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="3" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="0" fontId="1" fillId="2" borderId="1" xfId="0" applyFont="1" applyFill="1"'
    ' applyBorder="1" applyAlignment="1"><alignment wrapText="1"/></xf>'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1">'
    '<alignment vertical="top" wrapText="1"/></xf>'
    "</cellXfs></styleSheet>"
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """`columns` are (width, style); rows come after the heading; one row may be hidden, from 1."""

    name: str
    columns: Sequence[tuple[int, int]]
    heading: Sequence[str]
    rows: Iterable[Sequence[Any]]
    hidden_row: int = 0


def write_book(target: IO[bytes], sheets: Sequence[Sheet]) -> None:
    """Write the sheets one after the other. Raises DomainError when one has too many rows."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=2) as package:
        package.writestr("[Content_Types].xml", _content_types(len(sheets)))
        package.writestr("_rels/.rels", _links([("officeDocument", "xl/workbook.xml")]))
        package.writestr("xl/workbook.xml", _workbook([sheet.name for sheet in sheets]))
        package.writestr("xl/styles.xml", _STYLES)
        parts = [f"worksheets/sheet{number}.xml" for number in range(1, len(sheets) + 1)]
        links = [*(("worksheet", part) for part in parts), ("styles", "styles.xml")]
        package.writestr("xl/_rels/workbook.xml.rels", _links(links))
        for part, sheet in zip(parts, sheets, strict=True):
            with package.open(f"xl/{part}", "w", force_zip64=True) as stream:
                for piece in _sheet(sheet):
                    stream.write(piece.encode())


def text_of(value: str) -> str:
    """The text as the file can hold it: a longer one ends in an ellipsis."""
    text = _ILLEGAL.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) * 2 <= CELL_LIMIT or len(text.encode("utf-16-le")) <= CELL_LIMIT * 2:
        return text
    cut = text.encode("utf-16-le")[: (CELL_LIMIT - 1) * 2]
    return cut.decode("utf-16-le", "ignore") + "…"


def _sheet(sheet: Sheet) -> Iterator[str]:
    yield (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        "</sheetView></sheetViews><cols>"
    )
    for number, (width, style) in enumerate(sheet.columns, 1):
        places = f'min="{number}" max="{number}"'
        yield f'<col {places} width="{width}" style="{style}" customWidth="1"/>'
    yield "</cols><sheetData>"
    headed = _columns([(width, HEADING) for width, _style in sheet.columns])
    yield _row(1, sheet.heading, headed, sheet.hidden_row)
    columns, piece = _columns(sheet.columns), []
    for number, row in enumerate(sheet.rows, 2):
        if number > MOST_ROWS:
            raise _too_long()
        piece.append(_row(number, row, columns, sheet.hidden_row))
        if len(piece) == _FLUSH_ROWS:
            yield "".join(piece)
            piece.clear()
    yield "".join(piece) + "</sheetData></worksheet>"


def _columns(columns: Sequence[tuple[int, int]]) -> list[tuple[str, str, str]]:
    """Before the row's number, and after it: of a text, of a number."""
    return [
        (f'<c r="{column_name(index)}', f'" s="{style}" t="inlineStr"><is><t', f'" s="{style}"><v>')
        for index, (_width, style) in enumerate(columns)
    ]


def _row(
    number: int, row: Sequence[Any], columns: Sequence[tuple[str, str, str]], hidden: int
) -> str:
    """A row with the cells that hold something; only whole numbers and DecimalText are numbers."""
    cells = [f'<row r="{number}" hidden="1">' if number == hidden else f'<row r="{number}">']
    for value, (start, text_style, number_style) in zip(row, columns, strict=True):
        kind = type(value)
        if value is None or value == "":
            continue
        if kind is int:
            cells.append(f"{start}{number}{number_style}{value}</v></c>")
        elif kind is DecimalText:
            cells.append(f'{start}{number}"><v>{value}</v></c>')
        else:
            cells.append(f"{start}{number}{text_style}{_inline(str(value))}</t></is></c>")
    cells.append("</row>")
    return "".join(cells)


def _inline(text: str) -> str:
    """What follows `<t`. Most texts are short and of harmless letters: they are not searched."""
    if (
        len(text) < CELL_LIMIT // 2
        and text.isprintable()
        and not ("&" in text or "<" in text or ">" in text or "_x" in text)
        and text[0] != " "
        and text[-1] != " "
    ):
        return ">" + text
    return ' xml:space="preserve">' + _LIKE_ESCAPE.sub("_x005F_", _escaped(text_of(text)))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _too_long() -> DomainError:
    return DomainError(
        _("Danh sách dài hơn %(rows)s dòng của một trang tính; hãy lọc bớt hoặc xuất dạng CSV.")
        % {"rows": f"{MOST_ROWS:,}".replace(",", ".")},
        code="table.too_many",
    )


def _content_types(sheets: int) -> str:
    overrides = [("workbook.xml", "sheet.main"), ("styles.xml", "styles")]
    overrides += [(f"worksheets/sheet{n}.xml", "worksheet") for n in range(1, sheets + 1)]
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + "".join(
            f'<Override PartName="/xl/{part}" ContentType="{_PART}.{kind}+xml"/>'
            for part, kind in overrides
        )
        + "</Types>"
    )


def _links(links: Sequence[tuple[str, str]]) -> str:
    """In a part of relations: (kind, target), numbered from rId1."""
    rows = (
        f'<Relationship Id="rId{number}" Type="{_LINK}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(links, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{"".join(rows)}</Relationships>'


def _workbook(names: Sequence[str]) -> str:
    rows = (
        f'<sheet name="{_escaped(_name(name, number))}" sheetId="{number}" r:id="rId{number}"/>'
        for number, name in enumerate(names, 1)
    )
    sheets = "".join(rows)
    return (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_LINK}"><sheets>{sheets}</sheets></workbook>'
    )


def _name(name: str, number: int) -> str:
    """What a program takes as the name of a sheet."""
    clean = _NAME.sub(" ", _ILLEGAL.sub("", name)).replace('"', "'")[:31].strip("' ")
    return clean or f"Sheet{number}"
