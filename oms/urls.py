"""Addresses: each app has its own urls.py."""

from django.urls import URLPattern, URLResolver, path

from oms.web.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
]
