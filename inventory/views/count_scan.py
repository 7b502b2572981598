"""Counting with a scanner on a phone: a code and Enter count one piece."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from inventory.forms.counting import CountedForm, CountScanForm
from inventory.models import CountLine, StockCount
from inventory.selectors import counting as selectors
from inventory.services import counting
from inventory.views.counting import visible_count
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.htmx import is_htmx
from oms.kernel.pages import cursors


@require_http_methods(["GET", "POST"])
@permission_required("inventory.count_stock", raise_exception=True)
def scan(request: HttpRequest, pk: int) -> HttpResponse:
    count = visible_count(request, pk)
    form = CountScanForm(request.POST or None)
    if request.method == "GET":
        return _page(request, count)
    if not form.is_valid():
        return _page(request, count, error=_first_error(form), status=422)
    data = form.cleaned_data
    try:
        line = counting.add_tally(
            pk, data["code"].pk, data["quantity"], key=data["key"], actor=Actor.of(request)
        )
    except DomainError as refusal:
        return _page(request, count, error=refusal.message, status=422)
    return _done(request, count, line)


@require_POST
@permission_required("inventory.count_stock", raise_exception=True)
def set_counted(request: HttpRequest, pk: int, variant_id: int) -> HttpResponse:
    """The number typed is all there are: it replaces what the scans added up to."""
    count = visible_count(request, pk)
    form = CountedForm(request.POST)
    if not form.is_valid():
        return _page(request, count, error=_first_error(form), status=422)
    data = form.cleaned_data
    try:
        line = counting.set_counted(
            pk, variant_id, data["counted"], key=data["key"], actor=Actor.of(request)
        )
    except DomainError as refusal:
        return _page(request, count, error=refusal.message, status=422)
    return _done(request, count, line)


def _done(request: HttpRequest, count: StockCount, line: CountLine) -> HttpResponse:
    if is_htmx(request):
        return _page(request, count, line=line)
    return redirect("inventory:count_scan", count.pk)


def _first_error(form: CountScanForm | CountedForm) -> str:
    return str(next(iter(form.errors.values()))[0])


def _page(
    request: HttpRequest,
    count: StockCount,
    *,
    line: CountLine | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "count": count,
        "is_counting": count.status == StockCount.Status.COUNTING,
        "progress": selectors.progress_of(count),
        "newest": selectors.newest_lines(count),
        "todo": selectors.count_lines(
            count,
            show="todo",
            **cursors(request.GET),
        ),
        "line": line,
        "error": error,
        # Who counts with the number in sight finds it: also those who may see it elsewhere.
        "shows_books": not count.is_blind,
    }
    template = "inventory/count_scan.html"
    if is_htmx(request):
        template += "#count-panel"
    return render(request, template, context, status=status)
