"""From what was heard to rows: cleaning, sums, problems. Reads nothing and writes nothing."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from oms.kernel.addresses import Province, find_province, is_unknown_ward, mistake_in_ward
from oms.kernel.currencies import HOME as HOME_CURRENCY
from oms.kernel.errors import DomainError
from oms.kernel.money import minor_to_vnd
from oms.kernel.phones import normalise_phone, reversed_digits
from oms.kernel.text import clean_line, fold
from oms.kernel.unit_paths import UnitPaths, unit_paths
from orders.models import Order, OrderProblem
from orders.services.new_order import NewLine, NewOrder
from orders.services.order_sums import sums_of

Row = dict[str, Any]
Kind = OrderProblem.Kind

# An invoice of the wholesale shop in docs/imports.md has 675 lines.
MOST_LINES = 1000
SEARCH_LENGTH = 1000
# The database keeps times that Python, or the page in the company's zone, cannot show again: one
# such order would take down every list that it stands in.
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
# Plain text needs no cleaning: no control or direction characters, no double or outer spaces.
_PLAIN = re.compile(r"(?:[!-~\u00c0-\u024f\u1e00-\u1eff](?: (?=\S))?)*\Z")
# What marketplaces put in place of a buyer's data.
_MASK = "*"
_NEEDS_NO_ADDRESS = {Order.Source.COUNTER}


@dataclass(slots=True)
class Draft:
    """An order on its way in: its row, its lines, and what is wrong with it."""

    order: NewOrder
    row: Row
    lines: list[Row]
    phone: str | None
    problems: list[Row] = field(default_factory=list)

    def trouble(self, kind: str, message: str, **data: Any) -> None:
        self.problems.append({"kind": kind, "message": message, "data": data})


def draft_order(new: NewOrder, moment: datetime) -> Draft:
    """Check and clean one order. Raises DomainError for what cannot be kept at all."""
    _check(new)
    _check_times(new)
    lines = [_line(line, position, new) for position, line in enumerate(new.lines, 1)]
    phone, shown, mistake = _phone(new.recipient_phone)
    row = _head(new, moment) | _sums(new, lines) | _recipient(new)
    row["phone"], row["recipient_phone"] = phone, shown
    row["phone_reversed"] = reversed_digits(phone) if phone else ""
    paths = _paths(new, row)
    row["old_unit_path"], row["new_unit_path"] = paths.old, paths.new
    draft = Draft(new, row, lines, phone)
    if mistake:
        draft.trouble(Kind.BAD_PHONE, mistake)
    _judge_address(draft)
    if paths.choices and not draft.problems:
        _ask_for_ward(draft, paths)
    return draft


def _check_times(new: NewOrder) -> None:
    times = {"placed_at": new.placed_at, "paid_at": new.paid_at, "ship_by_at": new.ship_by_at}
    for name, moment in times.items():
        if moment is not None and not EARLIEST <= moment < LATEST:
            raise DomainError(_("Thời điểm của đơn không hợp lệ."), "order.time", name)


def _head(new: NewOrder, moment: datetime) -> Row:
    """Where the order came from, and when."""
    return {
        "source": new.source,
        "shop_ref": new.shop_ref,
        "shop_name": new.shop_name,
        "remote_id": new.remote_id,
        "request_key": request_key(new),
        "remote_status": new.remote_status,
        "remote_version": new.remote_version,
        "priority": new.priority,
        "pickup_code": new.pickup_code,
        "buyer_note": _clean(new.buyer_note, 1000, "buyer_note"),
        "internal_note": _clean(new.internal_note, 1000, "internal_note"),
        "placed_at": (new.placed_at or moment).isoformat(),
        "ship_by_at": new.ship_by_at.isoformat() if new.ship_by_at else None,
    }


def _sums(new: NewOrder, lines: list[Row]) -> Row:
    money = sums_of(new, lines)
    if new.paid_vnd < 0 or any(value is not None and value < 0 for value in money.values()):
        raise DomainError(_("Số tiền của đơn không hợp lệ."), code="order.amount", field="total")
    return {
        "currency": new.currency,
        "rate": str(new.rate),
        "rate_on": new.rate_on.isoformat() if new.rate_on else None,
        "rate_source": new.rate_source,
        **money,
        **_money_states(new, money["total_vnd"] or 0),
    }


def _recipient(new: NewOrder) -> Row:
    name = _clean(new.recipient_name, 150, "recipient_name")
    return {
        "recipient_name": name,
        "name_folded": fold(name),
        "street": _clean(new.street, 255, "street"),
        "ward": _clean(new.ward, 120, "ward"),
        "district": _clean(new.district, 120, "district"),
        "province": _clean(new.province, 120, "province"),
        "address_raw": _clean(new.address_raw, 500, "address_raw"),
    }


def _paths(new: NewOrder, row: Row) -> UnitPaths:
    """The units of a Vietnamese address; one that goes abroad or is hidden has none."""
    if new.currency != HOME_CURRENCY or _MASK in row["ward"]:
        return UnitPaths()
    paths = unit_paths(row["province"], row["district"], row["ward"])
    return paths.chosen(new.new_ward_code)


def _ask_for_ward(draft: Draft, paths: UnitPaths) -> None:
    """An old ward that was divided: the street decides, and only a person knows it."""
    if draft.order.draft or draft.order.pickup_code:
        return
    codes = [unit.code for unit in paths.choices]
    draft.trouble(Kind.DIVIDED_WARD, divided_message(draft.row["ward"], paths), codes=codes)


def divided_message(ward: str, paths: UnitPaths) -> str:
    names = ", ".join(map(str, paths.choices))
    return _("“%(ward)s” đã chia thành %(names)s: hãy chọn một.") % {"ward": ward, "names": names}


def request_key(new: NewOrder) -> str | None:
    """What makes a repeat recognisable when there is no shop to say so."""
    if new.shop_ref is not None:
        return None
    return new.request_key or (f"{new.source}:{new.remote_id}" if new.remote_id else None)


def count_goods(lines: list[Row]) -> Row:
    """How many pieces of how many goods; the trigger on the lines counts the same way."""
    goods = {str(line["variant_id"] or line["sku"] or line["name"]) for line in lines}
    return {"pieces": sum(line["quantity"] for line in lines), "sku_count": len(goods)}


def search_text(name_folded: str, lines: list[Row]) -> str:
    """What the trigram index searches: the buyer's name and the SKUs, folded.

    It begins with a space, so that every word has one in front: short words match word beginnings.
    """
    return " ".join(["", name_folded, *(fold(line["sku"]) for line in lines)])[:SEARCH_LENGTH]


def _check(new: NewOrder) -> None:
    if not new.lines or len(new.lines) > MOST_LINES:
        raise DomainError(
            _("Đơn phải có từ 1 đến %(most)d dòng hàng.") % {"most": MOST_LINES},
            code="order.lines",
            field="lines",
        )
    if new.source not in Order.Source.values:
        raise DomainError(_("Nguồn đơn không hợp lệ."), code="order.source", field="source")
    if new.shop_ref is not None and not new.remote_id:
        raise DomainError(_("Thiếu mã đơn sàn."), code="order.remote_id", field="remote_id")


def _line(line: NewLine, position: int, new: NewOrder) -> Row:
    unit_price, total = line.unit_price_vnd, line.quantity * line.unit_price_vnd - line.discount_vnd
    if line.total_minor is not None:
        total = minor_to_vnd(line.total_minor, new.currency, Decimal(new.rate))
        if line.unit_price_minor is not None:
            unit_price = minor_to_vnd(line.unit_price_minor, new.currency, Decimal(new.rate))
    if line.quantity <= 0 or unit_price < 0 or line.discount_vnd < 0 or total < 0:
        raise DomainError(
            _("Dòng %(position)d: số lượng hoặc số tiền không hợp lệ.") % {"position": position},
            code="line.amount",
            field="lines",
        )
    return {
        "position": position,
        "variant_id": line.variant_id,
        "sku": line.sku.strip(),
        "name": _clean(line.name, 500, "lines"),
        "quantity": line.quantity,
        "unit_price_vnd": unit_price,
        "discount_vnd": line.discount_vnd,
        "total_vnd": total,
        "vat_rate": line.vat_rate,
        "listing_ref": line.listing_ref,
        "remote_line_id": line.remote_line_id,
        "unit_price_minor": line.unit_price_minor,
        "total_minor": line.total_minor,
    }


def _money_states(new: NewOrder, total: int) -> Row:
    cod = new.cod_vnd if new.cod_vnd is not None else max(0, total - new.paid_vnd)
    cod = cod if new.is_cod else 0
    paid = new.paid_vnd >= total
    part = Order.Payment.PARTIALLY_PAID if new.paid_vnd else Order.Payment.UNPAID
    return {
        "is_cod": new.is_cod,
        "cod_vnd": cod,
        "paid_vnd": new.paid_vnd,
        "payment_status": Order.Payment.PAID if paid else part,
        "cod_status": Order.Cod.TO_COLLECT if cod else Order.Cod.NONE,
    }


def _phone(text: str) -> tuple[str | None, str, str]:
    """(E.164 or None, what to keep, what is wrong)."""
    text = text.strip()
    if not text or _MASK in text:
        return None, _clean(text, 20, "recipient_phone"), ""
    try:
        phone = _normalised(text)
    except DomainError as refusal:
        return None, _clean(text[:20], 20, "recipient_phone"), refusal.message
    return phone, phone, ""


_normalised = lru_cache(maxsize=4096)(normalise_phone)
_province_of = lru_cache(maxsize=512)(find_province)


def _judge_address(draft: Draft) -> None:
    """Open a problem for an address that no carrier here could deliver to.

    An order in another currency goes abroad: its address has no Vietnamese province or ward, and
    who delivers it there is not for our carriers' rules to judge.
    """
    new, row = draft.order, draft.row
    if new.currency != HOME_CURRENCY:
        return
    here = new.source in _NEEDS_NO_ADDRESS or bool(new.pickup_code)
    if new.draft or here or _MASK in row["street"] + row["address_raw"]:
        return
    province = _province_of(row["province"])
    if province is None:
        draft.trouble(
            Kind.BAD_ADDRESS,
            _("Không nhận ra tỉnh / thành phố “%(text)s”.") % {"text": row["province"]},
            field="province",
        )
    elif not any(letter.isalnum() for letter in row["ward"]):
        draft.trouble(Kind.BAD_ADDRESS, _("Thiếu phường / xã."), field="ward")
    elif _claims_unknown_ward(row, province):
        draft.trouble(Kind.BAD_ADDRESS, mistake_in_ward(row["ward"], province), field="ward")
    elif not draft.phone and not row["recipient_phone"]:
        draft.trouble(Kind.BAD_PHONE, _("Thiếu số điện thoại người nhận."))


def _claims_unknown_ward(row: Row, province: Province) -> bool:
    """A two-level address with a ward that never was.

    With a district the address has three levels: its ward may have gone, but carriers know it.
    """
    if row["district"] or _MASK in row["ward"]:
        return False
    return is_unknown_ward(row["ward"], province)


def _clean(text: str, limit: int, name: str) -> str:
    if len(text) <= limit and _PLAIN.match(text):
        return text
    return clean_line(text, limit, field=name)
