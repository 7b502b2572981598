"""A return or refund that a buyer asked for at a marketplace, and our answer to it."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from channels_sync.models.shops import Shop


class ReturnRequest(models.Model):
    class State(models.TextChoices):
        REQUESTED = "requested", _("Chờ ta trả lời")
        OFFERED = "offered", _("Chờ khách trả lời đề nghị")
        GOING = "going", _("Đang trả hàng")
        ACCEPTED = "accepted", _("Đã đồng ý")
        DISPUTED = "disputed", _("Ta đang khiếu nại")
        JUDGING = "judging", _("Sàn đang xem xét")
        CLOSED = "closed", _("Đã hoàn tiền")
        REJECTED = "rejected", _("Không hoàn tiền")
        CANCELLED = "cancelled", _("Khách đã rút")
        UNKNOWN = "unknown", _("Chưa rõ")

    class Answer(models.TextChoices):
        NONE = "", _("Chưa trả lời")
        ACCEPTING = "accepting", _("Đang gửi đồng ý")
        ACCEPTED = "accepted", _("Đã đồng ý")
        DISPUTING = "disputing", _("Đang gửi khiếu nại")
        DISPUTED = "disputed", _("Đã khiếu nại")
        OFFERING = "offering", _("Đang gửi đề nghị")
        OFFERED = "offered", _("Đã đề nghị")
        TAKING = "taking", _("Đang gửi đồng ý")
        PROVING = "proving", _("Đang gửi bằng chứng")
        PROVED = "proved", _("Đã gửi bằng chứng")

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="returns")
    remote_id = models.CharField(max_length=64)
    remote_order_id = models.CharField(max_length=64)
    order = models.ForeignKey(
        "orders.Order", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # The marketplace's own word, and the one of ours it means (ports.ReturnState).
    remote_status = models.CharField(max_length=60)
    state = models.CharField(max_length=20, choices=State)
    version = models.BigIntegerField()
    asked_at = models.DateTimeField()
    remote_updated_at = models.DateTimeField()
    wants_goods_back = models.BooleanField(default=True)
    goes_to_marketplace = models.BooleanField(default=False)
    refund_vnd = models.BigIntegerField(default=0)
    reason = models.CharField(max_length=200, blank=True, default="")
    buyer_text = models.TextField(blank=True, default="")
    # Addresses of the buyer's pictures at the marketplace.
    images = models.JSONField(default=list, blank=True)
    answer_until = models.DateTimeField(null=True, blank=True)
    tracking_number = models.CharField(max_length=80, blank=True, default="")
    may_accept = models.BooleanField(default=False)
    may_dispute = models.BooleanField(default=False)
    # Offers of both sides, and proof that the marketplace asks for (ports.Talk).
    may_offer = models.BooleanField(default=False)
    may_take_offer = models.BooleanField(default=False)
    offer_vnd = models.BigIntegerField(null=True, blank=True)
    offer_until = models.DateTimeField(null=True, blank=True)
    may_prove = models.BooleanField(default=False)
    proof_until = models.DateTimeField(null=True, blank=True)
    # Written before it is sent: what became of a lost answer is looked up, never sent again.
    answer = models.CharField(max_length=12, choices=Answer, blank=True, default=Answer.NONE)
    # When an answer that is on its way was written down to be sent.
    sent_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True, default="")
    payload = models.JSONField(default=dict)
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Yêu cầu trả hàng")
        constraints = [
            models.UniqueConstraint(fields=["shop", "remote_id"], name="return_once_per_shop"),
            models.CheckConstraint(
                condition=models.Q(refund_vnd__gte=0), name="return_refund_not_negative"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    state__in=[
                        *("requested", "offered", "going", "accepted", "disputed"),
                        *("judging", "closed", "rejected", "cancelled", "unknown"),
                    ]
                ),
                name="return_state_known",
            ),
        ]
        indexes = [
            models.Index(fields=["-asked_at", "-id"], name="return_newest"),
            models.Index(fields=["state", "-asked_at", "-id"], name="return_by_state"),
            models.Index(
                fields=["order"], name="return_of_order", condition=models.Q(order__isnull=False)
            ),
        ]
        ordering = ("-asked_at", "-pk")

    def __str__(self) -> str:
        return self.remote_id

    @property
    def due_at(self) -> datetime | None:
        """Until when the marketplace waits for what we may do now."""
        if self.may_prove:
            return self.proof_until
        return self.answer_until if self.may_accept or self.may_dispute else None


# Answers on their way, and the column that says whether the marketplace takes each now.
ANSWERS_ON_THEIR_WAY = {
    ReturnRequest.Answer.ACCEPTING: "may_accept",
    ReturnRequest.Answer.DISPUTING: "may_dispute",
    ReturnRequest.Answer.OFFERING: "may_offer",
    ReturnRequest.Answer.TAKING: "may_take_offer",
    ReturnRequest.Answer.PROVING: "may_prove",
}


class ReturnLine(models.Model):
    """Pieces of one thing in a request; our order's line where it is known."""

    request = models.ForeignKey(ReturnRequest, on_delete=models.CASCADE, related_name="lines")
    remote_line_id = models.CharField(max_length=64)
    order_line = models.ForeignKey(
        "orders.OrderLine", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    listing_ref = models.CharField(max_length=140, blank=True, default="")
    sku = models.CharField(max_length=120, blank=True, default="")
    name = models.CharField(max_length=300, blank=True, default="")
    quantity = models.PositiveIntegerField()
    refund_vnd = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["request", "remote_line_id"], name="return_line_once_per_request"
            ),
            models.CheckConstraint(
                condition=models.Q(quantity__gte=1), name="return_line_has_pieces"
            ),
        ]
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku or self.name}"
