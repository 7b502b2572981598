"""What carriers report, appended and read in the order of its own time."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError, TransitionRefused
from orders.models import Order, OrderProblem
from orders.services.problems import open_problem, resolve_problem
from orders.services.states import apply_states
from shipping.models import BookingState, CodStatus, Package, PackageStatus, TrackingEvent
from shipping.ports import Meaning, TrackingUpdate
from shipping.services import handover, returned_parcels
from shipping.services.history import record
from shipping.services.ledger import follow_package
from shipping.services.status_map import in_our_words
from shipping.services.voiding import void_package
from shipping.services.writer import order_of, set_cod, set_status
from shipping.states import OURS, PACKAGE_FLOW, follow

S = PackageStatus
KIND = OrderProblem.Kind
ORDER_STATES = {
    S.IN_TRANSIT,
    S.OUT_FOR_DELIVERY,
    S.DELIVERY_FAILED,
    S.DELIVERED,
    S.RETURN_PENDING,
    S.RETURNING,
    S.RETURNED,
    S.LOST,
    S.DAMAGED,
}
# Nobody may ask for another attempt any more.
DECIDED = {S.DELIVERED, S.RETURNING, S.RETURNED, S.LOST, S.DAMAGED}
ANOTHER_TRY = {S.OUT_FOR_DELIVERY} | DECIDED


def find_package(carrier_code: str, *, tracking_number: str, reference: str) -> Package | None:
    """The package that a report is about; our reference answers while the number is unknown."""
    packages = Package.objects.filter(carrier_code=carrier_code)
    found = packages.filter(tracking_number=tracking_number).order_by("-id").first()
    if found is None and reference:
        found = packages.filter(reference=reference).first()
    return found


@transaction.atomic
def apply_event(package_id: int, update: TrackingUpdate, *, actor: Actor | None = None) -> bool:
    """Append a report and let the package follow; False when it was known already.

    The state is derived from all reports in the order of their own time, so a repeat or a late
    one never moves the package back. An unknown code opens a problem and moves nothing.
    """
    order = order_of(package_id, lock=True)
    package = Package.objects.select_for_update().get(pk=package_id)
    actor = actor or Actor.partner(package.carrier_code)
    update = in_our_words(package.carrier_code, update)
    _event, created = TrackingEvent.objects.get_or_create(
        package=package,
        kind=update.kind[:40],
        raw_status=update.raw_status[:60],
        occurred_at=update.occurred_at,
        defaults={
            "status": update.status,
            "known": update.known,
            "reason": update.reason[:300],
            "reason_code": update.reason_code[:40],
            "place": update.place[:200],
        },
    )
    newest = package.status_at is None or update.occurred_at >= package.status_at
    if not created and not (newest and _says_more(package, update)):
        return False
    money, weight_g = _money(package), package.carrier_weight_g
    _note_facts(package, update, newest=newest)
    if newest and update.raw_status:
        package.raw_status, package.status_at = update.raw_status[:60], update.occurred_at
        package.save(update_fields=["raw_status", "status_at"])
    if update.known:
        _follow(package, order, actor=actor)
        if update.facts.get("partial_return"):
            returned_parcels.open_partial(package, update.occurred_at, actor=actor)
    if _money(package) != money:
        weighed = package.carrier_weight_g != weight_g
        follow_package(package, actor=actor, weighed=weighed)
    if not update.known:
        _open_unknown(order, package, update)
    elif newest:
        _problems(package, order, update, actor=actor)
    return True


def _says_more(package: Package, update: TrackingUpdate) -> bool:
    """A carrier corrects weight or fee, or pays out, under the state and time told before."""
    told = (
        (update.fee_vnd, package.fee_vnd),
        (update.weight_g, package.carrier_weight_g),
        (package.cod_told_at or update.cod_transferred_at, package.cod_told_at),
    )
    return any(new is not None and new != old for new, old in told)


def _money(package: Package) -> tuple[int | None, str]:
    """What the carrier's ledger follows."""
    return package.fee_vnd, package.cod_status


def _note_facts(package: Package, update: TrackingUpdate, *, newest: bool) -> None:
    """Re-weighing, the fee really charged and the day of delivery, as they were told last.

    The amount to collect stays ours to decide. That the cash was transferred is kept as it was told
    first, whichever report comes first: a later one repeats it, an older one does not take it back.
    """
    told = {
        "fee_vnd": update.fee_vnd,
        "carrier_weight_g": update.weight_g,
        "expected_at": update.expected_at,
    }
    package.checked_at = now()
    for name, value in told.items():
        if newest and value is not None:
            setattr(package, name, value)
    package.cod_told_at = package.cod_told_at or update.cod_transferred_at
    package.save(update_fields=["checked_at", "cod_told_at", *told])


def _reports(package: Package) -> list[tuple[datetime, str]]:
    events = package.tracking_events.exclude(status="")
    return list(events.values_list("occurred_at", "status"))


def _follow(package: Package, order: Order, *, actor: Actor) -> None:
    after = follow(_start(package), _reports(package))
    if after == package.status or package.booking_state == BookingState.VOID:
        return
    if after == S.CANCELLED:
        void_package(package, actor=actor, reason=_("Hãng hủy vận đơn"))
        open_problem(
            order.pk, KIND.SHIPPING, _("Hãng đã hủy vận đơn %s.") % package.tracking_number, {}
        )
        return
    if after not in ORDER_STATES:
        return
    try:
        with transaction.atomic():
            _move(package, order, after, actor=actor)
    except TransitionRefused:
        # A cancelled or held order whose parcel moves all the same: the parcel's state is a fact.
        package.refresh_from_db()
        set_status(package, after, handed_over_at=package.handed_over_at or now())
        message = _("Đơn không còn đi giao nhưng hãng báo kiện %(code)s: %(status)s.")
        words = {"code": package.tracking_number, "status": package.raw_status}
        open_problem(order.pk, KIND.SHIPPING, message % words, {"package_id": package.pk})


def _move(package: Package, order: Order, after: str, *, actor: Actor) -> None:
    if package.handed_over_at is None:
        # The carrier has it although nobody pressed hand-over: the goods are out all the same.
        handover.leave(package, order, actor=actor)
    set_status(package, after)
    _collect(package, after, order, actor=actor)


def _start(package: Package) -> str:
    """Where the carrier's reports begin."""
    if package.handed_over_at:
        return S.HANDED_OVER
    return package.status if package.status in OURS else S.RELEASED


def _happened_at(package: Package, status: str) -> datetime:
    """The carrier's own time of a state: a newer report may have arrived before it."""
    events = package.tracking_events.filter(status=status).order_by("occurred_at")
    return events.values_list("occurred_at", flat=True).first() or now()


def _collect(package: Package, after: str, order: Order, *, actor: Actor) -> None:
    """Move the order along; delivery also means that the carrier holds the cash."""
    cod: str | None = None
    if after == S.DELIVERED:
        delivered_at = _happened_at(package, after)
        Package.objects.filter(pk=package.pk).update(delivered_at=delivered_at)
        if package.cod_status == CodStatus.TO_COLLECT:
            set_cod(package, CodStatus.COLLECTED, cod_collected_at=delivered_at)
            cod = CodStatus.COLLECTED.value
    if after == S.RETURNED and package.cod_status == CodStatus.TO_COLLECT:
        set_cod(package, CodStatus.NONE)
        cod = CodStatus.NONE.value
    apply_states(
        order.pk,
        actor=actor,
        event_name="order.delivered" if after == S.DELIVERED else f"shipment.{after}",
        data={
            "package_id": package.pk,
            "tracking_number": package.tracking_number,
            "raw_status": package.raw_status,
        },
        fulfillment=str(after),
        cod=cod,
    )
    if after in ANOTHER_TRY:
        resolve_problem(order.pk, KIND.DELIVERY_FAILED)
    returned_parcels.follow(package, after, actor=actor)


def _problems(package: Package, order: Order, update: TrackingUpdate, *, actor: Actor) -> None:
    if not update.problem:
        return
    kind = KIND.DELIVERY_FAILED if update.problem == "delivery_failed" else KIND.SHIPPING
    if kind == KIND.DELIVERY_FAILED and package.status in DECIDED:
        return
    message = _("%(code)s: hãng báo “%(status)s”. %(reason)s") % {
        "code": package.tracking_number,
        "status": update.raw_status,
        "reason": update.reason,
    }
    data = {"package_id": package.pk, "reason_code": update.reason_code}
    open_problem(order.pk, kind, message.strip()[:500], data)
    record(package, f"shipment.problem_{update.problem}", actor=actor, data=data)


def _open_unknown(order: Order, package: Package, update: TrackingUpdate) -> None:
    message = _("Mã trạng thái “%(raw)s” của hãng chưa được ánh xạ (vận đơn %(code)s).")
    open_problem(
        order.pk,
        KIND.UNKNOWN_STATUS,
        message % {"raw": update.raw_status[:60], "code": package.tracking_number},
        {
            "package_id": package.pk,
            "carrier": package.carrier_code,
            "raw_status": update.raw_status[:60],
        },
    )


@transaction.atomic
def read_again(
    package_id: int, raw_status: str, meaning: Meaning | None, *, actor: Actor
) -> Package:
    """Past reports with this code mean something else now: keep that and let the package follow.

    A repeat changes nothing. Raises DomainError for a package that cannot go back any more, and
    then keeps what it was.
    """
    order = order_of(package_id, lock=True)
    package = Package.objects.select_for_update().get(pk=package_id)
    events = package.tracking_events.filter(raw_status=raw_status)
    events.update(status=meaning.status if meaning else "", known=meaning is not None)
    if package.booking_state == BookingState.VOID:
        return package
    after = follow(_start(package), _reports(package))
    if after != package.status and not PACKAGE_FLOW.allows(package.status, after):
        raise DomainError(
            _("Kiện đã ở “%(now)s”, không lùi về “%(then)s” được.")
            % {"now": package.get_status_display(), "then": S(after).label},
            "status_map.too_late",
        )
    _follow(package, order, actor=actor)
    follow_package(package, actor=actor)
    newest = package.tracking_events.order_by("-occurred_at", "-id").first()
    if meaning and newest and newest.raw_status == raw_status:
        _problems(package, order, _as_update(newest, package, meaning), actor=actor)
    if not package.tracking_events.filter(known=False).exists():
        resolve_problem(order.pk, KIND.UNKNOWN_STATUS, actor=actor)
    return package


def _as_update(event: TrackingEvent, package: Package, meaning: Meaning) -> TrackingUpdate:
    return TrackingUpdate(
        tracking_number=package.tracking_number,
        reference=package.reference,
        kind=event.kind,
        raw_status=event.raw_status,
        occurred_at=event.occurred_at,
        status=meaning.status,
        problem=meaning.problem,
        reason=event.reason,
        reason_code=event.reason_code,
    )
