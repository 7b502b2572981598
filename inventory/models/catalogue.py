"""What is sold: a product, its options, and the variants that are stocked, priced and scanned."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Deferrable, Q
from django.utils.translation import gettext_lazy as _

from inventory.models.categories import Brand, Category


def full_name(product: str, title: str) -> str:
    """The product's name with the option values of one variant."""
    return f"{product} - {title}" if title else product


class Product(models.Model):
    class Kind(models.TextChoices):
        SIMPLE = "simple", _("Hàng thường")
        BUNDLE = "bundle", _("Combo")

    class Status(models.TextChoices):
        ACTIVE = "active", _("Đang bán")
        ARCHIVED = "archived", _("Lưu trữ")

    class VatRate(models.IntegerChoices):
        ZERO = 0, "0%"
        FIVE = 5, "5%"
        EIGHT = 8, "8%"
        TEN = 10, "10%"
        NOT_SUBJECT = -2, _("Không chịu thuế")
        NOT_DECLARED = -1, _("Không kê khai, nộp thuế")

    class Tracking(models.TextChoices):
        NONE = "none", _("Không theo dõi lô")
        LOT = "lot", _("Theo lô và hạn dùng")
        SERIAL = "serial", _("Theo số sê-ri / IMEI")

    name = models.CharField(_("Tên sản phẩm"), max_length=255)
    name_folded = models.CharField(max_length=255, editable=False)
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, related_name="products")
    category = models.ForeignKey(
        Category, models.PROTECT, null=True, blank=True, related_name="products"
    )
    # HTML that oms.kernel.richtext has cleaned.
    description = models.TextField(_("Mô tả"), blank=True, default="", db_default="")
    # [[name, value], ...] in the order of the page.
    specifications = models.JSONField(default=list, db_default=[], blank=True)
    video_url = models.URLField(_("Video"), max_length=500, blank=True, default="", db_default="")
    vat_rate = models.SmallIntegerField(
        _("Thuế suất VAT"), choices=VatRate.choices, default=VatRate.TEN, db_default=10
    )
    status = models.CharField(
        max_length=10, choices=Status.choices, default=Status.ACTIVE, db_default="active"
    )
    tracking = models.CharField(
        _("Theo dõi lô"),
        max_length=6,
        choices=Tracking.choices,
        default=Tracking.NONE,
        db_default="none",
    )
    unit = models.CharField(_("Đơn vị gốc"), max_length=30, default="cái", db_default="cái")
    # A bundle's variants have components and no stock of their own.
    kind = models.CharField(
        max_length=10, choices=Kind.choices, default=Kind.SIMPLE, db_default="simple"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("Sản phẩm")
        constraints = [
            models.CheckConstraint(
                condition=Q(vat_rate__in=[0, 5, 8, 10, -1, -2]), name="product_vat_rate_known"
            ),
        ]
        indexes = [
            # Few or none: whether goods have lots is asked at every movement.
            models.Index(fields=["id"], name="product_tracked", condition=~Q(tracking="none")),
            GinIndex(fields=["name_folded"], opclasses=["gin_trgm_ops"], name="product_name_trgm"),
            models.Index(fields=["status", "-id"], name="product_status_newest"),
        ]

    def __str__(self) -> str:
        return self.name


class ProductOption(models.Model):
    """One axis of variation (colour, size); a product has at most three."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="options")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("Thuộc tính"), max_length=60)
    values = ArrayField(models.CharField(max_length=60))

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["product", "position"], name="option_position_once"),
            models.UniqueConstraint(fields=["product", "name"], name="option_name_once"),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=3), name="option_at_most_three"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProductImage(models.Model):
    """A picture; the first one is the thumbnail everywhere. `thumb` is made by a job."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="images")
    file = models.ImageField(upload_to="products/%Y/%m/")
    thumb = models.ImageField(upload_to="products/%Y/%m/", blank=True, default="", db_default="")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "position"],
                name="image_position_once",
                deferrable=Deferrable.DEFERRED,  # two pictures change places in one statement
            ),
        ]

    def __str__(self) -> str:
        return str(self.file.name)


class Variant(models.Model):
    """One combination of option values. `sku` is text: leading zeros are part of it."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="variants")
    sku = models.CharField(_("Mã SKU"), max_length=100)
    title = models.CharField(max_length=200, blank=True, default="", db_default="")
    option_values = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    price_vnd = models.BigIntegerField(_("Giá bán"), default=0, db_default=0)
    cost_vnd = models.BigIntegerField(_("Giá vốn"), default=0, db_default=0)
    weight_g = models.PositiveIntegerField(_("Khối lượng (g)"), default=0, db_default=0)
    length_cm = models.PositiveSmallIntegerField(_("Dài (cm)"), default=0, db_default=0)
    width_cm = models.PositiveSmallIntegerField(_("Rộng (cm)"), default=0, db_default=0)
    height_cm = models.PositiveSmallIntegerField(_("Cao (cm)"), default=0, db_default=0)
    # Whether an order beyond the stock may be confirmed and wait for goods.
    allow_backorder = models.BooleanField(
        _("Cho phép đặt khi hết hàng"), default=True, db_default=True
    )
    is_active = models.BooleanField(default=True, db_default=True)
    search_folded = models.CharField(max_length=600, editable=False, default="", db_default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("Phiên bản")
        constraints = [
            models.UniqueConstraint(
                fields=["sku"],
                name="variant_sku_unique",
                violation_error_message=_("Mã SKU này đã được dùng."),
            ),
            models.UniqueConstraint(
                fields=["product", "option_values"], name="variant_combination_once"
            ),
            models.CheckConstraint(
                condition=Q(price_vnd__gte=0, cost_vnd__gte=0), name="variant_money_not_negative"
            ),
            models.CheckConstraint(condition=~Q(sku=""), name="variant_sku_not_empty"),
        ]
        indexes = [
            GinIndex(
                fields=["search_folded"], opclasses=["gin_trgm_ops"], name="variant_search_trgm"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku} {self.full_name}"

    @property
    def full_name(self) -> str:
        return full_name(self.product.name, self.title)


class Barcode(models.Model):
    """A scannable code; several may name one variant, one never names two."""

    variant = models.ForeignKey(Variant, models.CASCADE, related_name="barcodes")
    code = models.CharField(_("Mã vạch"), max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                name="barcode_code_unique",
                violation_error_message=_("Mã vạch này đã thuộc về một phiên bản khác."),
            ),
        ]

    def __str__(self) -> str:
        return self.code
