"""For the program of a warehouse that somebody else runs: its work, and what it says of it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404

from inventory.services.told_counts import take_count
from oms.api.doors import signed
from oms.api.reading import body_of, lines_in, text, whole, wrong
from oms.kernel.actors import Actor
from oms.kernel.pages import cursors
from shipping.labels.batch import print_batch, zpl_batch
from shipping.selectors.outside import (
    outside_fulfilments,
    outside_page,
    outside_warehouses,
    tell_fulfilments,
)
from shipping.services.outside import STEPS, packed_parcel, take_step, tell_short

SERVE = "shipping.serve_warehouse"
REFERENCE_LENGTH = 60


@signed(GET=SERVE)
def fulfilments(request: HttpRequest) -> JsonResponse:
    """One page of those that have not left, the oldest first; `show=all` for every one."""
    show = "all" if request.GET.get("show") == "all" else ""
    page = outside_page(request.user, show=show, **cursors(request.GET))
    told = tell_fulfilments(page.rows)
    return JsonResponse({"fulfilments": told, "after": page.next_cursor})


@signed(GET=SERVE)
def fulfilment(request: HttpRequest, pk: int) -> JsonResponse:
    found = get_object_or_404(outside_fulfilments(request.user), pk=pk)
    return JsonResponse(tell_fulfilments([found])[0])


@signed(GET=SERVE)
def label(request: HttpRequest, pk: int) -> HttpResponse:
    """The packed parcel's label as PDF; with `as=zpl` for a thermal printer, where we drew it."""
    parcel = packed_parcel(get_object_or_404(outside_fulfilments(request.user), pk=pk).pk)
    if request.GET.get("as") == "zpl" and not parcel.waybill:
        return HttpResponse(zpl_batch([parcel]), content_type="text/plain; charset=utf-8")
    return HttpResponse(print_batch([parcel]), content_type="application/pdf")


@signed(POST=SERVE)
def step(request: HttpRequest, pk: int, step_code: str) -> JsonResponse:
    """Picked, packed, handed over, or short with the pieces that are missing."""
    found = get_object_or_404(outside_fulfilments(request.user), pk=pk)
    actor = _actor(request)
    if step_code == "short":
        tell_short(found.pk, _pieces(body_of(request), "missing"), actor=actor)
    elif step_code in STEPS:
        take_step(found.pk, step_code, actor=actor)
    else:
        raise Http404
    return JsonResponse(tell_fulfilments([outside_fulfilments(request.user).get(pk=pk)])[0])


@signed(POST=SERVE)
def counts(request: HttpRequest) -> JsonResponse:
    """What lies on the shelves of one of its warehouses; a person of ours approves it."""
    data = body_of(request)
    code, reference = text(data, "warehouse"), text(data, "reference", most=REFERENCE_LENGTH)
    if not reference:
        raise wrong("reference")
    place = get_object_or_404(outside_warehouses(request.user), code=code)
    told = take_count(place.pk, reference, _pieces(data, "on_hand"), actor=_actor(request))
    return JsonResponse(
        {
            "count": told.count.number,
            "status": told.count.status,
            "differences": told.differences,
            "unknown": told.unknown,
        }
    )


def _actor(request: HttpRequest) -> Actor:
    key: Any = request.api_key  # type: ignore[attr-defined]
    return Actor.partner(key.name)


def _pieces(data: dict[str, Any], name: str) -> dict[str, int]:
    """{sku: pieces}; each code once, a number that is left out or wrong is refused by its place."""
    found: dict[str, int] = {}
    for place, line in enumerate(lines_in(data)):
        within = f"lines[{place}]."
        if not isinstance(line, dict) or name not in line:
            raise wrong(within + name)
        sku = text(line, "sku", within=within)
        if not sku or sku in found:
            raise wrong(within + "sku")
        found[sku] = whole(line, name, within=within)
    return found
