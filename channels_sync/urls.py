"""Addresses of channels."""

from django.urls import path

from channels_sync.views import connect, hooks, orders, shops, stock_rules

app_name = "channels_sync"
urlpatterns = [
    path("channels/", shops.shop_list, name="shop_list"),
    path("channels/connect/<slug:code>/", connect.connect, name="connect"),
    path("channels/callback/<slug:code>/", connect.callback, name="callback"),
    path("channels/<int:pk>/", shops.shop_detail, name="shop_detail"),
    path("channels/<int:pk>/settings/", shops.shop_change, name="shop_change"),
    path("channels/<int:pk>/stock/", stock_rules.stock_rules, name="stock_rules"),
    path("channels/<int:pk>/stock/set/", stock_rules.rule_set, name="stock_rule_set"),
    path(
        "channels/<int:pk>/stock/<int:rule_pk>/remove/",
        stock_rules.rule_remove,
        name="stock_rule_remove",
    ),
    path("channels/<int:pk>/sync/", shops.shop_sync, name="shop_sync"),
    path("channels/<int:pk>/reconcile/", shops.shop_reconcile, name="shop_reconcile"),
    path("channels/<int:pk>/prices/", shops.shop_prices, name="shop_prices"),
    path("channels/<int:pk>/disconnect/", shops.shop_disconnect, name="shop_disconnect"),
    path("channels/listings/<int:pk>/link/", shops.listing_link, name="listing_link"),
    path("channels/listings/<int:pk>/unlink/", shops.listing_unlink, name="listing_unlink"),
    path("channels/problems/<int:pk>/retry/", shops.problem_retry, name="problem_retry"),
    path(
        "channels/orders/<int:order_pk>/cancellation/", orders.answer_cancel, name="answer_cancel"
    ),
    path("channels/packages/<int:pk>/waybill.pdf", orders.waybill, name="waybill"),
    path("channels/packages/<int:pk>/waybill/again/", orders.waybill_again, name="waybill_again"),
    path("hooks/shopee/", hooks.hook_of("shopee"), name="hook_shopee"),
    path("hooks/lazada/", hooks.hook_of("lazada"), name="hook_lazada"),
]
