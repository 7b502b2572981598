"""Cancel and book again in one go: by another carrier, or because the order changes (C-31).

The wish is kept beside the old parcel. Once the carrier has let that go, and never before, the
order is changed and the new parcel asked for. A "no" of the carrier ends the wish: nothing changed.
"""

from dataclasses import asdict, replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError, ServiceUnreachable
from orders.models import Order, OrderProblem
from orders.services.edit_values import LINE_FIELDS, AddedLine, Edit
from orders.services.editing import edit_order
from orders.services.previews import preview_edit
from orders.services.problems import open_problem
from shipping.models import BookingState, Package, PackageStatus, Replacement
from shipping.selectors.parcels import parcel_size
from shipping.services.history import record
from shipping.services.preflight import ShipmentRequest, active_account, due_cod_vnd
from shipping.services.shipments import active_package, cancel_shipment, create_shipment
from shipping.services.writer import order_of


def change_carrier(order_id: int, account_id: int, *, actor: Actor) -> Replacement:
    """Book the order's parcel with another account, as it is otherwise.

    Raises DomainError when there is none to replace, or it is too late.
    """
    package = replaceable(order_id)
    account = active_account(account_id)
    if package.account_id == account_id:
        raise DomainError(_("Vận đơn đang dùng tài khoản này."), "replace.same_account")
    if account.warehouse_id not in (None, package.fulfilment.warehouse_id):
        raise DomainError(_("Tài khoản này không lấy hàng ở kho của đơn."), "replace.warehouse")
    # A service is one carrier's own; another proposes its usual one.
    service = package.service_code if account.carrier == package.carrier_code else ""
    request = _as_it_is(package, account_id=account_id, service_code=service)
    return replace_shipment(package.pk, request, actor=actor)


def change_order(
    order_id: int, edit: Edit, *, actor: Actor, accept_terms: bool = False
) -> Replacement:
    """Change an order whose parcel carries the old words: cancel, change, book again.

    What cannot be saved is refused now, before anything is cancelled.
    """
    package = replaceable(order_id)
    preview = preview_edit(order_id, edit, actor=actor, accept_terms=accept_terms)
    if preview.refusal:
        raise DomainError(preview.refusal, "replace.edit_refused")
    return replace_shipment(
        package.pk, _as_it_is(package), actor=actor, edit=edit, accept_terms=accept_terms
    )


def replaceable(order_id: int) -> Package:
    """The parcel that may still make room for another. Raises DomainError with the reason."""
    return refuse_replacing(active_package(order_id))


def refuse_replacing(package: Package | None) -> Package:
    """The same of a parcel that was read already."""
    if package is None:
        raise DomainError(_("Đơn chưa có vận đơn."), "replace.none")
    if package.is_external:
        raise DomainError(
            _("Sàn đã xếp vận đơn cho đơn này; hãy sửa ở trang của sàn."), "replace.external"
        )
    if package.status != PackageStatus.RELEASED:
        raise DomainError(_("Hàng đã vào khâu nhặt hoặc đã rời kho."), "replace.picked")
    if package.cancel_requested_at:
        raise DomainError(
            _("Đang chờ hãng vận chuyển xác nhận hủy vận đơn cũ."), "replace.cancelling"
        )
    return package


def replace_shipment(
    package_id: int,
    request: ShipmentRequest,
    *,
    actor: Actor,
    edit: Edit | None = None,
    accept_terms: bool = False,
) -> Replacement:
    """Keep the wish and ask for the cancellation; a repeat while it waits finds the first wish."""
    with transaction.atomic():
        order = order_of(package_id, lock=True)
        package = Package.objects.select_for_update().get(pk=package_id)
        waiting = Replacement.objects.filter(package=package, done_at=None).first()
        if waiting is not None:
            return waiting
        due = due_cod_vnd(order, fee_payer=package.fee_payer)
        wish = Replacement.objects.create(
            package=package,
            request=asdict(request),
            keeps_cod=edit is None and package.cod_vnd != due,
            edit=asdict(edit) if edit is not None else None,
            accepts_terms=accept_terms,
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_label=actor.label,
            created_at=now(),
        )
        record(package, "shipment.replacing", actor=actor)
        cancel_shipment(package_id, actor=actor, reason=_("Làm lại vận đơn"))
    return wish


def finish(package_id: int) -> None:
    """The old parcel is gone: change the order, then book the new parcel. A repeat goes on."""
    wish = Replacement.objects.filter(package=package_id, done_at=None).first()
    if wish is None or not _may_go_on(wish):
        return
    actor = Actor(wish.actor_kind, wish.actor_id, wish.actor_label)
    order_id = order_of(package_id).pk
    try:
        _change_order(wish, order_id, actor)
        request = _request_now(wish, order_id)
        create_shipment(order_id, request, actor=actor, may_edit_cod=wish.keeps_cod)
    except (DomainError, ServiceUnreachable) as refusal:
        _give_up(wish, order_id, refusal.message)
    else:
        Replacement.objects.filter(pk=wish.pk).update(done_at=now())


def carrier_refused(package_id: int) -> None:
    """The carrier keeps the old parcel, as its problem on the order says: the order stays."""
    message = _("Hãng không cho hủy vận đơn cũ.")
    Replacement.objects.filter(package=package_id, done_at=None).update(
        done_at=now(), error=message
    )


def _may_go_on(wish: Replacement) -> bool:
    order = order_of(wish.package_id)
    if order.status == Order.Status.CANCELLED:
        Replacement.objects.filter(pk=wish.pk).update(done_at=now())
        return False
    state = Package.objects.values_list("booking_state", flat=True).get(pk=wish.package_id)
    return state == BookingState.VOID


def _change_order(wish: Replacement, order_id: int, actor: Actor) -> None:
    """Save the kept revision once; the cancellation in between was a change of our own."""
    with transaction.atomic():
        order_of(wish.package_id, lock=True)
        row = Replacement.objects.select_for_update().get(pk=wish.pk)
        if row.edit is None or row.edited_at is not None:
            return
        edit = _edit_of(row.edit)
        version = Order.objects.values_list("version", flat=True).get(pk=order_id)
        edit = replace(edit, version=version)
        edit_order(order_id, edit, actor=actor, accept_terms=row.accepts_terms)
        row.edited_at = now()
        row.save(update_fields=["edited_at"])


def _request_now(wish: Replacement, order_id: int) -> ShipmentRequest:
    """Other goods weigh something else; the COD is what is due then, unless it was set by hand."""
    request = ShipmentRequest(**wish.request)
    if not wish.keeps_cod:
        request = replace(request, cod_vnd=None, declared_vnd=None)
    if wish.edit is not None and _touches_goods(_edit_of(wish.edit)):
        size = parcel_size(Order.objects.get(pk=order_id))
        box = size.pop("box")
        if size["weight_g"]:
            request = replace(request, box_id=box.pk if box else None, **size)
    return request


def _touches_goods(edit: Edit) -> bool:
    names = {name for name, value in edit.typed.items() if value != edit.base.get(name)}
    return bool(edit.added) or any(name.rpartition(".")[2] == LINE_FIELDS[0] for name in names)


def _give_up(wish: Replacement, order_id: int, message: str) -> None:
    text = _("Vận đơn cũ đã hủy, nhưng chưa làm lại được: %(why)s") % {"why": message}
    with transaction.atomic():
        Replacement.objects.filter(pk=wish.pk).update(done_at=now(), error=message[:500])
        open_problem(order_id, OrderProblem.Kind.SHIPPING, text[:500])


def _as_it_is(package: Package, **changes: Any) -> ShipmentRequest:
    """The same parcel again."""
    request = ShipmentRequest(
        account_id=package.account_id or 0,
        service_code=package.service_code,
        weight_g=package.weight_g,
        length_cm=package.length_cm,
        width_cm=package.width_cm,
        height_cm=package.height_cm,
        fee_payer=package.fee_payer,
        inspection_note=package.inspection_note,
        cod_vnd=package.cod_vnd,
        declared_vnd=package.declared_vnd,
        note=package.note,
        box_id=package.box_id,
    )
    return replace(request, **changes)


def _edit_of(kept: dict[str, Any]) -> Edit:
    added = [AddedLine(**row) for row in kept["added"]]
    return Edit(**{**kept, "added": added})
