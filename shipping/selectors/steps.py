"""What can be done with a parcel now, for who looks at it."""

from dataclasses import dataclass
from typing import Any

from shipping.models import BookingState, CodStatus, Package
from shipping.models.packages import PackageStatus as S
from shipping.ports import Ability, CarrierKind, carrier_kind
from shipping.routing.words import kept_reasons
from shipping.states import FINAL, OURS

UNDELIVERED = frozenset({S.DELIVERY_FAILED, S.RETURN_PENDING})


@dataclass(frozen=True)
class Steps:
    """Each flag is a button on the parcel's card; `track_url` the carrier's own page."""

    has_failed: bool = False
    may_redeliver: bool = False
    may_send_back: bool = False
    may_change_receiver: bool = False
    may_change_cod: bool = False
    must_settle: bool = False
    track_url: str = ""


def with_steps(packages: list[Package], user: Any) -> list[Package]:
    """The same packages, each with `steps` and the reasons of its route."""
    for package in packages:
        package.steps = steps_of(package, user)  # type: ignore[attr-defined]
        package.route_words = kept_reasons(package.fulfilment.route or {})  # type: ignore[attr-defined]
    return packages


def steps_of(package: Package, user: Any) -> Steps:
    kind = carrier_kind(package.carrier_code)
    if kind is None or package.account_id is None:
        return Steps()
    must_settle = (
        package.booking_state == BookingState.UNKNOWN and Ability.LOOK_UP not in kind.abilities
    )
    if package.booking_state != BookingState.BOOKED:
        return Steps(must_settle=must_settle and user.has_perm("shipping.create_shipment"))
    return _steps_at_carrier(package, kind, user)


def _steps_at_carrier(package: Package, kind: CarrierKind, user: Any) -> Steps:
    can, failed = kind.abilities, package.status in UNDELIVERED
    moving = package.status not in FINAL
    may = user.has_perm("shipping.change_shipment")
    return Steps(
        has_failed=failed,
        may_redeliver=failed and may and Ability.REDELIVER in can,
        may_send_back=failed and may and Ability.SEND_BACK in can,
        may_change_receiver=moving
        and package.status not in OURS
        and may
        and Ability.EDIT_RECEIVER in can,
        may_change_cod=moving
        and package.cod_status == CodStatus.TO_COLLECT
        and Ability.EDIT_COD in can
        and user.has_perm("shipping.change_cod"),
        track_url=kind.track_url.format(package.tracking_number) if kind.track_url else "",
    )
