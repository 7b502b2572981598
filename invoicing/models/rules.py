"""What the law says, as rows with a first and a last day and the text that says so."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class DatedRuleQuerySet(models.QuerySet):
    def in_force(self, day: date) -> "DatedRuleQuerySet":
        """Rules of that day, the youngest first."""
        return self.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day
        ).order_by("-valid_from")


class DatedRule(models.Model):
    """`valid_to` is the last day in force; empty while no end is known."""

    valid_from = models.DateField(_("Từ ngày"))
    valid_to = models.DateField(_("Đến ngày"), null=True, blank=True)
    source = models.CharField(_("Căn cứ"), max_length=300)

    objects = DatedRuleQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="%(class)s_ends_after_start",
            )
        ]


class TaxRate(DatedRule):
    """The rate to use for goods whose product says `product_rate`; -1 KKKNT, -2 KCT."""

    product_rate = models.SmallIntegerField()
    applied_rate = models.SmallIntegerField()
    label = models.CharField(max_length=40)

    class Meta(DatedRule.Meta):
        constraints = [
            *DatedRule.Meta.constraints,
            models.UniqueConstraint(
                fields=["product_rate", "valid_from"], name="one_tax_rate_per_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.valid_from}"


class InvoiceForm(DatedRule):
    """The first digit of the template code."""

    digit = models.CharField(max_length=1)
    name = models.CharField(max_length=200)
    has_vat = models.BooleanField()

    class Meta(DatedRule.Meta):
        constraints = [
            *DatedRule.Meta.constraints,
            models.UniqueConstraint(
                fields=["digit", "valid_from"], name="one_invoice_form_per_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.digit} {self.name}"


class SymbolPattern(DatedRule):
    """What a symbol may look like; `{yy}` stands for the year of issue."""

    pattern = models.CharField(max_length=100)
    note = models.CharField(max_length=300)

    class Meta(DatedRule.Meta):
        pass

    def __str__(self) -> str:
        return self.pattern


class LegalText(DatedRule):
    """Wordings that the law prescribes."""

    key = models.CharField(max_length=40)
    text = models.CharField(max_length=300)

    class Meta(DatedRule.Meta):
        constraints = [
            *DatedRule.Meta.constraints,
            models.UniqueConstraint(fields=["key", "valid_from"], name="one_legal_text_per_start"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.valid_from}"
