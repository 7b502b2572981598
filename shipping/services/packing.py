"""The packing table: a parcel is opened, its pieces are scanned into the box, the box is closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from inventory.models import Variant
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.sql import retry_deadlock
from orders.models import Order
from orders.selectors.demands import line_demands
from orders.services.states import lock_order
from shipping.models import (
    BookingState,
    Fulfilment,
    Package,
    PackageStatus,
    PackCheck,
    PackLine,
    PickOrder,
)
from shipping.selectors.packing import lock_packages, one_piece_parcels, who_wants
from shipping.services import labels, short_picks
from shipping.services.pack_checks import forget_check
from shipping.services.writer import order_of
from shipping.states import OURS

MOST_TRIES = 20


@dataclass(frozen=True, slots=True)
class Packed:
    """A piece went into the box: how many of its kind are still missing, and of all."""

    left_of_kind: int
    left: int


def start_check(package_id: int, *, packer_id: int, actor: Actor) -> PackCheck:
    """Open a parcel on this packer's table; the same again returns it as it stands.

    Raises DomainError when it may not be packed, or is on another table.
    """
    try:
        return _start(package_id, packer_id)
    except IntegrityError as error:
        raise DomainError(_("Bạn đang đóng dở một kiện khác."), "pack.another_open") from error


@retry_deadlock
@transaction.atomic
def _start(package_id: int, packer_id: int) -> PackCheck:
    order = order_of(package_id, lock=True)
    package = Package.objects.select_for_update().get(pk=package_id)
    refuse_packing(order, package)
    check, is_new = PackCheck.objects.select_related("packer").get_or_create(
        fulfilment_id=package.fulfilment_id,
        defaults={"packer_id": packer_id, "started_at": now()},
    )
    if is_new:
        _add_lines(check, order.pk)
    elif check.packer_id is None:
        check.packer_id = packer_id
        check.save(update_fields=["packer"])
    elif check.packer_id != packer_id:
        who = check.packer.get_full_name() or check.packer.get_username()  # type: ignore[union-attr]
        raise DomainError(_("%(name)s đang đóng kiện này.") % {"name": who}, "pack.taken")
    return check


def refuse_packing(order: Order, package: Package) -> None:
    """Say why a parcel may not be packed now."""
    if order.status == Order.Status.CANCELLED:
        raise DomainError(_("ĐƠN ĐÃ HỦY — trả hàng về kệ."), "order.cancelled")
    if order.status == Order.Status.ON_HOLD:
        raise DomainError(
            _("Đơn đang tạm giữ: %(reason)s") % {"reason": order.hold_reason}, "order.held"
        )
    if package.status == PackageStatus.PACKED:
        raise DomainError(_("Kiện này đã đóng gói xong."), "pack.done")
    if package.status not in OURS:
        raise DomainError(_("Kiện đã rời kho."), "package.has_left")
    if package.booking_state != BookingState.BOOKED:
        raise DomainError(_("Kiện chưa có mã vận đơn."), "package.not_booked")
    if package.cancel_requested_at:
        raise DomainError(_("Vận đơn đang chờ hủy."), "package.cancelling")
    picking = PickOrder.objects.filter(fulfilment=package.fulfilment_id, outcome="open")
    member = picking.select_related("wave").first()
    if member is not None:
        raise DomainError(
            _("Đơn còn đang nhặt trong đợt %(wave)s, ngăn %(letter)s.")
            % {"wave": member.wave.number, "letter": member.letter},
            "pack.still_picking",
        )


def _add_lines(check: PackCheck, order_id: int) -> None:
    PackLine.objects.bulk_create(
        PackLine(
            check_of=check,
            order_line_id=row.line_id,
            variant_id=row.variant_id,
            quantity=row.quantity,
        )
        for row in line_demands([order_id])
        if row.variant_id is not None
    )


@retry_deadlock
@transaction.atomic
def pack_piece(variant_id: int, pieces: int, *, packer_id: int) -> Packed:
    """Put pieces into the box that this packer has open.

    Raises DomainError when the box needs none of them, or fewer; the message says who does.
    """
    box = PackLine.objects.filter(check_of__packer=packer_id, check_of__finished_at=None)
    lines = list(box.select_for_update(of=("self",)).order_by("id"))
    mine = [line for line in lines if line.variant_id == variant_id]
    room = sum(line.left for line in mine)
    if room < pieces:
        fulfilment = _open_check(packer_id).fulfilment
        variant = Variant.objects.select_related("product").get(pk=variant_id)
        raise _does_not_belong(fulfilment, variant, room, is_known=bool(mine))
    left_over = pieces
    for line in mine:
        units = min(left_over, line.left)
        if units:
            line.packed += units
            line.save(update_fields=["packed"])
        left_over -= units
    return Packed(room - pieces, sum(line.left for line in lines))


def _open_check(packer_id: int) -> PackCheck:
    rows = PackCheck.objects.filter(packer=packer_id, finished_at=None)
    check = rows.select_related("fulfilment").first()
    if check is None:
        raise DomainError(_("Hãy quét mã vận đơn trước."), "pack.nothing_open")
    return check


def _does_not_belong(
    fulfilment: Fulfilment, variant: Variant, room: int, *, is_known: bool
) -> DomainError:
    goods = {"sku": variant.sku, "name": variant.full_name, "n": room}
    if room:
        return DomainError(_("%(sku)s chỉ còn thiếu %(n)d cái.") % goods, "pack.too_many")
    if is_known:
        text = _("%(sku)s – %(name)s đã đủ: lấy cái này ra.") % goods
    else:
        text = _("SAI HÀNG: %(sku)s – %(name)s không có trong đơn này.") % goods
    other = who_wants(variant, besides=fulfilment.pk, warehouse_id=fulfilment.warehouse_id)
    if other:
        text += " " + _("Đơn %(number)s đang cần.") % {"number": other}
    return DomainError(text, "pack.wrong")


@retry_deadlock
@transaction.atomic
def finish_check(*, packer_id: int, actor: Actor) -> list[Package]:
    """Close the box: every piece is in it. Its parcels are packed, their labels may be printed.

    Raises DomainError while a piece is missing.
    """
    check = _open_check(packer_id)
    order = lock_order(check.fulfilment.order_id)
    packages = lock_packages(check)
    for package in packages:
        refuse_packing(order, package)
    left = sum(line.left for line in check.lines.select_for_update())
    if left:
        raise DomainError(_("Còn thiếu %(n)d món.") % {"n": left}, "pack.incomplete")
    check.finished_at = now()
    check.save(update_fields=["finished_at"])
    _close(order, packages, check.finished_at, actor=actor)
    return packages


def _close(order: Order, packages: Sequence[Package], moment: datetime, *, actor: Actor) -> None:
    for package in packages:
        labels.pack(order, package, actor=actor, verified_at=moment)


@transaction.atomic
def drop_check(*, packer_id: int) -> None:
    """Take everything out of the box again: the parcel waits as before."""
    forget_check(_open_check(packer_id).fulfilment_id)


@transaction.atomic
def leave_check(*, packer_id: int) -> None:
    """Another packer may go on with the box as it stands."""
    check = _open_check(packer_id)
    PackCheck.objects.filter(pk=check.pk).update(packer=None)


@retry_deadlock
@transaction.atomic
def report_missing(*, remedy: str, packer_id: int, actor: Actor) -> list[str]:
    """What is not in the box is not there at all: the order is held or divided.

    Returns the SKUs that are missing.
    """
    check = _open_check(packer_id)
    lock_order(check.fulfilment.order_id)
    lines = check.lines.select_related("variant").order_by("id")
    missing = {(line.order_line_id, line.variant_id): line.left for line in lines if line.left}
    skus = [line.variant.sku for line in lines if line.left]
    if not missing:
        raise DomainError(_("Kiện này không thiếu món nào."), "short.nothing")
    forget_check(check.fulfilment_id)
    short_picks.report_unpackable(check.fulfilment, missing, remedy=remedy, actor=actor)
    return skus


def pack_one_piece(variant_id: int, *, user: Any, actor: Actor) -> Package:
    """The most urgent parcel of exactly this one piece is checked and packed at once.

    Two tables that scan at the same moment get two parcels. Raises DomainError when there is none.
    """
    for _attempt in range(MOST_TRIES):
        package = _take_one(variant_id, user=user, actor=actor)
        if package is not None:
            return package
        if not one_piece_parcels(user, variant_id).exists():
            break
    raise DomainError(_("Không có đơn một món nào chờ mặt hàng này."), "pack.no_one_piece")


@retry_deadlock
@transaction.atomic
def _take_one(variant_id: int, *, user: Any, actor: Actor) -> Package | None:
    waiting = one_piece_parcels(user, variant_id).values_list("fulfilment__order_id", flat=True)
    orders = Order.objects.select_for_update(skip_locked=True, no_key=True)
    moment = now()
    for order_id in list(waiting[:MOST_TRIES]):
        order = orders.filter(pk=order_id).first()
        mine = one_piece_parcels(user, variant_id).filter(fulfilment__order=order_id)
        locked = mine.select_for_update(of=("self",))
        package = locked.first() if order is not None else None
        if order is None or package is None:
            continue
        try:
            refuse_packing(order, package)
        except DomainError:
            continue
        check = PackCheck.objects.create(
            fulfilment=package.fulfilment, packer_id=user.pk, started_at=moment, finished_at=moment
        )
        _add_lines(check, order.pk)
        check.lines.update(packed=1)
        _close(order, [package], moment, actor=actor)
        return package
    return None
