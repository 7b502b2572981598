"""Parcels that a carrier has delivered, and its statements about them."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import count
from typing import Any

from oms.kernel.actors import Actor
from orders.models import Order
from shipping.models import CarrierAccount, CarrierEntry, CarrierStatement, Package, StatementLine
from shipping.ports import Booking
from shipping.services import booking
from shipping.services.shipments import create_shipment
from shipping.services.statements import NewLine, close_file, open_statement, take_lines
from shipping.services.tracking import apply_event
from tests.shipping.conftest import ACTOR, wanted
from tests.shipping.test_tracking import START, told

FEE, COD = 24_250, 680_000
UNTIL = START.date() + timedelta(days=1)
codes = count(1)


def parcel(order: Order, account: CarrierAccount, *, status: str = "delivered", **booked: Any):
    """A parcel of this order in the carrier's hands, or delivered with the cash taken."""
    package = create_shipment(order.pk, wanted(account), actor=ACTOR)
    booking._claim(package)
    code = f"LX{next(codes):06d}"
    booking.booked(package, Booking(code, fee_vnd=FEE, **booked))
    if status:
        apply_event(package.pk, told(status, 1, tracking_number=code))
    return Package.objects.get(pk=package.pk)


def line(package: Package | str, cod_vnd: int = COD, fee_vnd: int = FEE, **said: Any) -> NewLine:
    code = package if isinstance(package, str) else package.tracking_number
    key = said.pop("key", f"{code}#1")
    fields = {"row_number": 2, "reference": "", "tracking_number": code, "key": key}
    return NewLine(cod_vnd=cod_vnd, fee_vnd=fee_vnd, **{**fields, **said})


def statement(
    account: CarrierAccount,
    lines: Sequence[NewLine],
    *,
    number: str = "BK01",
    until: date = UNTIL,
    actor: Actor = ACTOR,
) -> CarrierStatement:
    """Its lines are read as those of one file."""
    from django.db import transaction

    with transaction.atomic():
        made = open_statement(account.pk, number, until, actor=actor)
        take_lines(made.pk, lines, actor=actor)
        close_file(made.pk, actor=actor)
    return CarrierStatement.objects.get(pk=made.pk)


def verdicts(made: CarrierStatement) -> dict[str, str]:
    rows = made.lines.order_by("id").values_list("tracking_number", "verdict")
    return dict(rows)


def line_of(made: CarrierStatement, package: Package) -> StatementLine:
    return made.lines.get(package=package)


def balance(account: CarrierAccount) -> int:
    rows = CarrierEntry.objects.filter(account=account)
    return sum(rows.values_list("amount_vnd", flat=True))


def entries(package: Package) -> list[tuple[str, int]]:
    rows = CarrierEntry.objects.filter(package=package).order_by("id")
    return list(rows.values_list("kind", "amount_vnd"))


MakeOrder = Callable[..., Order]
