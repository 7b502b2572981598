"""Goods, places and what is where."""

from inventory.models.allocations import Allocation
from inventory.models.catalogue import Barcode, Product, ProductImage, ProductOption, Variant
from inventory.models.channel_stock import ChannelStockRule
from inventory.models.places import Warehouse
from inventory.models.stock import StockLevel, StockMovement

__all__ = [
    "Allocation",
    "Barcode",
    "ChannelStockRule",
    "Product",
    "ProductImage",
    "ProductOption",
    "StockLevel",
    "StockMovement",
    "Variant",
    "Warehouse",
]
