"""What really arrived, what bringing it here cost, and what went back."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models.catalogue import Variant
from inventory.models.places import Warehouse
from inventory.models.purchasing import PurchaseLine, PurchaseOrder
from inventory.models.stock import StockMovement
from inventory.models.suppliers import Supplier


class GoodsReceipt(models.Model):
    """Counted while it is open, posted once; then its lines stand for movements."""

    class Status(models.TextChoices):
        OPEN = "open", _("Đang đếm")
        POSTED = "posted", _("Đã nhập kho")
        CANCELLED = "cancelled", _("Đã hủy")

    number = models.CharField(_("Mã phiếu nhập"), max_length=30, unique=True)
    order = models.ForeignKey(PurchaseOrder, models.PROTECT, related_name="receipts")
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="receipts")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    over_reason = models.CharField(max_length=255, blank=True, default="", db_default="")
    created_at = models.DateTimeField()
    posted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Phiếu nhập kho")
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(status="open"), name="receipt_one_open_per_order"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class ReceiptLine(models.Model):
    """Pieces counted; once posted, their price, their worth with landed costs, their movement."""

    receipt = models.ForeignKey(GoodsReceipt, models.CASCADE, related_name="lines", db_index=False)
    line = models.ForeignKey(PurchaseLine, models.PROTECT, related_name="receipts")
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField(_("Số lượng"), default=0)
    price_vnd = models.BigIntegerField(_("Tiền hàng"), default=0, db_default=0)
    value_vnd = models.BigIntegerField(_("Giá trị"), default=0, db_default=0)
    movement = models.OneToOneField(
        StockMovement, models.PROTECT, null=True, blank=True, related_name="receipt_line"
    )
    returned = models.PositiveIntegerField(_("Đã trả NCC"), default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["receipt", "line"], name="receipt_line_once"),
            models.CheckConstraint(
                condition=Q(returned__lte=F("quantity"), price_vnd__gte=0),
                name="receipt_line_returned_within_received",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.variant_id}"


class ReceiptScan(models.Model):
    """A scan that was counted, under the key of the machine that made it: sent twice it is one."""

    key = models.UUIDField(unique=True)
    receipt = models.ForeignKey(GoodsReceipt, models.CASCADE, related_name="scans")
    scanned_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.key)


class ReceiptLot(models.Model):
    """What the boxes say of counted pieces; posting the receipt makes lots of it."""

    line = models.ForeignKey(ReceiptLine, models.CASCADE, related_name="lots", db_index=False)
    code = models.CharField(_("Mã lô"), max_length=60)
    expires_on = models.DateField(_("Hạn sử dụng"), null=True, blank=True)
    quantity = models.PositiveIntegerField(_("Số lượng"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["line", "code"], name="receipt_lot_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0) & ~Q(code=""), name="receipt_lot_is_some_pieces"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} x {self.quantity}"


class LandedCost(models.Model):
    """A cost of bringing a receipt here, spread over its lines, with it or later."""

    class Kind(models.TextChoices):
        FREIGHT = "freight", _("Vận chuyển")
        DUTY = "duty", _("Thuế nhập khẩu")
        OTHER = "other", _("Chi phí khác")

    class Basis(models.TextChoices):
        VALUE = "value", _("Theo giá trị")
        WEIGHT = "weight", _("Theo khối lượng")
        QUANTITY = "quantity", _("Theo số lượng")

    receipt = models.ForeignKey(GoodsReceipt, models.PROTECT, related_name="landed_costs")
    key = models.CharField(max_length=64, unique=True)
    kind = models.CharField(_("Loại chi phí"), max_length=10, choices=Kind.choices)
    basis = models.CharField(_("Phân bổ"), max_length=10, choices=Basis.choices)
    amount_vnd = models.BigIntegerField(_("Số tiền"))
    on_hand_vnd = models.BigIntegerField(default=0, db_default=0)
    left_vnd = models.BigIntegerField(default=0, db_default=0)
    note = models.CharField(_("Ghi chú"), max_length=255, blank=True, default="", db_default="")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Chi phí nhập hàng")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_vnd__gt=0, amount_vnd=F("on_hand_vnd") + F("left_vnd")),
                name="landed_cost_is_here_or_left",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_vnd}"


class LandedShare(models.Model):
    """The part of a landed cost that one line of the receipt bears."""

    cost = models.ForeignKey(LandedCost, models.CASCADE, related_name="shares")
    line = models.ForeignKey(ReceiptLine, models.PROTECT, related_name="landed")
    amount_vnd = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cost", "line"], name="landed_share_once"),
            models.CheckConstraint(
                condition=Q(amount_vnd__gte=0), name="landed_share_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return str(self.amount_vnd)


class SupplierReturn(models.Model):
    """Goods of a receipt sent back; `refund_vnd` is what the supplier owes us for them."""

    class Status(models.TextChoices):
        SENT = "sent", _("Đã xuất trả")
        CREDITED = "credited", _("Đã nhận lại tiền")

    number = models.CharField(_("Mã phiếu trả"), max_length=30, unique=True)
    key = models.CharField(max_length=64, unique=True)
    receipt = models.ForeignKey(GoodsReceipt, models.PROTECT, related_name="returns")
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="returns")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.SENT)
    reason = models.CharField(_("Lý do"), max_length=255)
    refund_vnd = models.BigIntegerField(_("Tiền NCC hoàn lại"), default=0)
    created_at = models.DateTimeField()
    credited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Trả hàng nhà cung cấp")

    def __str__(self) -> str:
        return self.number


class SupplierReturnLine(models.Model):
    supplier_return = models.ForeignKey(SupplierReturn, models.CASCADE, related_name="lines")
    line = models.ForeignKey(ReceiptLine, models.PROTECT, related_name="returns")
    quantity = models.PositiveIntegerField(_("Số lượng"))
    refund_vnd = models.BigIntegerField(_("Giá trị khi nhập"))
    movement = models.OneToOneField(StockMovement, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["supplier_return", "line"], name="supplier_return_line_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, refund_vnd__gte=0), name="supplier_return_line_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.line_id}"
