"""Where orders wait: one page with a chart, and the same rows as csv."""

from io import StringIO

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from oms.kernel.tables import Column, write_csv
from orders.forms.bottlenecks import PERIODS, BottleneckForm
from orders.models import Order
from orders.selectors.bottlenecks import CUTS, STAGES, Row, bottlenecks, warehouses_for

PERMISSION = "orders.view_bottlenecks"
BARS_SHOWN = 14


@require_safe
@permission_required(PERMISSION, raise_exception=True)
def page(request: HttpRequest) -> HttpResponse:
    form = BottleneckForm(request.GET)
    question = form.question()
    rows, stage = bottlenecks(request.user, question), form.stage_shown()
    context = {
        "question": question,
        "days": (question.until - question.since).days + 1,
        "periods": PERIODS,
        "rows": rows,
        "stage": stage,
        "stages": STAGES,
        "cuts": CUTS,
        "sources": Order.Source.choices,
        "warehouses": warehouses_for(request.user),
        "bars": bars_of(rows, stage, by_day=question.cut == "day"),
    }
    return render(request, "orders/bottlenecks.html", context)


def bars_of(rows: list[Row], stage: str, *, by_day: bool) -> list[tuple[str, int, str]]:
    """Median hours of one stage in tenths; days run from left to right."""
    shown = [row for row in rows if stage in row.stages][:BARS_SHOWN]
    if by_day:
        shown.reverse()
    return [
        (
            row.label[:5] if by_day else row.label[:12],
            int(row.stages[stage].median * 10),
            _("%(hours)s giờ") % {"hours": str(row.stages[stage].median).replace(".", ",")},
        )
        for row in shown
    ]


@require_safe
@permission_required(PERMISSION, raise_exception=True)
def export(request: HttpRequest) -> HttpResponse:
    """Each stage with its orders, median and 90th percentile in hours."""
    question = BottleneckForm(request.GET).question()
    columns = [Column("key", CUTS[question.cut])]
    for code, name in STAGES.items():
        columns += [
            Column(f"{code}_n", _("%(stage)s: số đơn") % {"stage": name}),
            Column(f"{code}_p50", _("%(stage)s: trung vị (giờ)") % {"stage": name}),
            Column(f"{code}_p90", _("%(stage)s: 90%% (giờ)") % {"stage": name}),
        ]
    columns += [Column("late", _("Giao trễ hạn")), Column("returned", _("Hoàn"))]
    text = StringIO()
    write_csv(text, columns, (_cells(row) for row in bottlenecks(request.user, question)))
    return HttpResponse(
        text.getvalue().encode("utf-8-sig"),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="thoi-gian-xu-ly.csv"'},
    )


def _cells(row: Row) -> list[str | int]:
    cells: list[str | int] = [row.label]
    for _name, hours in row.cells:
        cells += [hours.orders, str(hours.median), str(hours.ninth)] if hours else [0, "", ""]
    return [*cells, row.late, row.returned]
