"""Addresses of goods and places."""

from django.urls import path

from inventory.views import (
    bins,
    boxes,
    bundles,
    catalogue,
    categories,
    costing,
    images,
    places,
    products,
    quarantine,
    stock,
    transfers,
)

app_name = "inventory"
urlpatterns = [
    path("products/", catalogue.product_list, name="product_list"),
    path("products/new/", catalogue.new_product, name="product_new"),
    path("products/margin/", catalogue.margin, name="margin"),
    path("products/categories/", categories.category_list, name="category_list"),
    path("products/categories/<int:pk>/", categories.edit_category, name="category_edit"),
    path(
        "products/categories/<int:pk>/delete/", categories.delete_category, name="category_delete"
    ),
    path("products/<int:pk>/", catalogue.product_detail, name="product_detail"),
    path("products/<int:pk>/edit/", products.edit_product, name="product_edit"),
    path("products/<int:pk>/variants/", products.edit_variants, name="product_variants"),
    path("products/<int:pk>/archive/", products.archive, name="product_archive"),
    path("products/<int:pk>/restore/", products.restore, name="product_restore"),
    path("products/<int:pk>/copy/", products.copy, name="product_copy"),
    path("products/<int:pk>/values/add/", products.add_value, name="add_value"),
    path("products/<int:pk>/values/remove/", products.remove_value, name="remove_value"),
    path("products/<int:pk>/options/", products.add_option, name="add_option"),
    path("products/<int:pk>/images/", images.add_image, name="add_image"),
    path("products/variants/<int:pk>/components/", bundles.components, name="components"),
    path("products/images/<int:pk>/", images.image, name="image"),
    path("products/images/<int:pk>/thumb/", images.thumb, name="thumb"),
    path("products/images/<int:pk>/move/", images.move_image, name="move_image"),
    path("products/images/<int:pk>/delete/", images.delete_image, name="delete_image"),
    path("stock/", stock.stock_list, name="stock_list"),
    path("stock/value/", costing.stock_value, name="stock_value"),
    path("stock/value/method/", costing.choose_method, name="choose_costing"),
    path("stock/<int:variant_id>/<int:warehouse_id>/", stock.explain, name="stock_explain"),
    path("stock/<int:variant_id>/<int:warehouse_id>/adjust/", stock.adjust, name="stock_adjust"),
    path(
        "stock/<int:variant_id>/<int:warehouse_id>/hold/", quarantine.hold, name="quarantine_hold"
    ),
    path("stock/quarantine/", quarantine.quarantine_list, name="quarantine_list"),
    path(
        "stock/quarantine/<int:variant_id>/<int:warehouse_id>/",
        quarantine.decide,
        name="quarantine_decide",
    ),
    path("stock/transfers/", transfers.transfer_list, name="transfer_list"),
    path("stock/transfers/new/", transfers.new_transfer, name="transfer_new"),
    path("stock/transfers/<int:pk>/", transfers.transfer_detail, name="transfer_detail"),
    path("stock/transfers/<int:pk>/lines/", transfers.add_line, name="transfer_add"),
    path(
        "stock/transfers/<int:pk>/lines/<int:variant_id>/drop/",
        transfers.drop_line,
        name="transfer_drop",
    ),
    path("stock/transfers/<int:pk>/ship/", transfers.ship, name="transfer_ship"),
    path("stock/transfers/<int:pk>/receive/", transfers.receive, name="transfer_receive"),
    path("stock/transfers/<int:pk>/close/", transfers.close, name="transfer_close"),
    path("stock/transfers/<int:pk>/cancel/", transfers.cancel, name="transfer_cancel"),
    path("warehouses/", places.warehouse_list, name="warehouse_list"),
    path("warehouses/new/", places.new_warehouse, name="warehouse_new"),
    path("warehouses/space/", places.space, name="space"),
    path("warehouses/boxes/", boxes.box_list, name="box_list"),
    path("warehouses/boxes/new/", boxes.new_box, name="box_new"),
    path("warehouses/boxes/<int:pk>/", boxes.edit_box, name="box_edit"),
    path("warehouses/<int:pk>/", places.edit_warehouse, name="warehouse_detail"),
    path("warehouses/<int:pk>/bins/", bins.warehouse_bins, name="warehouse_bins"),
    path("warehouses/<int:pk>/bins/new/", bins.create_bins, name="bin_create"),
    path("warehouses/bins/<int:pk>/", bins.edit_bin, name="bin_edit"),
    path("warehouses/bins/<int:pk>/goods/", bins.put_goods, name="bin_put"),
    path("warehouses/bins/<int:pk>/goods/<int:variant_id>/", bins.take_goods, name="bin_take"),
]
