"""Contracts with carriers: credentials, and the secret that guards their callbacks."""

import secrets

from django.db import models
from django.utils.translation import gettext_lazy as _

from oms.kernel.crypto import EncryptedJSONField

CLAIM_DAYS = 30


def new_secret() -> str:
    return secrets.token_urlsafe(32)


class CarrierAccount(models.Model):
    """One login at one carrier. `shop_id` is what tells two accounts of a carrier apart there."""

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
    # How long after the parcel was taken a claim may be sent, as the contract says.
    claim_days = models.PositiveSmallIntegerField(
        _("Hạn gửi khiếu nại (ngày)"), default=CLAIM_DAYS, db_default=CLAIM_DAYS
    )
    # A statement's fee that differs by no more is taken as it is, without asking anybody.
    fee_tolerance_vnd = models.BigIntegerField(_("Bỏ qua lệch cước đến"), default=0, db_default=0)
    # What is booked later leaves tomorrow; empty: it is fetched all day.
    last_pickup_at = models.TimeField(_("Giờ lấy hàng cuối trong ngày"), null=True, blank=True)
    is_active = models.BooleanField(_("Đang dùng"), default=True)
    # Its labels are fetched ahead and printed as they are, where it gives them as PDF.
    uses_own_label = models.BooleanField(_("In nhãn PDF của hãng"), default=False, db_default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["carrier", "shop_id"], name="carrier_account_once"),
            models.CheckConstraint(
                condition=models.Q(fee_tolerance_vnd__gte=0), name="carrier_tolerance_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.name
