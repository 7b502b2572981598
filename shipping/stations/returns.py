"""Nhận hàng trả: waybill, then a key for all of it or for the pieces just scanned."""

from typing import Any
from uuid import UUID, uuid5

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.selectors.catalogue import variant_of_code
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from orders.models import Order, Return, ReturnPiece
from orders.selectors.return_pieces import expected_of
from orders.services.returned_lots import lot_with_buyer, lots_of_buyer
from orders.services.returning import TAKING, NewReturn, open_return
from orders.services.taking_back import Taken, finish_reception, take_back
from shipping.models import Package, ReturnDesk, Scan
from shipping.selectors.returns import order_of_code, return_of_code
from shipping.services import scans
from shipping.services.return_desk import desk_of, held, hold_pieces, lay_open
from shipping.services.scans import Answer
from shipping.stations.codes import Command, Scanned, not_here, read

STATION = Scan.Station.RETURN
Disposition = ReturnPiece.Disposition
KEYS = {
    "1": Disposition.RESTOCK,
    "2": Disposition.QUARANTINE,
    "3": Disposition.DAMAGED,
    "4": Disposition.SWAPPED,
}
KEY_NAMES: dict[str, str | Promise] = {
    "1": gettext_lazy("1 Nhập lại kho"),
    "2": gettext_lazy("2 Chờ kiểm"),
    "3": gettext_lazy("3 Hỏng"),
    "4": gettext_lazy("4 Bị tráo"),
}


def scan(text: str, *, key: UUID, user: Any) -> Answer:
    """A parcel when nothing lies open, then pieces and keys; sent again it changes nothing."""
    return scans.once(
        key, station=STATION, user_id=user.pk, code=text, act=lambda: _act(text, key, user)
    )


def _act(text: str, key: UUID, user: Any) -> Answer:
    scanned, desk = read(text), desk_of(user)
    actor = Actor.user(user)
    if scanned.command is not None:
        return _obey(scanned.command, desk, actor)
    if desk.document is None or desk.document.status not in TAKING:
        return _open(scanned.code, desk, user, actor)
    if scanned.code in KEYS:
        return _dispose(desk, KEYS[scanned.code], key, actor)
    return _piece(scanned, desk, user)


def _open(code: str, desk: ReturnDesk, user: Any, actor: Actor) -> Answer:
    document = return_of_code(user, code)
    if document is None or document.status not in TAKING:
        order, parcel = order_of_code(user, code)
        if order is None:
            raise DomainError(
                _("Không có đơn hay phiếu trả nào mang mã “%(code)s”. Quét mã vận đơn, mã đơn.")
                % {"code": code[:60]},
                "return.unknown",
            )
        document = _unannounced(order, parcel, document, actor)
    lay_open(desk, document.pk)
    return Answer("good", document.order.number, _("Phím 1–4 cho cả kiện, hoặc quét từng món."))


def _unannounced(
    order: Order, parcel: Package | None, known: Return | None, actor: Actor
) -> Return:
    """A parcel at the door that nobody told of; one that was taken in already is said to be so."""
    if known is not None and not any(row.returned < row.quantity for row in order.lines.all()):
        message = _("Phiếu %(number)s đã nhận đủ hàng rồi.") % {"number": known.number}
        raise DomainError(message, "return.all_back")
    new = NewReturn(
        origin=Return.Origin.STAFF,
        items=None if order.delivered_at is None else {},
        status=Return.Status.COMING,
        tracking_number=parcel.tracking_number if parcel else "",
    )
    return open_return(order.pk, new, actor=actor)


def _piece(scanned: Scanned, desk: ReturnDesk, user: Any) -> Answer:
    assert desk.document is not None
    other = return_of_code(user, scanned.code)
    if other is not None and other.pk == desk.document_id:
        text = _("Phiếu này đang mở: phím 1–4 cho cả kiện, hoặc quét từng món.")
        return Answer("warn", desk.document.number, text)
    if other is not None:
        text = _("Đang nhận dở phiếu %(number)s. Quét XONG để kết thúc, hoặc HỦY để bỏ.")
        raise DomainError(text % {"number": desk.document.number}, "return.another_open")
    expected = expected_of(desk.document)
    order_id, goods = desk.document.order_id, {row.variant_id for row in expected}
    lot = lot_with_buyer(order_id, goods, scanned.code)
    variant = lot.variant if lot else variant_of_code(scanned.code)
    most = sum(row.left + row.spare for row in expected if row.variant_id == variant.pk)
    if lot is not None:
        most = min(most, lots_of_buyer(order_id, goods)[variant.pk][lot.pk])
    if held(desk, variant, lot) + scanned.times > most:
        text = _("%(sku)s: đơn chỉ còn %(most)d món chưa trả. Hàng không của đơn thì để riêng.")
        raise DomainError(text % {"sku": variant.sku, "most": most}, "return.not_of_order")
    hold_pieces(desk, variant, scanned.times, lot)
    name = f"{variant.sku} · {lot.code}" if lot else variant.sku
    return Answer(
        "good", f"{name} × {desk.times}", _("Bấm hoặc quét phím 1–4."), big=str(desk.times)
    )


def _dispose(desk: ReturnDesk, disposition: str, key: UUID, actor: Actor) -> Answer:
    """The pieces in the hand; with none in it, all that is still expected."""
    assert desk.document is not None
    if desk.variant_id is not None:
        pieces = [Taken(desk.variant_id, desk.times, disposition, desk.lot_id)]
    else:
        rows = [row for row in expected_of(desk.document) if row.left]
        pieces = [Taken(row.variant_id, row.left, disposition) for row in rows]
        if not pieces:
            raise DomainError(_("Chưa rõ món nào về: hãy quét từng món."), "return.which")
    document = take_back(
        desk.document.pk,
        pieces,
        warehouse_id=desk.warehouse_id,
        key=uuid5(key, "return"),
        actor=actor,
    )
    units, label = sum(row.quantity for row in pieces), Disposition(disposition).label
    desk.document = document
    if document.status in TAKING:
        hold_pieces(desk, None, 0)
        left = sum(row.left for row in expected_of(document))
        text = _("Còn %(n)d món.") % {"n": left}
    else:
        lay_open(desk, document.pk)
        text = _("Đủ hàng. Chụp ảnh nếu cần, rồi quét kiện tiếp theo.")
    tone = "good" if disposition == Disposition.RESTOCK else "warn"
    return Answer(tone, f"{label}: {units}", text, big="✓" if tone == "good" else "!")


def _obey(command: Command, desk: ReturnDesk, actor: Actor) -> Answer:
    if command is Command.CANCEL:
        if desk.variant_id is not None:
            hold_pieces(desk, None, 0)
            return Answer("good", _("Đã bỏ lượt quét vừa rồi"))
        lay_open(desk, None)
        return Answer("good", _("Đã để lại phiếu"), _("Quét kiện khác."))
    if command is not Command.DONE:
        raise not_here(command)
    if desk.document is None or desk.document.status not in TAKING:
        raise DomainError(_("Chưa mở phiếu trả nào."), "return.nothing_open")
    document = finish_reception(desk.document.pk, actor=actor)
    lay_open(desk, document.pk)
    return Answer("good", _("Xong %(number)s") % {"number": document.number}, _next(document))


def _next(document: Return) -> str:
    url = reverse("orders:return_detail", args=[document.pk])
    return _("Thiếu món nào thì khiếu nại ở %(url)s.") % {"url": url}
