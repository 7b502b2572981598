"""Addresses of channels."""

from django.urls import path

from channels_sync.views import (
    connect,
    hooks,
    money,
    money_words,
    negotiating,
    offerings,
    orders,
    problems,
    products,
    returns,
    shops,
    stock_rules,
)

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
    path("channels/settlements/", money.settlement_list, name="settlement_list"),
    path("channels/settlements/<int:pk>/", money.settlement_detail, name="settlement_detail"),
    path("channels/settlements/<int:pk>/again/", money.settlement_again, name="settlement_again"),
    path(
        "channels/settlements/<int:pk>/missing/", money.settlement_import, name="settlement_import"
    ),
    path("channels/money/<int:pk>/", money_words.money_word, name="money_word"),
    path("channels/payouts/<int:pk>/accept/", money.payout_accept, name="payout_accept"),
    path("channels/returns/", returns.return_list, name="return_list"),
    path("channels/returns/<int:pk>/", returns.return_detail, name="return_detail"),
    path("channels/returns/<int:pk>/accept/", returns.return_accept, name="return_accept"),
    path("channels/returns/<int:pk>/dispute/", returns.return_dispute, name="return_dispute"),
    path("channels/returns/<int:pk>/offer/", negotiating.return_offer, name="return_offer"),
    path(
        "channels/returns/<int:pk>/offer/accept/",
        negotiating.return_take_offer,
        name="return_take_offer",
    ),
    path("channels/returns/<int:pk>/proof/", negotiating.return_proof, name="return_proof"),
    path("channels/returns/<int:pk>/again/", returns.return_again, name="return_again"),
    path("channels/fees/", money.fee_rate_list, name="fee_rate_list"),
    path("channels/fees/adopt/<slug:code>/", money.fee_rate_adopt, name="fee_rate_adopt"),
    path("channels/fees/<int:pk>/remove/", money.fee_rate_remove, name="fee_rate_remove"),
    path("channels/products/<int:pk>/send/", products.send_product, name="send_product"),
    path(
        "channels/<int:pk>/offer/<int:product_pk>/",
        offerings.offer,
        name="offer",
    ),
    path(
        "channels/<int:pk>/offer/<int:product_pk>/send/",
        offerings.offer_send,
        name="offer_send",
    ),
    path("channels/listings/<int:pk>/link/", shops.listing_link, name="listing_link"),
    path("channels/listings/<int:pk>/unlink/", shops.listing_unlink, name="listing_unlink"),
    path("channels/problems/<int:pk>/retry/", problems.problem_retry, name="problem_retry"),
    path(
        "channels/orders/<int:order_pk>/cancellation/", orders.answer_cancel, name="answer_cancel"
    ),
    path("channels/orders/<int:order_pk>/pieces/", orders.cancel_some, name="cancel_some"),
    path("channels/packages/<int:pk>/waybill.pdf", orders.waybill, name="waybill"),
    path("channels/packages/<int:pk>/waybill/again/", orders.waybill_again, name="waybill_again"),
    path("hooks/shopee/", hooks.hook_of("shopee"), name="hook_shopee"),
    path("hooks/lazada/", hooks.hook_of("lazada"), name="hook_lazada"),
    path("hooks/tiktok_shop/", hooks.hook_of("tiktok_shop"), name="hook_tiktok_shop"),
]
