"""A user has one role and, when limited, the shops and warehouses that he may see."""

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    class Role(models.TextChoices):
        OWNER = "owner", _("Chủ shop")
        MANAGER = "manager", _("Quản lý")
        SALES = "sales", _("Bán hàng")
        WAREHOUSE = "warehouse", _("Kho")
        ACCOUNTANT = "accountant", _("Kế toán")
        VIEWER = "viewer", _("Chỉ xem")

    role = models.CharField(max_length=20, choices=Role.choices, default=Role.VIEWER)
    # Opaque ids: shops belong to an app above. Empty means no limit.
    shop_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    warehouse_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        db_table = "accounts_user"

    def shop_scope(self) -> set[int] | None:
        """The shops this user may see; None means all of them."""
        return set(self.shop_ids) or None

    def warehouse_scope(self) -> set[int] | None:
        """The warehouses this user may see; None means all of them."""
        return set(self.warehouse_ids) or None
