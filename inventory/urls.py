"""Addresses of goods and places."""

from django.urls import path

from inventory.views import catalogue, costing, exports, imports, places, stock

app_name = "inventory"
urlpatterns = [
    path("products/", catalogue.product_list, name="product_list"),
    path("products/new/", catalogue.new_product, name="product_new"),
    path("products/imports/", imports.import_list, name="import_list"),
    path("products/imports/new/<str:profile>/", imports.upload, name="import_new"),
    path("products/imports/template/<str:profile>/", imports.template, name="import_template"),
    path("products/imports/<int:pk>/", imports.import_detail, name="import_detail"),
    path("products/imports/<int:pk>/sheet/", imports.choose_sheet, name="import_sheet"),
    path("products/imports/<int:pk>/columns/", imports.choose_columns, name="import_columns"),
    path("products/imports/<int:pk>/zeros/", imports.answer_zeros, name="import_zeros"),
    path("products/imports/<int:pk>/run/", imports.run, name="import_run"),
    path("products/imports/<int:pk>/failed/", imports.failed, name="import_failed"),
    path("exports/<str:kind>/", exports.export_list, name="export"),
    path("exports/<int:pk>/status/", exports.export_detail, name="export_detail"),
    path("exports/<int:pk>/file/", exports.download, name="export_file"),
    path("products/<int:pk>/", catalogue.product_detail, name="product_detail"),
    path("products/<int:pk>/images/", catalogue.add_image, name="add_image"),
    path("products/images/<int:pk>/", catalogue.image, name="image"),
    path("stock/", stock.stock_list, name="stock_list"),
    path("stock/value/", costing.stock_value, name="stock_value"),
    path("stock/value/method/", costing.choose_method, name="choose_costing"),
    path("stock/<int:variant_id>/<int:warehouse_id>/", stock.explain, name="stock_explain"),
    path("stock/<int:variant_id>/<int:warehouse_id>/adjust/", stock.adjust, name="stock_adjust"),
    path("warehouses/", places.warehouse_list, name="warehouse_list"),
    path("warehouses/new/", places.new_warehouse, name="warehouse_new"),
    path("warehouses/<int:pk>/", places.edit_warehouse, name="warehouse_detail"),
]
