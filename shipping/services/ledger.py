"""Writing the carrier ledger: lines that follow a parcel's row, and lines of what is settled.

Every function works inside the caller's transaction, with the parcel's row locked.
"""

from django.db.models import Sum

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from shipping.models import BookingState, CarrierEntry, CodStatus, EntryKind, FeePayer, Package
from shipping.models.ledger import COD_KINDS, FEE_KINDS
from shipping.models.packages import PackageStatus

K = EntryKind
OWED = frozenset(
    {CodStatus.COLLECTED, CodStatus.IN_STATEMENT, CodStatus.MISMATCH, CodStatus.REMITTED}
)
COMES_BACK = frozenset(
    {PackageStatus.RETURN_PENDING, PackageStatus.RETURNING, PackageStatus.RETURNED}
)


def follow_package(package: Package, *, actor: Actor, weighed: bool = False) -> None:
    """Bring the ledger to what the parcel's row says now: its fee, and the cash it was paid.

    A repeat posts nothing. Once a statement has listed the parcel, its fee is what statements say.
    """
    if package.account_id is None or package.is_external:
        return
    sums = _sums(package)
    _follow_cod(package, sums, actor)
    if K.STATED not in sums:
        _follow_fee(package, sums, actor, weighed)


def _sums(package: Package) -> dict[str, int]:
    rows = CarrierEntry.objects.filter(package=package).values_list("kind")
    return dict(rows.annotate(total=Sum("amount_vnd")).order_by())


def _follow_fee(package: Package, sums: dict[str, int], actor: Actor, weighed: bool) -> None:
    wanted = -fee_owed(package)
    missing = wanted - sum(sums.get(kind, 0) for kind in FEE_KINDS)
    if not missing:
        return
    before = last_entry(package, FEE_KINDS)
    if before is None:
        kind = K.FEE
    elif package.booking_state == BookingState.VOID:
        kind = K.FEE_VOID
    elif package.status in COMES_BACK:
        kind = K.RETURN_FEE
    else:
        kind = K.WEIGHT if weighed else K.FEE_CHANGE
    post_of_package(package, kind, missing, before, actor)


def fee_owed(package: Package) -> int:
    """The fee that the carrier takes from us for this parcel, as far as it has told."""
    if package.booking_state != BookingState.BOOKED or package.fee_payer != FeePayer.SHOP:
        return 0
    return package.fee_vnd or 0


def _follow_cod(package: Package, sums: dict[str, int], actor: Actor) -> None:
    wanted = 0
    if package.cod_status in OWED:
        wanted = package.cod_vnd
    elif package.cod_status == CodStatus.WRITTEN_OFF:
        wanted = (package.cod_received_vnd or 0) - sums.get(K.COD_DIFFERENCE, 0)
    missing = wanted - sum(sums.get(kind, 0) for kind in COD_KINDS)
    if not missing:
        return
    before = last_entry(package, COD_KINDS)
    kind = K.COD
    if before is not None:
        kind = K.COD_LOSS if package.cod_status == CodStatus.WRITTEN_OFF else K.COD_VOID
    post_of_package(package, kind, missing, before, actor)


def last_entry(package: Package, kinds: tuple[EntryKind, ...]) -> CarrierEntry | None:
    """The line that a correction of one of these kinds names."""
    rows = CarrierEntry.objects.filter(package=package, kind__in=kinds)
    return rows.order_by("-id").first()


def post_of_package(
    package: Package, kind: EntryKind, amount_vnd: int, corrects: CarrierEntry | None, actor: Actor
) -> CarrierEntry:
    assert package.account_id is not None
    return CarrierEntry.objects.create(
        account_id=package.account_id,
        package=package,
        kind=kind,
        amount_vnd=amount_vnd,
        corrects=corrects,
        source_kind="package",
        source_id=package.pk,
        actor_label=actor.label,
        created_at=now(),
    )


def post_received(package: Package, amount_vnd: int, payment_id: int, *, actor: Actor) -> None:
    """Money for one parcel arrived outside of any statement."""
    if package.account_id is None or package.is_external:
        return
    CarrierEntry.objects.create(
        account_id=package.account_id,
        package=package,
        kind=K.REMITTED,
        amount_vnd=-amount_vnd,
        source_kind="payment",
        source_id=payment_id,
        actor_label=actor.label,
        created_at=now(),
    )
