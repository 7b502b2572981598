"""What can be done with orders: the registry that list, order page and palette use."""

from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import translation
from django.utils.translation import gettext as _

from oms.api.doors import signed, told
from oms.api.reading import body_of, wrong
from oms.api.shapes import run_told
from oms.kernel.actors import Actor
from orders.bulk.registry import Action, actions_for, find_action
from orders.forms.bulk import ActionForm
from orders.models import BulkRun
from orders.selectors.bulk import runs_of
from orders.selectors.lists import orders_visible_to
from orders.services import bulk

VIEW = "orders.view_order"
MOST = 1000


@signed(GET=VIEW)
def actions(request: HttpRequest) -> JsonResponse:
    """What this user may do, and what is asked for it."""
    rows = [action for action in actions_for(request.user) if action.run is not None]
    return JsonResponse({"actions": [_action(row, request.user) for row in rows]})


def _action(action: Action, user: Any) -> dict[str, Any]:
    asks = [
        {
            "name": ask.name,
            "label": str(ask.label),
            "choices": [
                {"value": value, "label": str(label)}
                for value, label in (ask.choices(user) if ask.choices else ())
            ],
        }
        for ask in action.asks
    ]
    return {"code": action.code, "label": str(action.label), "asks": asks}


@signed(once=True, POST=VIEW)
def act(request: HttpRequest, action_code: str) -> JsonResponse:
    """Begin an action with `orders` (ids) and what it asks in `said`; 202 with the run.

    With `check` nothing is done: the answer says how many would pass, and why others would not.
    The very same call again, signature and all, is answered as the first time.
    """
    action = find_action(action_code)
    if action is None or action.run is None:
        raise Http404
    if not request.user.has_perm(action.permission):  # type: ignore[union-attr]
        return told(403, "forbidden", _("Khóa này không có quyền làm việc đó."))
    data = body_of(request)
    said = data.get("said", {})
    form = ActionForm(action, request.user, said if isinstance(said, dict) else {})
    is_check = data.get("check") is True
    if not is_check and not form.is_valid():
        raise wrong("said." + next(iter(form.errors)))
    run = _frozen(request, action, data)
    if is_check:
        return JsonResponse(_look(run, action, request.user))
    run = bulk.start(run.pk, form.cleaned_data, actor=Actor.of(request))
    return JsonResponse(run_told(run), status=202)


def _frozen(request: HttpRequest, action: Action, data: dict[str, Any]) -> BulkRun:
    ids = data.get("orders")
    if not isinstance(ids, list) or not ids or len(ids) > MOST:
        raise wrong("orders")
    if not all(type(pk) is int and 0 < pk < 2**63 for pk in ids):
        raise wrong("orders")
    return bulk.freeze(
        action,
        orders_visible_to(request.user).filter(pk__in=ids),
        user=request.user,  # type: ignore[arg-type]
        language=translation.get_language(),
    )


def _look(run: BulkRun, action: Action, user: Any) -> dict[str, Any]:
    look = bulk.preflight(run, action, user=user)
    refused = [
        {"cause": cause.label, "count": cause.count, "orders": [pk for pk, _n in cause.orders]}
        for cause in look.causes
    ]
    return {"total": look.total, "passing": len(look.ids), "refused": refused}


@signed(GET=VIEW)
def run(request: HttpRequest, pk: int) -> JsonResponse:
    return JsonResponse(run_told(get_object_or_404(runs_of(request.user), pk=pk)))
