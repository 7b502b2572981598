"""Addresses of shipping."""

from django.urls import path

from shipping.views import accounts, cash, create, handing, hooks, packages, printing

app_name = "shipping"
urlpatterns = [
    path("shipments/", packages.package_list, name="package_list"),
    path("shipments/labels.pdf", printing.labels_pdf, name="labels_pdf"),
    path("shipments/print/", printing.confirm, name="print"),
    path("shipments/printed/", printing.printed, name="printed"),
    path("shipments/packed/", packages.mark_packed, name="mark_packed"),
    path("shipments/hand-over/", handing.hand_over_page, name="hand_over"),
    path("shipments/<int:pk>/", packages.package_detail, name="package_detail"),
    path("shipments/<int:pk>/retry/", packages.retry, name="retry"),
    path("shipments/<int:pk>/cancel/", packages.cancel, name="cancel"),
    path("shipments/<int:pk>/carrier-label/", packages.carrier_label, name="carrier_label"),
    path("orders/<int:order_pk>/shipment/", create.create, name="create"),
    path("orders/<int:order_pk>/shipment/quote/", create.quote, name="quote"),
    path("cod/", cash.cod_list, name="cod_list"),
    path("cod/received/", cash.receive_many, name="cod_receive_many"),
    path("cod/<int:pk>/received/", cash.receive_one, name="cod_receive"),
    path("cod/<int:pk>/close/", cash.close, name="cod_close"),
    path("settings/carriers/", accounts.account_list, name="account_list"),
    path("settings/carriers/new/", accounts.account_edit, name="account_new"),
    path("settings/carriers/<int:pk>/", accounts.account_edit, name="account_edit"),
    path("hooks/ghn/<str:secret>/", hooks.ghn, name="hook_ghn"),
]
