"""Claims against a carrier: what was lost, damaged or wrongly counted, with its papers."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventory.models.imports import PrivateStorage
from shipping.models.accounts import CarrierAccount
from shipping.models.packages import Package
from shipping.models.statements import StatementLine


class ClaimKind(models.TextChoices):
    LOST = "lost", _("Mất hàng")
    DAMAGED = "damaged", _("Hỏng hàng")
    MONEY = "money", _("Sai tiền thu hộ hoặc cước")


class ClaimStatus(models.TextChoices):
    OPEN = "open", _("Đang soạn")
    SENT = "sent", _("Đã gửi hãng")
    PAID = "paid", _("Hãng bồi thường")
    REFUSED = "refused", _("Hãng từ chối")
    WITHDRAWN = "withdrawn", _("Đã rút")


class CarrierClaim(models.Model):
    """One demand about one parcel. Its outcome is an amount, or a refusal with the reason."""

    account = models.ForeignKey(CarrierAccount, models.PROTECT, related_name="+")
    package = models.ForeignKey(Package, models.PROTECT, related_name="claims")
    line = models.ForeignKey(StatementLine, models.PROTECT, null=True, related_name="claims")
    kind = models.CharField(_("Lý do"), max_length=8, choices=ClaimKind.choices)
    status = models.CharField(max_length=10, choices=ClaimStatus.choices, default=ClaimStatus.OPEN)
    asked_vnd = models.BigIntegerField(_("Số tiền đòi"))
    paid_vnd = models.BigIntegerField(_("Hãng trả"), null=True)
    due_on = models.DateField(_("Hạn gửi"))
    text = models.CharField(_("Nội dung"), max_length=1000)
    answer = models.CharField(_("Trả lời của hãng"), max_length=500, default="", db_default="")
    actor_label = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Khiếu nại hãng")
        constraints = [
            models.UniqueConstraint(
                fields=["package", "kind"],
                condition=Q(status__in=["open", "sent"]),
                name="claim_once_while_open",
            ),
            models.CheckConstraint(condition=Q(asked_vnd__gt=0), name="claim_asks_money"),
            models.CheckConstraint(
                condition=Q(status="paid", paid_vnd__gt=0) | (~Q(status="paid") & Q(paid_vnd=None)),
                name="claim_paid_has_amount",
            ),
            models.CheckConstraint(
                condition=~Q(status="refused") | ~Q(answer=""), name="claim_refusal_has_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="claim_by_status"),
            models.Index(fields=["due_on"], condition=Q(status="open"), name="claim_to_send"),
        ]

    def __str__(self) -> str:
        return f"KN{self.pk}"


class ClaimFile(models.Model):
    """A paper of a claim: a picture, or a PDF."""

    claim = models.ForeignKey(CarrierClaim, models.CASCADE, related_name="files")
    file = models.FileField(upload_to="claims/%Y/%m/", storage=PrivateStorage())
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=40)
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Giấy tờ khiếu nại")

    def __str__(self) -> str:
        return self.name
