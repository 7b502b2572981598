"""Addresses: each app has its own urls.py."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from oms.web.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("language/", set_language, name="set_language"),
    path("invoices/", include("invoicing.urls")),
    path("api/v1/", include("oms.api.urls")),
    path("", include("oms.web.urls")),
    path("", include("oms.rehearsal.urls")),
    path("", include("inventory.urls")),
    path("", include("orders.urls")),
    path("", include("shipping.urls")),
    path("", include("channels_sync.urls")),
]

handler400 = "oms.web.views.errors.bad_request"
handler403 = "oms.web.views.errors.forbidden"
