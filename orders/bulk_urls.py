"""Addresses of bulk work and files of the order desk; part of the namespace `orders`."""

from django.urls import path

from orders.exports.packing_slips import NOTES, RECEIPTS, SLIPS
from orders.views import bulk, exports, slips

urlpatterns = [
    path("orders/export/", exports.choose, name="export"),
    path("orders/export/<int:pk>/", exports.detail, name="export_detail"),
    path("orders/export/<int:pk>/file/", exports.download, name="export_file"),
    path("orders/packing-slips/", slips.order_papers, {"kind": SLIPS}, name="packing_slips"),
    path("orders/delivery-notes/", slips.order_papers, {"kind": NOTES}, name="delivery_notes"),
    path("orders/receipts/", slips.order_papers, {"kind": RECEIPTS}, name="receipts"),
    path("orders/packing-slips/<int:pk>/", slips.detail, name="slips_detail"),
    path("orders/packing-slips/<int:pk>/file/", slips.download, name="slips_file"),
    path("orders/bulk/", bulk.choose, name="bulk"),
    path("orders/bulk/count/", bulk.count, name="bulk_count"),
    path("orders/bulk/<int:pk>/", bulk.run_page, name="bulk_run"),
    path("orders/bulk/<int:pk>/start/", bulk.start, name="bulk_start"),
    path("orders/bulk/<int:pk>/undo/", bulk.undo, name="bulk_undo"),
    path("orders/bulk/<int:pk>/retry/", bulk.retry, name="bulk_retry"),
    path("orders/bulk/<int:pk>/next/", bulk.go_on, name="bulk_next"),
]
