"""The smallest valid rows that invoicing tests need."""

from itertools import count

from invoicing.models import Company, IssuerAccount
from oms.kernel.actors import Actor
from oms.kernel.clock import now, today
from orders.models import Customer, Order, OrderLine

CLERK = Actor.system("test")
TAX_CODE, PASSWORD = "0318990013", "Sandbox@2026"
_numbers = count(1)


def symbol(kind: str = "C", letters: str = "TAA") -> str:
    """One that is good in the year of the test."""
    return f"{kind}{today():%y}{letters}"


def make_account(*, series: str = "", template_code: str = "1/001") -> IssuerAccount:
    company, _ = Company.objects.get_or_create(
        tax_code=TAX_CODE,
        defaults={
            "legal_name": "Công ty TNHH Đơn Nhanh",
            "address": "12 Thành Thái, Phường Hòa Hưng, Thành phố Hồ Chí Minh",
            "is_default": True,
        },
    )
    IssuerAccount.objects.filter(company=company).update(is_active=False)
    return IssuerAccount.objects.create(
        company=company,
        issuer="sinvoice",
        username=TAX_CODE,
        password=PASSWORD,
        template_code=template_code,
        series=series or symbol(),
    )


def make_order(
    lines: list[tuple[int, int, int]] | None = None,
    *,
    discount: int = 0,
    shipping: int = 0,
    status: str = "shipped",
    customer: Customer | None = None,
    **fields: object,
) -> Order:
    """Lines are (quantity, unit price, VAT rate); two shirts at 108,000 with 8 % when none."""
    rows = [(2, 108_000, 8)] if lines is None else lines
    goods = sum(quantity * price for quantity, price, _rate in rows)
    moment = now()
    values: dict[str, object] = {
        "number": f"T{next(_numbers):06d}",
        "source": "phone",
        "status": status,
        "fulfillment_status": {"shipped": "in_transit", "delivered": "delivered"}.get(
            status, "allocated"
        ),
        "tab": {"shipped": "shipping", "delivered": "delivered"}.get(status, "to_arrange"),
        "goods_vnd": goods,
        "discount_vnd": discount,
        "shipping_fee_buyer_vnd": shipping,
        "total_vnd": goods - discount + shipping,
        "customer": customer,
        "placed_at": moment,
        "created_at": moment,
        "updated_at": moment,
        **fields,
    }
    order = Order.objects.create(**values)
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            position=position,
            sku=f"AT-{position:02d}",
            name="Áo thun",
            quantity=quantity,
            unit_price_vnd=price,
            total_vnd=quantity * price,
            vat_rate=rate,
        )
        for position, (quantity, price, rate) in enumerate(rows, start=1)
    )
    return order


def make_customer(**fields: object) -> Customer:
    values = {"name": "Trần Thị Ánh", "created_at": now(), **fields}
    return Customer.objects.create(**values)
