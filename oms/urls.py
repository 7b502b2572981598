"""Addresses: each app has its own urls.py."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("oms.web.urls")),
    path("language/", set_language, name="set_language"),
]
