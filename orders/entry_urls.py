"""Addresses of entering orders by hand."""

from django.urls import path

from orders.views import counter, drafts, entry, pasting, prices, quotes, units

urlpatterns = [
    path("orders/new/", entry.new_order, name="new"),
    path("orders/new/paste/", pasting.paste, name="paste"),
    path("orders/new/quote/", quotes.quote, name="quote"),
    path("orders/new/prices/", prices.price_hint, name="price_hint"),
    path("orders/new/customer/", entry.customer_hint, name="customer_hint"),
    path("orders/new/goods/", entry.goods_hint, name="goods_hint"),
    path("orders/new/wards/", entry.ward_hint, name="ward_hint"),
    path("orders/new/rate/", entry.rate_hint, name="rate_hint"),
    path("orders/<int:pk>/draft/", drafts.continue_draft, name="draft"),
    path("orders/<int:pk>/discard/", drafts.discard, name="discard"),
    path("orders/new/units/", units.search, name="unit_search"),
    path("orders/new/unit-hint/", units.hint, name="unit_hint"),
    path("orders/<int:pk>/ward/", units.choose, name="choose_ward"),
    path("orders/<int:pk>/near-ward/", units.correct, name="correct_ward"),
    path("orders/<int:pk>/pickup/", counter.pickup, name="pickup"),
]
