"""Addresses of invoicing, under /invoices/."""

from django.urls import path

from invoicing.views import invoices, payments, proposals, settings

app_name = "invoicing"

urlpatterns = [
    path("", invoices.invoice_list_page, name="invoice_list"),
    path("<int:pk>/", invoices.invoice_detail, name="invoice_detail"),
    path("<int:pk>/buyer/", invoices.buyer, name="buyer"),
    path("<int:pk>/issue/", invoices.issue, name="issue"),
    path("<int:pk>/look-up/", invoices.look_up, name="look_up"),
    path("<int:pk>/preview/", invoices.preview, name="preview"),
    path("<int:pk>/pdf/", invoices.pdf, name="pdf"),
    path("orders/<int:order_id>/draft/", invoices.draft, name="draft"),
    path("orders/<int:order_id>/payments/", payments.receive, name="receive_payment"),
    path("orders/<int:order_id>/refunds/", payments.refund, name="refund_payment"),
    path("adjustments/", proposals.proposal_list, name="proposal_list"),
    path("adjustments/<int:pk>/issue/", proposals.issue, name="proposal_issue"),
    path("adjustments/<int:pk>/decide/", proposals.decide, name="proposal_decide"),
    path("settings/", settings.settings_page, name="settings"),
    path("settings/company/", settings.company, name="company"),
    path("settings/account/", settings.account, name="account"),
    path("settings/account/<int:pk>/check/", settings.check, name="check_account"),
]
