"""What last month would have cost and how long it would have taken under other rules.

Stock of the past is not kept by the day, so each order may leave from every warehouse that keeps
its goods now, and from the one it left from. Prices are those that were heard last.
"""

from collections.abc import Collection, Iterable
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from oms.kernel import jobs, queue
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.models import Job
from orders.models import Order
from shipping.models import FeePayer, Fulfilment, Package, RoutingTrial, RuleSet
from shipping.routing.choose import route
from shipping.routing.facts import Decision, Need, Weights, World
from shipping.selectors.accounts import accounts_within
from shipping.selectors.parcels import parcel_sizes
from shipping.selectors.routing import needs_of, weights_of, world_of
from shipping.services.preflight import due_cod_vnd

KIND = "shipping.routing_trial"
LAST_MONTH = timedelta(days=30)
CHUNK = 200
SIDES = ("first", "second")


@transaction.atomic
def start_trial(
    first_id: int,
    second_id: int,
    *,
    warehouse_ids: Collection[int] | None,
    shop_ids: Collection[int] | None,
    actor: Actor,
) -> RoutingTrial:
    """Compare two sets over the parcels of the last 30 days, within the asker's scope."""
    if first_id == second_id:
        raise DomainError(_("Hãy chọn hai bộ quy tắc khác nhau."), "trial.same", "second")
    until = now()
    trial = RoutingTrial(
        first=RuleSet.objects.get(pk=first_id),
        second=RuleSet.objects.get(pk=second_id),
        since=until - LAST_MONTH,
        until=until,
        warehouse_ids=None if warehouse_ids is None else sorted(warehouse_ids),
        shop_ids=None if shop_ids is None else sorted(shop_ids),
    )
    total = orders_of(trial).count()
    trial.job = jobs.start_job(KIND, actor=actor, params={}, total=total)
    trial.save()
    transaction.on_commit(partial(hurry, trial.job.pk))
    return trial


def hurry(job_id: int) -> None:
    from shipping.tasks import run_routing_trial

    queue.hurry(run_routing_trial, job_id)


def page_of_trial(job: Job) -> str:
    """Where the result of the job stands."""
    return reverse("shipping:routing_trial", args=[RoutingTrial.objects.get(job=job).pk])


def orders_of(trial: RoutingTrial) -> QuerySet[Order]:
    """Orders with a parcel of ours made in the period."""
    packages = Package.objects.filter(
        is_external=False, created_at__gte=trial.since, created_at__lt=trial.until
    )
    if trial.warehouse_ids is not None:
        packages = packages.filter(fulfilment__warehouse__in=trial.warehouse_ids)
    orders = Order.objects.filter(pk__in=packages.values("fulfilment__order"))
    if trial.shop_ids is not None:
        orders = orders.filter(Q(shop_ref=None) | Q(shop_ref__in=trial.shop_ids))
    return orders


def run_trial(job_id: int) -> None:
    """Chunk after chunk, each kept with its progress: a repeat goes on where it stopped."""
    while _step(job_id):
        pass


@transaction.atomic
def _step(job_id: int) -> bool:
    trial = RoutingTrial.objects.select_for_update().get(job=job_id)
    if trial.job.status in (Job.Status.DONE, Job.Status.FAILED):
        return False
    rows = orders_of(trial).filter(pk__gt=trial.after_id).order_by("pk")[:CHUNK]
    orders = list(rows)
    if not orders:
        jobs.finish_job(job_id)
        return False
    found = _decide(orders, trial)
    trial.result = _summed(trial.result, found)
    trial.after_id = orders[-1].pk
    trial.save(update_fields=["result", "after_id"])
    jobs.record_results(job_id, [(str(order.pk), True, "") for order in orders])
    return True


def _decide(orders: list[Order], trial: RoutingTrial) -> list[tuple[Decision, Decision]]:
    sizes = parcel_sizes(orders)
    cash = {order.pk: due_cod_vnd(order, fee_payer=FeePayer.SHOP) for order in orders}
    needs = needs_of(orders, sizes, cash)
    world = world_of(
        needs,
        accounts=accounts_within(trial.warehouse_ids),
        warehouse_ids=trial.warehouse_ids,
        now=trial.until,
    )
    left_from = dict(
        Fulfilment.objects.filter(order__in=orders)
        .order_by("pk")
        .values_list("order_id", "warehouse_id")
    )
    sides = [weights_of(trial.first), weights_of(trial.second)]
    return [_both(need, world, left_from.get(need.order_id), sides) for need in needs]


def _both(
    need: Need, world: World, left_from: int | None, sides: Iterable[Weights]
) -> tuple[Decision, Decision]:
    """Each side decides alone: what one order takes is there again for the next."""
    kept_at = {place for variant, place in world.free if variant in need.wanted} | {left_from}
    free = {
        (variant, place): need.wanted[variant]
        for variant in need.wanted
        for place in kept_at
        if place is not None
    }
    there = World(world.places, world.ways, world.prices, world.records, free, world.at)
    first, second = (route(need, there, side) for side in sides)
    return first, second


def _summed(before: dict[str, Any], found: list[tuple[Decision, Decision]]) -> dict[str, Any]:
    """Orders that both sides can price, their money and days; how many differ, how many not."""
    after = {
        "orders": 0,
        "differ": 0,
        "unpriced": 0,
        **{side: {"fee_vnd": 0, "days": 0, "ways": {}} for side in SIDES},
        **before,
    }
    for pair in found:
        chosen = [decision.chosen for decision in pair]
        if any(option is None or option.price.fee_vnd is None for option in chosen):
            after["unpriced"] += 1
            continue
        after["orders"] += 1
        names = []
        for side, option in zip(SIDES, chosen, strict=True):
            assert option is not None
            sums = after[side]
            sums["fee_vnd"] += option.price.fee_vnd or 0
            sums["days"] += option.days
            name = f"{option.place.name} · {option.way.name}"
            sums["ways"][name] = sums["ways"].get(name, 0) + 1
            names.append((name, option.price.service_code))
        after["differ"] += names[0] != names[1]
    return after
