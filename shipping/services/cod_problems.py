"""Cash that a statement lists otherwise than expected stands on its order until it is settled."""

from collections.abc import Collection

from django.urls import reverse
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.money import format_vnd
from orders.models import OrderProblem
from orders.services.problem_sets import Finding, settle_problems
from shipping.models import StatementLine, Step, Verdict

KIND = OrderProblem.Kind.COD_DIFFERENCE


def tell_cod_differences(package_ids: Collection[int], *, actor: Actor) -> None:
    """Open or close the problem of the orders of these parcels, as their lines stand now."""
    ids = list(package_ids)
    waiting = StatementLine.objects.filter(verdict=Verdict.COD_DIFFERS).exclude(step=Step.DONE)
    told = OrderProblem.objects.filter(kind=KIND, resolved_at=None)
    orders = {
        *waiting.filter(package__in=ids).values_list("package__fulfilment__order", flat=True),
        *told.filter(order__fulfilments__packages__in=ids).values_list("order", flat=True),
    }
    if not orders:
        return
    lines = waiting.filter(package__fulfilment__order__in=orders)
    rows = lines.select_related("statement", "package__fulfilment").order_by("id")
    found = {row.package.fulfilment.order_id: _finding(row) for row in rows if row.package}
    settle_problems(KIND, found, among=orders, actor=actor)


def _finding(line: StatementLine) -> Finding:
    text = _("%(code)s: bảng kê %(number)s ghi thu hộ %(told)s, đơn chờ %(expected)s.")
    words = {
        "code": line.tracking_number,
        "number": line.statement.number,
        "told": format_vnd(line.cod_vnd),
        "expected": format_vnd(line.expected_cod_vnd),
    }
    return Finding(text % words, {"statement_id": line.statement_id, "line_id": line.pk})


def statement_of(problem: OrderProblem) -> str:
    """Where the line waits."""
    page = [problem.data["statement_id"]]
    shown = {"show": Verdict.COD_DIFFERS.value}
    return reverse("shipping:statement_detail", args=page, query=shown)
