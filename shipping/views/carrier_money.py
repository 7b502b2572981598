"""What carriers owe: by age, line by line, and what came in at the bank."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from oms.kernel.pages import cursors, keyset_page
from shipping.models import BankLine
from shipping.selectors.carrier_money import AGES, balance_of, ledger_page, money_at_carriers
from shipping.selectors.statements import accounts_for


@require_GET
@permission_required("shipping.reconcile_cod", raise_exception=True)
def carrier_money(request: HttpRequest) -> HttpResponse:
    """Each account: its balance, and the cash it holds by age."""
    rows = money_at_carriers(request.user)
    totals = [sum(row.held[number].vnd for row in rows) for number in range(len(AGES))]
    context = {
        "rows": rows,
        "ages": list(zip(AGES, totals, strict=True)),
        "held_vnd": sum(totals),
        "balance_vnd": sum(row.balance_vnd for row in rows),
    }
    return render(request, "shipping/carrier_money.html", context)


@require_GET
@permission_required("shipping.reconcile_cod", raise_exception=True)
def carrier_ledger(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(accounts_for(request.user), pk=pk)
    page, lines = ledger_page(account, **cursors(request.GET))
    context = {
        "account": account,
        "page": page,
        "lines": lines,
        "balance_vnd": balance_of(account),
    }
    return render(request, "shipping/carrier_ledger.html", context)


@require_GET
@permission_required("shipping.reconcile_cod", raise_exception=True)
def bank_list(request: HttpRequest) -> HttpResponse:
    """Money that came in, newest first, with the statement that it paid."""
    rows = BankLine.objects.select_related("remittance__statement")
    if not accounts_for(request.user).exists():
        rows = rows.none()
    page = keyset_page(rows, keys=("-booked_on", "-id"), **cursors(request.GET))
    return render(request, "shipping/bank_list.html", {"page": page})
