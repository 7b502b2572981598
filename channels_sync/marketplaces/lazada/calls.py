"""What the parts of the connector share: the client, and the units of one order."""

from channels_sync.marketplaces.lazada.client import Json, LazadaClient
from channels_sync.ports import Access, ParcelRef


class LazadaCalls:
    def __init__(self, client: LazadaClient) -> None:
        self.client = client

    def units(self, access: Access, remote_id: str) -> list[Json]:
        """One row for each piece of an order, as it is now."""
        answer = self.client.get(access, "/order/items/get", {"order_id": remote_id})
        return list(answer.get("data") or [])

    def parcel_units(self, access: Access, parcel: ParcelRef) -> list[Json]:
        """Those of one parcel: by its number, else by the units it was known to hold."""
        rows = self.units(access, parcel.remote_id)
        if parcel.package_number:
            return [row for row in rows if str(row.get("package_id")) == parcel.package_number]
        if parcel.unit_ids:
            return [row for row in rows if str(row["order_item_id"]) in parcel.unit_ids]
        return rows
