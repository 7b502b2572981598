"""Goods, places and what is where."""

from inventory.models.allocations import Allocation
from inventory.models.bundles import BundleComponent
from inventory.models.catalogue import Barcode, Product, ProductImage, ProductOption, Variant
from inventory.models.categories import Brand, Category
from inventory.models.costing import CostCorrection, CostLayer, LayerUse, Valuation
from inventory.models.places import Warehouse
from inventory.models.stock import StockLevel, StockMovement

__all__ = [
    "Allocation",
    "Barcode",
    "Brand",
    "BundleComponent",
    "Category",
    "CostCorrection",
    "CostLayer",
    "LayerUse",
    "Product",
    "ProductImage",
    "ProductOption",
    "StockLevel",
    "StockMovement",
    "Valuation",
    "Variant",
    "Warehouse",
]
