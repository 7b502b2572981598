"""Đóng gói: waybill, pieces, label, next. And parcels of one piece, whose label comes at once."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from inventory.selectors.catalogue import variant_of_code
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from shipping.models import Package, Scan, ShortPick
from shipping.selectors.open_box import open_box
from shipping.selectors.packing import parcel_of_code
from shipping.services import labels, packing, scans
from shipping.services.scans import Answer
from shipping.stations.codes import Command, not_here, read

STATION, ONE_PIECE = Scan.Station.PACK, Scan.Station.ONE_PIECE


def scan(text: str, *, key: UUID, user: Any) -> Answer:
    """A parcel when the table is empty, a piece when it is not, or a command."""
    return scans.once(
        key, station=STATION, user_id=user.pk, code=text, act=lambda: _act(text, user)
    )


def _act(text: str, user: Any) -> Answer:
    scanned, actor = read(text), Actor.user(user)
    if scanned.command is not None:
        return _obey(scanned.command, user, actor)
    box = open_box(user.pk)
    if box is None:
        return _open(scanned.code, user, actor)
    goods = box.goods_of(scanned.code)
    if goods is not None:
        return _put(goods.variant_id, goods.sku, scanned.times, user, actor)
    parcel = parcel_of_code(user, scanned.code)
    if parcel is not None:
        return _another(parcel, box.fulfilment_id, box.number)
    variant = variant_of_code(scanned.code)
    return _put(variant.pk, variant.sku, scanned.times, user, actor)


def _open(code: str, user: Any, actor: Actor) -> Answer:
    parcel = parcel_of_code(user, code)
    if parcel is None:
        raise DomainError(
            _("Không có kiện nào mang mã “%(code)s”. Quét mã vận đơn, mã đơn hoặc mã ngăn.")
            % {"code": code[:60]},
            "pack.unknown",
        )
    packing.start_check(parcel.pk, packer_id=user.pk, actor=actor)
    return Answer("good", parcel.fulfilment.order.number, _("Quét từng món vào thùng."))


def _another(parcel: Package, fulfilment_id: int, number: str) -> Answer:
    if parcel.fulfilment_id == fulfilment_id:
        return Answer("warn", number, _("Kiện này đang mở: hãy quét từng món."))
    text = _("Đang đóng dở đơn %(number)s. Quét nốt, hoặc quét HỦY để bỏ.")
    raise DomainError(text % {"number": number}, "pack.another_open")


def _put(variant_id: int, sku: str, pieces: int, user: Any, actor: Actor) -> Answer:
    packed = packing.pack_piece(variant_id, pieces, packer_id=user.pk)
    if not packed.left:
        return _finish(user, actor)
    if packed.left_of_kind:
        text = _("Còn %(n)d cái nữa, cả kiện còn %(all)d món.")
    else:
        text = _("Đủ mặt hàng này, cả kiện còn %(all)d món.")
    words = {"n": packed.left_of_kind, "all": packed.left}
    return Answer("good", f"{sku} +{pieces}", text % words)


def _finish(user: Any, actor: Actor) -> Answer:
    packages = packing.finish_check(packer_id=user.pk, actor=actor)
    number = packages[0].fulfilment.order.number if packages else ""
    fresh = [package for package in packages if not package.label_printed_count]
    text = _("Đủ hàng, đang in nhãn. Quét kiện tiếp theo.") if fresh else _("Đủ hàng. Nhãn đã in.")
    url = label_url(fresh, user, actor)
    return Answer("good", _("%(number)s xong") % {"number": number}, text, big="✓", print_url=url)


def label_url(packages: Sequence[Package], user: Any, actor: Actor, *, reason: str = "") -> str:
    """The labels to print, counted as printed: the station prints them as it reads this."""
    if not packages or not user.has_perm("shipping.print_label"):
        return ""
    ids = [package.pk for package in packages]
    labels.confirm_printed(ids, actor=actor, reason=reason)
    return f"{reverse('shipping:labels_pdf')}?counted=1&ids={','.join(map(str, ids))}"


def _obey(command: Command, user: Any, actor: Actor) -> Answer:
    if command is Command.REPRINT:
        return _reprint(user, actor)
    if command is Command.CANCEL:
        packing.drop_check(packer_id=user.pk)
        return Answer("good", _("Đã bỏ kiện"), _("Lấy hàng ra khỏi thùng. Quét kiện khác."))
    if command is Command.OTHER:
        packing.leave_check(packer_id=user.pk)
        return Answer("good", _("Đã để lại kiện"), _("Người khác đóng tiếp được."))
    if command is Command.DONE:
        return _finish(user, actor)
    remedy = ShortPick.Remedy.SPLIT if command is Command.SPLIT else ShortPick.Remedy.HOLD
    skus = packing.report_missing(remedy=remedy, packer_id=user.pk, actor=actor)
    text = _("Thiếu %(skus)s. Để riêng hàng của đơn này, quét kiện khác.")
    return Answer("warn", _("Nhặt thiếu"), text % {"skus": ", ".join(skus)})


def _reprint(user: Any, actor: Actor) -> Answer:
    """The label of the parcel that this packer closed last."""
    rows = Package.objects.filter(
        fulfilment__check_of_pieces__packer=user.pk, verified_at__isnull=False
    )
    last = rows.select_related("fulfilment__order").order_by("-verified_at", "-id").first()
    if last is None:
        raise DomainError(_("Chưa có kiện nào để in lại nhãn."), "pack.nothing_to_print")
    url = label_url([last], user, actor, reason=_("Quét lệnh IN LẠI"))
    return Answer(
        "good",
        _("In lại %(number)s") % {"number": last.fulfilment.order.number},
        last.tracking_number,
        print_url=url,
    )


def scan_one_piece(text: str, *, key: UUID, user: Any) -> Answer:
    """A product: the label of the most urgent order of exactly this one piece."""
    return scans.once(
        key, station=ONE_PIECE, user_id=user.pk, code=text, act=lambda: _one_piece(text, user)
    )


def _one_piece(text: str, user: Any) -> Answer:
    scanned, actor = read(text), Actor.user(user)
    if scanned.command is Command.REPRINT:
        return _reprint(user, actor)
    if scanned.command is not None:
        raise not_here(scanned.command)
    if scanned.times != 1:
        raise DomainError(_("Mỗi lượt quét là một đơn một món."), "pack.one_at_a_time")
    variant = variant_of_code(scanned.code)
    package = packing.pack_one_piece(variant.pk, user=user, actor=actor)
    is_fresh = not package.label_printed_count
    url = label_url([package], user, actor) if is_fresh else ""
    text = f"{variant.sku} – {variant.full_name}. "
    text += _("Đang in nhãn.") if is_fresh else _("Nhãn đã in: tìm nhãn của đơn này.")
    return Answer("good", package.fulfilment.order.number, text, print_url=url)
