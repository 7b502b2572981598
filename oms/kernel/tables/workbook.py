"""Workbooks are read by a program of its own; here it is started and its answer is believed."""

import marshal
import struct
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from threading import Timer
from typing import IO, Any

from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError
from oms.kernel.tables.grid import DecimalText, Limits, Table

CHILD = Path(__file__).with_name("workbook_child.py")


def read_workbook(path: Path, *, kind: str, sheet: str, limits: Limits) -> Table:
    """The chosen sheet of an xlsx, xls or ods; raises DomainError in one sentence."""
    numbers = (
        limits.memory_bytes, limits.seconds, limits.rows, limits.columns, limits.cells,
    )  # fmt: skip
    command = [sys.executable, "-I", str(CHILD), str(path), kind, sheet, *map(str, numbers)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    timer = Timer(limits.seconds * 2, child.kill)
    timer.start()
    try:
        assert child.stdout
        facts = _next(child.stdout)
        if "error" in facts:
            raise _refusal(facts, limits)
        table = _gather(child.stdout, facts, kind)
    except EOFError as error:
        raise DomainError(
            _("Đọc tệp này cần quá nhiều bộ nhớ hoặc thời gian; hãy chép dữ liệu sang tệp mới."),
            code="table.too_heavy",
            field="file",
        ) from error
    finally:
        timer.cancel()
        child.kill()
        child.communicate()
    if facts.get("formula"):
        raise DomainError(
            _(
                "Ô %(cell)s là công thức hoặc giá trị lỗi; "
                "hãy chép rồi dán lại dạng giá trị và lưu tệp."
            )
            % {"cell": facts["formula"]},
            code="table.formula",
            field="file",
        )
    return table


def _next(stream: IO[bytes]) -> Any:
    head = stream.read(4)
    if len(head) < 4:
        raise EOFError
    (size,) = struct.unpack(">I", head)
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return marshal.loads(data)  # noqa: S302 (written by our own program a moment ago)


def _gather(stream: IO[bytes], facts: dict[str, Any], kind: str) -> Table:
    rows: list[list[str]] = []
    width = facts["width"]
    blank = [""] * width
    while (batch := _next(stream)) is not None:
        for row in batch:
            if len(row) < width:
                row += blank[len(row) :]
            rows.append([_text(value) if type(value) is not str else value for value in row])
    return Table(
        kind=kind,
        rows=rows,
        sheet=facts["sheet"],
        sheets=facts["sheets"],
        merged=[tuple(area) for area in facts["merged"]],
    )


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
