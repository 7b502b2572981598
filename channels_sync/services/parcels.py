"""Parcels as the marketplace tells them: numbered when they are packed, sometimes not before."""

import json
from collections.abc import Sequence

from channels_sync.models import RemoteOrder, RemotePackage
from channels_sync.ports import Sale, SaleParcel
from channels_sync.services.remembering_sql import KEEP_PARCELS
from oms.kernel.sql import run

A = RemotePackage.Arrangement
Told = list[tuple[RemoteOrder, SaleParcel]]


def keep_parcels(rows: dict[str, RemoteOrder], sales: Sequence[Sale]) -> None:
    """Write the parcels of a page of orders; the caller holds the lock of the shop's orders."""
    told = [(rows[sale.remote_id], parcel) for sale in sales for parcel in sale.parcels]
    _follow_numbering(rows, told)
    written = [
        {
            "remote_order_id": remote.pk,
            "package_number": parcel.package_number,
            "is_numbered": parcel.is_numbered,
            "unit_ids": list(parcel.unit_ids),
            "carrier_name": parcel.carrier_name[:120],
            "logistics_status": parcel.logistics_status[:60],
        }
        for remote, parcel in told
    ]
    run(KEEP_PARCELS, {"rows": json.dumps(written, ensure_ascii=False)})


def _follow_numbering(rows: dict[str, RemoteOrder], told: Told) -> None:
    """A parcel that had only our name takes its number, so that a wish or an outcome stays with it.

    One that was taken apart, or whose pieces all went elsewhere, is gone, unless something of ours
    is still under way. Only parcels whose pieces are known can be told apart so.
    """
    known = list(RemotePackage.objects.filter(remote_order__in=rows.values()).exclude(unit_ids=[]))
    taken = {(row.remote_order_id, row.package_number) for row in known if row.is_numbered}
    for package in known:
        parcels = [parcel for remote, parcel in told if remote.pk == package.remote_order_id]
        number = "" if package.is_numbered else _number_of(package, parcels, taken)
        if number:
            taken.add((package.remote_order_id, number))
            RemotePackage.objects.filter(pk=package.pk).update(
                package_number=number, is_numbered=True
            )
        elif package.package_number not in {parcel.package_number for parcel in parcels}:
            _forget(package)


def _number_of(
    package: RemotePackage, parcels: Sequence[SaleParcel], taken: set[tuple[int, str]]
) -> str:
    """The new parcel that holds pieces of this one."""
    for parcel in parcels:
        is_new = (package.remote_order_id, parcel.package_number) not in taken
        if parcel.is_numbered and is_new and set(parcel.unit_ids) & set(package.unit_ids):
            return parcel.package_number
    return ""


def _forget(package: RemotePackage) -> None:
    same = RemotePackage.objects.filter(pk=package.pk)
    if same.filter(arrangement__in=[A.NONE, A.REFUSED]).delete()[0] or package.is_numbered:
        return
    same.update(arrangement=A.REFUSED, next_attempt_at=None)
