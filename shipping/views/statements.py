"""Statements of carriers: the list, one with its classes, and what is done about each line."""

from io import BytesIO

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.fields import add_refusal
from oms.kernel.pages import cursors
from shipping.forms import LossForm, chosen_ids
from shipping.models import CarrierStatement, StatementLine, Verdict
from shipping.money_forms import TransferForm
from shipping.ports import carrier_kinds
from shipping.selectors.statements import (
    bank_candidates,
    classes_of,
    lines_page,
    statement_page,
    statements_visible_to,
)
from shipping.services.differences import accept_line, accept_lines, ask_about_line
from shipping.services.remittances import Transfer, lines_to_pay, record_transfer
from shipping.statements.differences_file import write_differences


@require_GET
@permission_required("shipping.reconcile_cod", raise_exception=True)
def statement_list(request: HttpRequest) -> HttpResponse:
    page, standings = statement_page(request.user, **cursors(request.GET))
    context = {"page": page, "standings": standings, "carriers": carrier_kinds()}
    return render(request, "shipping/statement_list.html", context)


@require_GET
@permission_required("shipping.reconcile_cod", raise_exception=True)
def statement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    statement = get_object_or_404(statements_visible_to(request.user), pk=pk)
    return _page(request, statement, _transfer_form(statement))


def _transfer_form(statement: CarrierStatement, data: object = None) -> TransferForm:
    first = {"amount": statement.due_vnd if statement.due_vnd > 0 else None}
    return TransferForm(data, lines=bank_candidates(statement), initial=first)


def _page(request: HttpRequest, statement: CarrierStatement, form: TransferForm) -> HttpResponse:
    classes = classes_of(statement)
    waiting = next((row.key for row in classes if row.waiting), Verdict.EQUAL.value)
    show = request.GET.get("show", "")
    show = show if show in Verdict.values else waiting
    context = {
        "statement": statement,
        "classes": classes,
        "show": show,
        "chosen": next(row for row in classes if row.key == show),
        "page": lines_page(statement, show, **cursors(request.GET)),
        "form": form,
        "remittances": statement.remittances.order_by("id"),
        "unpaid": lines_to_pay(statement.pk).count() if statement.remitted_vnd else 0,
    }
    status = 422 if form.errors else 200
    return render(request, "shipping/statement_detail.html", context, status=status)


@require_POST
@permission_required("shipping.reconcile_cod", raise_exception=True)
def remit(request: HttpRequest, pk: int) -> HttpResponse:
    """The transfer for a statement; its orders are paid by a job."""
    statement = get_object_or_404(statements_visible_to(request.user), pk=pk)
    form = _transfer_form(statement, request.POST)
    if form.is_valid():
        said = form.cleaned_data
        line = said["bank_line"]
        transfer = Transfer(
            said["amount"], said["reference"], said["received_on"], line.pk if line else None
        )
        try:
            record_transfer(pk, transfer, reason=said["reason"], actor=Actor.of(request))
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã ghi tiền về; các đơn đang được ghi đã thanh toán."))
            return redirect("shipping:statement_detail", pk)
    return _page(request, statement, form)


@require_POST
@permission_required("shipping.write_off_cod", raise_exception=True)
def accept(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    """Take the carrier's sums for one line."""
    line = _line(request, pk, line_pk)
    form = LossForm(request.POST)
    try:
        accept_line(line.pk, form.data.get("reason", ""), actor=Actor.of(request))
    except DomainError as refusal:
        messages.error(request, f"{line.tracking_number}: {refusal.message}")
    else:
        text = _("Đã chấp nhận số của hãng cho %s.")
        messages.success(request, text % line.tracking_number)
    return _back(pk, line.verdict)


@require_POST
@permission_required("shipping.write_off_cod", raise_exception=True)
def accept_many(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the carrier's sums for the ticked lines of one class, with one reason."""
    statement = get_object_or_404(statements_visible_to(request.user), pk=pk)
    ids, verdict = chosen_ids(request.POST.getlist("ids")), request.POST.get("show", "")
    try:
        count = accept_lines(
            statement.pk, verdict, ids, request.POST.get("reason", ""), actor=Actor.of(request)
        )
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Đã chấp nhận %(n)s dòng.") % {"n": count})
    return _back(pk, verdict)


@require_POST
@permission_required("shipping.reconcile_cod", raise_exception=True)
def ask(request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
    """Note what the carrier was asked."""
    line = _line(request, pk, line_pk)
    try:
        ask_about_line(line.pk, request.POST.get("reason", ""), actor=Actor.of(request))
    except DomainError as refusal:
        messages.error(request, f"{line.tracking_number}: {refusal.message}")
    else:
        messages.success(request, _("Đã ghi câu hỏi cho hãng về %s.") % line.tracking_number)
    return _back(pk, line.verdict)


@require_GET
@permission_required("shipping.reconcile_cod", raise_exception=True)
def differences(request: HttpRequest, pk: int) -> FileResponse:
    """Every line that is not equal, as a spreadsheet for the carrier."""
    statement = get_object_or_404(statements_visible_to(request.user), pk=pk)
    target = BytesIO()
    write_differences(target, statement)
    target.seek(0)
    name = _("lech-%(number)s.xlsx") % {"number": statement.number}
    return FileResponse(target, as_attachment=True, filename=name)


def _line(request: HttpRequest, pk: int, line_pk: int) -> StatementLine:
    statement = get_object_or_404(statements_visible_to(request.user), pk=pk)
    return get_object_or_404(statement.lines, pk=line_pk)


def _back(pk: int, verdict: str) -> HttpResponse:
    query = f"?show={verdict}" if verdict in Verdict.values else ""
    return redirect(reverse("shipping:statement_detail", args=[pk]) + query)
