"""Workbooks are read by a program of its own; here it is started and its answer is read."""

import marshal
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError
from oms.kernel.tables.grid import DecimalText, Limits
from oms.kernel.tables.stream import TableStream

CHILD = Path(__file__).with_name("workbook_child.py")


@contextmanager
def stream_workbook(path: Path, *, kind: str, sheet: str, limits: Limits) -> Iterator[TableStream]:
    """The chosen sheet of an xlsx, xls or ods; raises DomainError in one sentence.

    The program has ended before the first row is given out: what it wrote lies in a file.
    """
    with tempfile.NamedTemporaryFile(prefix="rows-") as spool:
        ended_well = _run(path, spool, kind=kind, sheet=sheet, limits=limits)
        spool.seek(0)
        try:
            facts = _next(spool)
        except EOFError as error:
            raise _too_heavy() from error
        if "error" in facts:
            raise _refusal(facts, limits)
        if not ended_well:
            raise _too_heavy()
        if facts.get("formula"):
            raise _computed(facts["formula"])
        yield TableStream(
            kind,
            facts["width"],
            facts["height"],
            partial(_rows, Path(spool.name), facts["width"]),
            limits,
            sheet=facts["sheet"],
            sheets=facts["sheets"],
            merged=[tuple(area) for area in facts["merged"]],
        )


def _run(path: Path, spool: IO[bytes], *, kind: str, sheet: str, limits: Limits) -> bool:
    """Whether the program came to its end within its limits."""
    numbers = (
        limits.memory_bytes, limits.seconds, limits.unpacked_bytes, limits.rows, limits.columns,
        limits.cells,
    )  # fmt: skip
    command = [sys.executable, "-I", str(CHILD), str(path), kind, sheet, *map(str, numbers)]
    try:
        ended = subprocess.run(
            command, stdout=spool, stderr=subprocess.DEVNULL, timeout=limits.seconds * 2
        )
    except subprocess.TimeoutExpired:
        return False
    return ended.returncode == 0


def _too_heavy() -> DomainError:
    return DomainError(
        _(
            "Đọc tệp này cần quá nhiều bộ nhớ hoặc thời gian; "
            "hãy chép dữ liệu sang tệp mới hoặc lưu dạng CSV."
        ),
        code="table.too_heavy",
        field="file",
    )


def _computed(cell: str) -> DomainError:
    return DomainError(
        _("Ô %(cell)s là công thức hoặc giá trị lỗi; hãy chép rồi dán lại dạng giá trị và lưu tệp.")
        % {"cell": cell},
        code="table.formula",
        field="file",
    )


def _next(stream: IO[bytes]) -> Any:
    head = stream.read(4)
    if len(head) < 4:
        raise EOFError
    (size,) = struct.unpack(">I", head)
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return marshal.loads(data)  # noqa: S302 (written by our own program a moment ago)


def _rows(spool: Path, width: int) -> Iterator[list[str]]:
    blank = [""] * width
    with spool.open("rb") as stream:
        _next(stream)  # the facts
        while (batch := _next(stream)) is not None:
            for row in batch:
                row += blank[len(row) :]
                yield [_text(value) if type(value) is not str else value for value in row]


def _text(value: Any) -> str:
    return DecimalText(format(Decimal(repr(value)), "f"))


def _refusal(facts: dict[str, Any], limits: Limits) -> DomainError:
    code = facts["error"]
    if code == "password":
        return password_protected()
    if code == "too_many":
        return too_many(facts["sheet"], rows=facts["rows"], columns=facts["columns"], limits=limits)
    if code == "empty":
        return DomainError(_("Tệp không có dòng nào."), code="table.empty", field="file")
    return DomainError(
        _("Tệp bị hỏng, không đọc được; hãy mở bằng Excel rồi lưu lại dạng .xlsx."),
        code="table.broken",
        field="file",
    )


def password_protected() -> DomainError:
    return DomainError(
        _("Tệp có mật khẩu; hãy bỏ mật khẩu rồi lưu lại."), code="table.password", field="file"
    )


def too_many(sheet: str, *, rows: int, columns: int, limits: Limits) -> DomainError:
    """Rows are counted with the empty ones: the sender's program kept them in the file."""
    facts = {
        "sheet": sheet,
        "rows": grouped(rows),
        "columns": grouped(columns),
        "most_rows": grouped(limits.rows),
        "most_columns": grouped(limits.columns),
    }
    if rows > limits.rows:
        text = _(
            "Trang tính “%(sheet)s” có %(rows)s dòng, kể cả dòng trống; tối đa %(most_rows)s: "
            "hãy xóa dòng trống hoặc tách thành nhiều tệp."
        )
    else:
        text = _(
            "Trang tính “%(sheet)s” có %(rows)s dòng x %(columns)s cột; tối đa %(most_columns)s "
            "cột: hãy xóa cột trống hoặc tách thành nhiều tệp."
        )
    return DomainError(text % facts, code="table.too_many", field="file")


def grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")
