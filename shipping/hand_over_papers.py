"""Records of hand-over in three kinds: to a carrier, from a carrier, from pickers to packers."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.papers import number
from oms.kernel.clock import now
from oms.kernel.money import format_vnd
from oms.kernel.records import Column, Record
from shipping.labels.build import carrier_name
from shipping.labels.content import weight_text
from shipping.models import Manifest, Package, PickLine, PickWave


def manifest_record(manifest: Manifest, packages: QuerySet[Package]) -> Record:
    """The parcels in the order scanned, for two signatures."""
    user = manifest.opened_by
    rows = list(packages.select_related("fulfilment__order").order_by("handed_over_at", "id"))
    return _of_parcels(
        rows,
        title=_("BIÊN BẢN BÀN GIAO VẬN CHUYỂN"),
        number=manifest.number,
        at=manifest.closed_at or now(),
        facts=(
            (_("Bên giao"), f"{manifest.warehouse.name} ({user.get_full_name() or user.username})"),
            (_("Bên nhận"), carrier_name(manifest.carrier_code)),
        ),
    )


def returned_record(packages: Sequence[Package], *, carrier_code: str, warehouse: str) -> Record:
    """Parcels that a carrier brought back, as they are received."""
    return _of_parcels(
        packages,
        title=_("BIÊN BẢN NHẬN HÀNG HOÀN"),
        number=carrier_name(carrier_code),
        at=now(),
        facts=((_("Bên giao"), carrier_name(carrier_code)), (_("Bên nhận"), warehouse)),
    )


def picked_record(wave: PickWave) -> Record:
    """What pickers give to the packing tables, by SKU."""
    lines = PickLine.objects.filter(task__wave=wave, withdrawn_at=None, picked__gt=0)
    pieces: Counter[tuple[str, str]] = Counter()
    for line in lines.select_related("variant__product"):
        pieces[line.variant.sku, line.variant.full_name] += line.picked
    rows = [[sku, name, number(n), ""] for (sku, name), n in sorted(pieces.items())]
    return Record(
        title=_("BIÊN BẢN GIAO HÀNG ĐÃ NHẶT"),
        number=wave.number,
        at=now(),
        facts=((_("Kho"), wave.warehouse.name), (_("Cách nhặt"), str(wave.get_method_display()))),
        columns=(
            Column(_("Mã SKU")),
            Column(_("Mặt hàng"), is_wide=True),
            Column(_("Số lượng"), is_number=True),
            Column(_("Thực nhận"), is_blank=True),
        ),
        rows=rows,
        sums=["", _("Tổng"), number(sum(pieces.values())), ""],
        signers=(_("Người nhặt"), _("Người đóng gói")),
        code=wave.number,
    )


def _of_parcels(
    packages: Sequence[Package],
    *,
    title: str,
    number: str,
    at: datetime,
    facts: Sequence[tuple[str, str]],
) -> Record:
    count = len(packages)
    return Record(
        title=title,
        number=number,
        at=at,
        facts=facts,
        columns=(
            Column(_("Mã vận đơn")),
            Column(_("Đơn hàng"), is_wide=True),
            Column(_("Khối lượng"), is_number=True),
            Column(_("Thu hộ (COD)"), is_number=True),
        ),
        rows=[
            [
                package.tracking_number,
                package.fulfilment.order.number,
                weight_text(package.weight_g),
                format_vnd(package.cod_vnd),
            ]
            for package in packages
        ],
        sums=[
            ngettext("Tổng %(n)s kiện", "Tổng %(n)s kiện", count) % {"n": count},
            "",
            weight_text(sum(package.weight_g for package in packages)),
            format_vnd(sum(package.cod_vnd for package in packages)),
        ],
        signers=(_("Người giao"), _("Người nhận")),
    )
