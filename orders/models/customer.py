"""Who buys. One phone number is one customer, until two of them turn out to be one person."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.models.terms import TermsFields, terms_check


class CustomerGroup(TermsFields):
    """Customers who share a price list and terms; price lists name the group by its name."""

    name = models.CharField(_("Tên nhóm"), max_length=60)
    name_folded = models.CharField(max_length=60, editable=False)

    class Meta:
        verbose_name = _("Nhóm khách hàng")
        ordering = ["name_folded"]
        constraints = [
            models.UniqueConstraint(
                fields=["name_folded"],
                name="customer_group_once",
                violation_error_message=_("Nhóm này đã có."),
            ),
            terms_check("customer_group_terms"),
        ]

    def __str__(self) -> str:
        return self.name


class Customer(TermsFields):
    """Figures (`orders_count` to `last_order_at`) are kept by services.customer_figures only.

    A merged customer stays as the key of its phone and points at the one that was kept.
    """

    class Risk(models.TextChoices):
        NONE = "none", _("Không rủi ro")
        LOW = "low", _("Rủi ro thấp")
        MEDIUM = "medium", _("Rủi ro vừa")
        HIGH = "high", _("Rủi ro cao")

    name = models.CharField(_("Tên khách hàng"), max_length=150)
    name_folded = models.CharField(max_length=150, editable=False, default="", db_default="")
    phone = models.CharField(_("Điện thoại"), max_length=20, null=True, blank=True)
    phone_reversed = models.CharField(max_length=20, editable=False, default="", db_default="")
    email = models.EmailField(_("Email"), blank=True, default="", db_default="")
    company_name = models.CharField(
        _("Tên công ty"), max_length=255, blank=True, default="", db_default=""
    )
    tax_code = models.CharField(
        _("Mã số thuế"), max_length=20, blank=True, default="", db_default=""
    )
    address = models.CharField(_("Địa chỉ"), max_length=400, blank=True, default="", db_default="")
    group = models.ForeignKey(
        CustomerGroup, models.PROTECT, null=True, blank=True, related_name="customers"
    )
    tags = ArrayField(models.CharField(max_length=40), default=list, db_default=[], blank=True)
    # A person's own judgement; empty follows the figures.
    risk_set = models.CharField(
        max_length=10, choices=Risk.choices, blank=True, default="", db_default=""
    )
    risk_reason = models.CharField(max_length=200, blank=True, default="", db_default="")
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged"
    )
    erased_at = models.DateTimeField(null=True, blank=True)

    orders_count = models.IntegerField(default=0, db_default=0)
    spent_vnd = models.BigIntegerField(default=0, db_default=0)
    profit_vnd = models.BigIntegerField(default=0, db_default=0)
    finished_count = models.IntegerField(default=0, db_default=0)
    returned_count = models.IntegerField(default=0, db_default=0)
    refused_count = models.IntegerField(default=0, db_default=0)
    last_order_at = models.DateTimeField(null=True, blank=True)
    figures_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Khách hàng")
        constraints = [
            models.UniqueConstraint(
                fields=["phone"],
                name="customer_phone_unique",
                violation_error_message=_("Số điện thoại này đã có khách hàng."),
            ),
            models.CheckConstraint(
                condition=Q(phone__isnull=True) | Q(phone__startswith="+"),
                name="customer_phone_international",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="customer_not_merged_into_itself",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(phone__isnull=True, email="", address=""),
                name="customer_erased_is_empty",
            ),
            models.CheckConstraint(
                condition=Q(finished_count__gte=F("returned_count") + F("refused_count")),
                name="customer_returns_within_finished",
            ),
            terms_check("customer_terms"),
        ]
        indexes = [
            GinIndex(fields=["name_folded"], opclasses=["gin_trgm_ops"], name="customer_name_trgm"),
            models.Index(
                fields=["phone_reversed"],
                opclasses=["varchar_pattern_ops"],
                name="customer_phone_tail",
            ),
            GinIndex(fields=["tags"], name="customer_tags"),
            # Partial: a customer who is new to the house is in none of them.
            models.Index(
                fields=["-spent_vnd", "-id"], name="customer_by_spend", condition=Q(spent_vnd__gt=0)
            ),
            models.Index(
                fields=["-profit_vnd", "-id"],
                name="customer_by_profit",
                condition=~Q(profit_vnd=0),
            ),
            models.Index(
                fields=["-refused_count", "-id"],
                name="customer_by_refusals",
                condition=Q(refused_count__gt=0),
            ),
            models.Index(fields=["id"], name="customer_risk_set", condition=~Q(risk_set="")),
            models.Index(
                fields=["-orders_count", "-id"],
                name="customer_by_orders",
                condition=Q(orders_count__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_live(self) -> bool:
        """Neither merged into another one nor erased."""
        return self.merged_into_id is None and self.erased_at is None


class CustomerMerge(models.Model):
    """One merge, with what it moved, so that it can be undone."""

    kept = models.ForeignKey(Customer, models.PROTECT, related_name="merges")
    merged = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False)
    order_ids = ArrayField(models.BigIntegerField(), default=list)
    # Customers that had been merged into the merged one before.
    follower_ids = ArrayField(models.BigIntegerField(), default=list)
    actor_label = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Lần gộp khách hàng")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["merged"],
                condition=Q(undone_at__isnull=True),
                name="customer_merged_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} -> {self.kept_id}"
