"""What a scanner types: goods, how many of them, or a printed command. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.kernel.errors import DomainError

PREFIX = "CMD-"
TIMES = re.compile(r"(\d{1,4})\s*\*\s*(.+)", re.DOTALL)
MOST_TIMES = 1000


class Command(StrEnum):
    DONE = "XONG"
    CANCEL = "HUY"
    SPLIT = "TACH"
    REPRINT = "INLAI"
    SHORT = "THIEU"
    OTHER = "NGUOIKHAC"

    @property
    def code(self) -> str:
        return PREFIX + self.value


NAMES: dict[Command, str | Promise] = {
    Command.DONE: gettext_lazy("XONG"),
    Command.CANCEL: gettext_lazy("HỦY"),
    Command.SPLIT: gettext_lazy("TÁCH"),
    Command.REPRINT: gettext_lazy("IN LẠI"),
    Command.SHORT: gettext_lazy("THIẾU"),
    Command.OTHER: gettext_lazy("NGƯỜI KHÁC"),
}
MEANINGS: dict[Command, str | Promise] = {
    Command.DONE: gettext_lazy("Xong việc đang làm"),
    Command.CANCEL: gettext_lazy("Bỏ lượt quét vừa rồi"),
    Command.SPLIT: gettext_lazy("Thiếu hàng: gửi trước phần có"),
    Command.REPRINT: gettext_lazy("In lại nhãn, phiếu"),
    Command.SHORT: gettext_lazy("Thiếu hàng: giữ đơn lại"),
    Command.OTHER: gettext_lazy("Để người khác làm tiếp"),
}


@dataclass(frozen=True, slots=True)
class Scanned:
    """`5*ABC` is five times ABC; a command has no code."""

    code: str = ""
    times: int = 1
    command: Command | None = None


def read(text: str) -> Scanned:
    """Raises DomainError for nothing, an unknown command, or an absurd number."""
    text = text.strip()
    if not text:
        raise DomainError(_("Chưa quét được mã."), "scan.empty")
    if text.upper().startswith(PREFIX):
        word = text[len(PREFIX) :].upper()
        if word not in list(Command):
            raise DomainError(_("Không có lệnh “%(word)s”.") % {"word": text}, "scan.command")
        return Scanned(command=Command(word))
    many = TIMES.fullmatch(text)
    if many is None:
        return Scanned(text)
    times = int(many[1])
    if not 0 < times <= MOST_TIMES:
        raise DomainError(
            _("Số lượng phải từ 1 đến %(most)d.") % {"most": MOST_TIMES}, "scan.times"
        )
    return Scanned(many[2].strip(), times)


def not_here(command: Command) -> DomainError:
    return DomainError(
        _("Lệnh %(name)s không dùng ở đây.") % {"name": NAMES[command]}, "scan.command"
    )
