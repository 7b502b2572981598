"""A physical box and its shipment: one reference of ours, at most one tracking number."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class PackageStatus(models.TextChoices):
    RELEASED = "released", _("Chờ nhặt")
    PICKING = "picking", _("Đang nhặt")
    PICKED = "picked", _("Chờ đóng gói")
    PACKED = "packed", _("Đã đóng gói")
    HANDED_OVER = "handed_over", _("Đã bàn giao")
    IN_TRANSIT = "in_transit", _("Đang vận chuyển")
    OUT_FOR_DELIVERY = "out_for_delivery", _("Đang giao")
    DELIVERY_FAILED = "delivery_failed", _("Giao thất bại")
    DELIVERED = "delivered", _("Đã giao")
    RETURN_PENDING = "return_pending", _("Chờ chuyển hoàn")
    RETURNING = "returning", _("Đang hoàn")
    RETURNED = "returned", _("Đã nhận hoàn")
    LOST = "lost", _("Thất lạc")
    DAMAGED = "damaged", _("Hư hỏng")
    CANCELLED = "cancelled", _("Đã hủy")


class BookingState(models.TextChoices):
    NONE = "none", _("Chưa đặt")
    QUEUED = "queued", _("Đang chờ gửi")
    UNKNOWN = "unknown", _("Chờ tra cứu")
    BOOKED = "booked", _("Đã có vận đơn")
    REFUSED = "refused", _("Hãng từ chối")
    VOID = "void", _("Đã hủy vận đơn")


class CodStatus(models.TextChoices):
    NONE = "none", _("Không thu hộ")
    TO_COLLECT = "to_collect", _("Chưa thu")
    COLLECTED = "collected", _("Đã thu (hãng giữ)")
    IN_STATEMENT = "in_statement", _("Có trong bảng kê")
    REMITTED = "remitted", _("Đã nhận tiền")
    MISMATCH = "mismatch", _("Lệch")
    WRITTEN_OFF = "written_off", _("Xóa")


class FeePayer(models.TextChoices):
    SHOP = "shop", _("Shop trả phí")
    RECEIVER = "receiver", _("Người nhận trả phí")


class InspectionNote(models.TextChoices):
    LOOK = "look", _("Cho xem hàng không thử")
    TRY = "try", _("Cho thử hàng")
    CLOSED = "closed", _("Không cho xem hàng")


class Package(models.Model):
    fulfilment = models.ForeignKey(
        "shipping.Fulfilment", on_delete=models.PROTECT, related_name="packages"
    )
    reference = models.CharField(max_length=50, unique=True)
    account = models.ForeignKey(
        "shipping.CarrierAccount", on_delete=models.PROTECT, null=True, related_name="packages"
    )
    carrier_code = models.CharField(max_length=20)
    service_code = models.CharField(max_length=20, default="", blank=True)
    status = models.CharField(
        max_length=20, choices=PackageStatus.choices, default=PackageStatus.RELEASED
    )
    booking_state = models.CharField(
        max_length=10, choices=BookingState.choices, default=BookingState.NONE
    )
    booking_attempts = models.PositiveSmallIntegerField(default=0)
    booking_error = models.TextField(default="", blank=True)
    next_attempt_at = models.DateTimeField(null=True)
    cancel_requested_at = models.DateTimeField(null=True)

    tracking_number = models.CharField(max_length=60, default="", blank=True)
    sort_code = models.CharField(max_length=60, default="", blank=True)
    weight_g = models.PositiveIntegerField(default=0)
    length_cm = models.PositiveSmallIntegerField(default=0)
    width_cm = models.PositiveSmallIntegerField(default=0)
    height_cm = models.PositiveSmallIntegerField(default=0)
    # What the box cost when it was chosen; a later price of the box changes nothing of it.
    box = models.ForeignKey(
        "inventory.PackageType", on_delete=models.PROTECT, null=True, related_name="+"
    )
    box_cost_vnd = models.BigIntegerField(default=0, db_default=0)
    declared_vnd = models.BigIntegerField(default=0)
    fee_payer = models.CharField(max_length=10, choices=FeePayer.choices, default=FeePayer.SHOP)
    inspection_note = models.CharField(
        max_length=10, choices=InspectionNote.choices, default=InspectionNote.LOOK
    )
    note = models.CharField(max_length=500, default="", blank=True)
    # When the courier was asked to come, in the carrier's code and words.
    pickup_code = models.CharField(max_length=20, default="", blank=True)
    pickup_label = models.CharField(max_length=60, default="", blank=True)
    fee_vnd = models.BigIntegerField(null=True)
    carrier_weight_g = models.PositiveIntegerField(null=True)
    expected_at = models.DateTimeField(null=True)

    cod_vnd = models.BigIntegerField(default=0)
    cod_status = models.CharField(max_length=15, choices=CodStatus.choices, default=CodStatus.NONE)
    cod_collected_at = models.DateTimeField(null=True)
    # The second of three facts: collected, listed in a statement, arrived.
    cod_stated_at = models.DateTimeField(null=True)
    # The carrier says that it has transferred: moves nothing, money is what arrived.
    cod_told_at = models.DateTimeField(null=True)
    cod_received_vnd = models.BigIntegerField(null=True)
    cod_received_at = models.DateTimeField(null=True)
    cod_reference = models.CharField(max_length=100, default="", blank=True)
    cod_loss_reason = models.CharField(max_length=200, default="", blank=True)

    # Every piece was scanned into the box; before that a label is printed by permission only.
    verified_at = models.DateTimeField(null=True)
    manifest = models.ForeignKey(
        "shipping.Manifest", on_delete=models.PROTECT, null=True, related_name="packages"
    )
    label_printed_count = models.PositiveSmallIntegerField(default=0)
    raw_status = models.CharField(max_length=60, default="", blank=True)
    status_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    waybill = models.FileField(upload_to="waybills/%Y/%m/", null=True, blank=True)
    is_external = models.BooleanField(default=False)

    created_at = models.DateTimeField(auto_now_add=True)
    booked_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # A marketplace may put orders of one buyer into one parcel under one number.
            models.UniqueConstraint(
                fields=["carrier_code", "tracking_number"],
                condition=Q(is_external=False) & ~Q(tracking_number="") & ~Q(booking_state="void"),
                name="package_tracking_once",
            ),
            models.UniqueConstraint(
                fields=["fulfilment"],
                condition=Q(is_external=False) & ~Q(booking_state="void"),
                name="package_one_active_booking",
            ),
            models.CheckConstraint(
                condition=Q(cod_vnd__gte=0) & Q(declared_vnd__gte=0), name="package_money_positive"
            ),
            models.CheckConstraint(
                condition=Q(box_cost_vnd=0) | Q(box_cost_vnd__gt=0, box__isnull=False),
                name="package_box_cost_of_a_box",
            ),
            models.CheckConstraint(
                condition=Q(cod_received_vnd=None)
                | Q(cod_received_vnd__gt=0, cod_received_vnd__lte=F("cod_vnd")),
                name="package_cod_received_within",
            ),
            models.CheckConstraint(
                condition=~Q(cod_status="remitted") | Q(cod_received_vnd=F("cod_vnd")),
                name="package_cod_remitted_in_full",
            ),
            models.CheckConstraint(
                condition=~Q(cod_status="written_off") | ~Q(cod_loss_reason=""),
                name="package_cod_loss_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(is_external=True) | Q(weight_g__gt=0), name="package_weight_positive"
            ),
            models.CheckConstraint(
                condition=~Q(booking_state="booked") | ~Q(tracking_number=""),
                name="package_booked_has_tracking",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-id"], name="package_by_status"),
            models.Index(fields=["cod_status", "-id"], name="package_by_cod"),
            models.Index(fields=["account", "tracking_number"], name="package_of_account"),
            models.Index(
                fields=["next_attempt_at"],
                name="package_to_book",
                condition=Q(booking_state__in=["queued", "unknown"]),
            ),
            models.Index(
                fields=["checked_at"],
                name="package_to_check",
                condition=Q(
                    booking_state="booked",
                    is_external=False,
                    status__in=[
                        "released",
                        "picking",
                        "picked",
                        "packed",
                        "handed_over",
                        "in_transit",
                        "out_for_delivery",
                        "delivery_failed",
                        "return_pending",
                        "returning",
                    ],
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def cod_missing_vnd(self) -> int:
        """What the carrier still owes of what it was to collect."""
        return self.cod_vnd - (self.cod_received_vnd or 0)
