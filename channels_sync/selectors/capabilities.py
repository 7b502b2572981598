"""What each marketplace lets a seller do, side by side, as its adapter says it."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_sync.ports import (
    CreatesProducts,
    Marketplace,
    marketplace,
    marketplace_codes,
    negotiator,
    taker_of_proof,
    taker_of_returns,
    teller_of_settlements,
)

Fact = Callable[[Marketplace], bool | str]


def _can(name: str) -> Fact:
    return attrgetter(f"capabilities.{name}")


def _creates(adapter: Marketplace) -> bool | str:
    if not isinstance(adapter, CreatesProducts):
        return False
    return _("Tối đa %(most)s thuộc tính phân loại") % {"most": adapter.most_options}


def _takes_returns(adapter: Marketplace) -> bool:
    return taker_of_returns(adapter) is not None


def _tells_totals(adapter: Marketplace) -> bool:
    return teller_of_settlements(adapter) is not None


def _evidence(adapter: Marketplace) -> bool | str:
    taker = taker_of_returns(adapter)
    return _("Tối đa %(most)s ảnh") % {"most": taker.evidence_most} if taker else False


def _offers(adapter: Marketplace) -> bool:
    return negotiator(adapter) is not None


def _takes_proof(adapter: Marketplace) -> bool:
    return taker_of_proof(adapter) is not None


def _needs_email(adapter: Marketplace) -> bool:
    taker = taker_of_returns(adapter)
    return taker is not None and taker.dispute_needs_email


def _stock_batch(adapter: Marketplace) -> str:
    text = (
        _("%(most)s mã, nhiều sản phẩm")
        if adapter.batch_mixes_items
        else _("%(most)s mã của một sản phẩm")
    )
    return text % {"most": adapter.batch_size}


def _window(adapter: Marketplace) -> str:
    return _("%(days)s ngày") % {"days": adapter.longest_window_days}


# What is asked of an adapter, and what it means to a seller. An answer is yes, no, or a limit.
ROWS: tuple[tuple[Fact, Promise], ...] = (
    (_window, gettext_lazy("Đọc đơn của tối đa bao lâu trong một lần hỏi")),
    (_can("chooses_handover"), gettext_lazy("Chọn sàn đến lấy hàng hay gửi tại bưu cục")),
    (_can("own_carrier"), gettext_lazy("Giao bằng hãng của mình khi đơn cho phép")),
    (_can("cancels_parts"), gettext_lazy("Hủy một phần của đơn")),
    (_can("tells_deadline"), gettext_lazy("Báo hạn trả lời khi khách xin hủy")),
    (_stock_batch, gettext_lazy("Đẩy tồn trong một lần gọi")),
    (_can("edits_products"), gettext_lazy("Nhận tên, mô tả và ảnh sản phẩm từ đây")),
    (_creates, gettext_lazy("Nhận sản phẩm mới từ đây")),
    (_takes_returns, gettext_lazy("Trả lời yêu cầu trả hàng từ đây")),
    (_evidence, gettext_lazy("Khiếu nại trả hàng kèm ảnh")),
    (_offers, gettext_lazy("Đề nghị với khách cách giải quyết khác")),
    (_takes_proof, gettext_lazy("Hỏi thêm bằng chứng sau khi khiếu nại")),
    (_needs_email, gettext_lazy("Cần email liên hệ khi khiếu nại")),
    (
        _tells_totals,
        gettext_lazy("Báo tổng của bảng quyết toán"),
    ),
    (_can("tells_completion"), gettext_lazy("Báo khi đơn hoàn tất và tiền về")),
)


@dataclass(frozen=True)
class Cell:
    """`text` is a limit; without one it is yes or no."""

    marketplace: str
    can: bool
    text: str


@dataclass(frozen=True)
class CapabilityTable:
    """Columns are marketplaces; each row says for every one of them whether it can."""

    marketplaces: list[str]
    rows: list[tuple[Promise, list[Cell]]]


def capability_table() -> CapabilityTable:
    adapters = [marketplace(code) for code in marketplace_codes()]
    return CapabilityTable(
        [adapter.name for adapter in adapters],
        [(label, [_cell(adapter, fact) for adapter in adapters]) for fact, label in ROWS],
    )


def _cell(adapter: Marketplace, fact: Fact) -> Cell:
    told = fact(adapter)
    return Cell(adapter.name, bool(told), told if isinstance(told, str) else "")
