"""Goods, places and what is where."""

from inventory.models.allocations import Allocation
from inventory.models.bins import Bin, HomeBin
from inventory.models.boxes import PackageType
from inventory.models.bulk import BulkChange
from inventory.models.bundles import BundleComponent
from inventory.models.catalogue import Barcode, Product, ProductImage, ProductOption, Variant
from inventory.models.categories import Brand, Category
from inventory.models.channel_stock import ChannelStockRule
from inventory.models.costing import CostCorrection, CostLayer, LayerUse, Valuation
from inventory.models.counting import CountLine, CountTally, StockCount
from inventory.models.imports import GoodsExport, GoodsImport, ImportMapping
from inventory.models.lots import Lot, LotBalance, LotChoice, LotMovement
from inventory.models.places import Warehouse
from inventory.models.prices import PriceList, PriceListItem
from inventory.models.purchasing import PurchaseLine, PurchaseMail, PurchaseNeed, PurchaseOrder
from inventory.models.receiving import (
    GoodsReceipt,
    LandedCost,
    LandedShare,
    ReceiptLine,
    ReceiptLot,
    ReceiptScan,
    SupplierReturn,
    SupplierReturnLine,
)
from inventory.models.replenishment import (
    DemandForecast,
    ReplenishmentProposal,
    SupplierBuying,
)
from inventory.models.stock import StockLevel, StockMovement
from inventory.models.suppliers import Supplier, SupplierContact, SupplierPrice
from inventory.models.transfers import Disposition, Transfer, TransferLine, TransferReceipt
from inventory.models.units import ProductUnit

__all__ = [
    "Allocation",
    "Barcode",
    "Bin",
    "Brand",
    "BulkChange",
    "BundleComponent",
    "Category",
    "ChannelStockRule",
    "CostCorrection",
    "CostLayer",
    "CountLine",
    "CountTally",
    "DemandForecast",
    "Disposition",
    "GoodsExport",
    "GoodsImport",
    "GoodsReceipt",
    "HomeBin",
    "ImportMapping",
    "LandedCost",
    "LandedShare",
    "LayerUse",
    "Lot",
    "LotBalance",
    "LotChoice",
    "LotMovement",
    "PackageType",
    "PriceList",
    "PriceListItem",
    "Product",
    "ProductImage",
    "ProductOption",
    "ProductUnit",
    "PurchaseLine",
    "PurchaseMail",
    "PurchaseNeed",
    "PurchaseOrder",
    "ReceiptLine",
    "ReceiptLot",
    "ReceiptScan",
    "ReplenishmentProposal",
    "StockCount",
    "StockLevel",
    "StockMovement",
    "Supplier",
    "SupplierBuying",
    "SupplierContact",
    "SupplierPrice",
    "SupplierReturn",
    "SupplierReturnLine",
    "Transfer",
    "TransferLine",
    "TransferReceipt",
    "Valuation",
    "Variant",
    "Warehouse",
]
