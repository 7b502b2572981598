"""Entry of what becomes an order later, a quotation or a recurring order, by one frame."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from inventory.selectors.catalogue import search_variants
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.kernel.phones import show_phone
from orders.forms.quotations import LaterOrderForm
from orders.selectors.customers import find_customer
from orders.views.entry import PROPOSED_GOODS, buyer_hint, entry_address, resolve_lines

Form = TypeVar("Form", bound=LaterOrderForm)


@dataclass(frozen=True, slots=True)
class Entry(Generic[Form]):
    """How one kind is written: its page, forms, and what its row is called there."""

    page: str
    row_name: str
    detail: str
    form: type[Form]
    lines: type[BaseFormSet]

    def write(
        self,
        request: HttpRequest,
        save: Callable[[Form, BaseFormSet], Model],
        *,
        row: Model | None = None,
    ) -> HttpResponse:
        """Save what was sent and go on to its page; what is refused comes back as it was typed."""
        form = self.form(request.POST)
        lines = self.lines(request.POST, prefix="lines")
        valid = form.is_valid() and lines.is_valid()
        if valid and resolve_lines(lines):
            try:
                return redirect(self.detail, save(form, lines).pk)
            except DomainError as refusal:
                add_refusal(form, refusal)
        return self.show(request, form, lines, row=row, status=422)

    def show(
        self,
        request: HttpRequest,
        form: Form,
        lines: BaseFormSet,
        *,
        row: Model | None = None,
        status: int = 200,
    ) -> HttpResponse:
        context: dict[str, Any] = {
            "form": form,
            "lines": lines,
            self.row_name: row,
            "edit_version": getattr(row, "edit_version", ""),
            "goods": search_variants("", limit=PROPOSED_GOODS),
            **entry_address(form),
            **buyer_hint(request, form),
        }
        context.pop("duplicates", None)  # an order of the same buyer beside it is no doubt
        return render(request, self.page, context, status=status)

    def start(self, request: HttpRequest) -> HttpResponse:
        """The empty form, filled as far as the phone in the address knows its customer."""
        phone = request.GET.get("phone", "")[:30]
        initial = {"request_key": uuid.uuid4().hex, "source": "phone", "phone": phone}
        customer = find_customer(phone)
        if customer is not None:
            initial |= {"name": customer.name, "email": customer.email}
        return self.show(request, self.form(initial=initial), self.lines(prefix="lines"))


def buyer_of(row: Any) -> dict[str, Any]:
    """What both kinds keep of their buyer, as the form names it."""
    return {
        "request_key": row.request_key,
        "phone": show_phone(row.recipient_phone),
        "name": row.recipient_name,
        "new_ward": row.new_ward_code,
    }


def opened_version(request: HttpRequest) -> int:
    """The version that the form was opened with; 0, which nothing has, when it is damaged."""
    typed = request.POST.get("edit_version", "")
    return int(typed) if typed.isdecimal() and len(typed) < 9 else 0
