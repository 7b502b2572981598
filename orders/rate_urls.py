"""Addresses of the rates of other currencies."""

from django.urls import path

from orders.views import rates

urlpatterns = [
    path("orders/rates/", rates.rate_list, name="rate_list"),
    path("orders/rates/import/", rates.import_file, name="rate_import"),
]
