"""What will be sold, what should be bought, and how a supplier's goods are bought."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from inventory.models.catalogue import Variant
from inventory.models.places import Warehouse
from inventory.models.purchasing import PurchaseOrder
from inventory.models.suppliers import Supplier


class DemandForecast(models.Model):
    """The forecast of one variant over all warehouses; written anew by each run."""

    variant = models.OneToOneField(
        Variant, models.CASCADE, primary_key=True, related_name="forecast"
    )
    method = models.CharField(max_length=20)
    history_days = models.PositiveIntegerField(default=0)
    # Pieces expected on each coming day, thousandths kept.
    days = models.JSONField(default=list)
    next_week = models.PositiveIntegerField(_("7 ngày tới"), default=0)
    # Root mean square of what a week's total was missed by, in pieces; None without a test.
    error = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    naive_error = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    computed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Dự báo nhu cầu")

    def __str__(self) -> str:
        return f"{self.variant_id}: {self.next_week} ({self.method})"


class ReplenishmentProposal(models.Model):
    """What to buy for one shelf. While one stands, no other is opened for the same shelf.

    `inputs` are the numbers that it was computed from, frozen; every run computes an open one anew
    in place. A dismissed one stands until the shelf has recovered.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Cần đặt")
        DISMISSED = "dismissed", _("Đã bỏ qua")
        ORDERED = "ordered", _("Đã lập đơn nhập")
        CLOSED = "closed", _("Đã đủ hàng")

    variant = models.ForeignKey(Variant, models.CASCADE, related_name="proposals")
    warehouse = models.ForeignKey(Warehouse, models.CASCADE, related_name="+")
    supplier = models.ForeignKey(
        Supplier, models.CASCADE, related_name="proposals", null=True, blank=True
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    packs = models.PositiveIntegerField(_("Số lượng mua"))
    pack_size = models.PositiveIntegerField(default=1)
    quantity = models.PositiveIntegerField(_("Số cái"))
    # None while nobody is known to sell it.
    amount_vnd = models.BigIntegerField(_("Thành tiền"), null=True, blank=True)
    reorder_point = models.PositiveIntegerField(_("Điểm đặt hàng lại"))
    target = models.PositiveIntegerField(_("Tồn mục tiêu"))
    projected = models.IntegerField(_("Tồn dự kiến"))
    inputs = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    computed_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    dismiss_reason = models.CharField(max_length=200, blank=True, default="")
    purchase_order = models.ForeignKey(
        PurchaseOrder, models.SET_NULL, null=True, blank=True, related_name="proposals"
    )

    class Meta:
        verbose_name = _("Đề xuất nhập hàng")
        constraints = [
            models.UniqueConstraint(
                fields=["variant", "warehouse"],
                name="proposal_one_stands",
                condition=Q(status__in=["open", "dismissed"]),
            ),
            models.CheckConstraint(
                condition=Q(
                    packs__gt=0,
                    pack_size__gt=0,
                    quantity=models.F("packs") * models.F("pack_size"),
                ),
                name="proposal_quantity_is_packs",
            ),
            models.CheckConstraint(
                condition=Q(projected__lte=models.F("reorder_point")),
                name="proposal_below_reorder_point",
            ),
        ]
        indexes = [
            models.Index(fields=["-id"], name="proposal_open_newest", condition=Q(status="open")),
        ]

    def __str__(self) -> str:
        return f"{self.variant_id}@{self.warehouse_id}: {self.quantity}"


class SupplierBuying(models.Model):
    """How often and how safely a supplier's goods are bought, and whether by themselves."""

    supplier = models.OneToOneField(
        Supplier, models.CASCADE, primary_key=True, related_name="buying"
    )
    review_days = models.PositiveSmallIntegerField(_("Chu kỳ xem lại (ngày)"), default=7)
    service_percent = models.PositiveSmallIntegerField(_("Mức phục vụ (%)"), default=95)
    auto_order = models.BooleanField(_("Tự lập đơn nhập"), default=False)
    limit_vnd = models.BigIntegerField(_("Tự đặt tới số tiền"), default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(service_percent__gte=50, service_percent__lte=99),
                name="buying_service_is_percent",
            ),
            models.CheckConstraint(
                condition=Q(review_days__gte=1, limit_vnd__gte=0), name="buying_terms_sane"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier_id}: {self.review_days}d {self.service_percent}%"
