"""The smallest quotations, made through the services as in life."""

import itertools
from dataclasses import replace
from datetime import timedelta

from inventory.models import Variant
from oms.kernel.clock import today
from orders.models import Quotation
from orders.services.new_order import NewLine
from orders.services.quote_answers import accept_quotation
from orders.services.quoting import Offer, new_quotation, send_quotation
from tests.orders.makers import ACTOR

_numbers = itertools.count(1)


def new_offer(*lines: tuple[Variant, int, int], **fields) -> Offer:
    """Lines are (goods, pieces, đồng a piece)."""
    base = Offer(
        source="zalo",
        phone="0912345678",
        name="Trần Văn Đức",
        street="12 Lê Lợi",
        ward="Phường Tân Định",
        province="Hồ Chí Minh",
        valid_until=today() + timedelta(days=7),
        lines=[
            NewLine(
                variant_id=variant.pk,
                sku=variant.sku,
                name=variant.full_name,
                quantity=quantity,
                unit_price_vnd=price,
                vat_rate=variant.product.vat_rate,
            )
            for variant, quantity, price in lines
        ],
    )
    return replace(base, **fields)


def quote(*lines: tuple[Variant, int, int], **fields) -> Quotation:
    key = f"form-{next(_numbers)}"
    return new_quotation(new_offer(*lines, **fields), request_key=key, actor=ACTOR)


def sent(*lines: tuple[Variant, int, int], **fields) -> Quotation:
    return send_quotation(quote(*lines, **fields).pk, key=f"mail-{next(_numbers)}", actor=ACTOR)


def accepted(*lines: tuple[Variant, int, int], **fields) -> Quotation:
    quotation = sent(*lines, **fields)
    return accept_quotation(quotation.current_id or 0, name="Anh Đức", actor=ACTOR)
