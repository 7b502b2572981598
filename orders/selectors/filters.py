"""Every filter of the order list: one entry in one table, one URL parameter, one chip."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from oms.kernel.addresses import PROVINCES
from orders.models import Customer, Order, OrderProblem
from orders.selectors import filter_choices as choices
from orders.selectors import narrowing as narrow
from orders.selectors.marks import flagged
from orders.selectors.narrowing import COD_DONE, COD_OPEN, Narrow
from orders.selectors.periods import PERIODS, read_period, show_period
from orders.selectors.risks import ANY_RISK
from orders.selectors.sorting import NEWEST, SORTS

Choices = Callable[[Any], list[tuple[str, Any]]]
LONGEST, LONGEST_LIST, LARGEST = 100, 5_000, 1_000_000


class Kind(StrEnum):
    """How a value is chosen and written in the address."""

    CHOICE = "choice"
    PERIOD = "period"
    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    CODES = "codes"


@dataclass(frozen=True, slots=True)
class Filter:
    """`name` is the URL parameter; `narrow` gets the value as it stands there."""

    name: str
    label: str | Promise
    narrow: Narrow
    kind: Kind = Kind.CHOICE
    choices: Choices = choices.none
    # Set by links of other pages: it has a chip, and no field.
    is_hidden: bool = False
    # Who lacks it has neither field nor chip, and the value in his address is none.
    permission: str = ""

    def is_for(self, user: Any) -> bool:
        return not self.permission or user.has_perm(self.permission)

    def read(self, params: Mapping[str, Any]) -> str:
        """The value in an address, cleaned; "" when there is none or it cannot be one."""
        text = str(params.get(self.name) or "").strip()[:LONGEST]
        if self.kind is Kind.PERIOD:
            first, last = (str(params.get(f"{self.name}_{end}") or "") for end in ("from", "to"))
            return read_period(text, first, last)
        if self.kind is Kind.CODES:
            return str(params.get(self.name) or "").strip(",")[:LONGEST_LIST]
        if self.kind is Kind.NUMBER:
            return str(int(text)) if text.isdecimal() and 0 < int(text) <= LARGEST else ""
        if self.kind is Kind.FLAG:
            return "1" if text in ("1", "on", "True") else ""
        return text

    def show(self, value: str, user: Any) -> str:
        """The value in words, for its chip."""
        if self.kind is Kind.PERIOD:
            return show_period(value)
        if self.kind is Kind.FLAG:
            return ""
        if self.kind is Kind.CODES:
            return ngettext("%(n)d mã", "%(n)d mã", n := value.count(",") + 1) % {"n": n}
        return str(dict(self.choices(user)).get(value, value))


def fixed(pairs: Any) -> Choices:
    """The same choices for everybody."""
    return lambda user: list(pairs)


def _dates(name: str, label: str | Promise, narrow_by: Narrow) -> Filter:
    return Filter(name, label, narrow_by, Kind.PERIOD, fixed(PERIODS))


DEADLINES = [
    ("late", _("Đã trễ hạn")),
    ("4", _("Trong 4 giờ")),
    ("12", _("Trong 12 giờ")),
    ("today", _("Trong hôm nay")),
]
COD_STATES = [
    (COD_OPEN, _("Chưa đối soát")),
    (COD_DONE, _("Đã đối soát")),
    *Order.Cod.choices,
]
DEBTS = [
    ("open", _("Còn nợ")),
    ("overdue", _("Quá hạn thanh toán")),
    ("week", _("Đến hạn trong 7 ngày")),
]
PRINTED = [("never", _("Chưa in")), ("once", _("Đã in")), ("again", _("In nhiều lần"))]
KINDS = [
    ("one", _("Một sản phẩm")),
    ("same", _("Một SKU nhiều cái")),
    ("mixed", _("Nhiều SKU")),
]
PURPOSES = [
    ("delivery", _("Giao hàng")),
    ("exchange", _("Đổi hàng")),
    ("replacement", _("Đền bù")),
    ("return", _("Trả hàng")),
    ("partial_return", _("Hoàn một phần")),
]
PROMISES = [
    ("late", _("Đã quá ngày hẹn")),
    ("moved", _("Đã dời sang ngày muộn hơn")),
    ("unknown", _("Chờ hàng, chưa có ngày")),
    ("any", _("Có dòng đang hẹn")),
]
RISKS = [(ANY_RISK, _("Có rủi ro")), *(Customer.Risk.choices[1:])]
NOTES = [("buyer", _("Khách có ghi chú")), ("staff", _("Có ghi chú nội bộ"))]
_PROVINCES = fixed([(province.name, province.name) for province in PROVINCES])

FILTERS: tuple[Filter, ...] = (
    Filter("source", _("Kênh"), narrow.equal("source"), choices=fixed(Order.Source.choices)),
    Filter("shop", _("Gian hàng"), narrow.number("shop_ref"), choices=choices.shops),
    Filter("status", _("Trạng thái"), narrow.status, choices=fixed(Order.Status.choices)),
    Filter(
        "fulfillment",
        _("Giao hàng"),
        narrow.equal("fulfillment_status"),
        choices=fixed(Order.Fulfillment.choices),
    ),
    _dates("period", _("Ngày tạo"), narrow.created),
    _dates("confirmed", _("Ngày xác nhận"), narrow.day("confirmed_at")),
    _dates("shipped", _("Ngày giao"), narrow.day("shipped_at")),
    Filter("deadline", _("Hạn giao"), narrow.deadline, choices=fixed(DEADLINES)),
    Filter("warehouse", _("Kho"), narrow.warehouse, choices=choices.warehouses),
    Filter("carrier", _("Vận chuyển"), narrow.equal("carrier_code"), choices=choices.carriers),
    Filter(
        "payment",
        _("Thanh toán"),
        narrow.equal("payment_status"),
        choices=fixed(Order.Payment.choices),
    ),
    Filter("debt", _("Công nợ"), narrow.debt, choices=fixed(DEBTS)),
    Filter("cod", _("Thu hộ"), narrow.cod, choices=fixed(COD_STATES)),
    Filter(
        "invoice",
        _("Hóa đơn"),
        narrow.equal("invoice_status"),
        choices=fixed(Order.Invoice.choices),
    ),
    Filter("printed", _("In vận đơn"), narrow.printed, choices=fixed(PRINTED)),
    Filter("kind", _("Loại đơn"), narrow.kind, choices=fixed(KINDS)),
    Filter("purpose", _("Giao, đổi, trả"), narrow.purpose, choices=fixed(PURPOSES)),
    Filter("sku", _("Mã SKU"), narrow.sku, Kind.TEXT),
    Filter("quantity", _("Số lượng từ"), narrow.quantity, Kind.NUMBER),
    Filter("province", _("Tỉnh/Thành"), narrow.equal("province"), choices=_PROVINCES),
    Filter("tag", _("Thẻ"), narrow.tag, choices=choices.tags),
    Filter("flag", _("Đơn đặc biệt"), flagged, choices=fixed(Order.Flag.choices)),
    Filter("assignee", _("Nhân viên"), narrow.assignee, choices=choices.people),
    Filter("risk", _("Rủi ro bom hàng"), narrow.risk, choices=fixed(RISKS)),
    Filter("note", _("Ghi chú"), narrow.note, choices=fixed(NOTES)),
    Filter("double", _("Đơn trùng"), narrow.double, Kind.FLAG),
    Filter("loss", _("Lợi nhuận âm"), narrow.loss, Kind.FLAG, permission="inventory.view_cost"),
    Filter(
        "problem", _("Việc cần xử lý"), narrow.problem, choices=fixed(OrderProblem.Kind.choices)
    ),
    Filter("codes", _("Nhiều mã"), narrow.codes, Kind.CODES, is_hidden=True),
    Filter("promise", _("Hẹn giao từng dòng"), narrow.promise, choices=fixed(PROMISES)),
    Filter("late", _("Trễ hạn giao"), narrow.late, Kind.FLAG, is_hidden=True),
    Filter("live", _("Trừ nháp và đơn hủy"), narrow.live, Kind.FLAG, is_hidden=True),
    Filter("with_carrier", _("Hãng đang giữ"), narrow.with_carrier, Kind.FLAG, is_hidden=True),
)
BY_NAME = {one.name: one for one in FILTERS}


@dataclass(frozen=True, slots=True)
class OrderFilters:
    """What narrows the list: a tab, a search, and values by the names of `FILTERS`."""

    tab: str = ""
    q: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    sort: str = NEWEST

    @classmethod
    def of(cls, tab: str = "", q: str = "", sort: str = NEWEST, **values: str) -> "OrderFilters":
        """Values are cleaned as those of an address are; an unknown name is a mistake."""
        if unknown := set(values) - set(BY_NAME):
            raise TypeError(f"not filters of the list: {sorted(unknown)}")
        return cls.read({"tab": tab, "q": q, "sort": sort} | values)

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> "OrderFilters":
        """The filters in an address; an unknown parameter or value is none."""
        values = {one.name: one.read(params) for one in FILTERS}
        return cls(
            tab=str(params.get("tab") or "")[:20],
            q=str(params.get("q") or "").strip(),
            values={name: value for name, value in values.items() if value},
            sort=sort if (sort := str(params.get("sort") or "")) in SORTS else NEWEST,
        )

    @property
    def active(self) -> bool:
        """Something other than the tab narrows the list."""
        return bool(self.q or self.values)

    def query(self) -> str:
        """The same as an address, without what is empty."""
        parts = {"tab": self.tab, "q": self.q} | dict(self.values) | {"sort": self.sort}
        return urlencode({name: value for name, value in parts.items() if value})
