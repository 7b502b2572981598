"""What we keep about each marketplace shop: access, listings, its orders, and what we sent."""

from channels_sync.models.cursors import SyncCursor
from channels_sync.models.fees import OrderFee
from channels_sync.models.listings import Listing
from channels_sync.models.problems import SyncProblem
from channels_sync.models.pushes import StockPush
from channels_sync.models.remote_orders import RemoteOrder, RemotePackage
from channels_sync.models.shops import Shop

__all__ = [
    "Listing",
    "OrderFee",
    "RemoteOrder",
    "RemotePackage",
    "Shop",
    "StockPush",
    "SyncCursor",
    "SyncProblem",
]
