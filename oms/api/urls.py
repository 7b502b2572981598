"""Addresses for programs; docs/api.md says how to call them."""

from django.urls import path

from oms.api import actions, orders

app_name = "api"
urlpatterns = [
    path("orders/", orders.orders, name="orders"),
    path("orders/<int:pk>/", orders.order, name="order"),
    path("actions/", actions.actions, name="actions"),
    path("actions/<str:action_code>/", actions.act, name="act"),
    path("runs/<int:pk>/", actions.run, name="run"),
]
