"""Addresses of returns, and of the rules against refused parcels."""

from django.urls import path

from orders.views import return_ask, returns, risk_rules

urlpatterns = [
    path("returns/", returns.return_list, name="return_list"),
    path("returns/policy/", returns.policy, name="return_policy"),
    path("returns/<int:pk>/", returns.return_detail, name="return_detail"),
    path("returns/<int:pk>/approve/", returns.approve, name="return_approve"),
    path("returns/<int:pk>/end/", returns.end, name="return_end"),
    path("returns/<int:pk>/reopen/", returns.reopen, name="return_reopen"),
    path("returns/<int:pk>/credit/", returns.credit, name="return_credit"),
    path("returns/<int:pk>/exchange/", returns.exchange, name="return_exchange"),
    path("returns/<int:pk>/photos/<int:photo_id>/", returns.photo, name="return_photo"),
    path("orders/<int:order_pk>/returns/new/", returns.return_new, name="return_new"),
    path("orders/risk/", risk_rules.rule_list, name="risk_rules"),
    path("orders/risk/<int:pk>/", risk_rules.rule_list, name="risk_rule"),
    path("orders/risk/<int:pk>/remove/", risk_rules.rule_remove, name="risk_rule_remove"),
    path("return/", return_ask.ask, name="return_ask"),
]
