"""Goods, places and what is where."""

from inventory.models.allocations import Allocation
from inventory.models.catalogue import Barcode, Product, ProductImage, ProductOption, Variant
from inventory.models.costing import CostCorrection, CostLayer, LayerUse, Valuation
from inventory.models.places import Warehouse
from inventory.models.purchasing import PurchaseLine, PurchaseMail, PurchaseNeed, PurchaseOrder
from inventory.models.receiving import (
    GoodsReceipt,
    LandedCost,
    LandedShare,
    ReceiptLine,
    SupplierReturn,
    SupplierReturnLine,
)
from inventory.models.stock import StockLevel, StockMovement
from inventory.models.suppliers import Supplier, SupplierContact, SupplierPrice

__all__ = [
    "Allocation",
    "Barcode",
    "CostCorrection",
    "CostLayer",
    "GoodsReceipt",
    "LandedCost",
    "LandedShare",
    "LayerUse",
    "Product",
    "ProductImage",
    "ProductOption",
    "PurchaseLine",
    "PurchaseMail",
    "PurchaseNeed",
    "PurchaseOrder",
    "ReceiptLine",
    "StockLevel",
    "StockMovement",
    "Supplier",
    "SupplierContact",
    "SupplierPrice",
    "SupplierReturn",
    "SupplierReturnLine",
    "Valuation",
    "Variant",
    "Warehouse",
]
