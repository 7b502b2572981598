"""A call's JSON as an order that intake reads: shape only, the rules are those of every source."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from orders.models import Order
from orders.services.new_order import NewLine, NewOrder

MOST_AMOUNT = 10**15
REFERENCE_LENGTH = 50
SOURCES = (Order.Source.WEBSITE, Order.Source.PHONE, Order.Source.FACEBOOK, Order.Source.ZALO)


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The object in the body; raises DomainError for anything else.

    JSON can write half of a character ("\\ud800"), which no column keeps.
    """
    try:
        data = json.loads(request.body)
        json.dumps(data, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise DomainError(_("Nội dung phải là một đối tượng JSON."), code="api.body")
    return data


def order_of(data: Mapping[str, Any], *, site: str) -> NewOrder:
    """One order of a site. Its `reference` names it there once for all."""
    reference = text(data, "reference", most=REFERENCE_LENGTH)
    if not reference:
        raise wrong("reference")
    source = text(data, "source") or Order.Source.WEBSITE
    if source not in SOURCES:
        raise wrong("source")
    paid = whole(data, "paid_vnd")
    placed_at = moment(data, "placed_at") or now()
    return NewOrder(
        source=source,
        shop_name=site,
        request_key=f"api:{site}:{reference}",
        placed_at=placed_at,
        discount_vnd=whole(data, "discount_vnd"),
        shipping_fee_buyer_vnd=whole(data, "shipping_fee_vnd"),
        paid_vnd=paid,
        paid_at=placed_at if paid else None,
        is_cod=flag(data, "cod"),
        lines=tuple(line_of(line, place) for place, line in enumerate(lines_in(data))),
        recipient_name=text(data, "name"),
        recipient_phone=text(data, "phone"),
        street=text(data, "street"),
        ward=text(data, "ward"),
        district=text(data, "district"),
        province=text(data, "province"),
        address_raw=text(data, "address"),
        buyer_note=text(data, "note"),
    )


def lines_in(data: Mapping[str, Any]) -> list[Any]:
    found = data.get("lines")
    if not isinstance(found, list) or not found:
        raise wrong("lines")
    return found


def line_of(data: Any, place: int) -> NewLine:
    if not isinstance(data, dict):
        raise wrong(f"lines[{place}]")
    within = f"lines[{place}]."
    return NewLine(
        sku=text(data, "sku", within=within),
        name=text(data, "name", within=within),
        quantity=whole(data, "quantity", within=within),
        unit_price_vnd=whole(data, "unit_price_vnd", within=within),
        discount_vnd=whole(data, "discount_vnd", within=within),
    )


def text(data: Mapping[str, Any], name: str, *, most: int = 1000, within: str = "") -> str:
    value = data.get(name, "")
    if not isinstance(value, str) or len(value) > most or "\0" in value:
        raise wrong(within + name)
    return value.strip()


def whole(data: Mapping[str, Any], name: str, *, within: str = "") -> int:
    """A whole number from 0; 0 when it is left out. 1.5 and "15" are none."""
    value = data.get(name, 0)
    if type(value) is not int or not 0 <= value <= MOST_AMOUNT:
        raise wrong(within + name)
    return value


def flag(data: Mapping[str, Any], name: str) -> bool:
    value = data.get(name, False)
    if not isinstance(value, bool):
        raise wrong(name)
    return value


def moment(data: Mapping[str, Any], name: str) -> datetime | None:
    """A time with its zone, as 2026-11-22T08:30:00+07:00."""
    value = text(data, name)
    try:
        found = parse_datetime(value) if value else None
    except ValueError:
        found = None
    if value and (found is None or found.tzinfo is None):
        raise wrong(name)
    return found


def wrong(field: str) -> DomainError:
    message = _("Trường %(field)s thiếu hoặc không đúng.") % {"field": field}
    return DomainError(message, code="api.field", field=field)
