"""The return that lies open before somebody, and the pieces in the hand."""

from typing import Any

from django.utils.translation import gettext as _

from inventory.selectors.places import warehouses_visible_to
from oms.kernel.errors import DomainError
from shipping.models import ReturnDesk


def places(user: Any) -> list[Any]:
    """Where this user may take goods in."""
    return [row for row in warehouses_visible_to(user) if row.sells]


def desk_of(user: Any) -> ReturnDesk:
    """The user's desk, in the first of his warehouses until he chose another."""
    own = places(user)
    if not own:
        raise DomainError(_("Bạn chưa được giao kho nào để nhận hàng trả."), "return.no_place")
    desk, _created = ReturnDesk.objects.get_or_create(
        user_id=user.pk, defaults={"warehouse": own[0]}
    )
    if desk.warehouse_id not in {row.pk for row in own}:
        desk.warehouse = own[0]
        desk.save(update_fields=["warehouse"])
    return desk


def choose_place(user: Any, warehouse_id: int) -> ReturnDesk:
    """Take goods in somewhere else from now on; a place of others is not found."""
    desk = desk_of(user)
    found = next((row for row in places(user) if row.pk == warehouse_id), None)
    if found is None:
        raise DomainError(_("Hãy chọn một kho đang bán hàng."), "return.place", "warehouse")
    desk.warehouse = found
    desk.save(update_fields=["warehouse"])
    return desk


def lay_open(desk: ReturnDesk, document_id: int | None) -> None:
    desk.document_id, desk.variant, desk.lot, desk.times = document_id, None, None, 0
    desk.save(update_fields=["document", "variant", "lot", "times"])


def held(desk: ReturnDesk, variant: Any, lot: Any) -> int:
    """How many pieces of these goods, and of this lot, are in the hand."""
    same = variant is not None and desk.variant_id == variant.pk
    return desk.times if same and desk.lot_id == (lot.pk if lot else None) else 0


def hold_pieces(desk: ReturnDesk, variant: Any, times: int, lot: Any = None) -> None:
    """Pieces in the hand; the same goods again are more of them."""
    more = held(desk, variant, lot)
    desk.variant, desk.lot, desk.times = variant, lot, more + times
    desk.save(update_fields=["variant", "lot", "times"])
