"""What an issued invoice has to be adjusted by, because goods came back."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from invoicing.models.invoices import Invoice, InvoiceLine
from orders.models import Return


class AdjustmentProposal(models.Model):
    """For the accountant: once for each return, worth what the return takes off the order."""

    class Status(models.TextChoices):
        OPEN = "open", _("Chờ điều chỉnh")
        DONE = "done", _("Đã điều chỉnh")
        DISMISSED = "dismissed", _("Không điều chỉnh")

    document = models.OneToOneField(Return, models.PROTECT, related_name="invoice_proposal")
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="proposals")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    net_vnd = models.BigIntegerField()
    tax_vnd = models.BigIntegerField()
    total_vnd = models.BigIntegerField()
    # The one that was issued for it from here; none where it was made elsewhere.
    adjusting = models.OneToOneField(
        Invoice, models.PROTECT, null=True, related_name="adjusts", editable=False
    )
    # The number of the adjusting invoice, or why there is none.
    answer = models.CharField(max_length=200, blank=True, default="")
    decided_by = models.CharField(max_length=150, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Đề xuất điều chỉnh hóa đơn")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(total_vnd=F("net_vnd") + F("tax_vnd"), total_vnd__gt=0),
                name="proposal_net_plus_tax",
            ),
            models.CheckConstraint(
                condition=Q(status="open") | ~Q(answer=""), name="proposal_decided_with_answer"
            ),
        ]
        indexes = [models.Index(fields=["status", "-id"], name="proposal_by_status")]

    def __str__(self) -> str:
        return f"{self.invoice_id}: -{self.total_vnd}"


class AdjustmentLine(models.Model):
    """A part of one line of the invoice; those of discounts count as negative, as there."""

    proposal = models.ForeignKey(AdjustmentProposal, models.CASCADE, related_name="lines")
    invoice_line = models.ForeignKey(InvoiceLine, models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    net_vnd = models.BigIntegerField()
    tax_vnd = models.BigIntegerField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "invoice_line"], name="proposal_line_once"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.invoice_line_id}"

    @property
    def gross_vnd(self) -> int:
        return self.net_vnd + self.tax_vnd
