"""Claims against carriers: the list, a new one, one with its papers and its outcome."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import timeline_of
from oms.kernel.fields import add_refusal
from oms.kernel.pages import cursors
from orders.timeline import TITLES
from shipping.models import CarrierClaim, ClaimFile, Package, StatementLine
from shipping.money_forms import AnswerForm, ClaimFilter, ClaimForm, PapersForm
from shipping.selectors.claims import CLAIM_TABS, claim_page, claims_visible_to
from shipping.selectors.packages import packages_visible_to
from shipping.selectors.statements import accounts_for, statements_visible_to
from shipping.services import claims


@require_GET
@permission_required("shipping.reconcile_cod", raise_exception=True)
def claim_list(request: HttpRequest) -> HttpResponse:
    form = ClaimFilter(request.GET, accounts=accounts_for(request.user))
    form.is_valid()
    account, tab = form.cleaned_data.get("account"), request.GET.get("tab", "waiting")
    page = claim_page(
        request.user,
        tab=tab,
        kind=form.cleaned_data.get("kind", ""),
        account=account.pk if account else None,
        **cursors(request.GET),
    )
    context = {"page": page, "tabs": CLAIM_TABS, "tab": tab, "form": form}
    return render(request, "shipping/claim_list.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("shipping.claim_loss", raise_exception=True)
def claim_new(request: HttpRequest, package_pk: int) -> HttpResponse:
    """From a parcel, or from a line of a statement (`line` in the address)."""
    package = get_object_or_404(
        packages_visible_to(request.user).select_related("account", "fulfilment__order"),
        pk=package_pk,
    )
    if package.account is None:
        raise Http404
    line = _line(request, package)
    kind, asked_vnd = claims.proposal(package)
    if line is not None:
        asked_vnd = abs(line.difference_vnd)
    first = {"kind": kind, "asked_vnd": asked_vnd or None}
    form = ClaimForm(request.POST or None, request.FILES or None, initial=first)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = claims.open_claim(
                package.pk,
                said["kind"],
                said["asked_vnd"],
                said["text"],
                actor=Actor.of(request),
                line_id=line.pk if line else None,
                files=said["papers"],
            )
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("shipping:claim_detail", made.pk)
    context = {"form": form, "package": package, "line": line, "due_on": claims.last_day(package)}
    status = 422 if form.errors else 200
    return render(request, "shipping/claim_new.html", context, status=status)


def _line(request: HttpRequest, package: Package) -> StatementLine | None:
    found = request.GET.get("line", "")
    if not found.isdecimal():
        return None
    lines = StatementLine.objects.filter(statement__in=statements_visible_to(request.user))
    return get_object_or_404(lines, pk=int(found), package=package)


@require_GET
@permission_required("shipping.reconcile_cod", raise_exception=True)
def claim_detail(request: HttpRequest, pk: int) -> HttpResponse:
    claim = get_object_or_404(claims_visible_to(request.user), pk=pk)
    return _page(request, claim, AnswerForm())


def _page(request: HttpRequest, claim: CarrierClaim, form: AnswerForm) -> HttpResponse:
    events = timeline_of("order", claim.package.fulfilment.order_id).filter(
        subject_kind="carrierclaim", subject_id=claim.pk
    )
    context = {
        "claim": claim,
        "form": form,
        "papers_form": PapersForm(),
        "papers": claim.files.order_by("id"),
        "events": [(TITLES.get(event.name, event.name), event) for event in events],
    }
    status = 422 if form.errors else 200
    return render(request, "shipping/claim_detail.html", context, status=status)


@require_POST
@permission_required("shipping.claim_loss", raise_exception=True)
def claim_act(request: HttpRequest, pk: int, deed: str) -> HttpResponse:
    """Send it, note the carrier's answer, or take it back."""
    claim = get_object_or_404(claims_visible_to(request.user), pk=pk)
    form = AnswerForm(request.POST)
    if deed not in DEEDS:
        raise Http404
    if form.is_valid():
        try:
            DEEDS[deed](claim, form, Actor.of(request))
        except DomainError as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("Đã lưu khiếu nại."))
            return redirect("shipping:claim_detail", pk)
    return _page(request, claim, form)


def _paid(claim: CarrierClaim, form: AnswerForm, actor: Actor) -> None:
    said = form.cleaned_data
    claims.settle_claim(claim.pk, said["paid_vnd"] or 0, said["answer"], actor=actor)


def _refused(claim: CarrierClaim, form: AnswerForm, actor: Actor) -> None:
    claims.refuse_claim(claim.pk, form.cleaned_data["answer"], actor=actor)


def _withdrawn(claim: CarrierClaim, form: AnswerForm, actor: Actor) -> None:
    claims.withdraw_claim(claim.pk, form.cleaned_data["answer"], actor=actor)


def _sent(claim: CarrierClaim, _form: AnswerForm, actor: Actor) -> None:
    claims.send_claim(claim.pk, actor=actor)


DEEDS: dict[str, Callable[[CarrierClaim, AnswerForm, Actor], None]] = {
    "sent": _sent,
    "paid": _paid,
    "refused": _refused,
    "withdrawn": _withdrawn,
}


@require_POST
@permission_required("shipping.claim_loss", raise_exception=True)
def claim_papers(request: HttpRequest, pk: int) -> HttpResponse:
    claim = get_object_or_404(claims_visible_to(request.user), pk=pk)
    form = PapersForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Hãy chọn ảnh hoặc tệp PDF."))
        return redirect("shipping:claim_detail", pk)
    try:
        claims.add_papers(claim.pk, form.cleaned_data["papers"], actor=Actor.of(request))
    except DomainError as refusal:
        messages.error(request, refusal.message)
    return redirect("shipping:claim_detail", pk)


@require_GET
@permission_required("shipping.reconcile_cod", raise_exception=True)
def claim_file(request: HttpRequest, pk: int, file_pk: int) -> FileResponse:
    """The file as what it was found to be; pictures stand in line."""
    claim = get_object_or_404(claims_visible_to(request.user), pk=pk)
    kept = get_object_or_404(ClaimFile, claim=claim, pk=file_pk)
    answer = FileResponse(
        kept.file.open("rb"),
        filename=kept.name,
        content_type=kept.content_type,
        as_attachment=not kept.content_type.startswith("image/"),
    )
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
