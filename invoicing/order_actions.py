"""What invoicing does with orders, one or many; wiring calls `register` once."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from invoicing.selectors.active import default_account
from invoicing.services.invoices import draft_invoice, issue_invoice
from orders.bulk.own import one_by_one
from orders.bulk.registry import Action, Refused, Wish, register_action
from orders.models import Order

LEFT_THE_HOUSE = frozenset({Order.Status.SHIPPED, Order.Status.DELIVERED, Order.Status.COMPLETED})
OPEN = frozenset({Order.Invoice.NOT_REQUIRED, Order.Invoice.DRAFT, Order.Invoice.REJECTED})


def register() -> None:
    register_action(ISSUE)


def why_not_issue(orders: Sequence[Order], user: Any) -> dict[int, str]:
    """What the states say; the law's own rules are asked when the invoice is made."""
    causes = {}
    for order in orders:
        if order.status not in LEFT_THE_HOUSE:
            causes[order.pk] = _("Hàng chưa giao đi")
        elif order.invoice_status not in OPEN:
            causes[order.pk] = _("Đã có hóa đơn")
    left = [order.pk for order in orders if order.pk not in causes]
    if left and default_account() is None:
        missing = _("Chưa khai báo công ty và tài khoản phát hành hóa đơn.")
        causes |= dict.fromkeys(left, missing)
    return causes


def issue(wish: Wish) -> Refused:
    """Draft from the order as it is now, and queue it; a worker sends it."""

    def issue_one(order_id: int) -> None:
        invoice = draft_invoice(order_id, actor=wish.actor)
        issue_invoice(invoice.pk, actor=wish.actor)

    return one_by_one(issue_one, wish)


ISSUE = Action(
    code="issue_invoice",
    label=gettext_lazy("Phát hành hóa đơn"),
    done=gettext_lazy("Đã đưa hóa đơn vào hàng chờ phát hành."),
    permission="invoicing.issue_invoice",
    position=70,
    icon="receipt-text",
    causes=why_not_issue,
    run=issue,
    page=lambda order: reverse("invoicing:draft", args=[order.pk]),
    page_label=gettext_lazy("Lập hóa đơn"),
    posts_to_page=True,
    is_next=lambda order: order.invoice_status in OPEN,
    question=gettext_lazy("Hóa đơn lập theo đơn, gửi nhà cung cấp và không rút lại được."),
    is_outside=True,
    step=1,
)
