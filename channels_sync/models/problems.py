"""What went wrong with one thing of a shop and waits for a person; one open row per thing."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from channels_sync.models.shops import Shop


class SyncProblem(models.Model):
    class Kind(models.TextChoices):
        BAD_ORDER = "bad_order", _("Đơn không nhập được")
        UNKNOWN_STATUS = "unknown_status", _("Trạng thái sàn chưa biết")
        MISSING_ORDER = "missing_order", _("Sàn có, ta không có")
        STOCK_REFUSED = "stock_refused", _("Sàn từ chối số tồn")
        STOCK_DRIFT = "stock_drift", _("Tồn trên sàn lệch")
        PRICE_REFUSED = "price_refused", _("Sàn từ chối giá")
        PAYOUT_DIFFERS = "payout_differs", _("Lệch quyết toán")
        STATEMENT_DIFFERS = "statement_differs", _("Bảng quyết toán không khớp")
        UNKNOWN_EVENT = "unknown_event", _("Tin báo của sàn chưa biết")
        UNKNOWN_MONEY = "unknown_money", _("Khoản tiền chưa biết")
        BAD_RETURN = "bad_return", _("Yêu cầu trả hàng không đọc được")
        UNKNOWN_RETURN = "unknown_return", _("Trạng thái trả hàng chưa biết")
        OFFER_REFUSED = "offer_refused", _("Sàn từ chối đăng sản phẩm")
        TEXT_REFUSED = "text_refused", _("Sàn từ chối nội dung sản phẩm")

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="problems")
    kind = models.CharField(max_length=30, choices=Kind)
    # The order code or the listing reference at the marketplace.
    remote_id = models.CharField(max_length=140)
    message = models.TextField()
    seen_count = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "kind", "remote_id"],
                condition=models.Q(resolved_at__isnull=True),
                name="one_open_problem_per_thing",
            )
        ]
        ordering = ("-seen_at", "-pk")

    def __str__(self) -> str:
        return f"{self.kind} {self.remote_id}"
