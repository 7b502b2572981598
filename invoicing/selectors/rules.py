"""The law of a day, read from the dated rules."""

import re
from datetime import date

from django.utils.translation import gettext as _

from invoicing.models import InvoiceForm, LegalText, SymbolPattern, TaxRate
from oms.kernel.errors import DomainError

CONSUMER_NAME = "consumer_name"
# Delivery is a service at the standard rate that the temporary reduction covers.
DELIVERY_PRODUCT_RATE = 8


def applied_rates(day: date) -> dict[int, int]:
    """Product rate to the rate in force that day."""
    rates: dict[int, int] = {}
    for rule in TaxRate.objects.in_force(day):
        rates.setdefault(rule.product_rate, rule.applied_rate)
    return rates


def form_of(template_code: str, day: date) -> InvoiceForm | None:
    """The legal form that a template code begins with; None when that day knows no such form."""
    return InvoiceForm.objects.in_force(day).filter(digit=template_code[:1]).first()


def is_symbol_valid(series: str, day: date) -> bool:
    """Shape and year of a symbol: `C26TAA` is good in 2026 only."""
    return any(
        re.fullmatch(rule.pattern.replace("{yy}", f"{day:%y}"), series)
        for rule in SymbolPattern.objects.in_force(day)
    )


def legal_text(key: str, day: date) -> str:
    rule = LegalText.objects.in_force(day).filter(key=key).first()
    if rule is None:
        raise DomainError(
            _("Chưa có quy định “%(key)s” cho ngày này.") % {"key": key}, code="rule.missing"
        )
    return rule.text
