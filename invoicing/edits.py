"""What invoicing says about changing an order: the VAT that its invoice would show today."""

from invoicing.amounts import totals_of
from invoicing.selectors.active import default_account
from invoicing.services.lines import lines_of_order
from invoicing.services.payments import move_paid
from oms.kernel.clock import today
from oms.kernel.errors import DomainError
from orders.edit_ports import register_paid_mover, register_tax
from orders.models import Order


def register() -> None:
    """Called once by wiring."""
    register_tax(tax_of)
    register_paid_mover(move_paid)


def tax_of(order: Order) -> int | None:
    """None without an account to issue by, or when the law of today knows no rate of a line."""
    account = default_account()
    if account is None:
        return None
    try:
        lines = lines_of_order(order, template_code=account.template_code, day=today())
    except DomainError:
        return None
    return totals_of(lines).tax_vnd
