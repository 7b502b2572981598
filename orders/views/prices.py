"""What the goods that are being typed cost, by the price list that holds for this buyer."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from oms.kernel.currencies import HOME
from oms.kernel.errors import DomainError
from oms.kernel.money import parse_vnd
from orders.forms.entry import LineSet
from orders.selectors.customers import group_of_phone
from orders.views.entry import list_prices, resolve_lines


@dataclass(frozen=True, slots=True)
class LinePrice:
    """A line as it would be saved; `typed` when its price was said and no list is asked."""

    row: int
    name: str
    price_vnd: int
    quantity: int
    price_list: str = ""
    typed: bool = False

    @property
    def total_vnd(self) -> int:
        return self.price_vnd * self.quantity


@require_POST
@permission_required("orders.add_order", raise_exception=True)
def price_hint(request: HttpRequest) -> HttpResponse:
    """The price of each line and their sum, as a fragment; nothing is saved."""
    lines = LineSet(request.POST, prefix="lines")
    is_home = request.POST.get("currency", HOME) == HOME  # lists say prices in dong
    source, phone = request.POST.get("source", ""), request.POST.get("phone", "")
    found = priced_lines(lines, source, phone) if is_home else []
    by_row = {line.row: line for line in found}
    goods_vnd = sum(line.total_vnd for line in found)
    around_vnd = _amount(request, "shipping_fee") - _amount(request, "discount")
    context: dict[str, Any] = {
        "is_home": is_home,
        "rows": [(row, by_row.get(row)) for row in range(len(lines.forms))],
        "pieces": sum(line.quantity for line in found),
        "goods_vnd": goods_vnd,
        "total_vnd": max(0, goods_vnd + around_vnd),
    }
    return render(request, "orders/line_prices.html", context)


def priced_lines(lines: BaseFormSet, source: str, phone: str) -> list[LinePrice]:
    """The lines whose goods are known, with the prices that saving would take."""
    lines.is_valid()
    typed = [
        (row, line)
        for row, line in enumerate(lines.forms)
        if line.has_changed()
        and line.cleaned_data.get("item")
        and line.cleaned_data.get("quantity")
    ]
    resolve_lines([line for _row, line in typed], draft=True)
    known = [(row, line) for row, line in typed if line.variant is not None]
    prices = list_prices([line for _row, line in known], source=source, group=group_of_phone(phone))
    found = []
    for row, line in known:
        said, quantity = line.cleaned_data.get("price"), line.cleaned_data["quantity"]
        name, price = line.variant.full_name, prices[line.variant.pk]
        if said is not None:
            found.append(LinePrice(row, name, said, quantity, typed=True))
        else:
            found.append(LinePrice(row, name, price.price_vnd, quantity, price.price_list))
    return found


def _amount(request: HttpRequest, name: str) -> int:
    """What is typed there so far; nothing while it cannot be read."""
    try:
        return parse_vnd(request.POST.get(name) or "0")
    except DomainError:
        return 0
