"""Addresses for programs; docs/api.md says how to call them."""

from django.urls import path

from oms.api import actions, orders, warehouses

app_name = "api"
urlpatterns = [
    path("orders/", orders.orders, name="orders"),
    path("orders/<int:pk>/", orders.order, name="order"),
    path("actions/", actions.actions, name="actions"),
    path("actions/<str:action_code>/", actions.act, name="act"),
    path("fulfilments/", warehouses.fulfilments, name="fulfilments"),
    path("fulfilments/<int:pk>/", warehouses.fulfilment, name="fulfilment"),
    path("fulfilments/<int:pk>/label/", warehouses.label, name="fulfilment_label"),
    path("fulfilments/<int:pk>/<slug:step_code>/", warehouses.step, name="fulfilment_step"),
    path("stock-counts/", warehouses.counts, name="stock_counts"),
    path("runs/<int:pk>/", actions.run, name="run"),
]
