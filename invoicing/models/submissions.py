"""Each conversation with the issuer about one invoice."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from invoicing.models.invoices import Invoice


class Submission(models.Model):
    """Stored before the call, finished after it. An open row is the claim of one worker."""

    class Kind(models.TextChoices):
        SEND = "send", _("Gửi phát hành")
        LOOK_UP = "look_up", _("Tra cứu")

    class Outcome(models.TextChoices):
        RUNNING = "running", _("Đang chờ trả lời")
        ISSUED = "issued", _("Đã phát hành")
        REFUSED = "refused", _("Bị từ chối")
        NOT_SENT = "not_sent", _("Chưa gửi được")
        UNKNOWN = "unknown", _("Không rõ kết quả")
        NOT_FOUND = "not_found", _("Chưa có hóa đơn")

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="submissions")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.RUNNING)
    message = models.CharField(max_length=500, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice"],
                condition=Q(finished_at__isnull=True),
                name="one_running_submission_per_invoice",
            )
        ]

    def __str__(self) -> str:
        return f"{self.invoice_id} {self.kind} {self.outcome}"
