"""What a customer or a group of them has agreed with us about paying and ordering."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class TermsFields(models.Model):
    """An empty field says nothing: a customer's falls back on the group's."""

    payment_days = models.PositiveSmallIntegerField(_("Mua chịu (số ngày)"), null=True, blank=True)
    credit_limit_vnd = models.BigIntegerField(_("Hạn mức công nợ"), null=True, blank=True)
    min_order_vnd = models.BigIntegerField(_("Đơn tối thiểu"), null=True, blank=True)

    class Meta:
        abstract = True


def terms_check(name: str) -> models.CheckConstraint:
    """Amounts that were agreed are amounts."""
    limit = Q(credit_limit_vnd__isnull=True) | Q(credit_limit_vnd__gte=0)
    least = Q(min_order_vnd__isnull=True) | Q(min_order_vnd__gte=0)
    return models.CheckConstraint(condition=limit & least, name=name)
