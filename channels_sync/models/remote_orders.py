"""An order as the marketplace last told it, and its parcels."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from channels_sync.models.shops import Shop


class RemoteOrder(models.Model):
    class CancelAnswer(models.TextChoices):
        NONE = "", _("Chưa trả lời")
        ACCEPTED = "accepted", _("Đã đồng ý hủy")
        REJECTED = "rejected", _("Đã từ chối hủy")

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="remote_orders")
    remote_id = models.CharField(max_length=64)
    order = models.ForeignKey(
        "orders.Order", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    was_placed = models.BooleanField(default=False)
    # The marketplace's own word, and the one of ours it means (ports.RemoteState).
    remote_status = models.CharField(max_length=60)
    state = models.CharField(max_length=30)
    remote_created_at = models.DateTimeField()
    remote_updated_at = models.DateTimeField()
    # The marketplace's update time as a number: an answer with a smaller one is out of date.
    version = models.BigIntegerField()
    payload = models.JSONField(default=dict)
    # It has several parcels, so that its own number does not name one of them.
    is_split = models.BooleanField(default=False)
    # Who pays the discount, where the marketplace tells it.
    seller_voucher_vnd = models.BigIntegerField(null=True, blank=True)
    platform_voucher_vnd = models.BigIntegerField(null=True, blank=True)
    # What the marketplace paid, agreed to by a person although it is not what was expected.
    accepted_payout_vnd = models.BigIntegerField(null=True, blank=True)
    # Until when a buyer's wish to cancel waits for our answer.
    answer_until = models.DateTimeField(null=True, blank=True)
    # Pieces the buyer holds at the marketplace while there is no order of ours: {listing ref: n}.
    held = models.JSONField(default=dict)
    cancel_answer = models.CharField(
        max_length=10, choices=CancelAnswer, blank=True, default=CancelAnswer.NONE
    )
    # The last version whose state was carried over to our order.
    applied_version = models.BigIntegerField(default=0)
    imported_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["shop", "remote_id"], name="remote_order_once"),
            models.UniqueConstraint(
                fields=["order"],
                condition=models.Q(order__isnull=False),
                name="one_remote_order_per_order",
            ),
        ]
        indexes = [
            models.Index(
                fields=["shop"],
                name="remote_order_held",
                condition=models.Q(order__isnull=True) & ~models.Q(held={}),
            ),
            models.Index(fields=["shop", "remote_created_at"], name="remote_order_created"),
        ]
        ordering = ("-remote_created_at", "-pk")

    def __str__(self) -> str:
        return self.remote_id


class RemotePackage(models.Model):
    """A parcel of a marketplace order: whether its shipment is arranged and its label here."""

    class Arrangement(models.TextChoices):
        NONE = "none", _("Chưa sắp xếp")
        QUEUED = "queued", _("Chờ gửi sàn")
        # Sent, no answer yet: only a look at the marketplace's order tells what became of it.
        UNKNOWN = "unknown", _("Chờ tra cứu")
        ARRANGED = "arranged", _("Đã sắp xếp")
        REFUSED = "refused", _("Sàn từ chối")

    class Waybill(models.TextChoices):
        NONE = "none", _("Chưa có vận đơn")
        WANTED = "wanted", _("Đang lấy vận đơn")
        CREATED = "created", _("Sàn đang tạo vận đơn")
        STORED = "stored", _("Đã có vận đơn")
        FAILED = "failed", _("Không lấy được vận đơn")

    remote_order = models.ForeignKey(RemoteOrder, on_delete=models.CASCADE, related_name="packages")
    package_number = models.CharField(max_length=64)
    # False while its name is only ours: the marketplace numbers a parcel when it is packed.
    is_numbered = models.BooleanField(default=True)
    # The marketplace's own rows in this parcel, where it writes one for each piece.
    unit_ids = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    carrier_name = models.CharField(max_length=120, blank=True, default="")
    logistics_status = models.CharField(max_length=60, blank=True, default="")
    tracking_number = models.CharField(max_length=80, blank=True, default="")
    # Set when we ship it ourselves: the number of our own carrier, to be told to the marketplace.
    own_tracking_number = models.CharField(max_length=80, blank=True, default="")
    arrangement = models.CharField(max_length=10, choices=Arrangement, default=Arrangement.NONE)
    arranged_at = models.DateTimeField(null=True, blank=True)
    waybill = models.CharField(max_length=10, choices=Waybill, default=Waybill.NONE)
    document_type = models.CharField(max_length=60, blank=True, default="")
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["remote_order", "package_number"], name="remote_package_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="remote_package_due",
                condition=models.Q(next_attempt_at__isnull=False),
            )
        ]
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.package_number
