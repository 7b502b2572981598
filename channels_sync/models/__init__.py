"""What we keep of each marketplace shop: access, listings, orders, money, and what we sent."""

from channels_sync.models.cursors import SyncCursor
from channels_sync.models.fees import OrderFee
from channels_sync.models.listings import Listing
from channels_sync.models.money_words import MoneyWord
from channels_sync.models.offerings import MarketCategory, Offering
from channels_sync.models.problems import SyncProblem
from channels_sync.models.product_pushes import ProductPush, SentPicture
from channels_sync.models.pushes import StockPush
from channels_sync.models.rates import FeeRate
from channels_sync.models.remote_orders import RemoteOrder, RemotePackage
from channels_sync.models.returns import ANSWERS_ON_THEIR_WAY, ReturnLine, ReturnRequest
from channels_sync.models.settlements import Settlement
from channels_sync.models.shops import Shop

__all__ = [
    "ANSWERS_ON_THEIR_WAY",
    "FeeRate",
    "Listing",
    "MarketCategory",
    "MoneyWord",
    "Offering",
    "OrderFee",
    "ProductPush",
    "RemoteOrder",
    "RemotePackage",
    "ReturnLine",
    "ReturnRequest",
    "SentPicture",
    "Settlement",
    "Shop",
    "StockPush",
    "SyncCursor",
    "SyncProblem",
]
