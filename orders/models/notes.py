"""What people and checks have to say about an order."""

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order


class OrderProblem(models.Model):
    """Something that needs a person. While one is open the order is under "Cần xử lý"."""

    class Kind(models.TextChoices):
        UNKNOWN_SKU = "unknown_sku", _("Chưa liên kết sản phẩm")
        BAD_PHONE = "bad_phone", _("Số điện thoại không hợp lệ")
        BAD_ADDRESS = "bad_address", _("Địa chỉ không hợp lệ")
        DIVIDED_WARD = "divided_ward", _("Phường / xã đã chia")
        OVERSOLD = "oversold", _("Bán vượt tồn")
        CHANGED_REMOTELY = "changed_remotely", _("Sàn thay đổi đơn")
        CANCEL_REQUESTED = "cancel_requested", _("Khách yêu cầu hủy")
        UNKNOWN_STATUS = "unknown_status", _("Trạng thái lạ")
        DELIVERY_FAILED = "delivery_failed", _("Giao thất bại")
        SYNC = "sync", _("Lỗi đồng bộ")
        SHIPPING = "shipping", _("Lỗi vận chuyển")
        INVOICE = "invoice", _("Lỗi hóa đơn")
        COD_DIFFERENCE = "cod_difference", _("Lệch tiền thu hộ")
        SHORT_PICK = "short_pick", _("Nhặt thiếu")
        RECURRING = "recurring", _("Đơn định kỳ chưa tạo được")
        HOLD_ENDING = "hold_ending", _("Hết hạn giữ hàng")
        RETURN_SHORT = "return_short", _("Hàng trả về thiếu")
        RISK = "risk", _("Rủi ro bom hàng")
        OTHER = "other", _("Khác")

    order = models.ForeignKey(Order, models.CASCADE, related_name="problems", db_index=False)
    kind = models.CharField(max_length=30, choices=Kind.choices)
    message = models.CharField(max_length=500)
    data = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Việc cần xử lý")
        ordering = ["-id"]
        constraints = [
            # One open problem of a kind: a repeat renews its text instead of piling up.
            models.UniqueConstraint(
                fields=["order", "kind"],
                condition=Q(resolved_at__isnull=True),
                name="problem_open_once_per_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["order", "-id"], name="problem_of_order"),
            models.Index(
                fields=["created_at", "id"],
                name="problem_open_oldest",
                condition=Q(resolved_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.message


class OrderNote(models.Model):
    """A note of the staff; never printed."""

    order = models.ForeignKey(Order, models.CASCADE, related_name="notes", db_index=False)
    text = models.CharField(max_length=2000)
    author_id = models.BigIntegerField(null=True, blank=True)
    author_label = models.CharField(max_length=150)
    # Users whom the text names with @.
    mention_ids = ArrayField(models.BigIntegerField(), default=list, db_default=[], blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Ghi chú nội bộ")
        ordering = ["-id"]
        indexes = [models.Index(fields=["order", "-id"], name="note_of_order")]

    def __str__(self) -> str:
        return self.text[:60]


def note_path(note_file: "NoteFile", name: str) -> str:
    """Names of people's files tell things: on the disk they have none."""
    return f"notes/{note_file.note.order_id}/{uuid4().hex}"


class NoteFile(models.Model):
    """A picture or a PDF of a note; reached through the order only."""

    note = models.ForeignKey(OrderNote, models.CASCADE, related_name="files")
    file = models.FileField(upload_to=note_path)
    name = models.CharField(max_length=150)
    content_type = models.CharField(max_length=40)

    class Meta:
        verbose_name = _("Tệp đính kèm")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
