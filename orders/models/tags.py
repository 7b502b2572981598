"""Words of the staff for orders: a small table; an order keeps the ids in one array."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Tag(models.Model):
    """A word that staff put on orders. Never deleted: an old order keeps what it was given."""

    class Colour(models.TextChoices):
        GRAY = "gray", _("Xám")
        BLUE = "blue", _("Xanh dương")
        GREEN = "green", _("Xanh lá")
        AMBER = "amber", _("Vàng")
        RED = "red", _("Đỏ")
        PURPLE = "purple", _("Tím")

    name = models.CharField(_("Tên thẻ"), max_length=40)
    name_folded = models.CharField(max_length=40, editable=False)
    colour = models.CharField(_("Màu"), max_length=10, choices=Colour.choices, default=Colour.GRAY)
    is_active = models.BooleanField(_("Đang dùng"), default=True, db_default=True)

    class Meta:
        verbose_name = _("Thẻ")
        ordering = ["name_folded"]
        constraints = [
            models.UniqueConstraint(fields=["name_folded"], name="tag_name_once"),
        ]

    def __str__(self) -> str:
        return self.name
