"""Contracts with carriers: credentials, and the secret that guards their callbacks."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from oms.kernel.crypto import EncryptedJSONField


def new_secret() -> str:
    return secrets.token_urlsafe(32)


class CarrierAccount(models.Model):
    """One token at one carrier; its pick-up point is the shop registered there."""

    carrier = models.CharField(_("Đơn vị vận chuyển"), max_length=20)
    name = models.CharField(_("Tên gợi nhớ"), max_length=80)
    credentials = EncryptedJSONField(default=dict)
    shop_id = models.CharField(_("Mã cửa hàng (ShopId)"), max_length=40)
    warehouse = models.ForeignKey(
        "inventory.Warehouse",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("Kho lấy hàng"),
        related_name="+",
    )
    webhook_secret = models.CharField(max_length=64, unique=True, default=new_secret)
    is_active = models.BooleanField(_("Đang dùng"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["carrier", "shop_id"], name="carrier_account_once")
        ]

    def __str__(self) -> str:
        return self.name
