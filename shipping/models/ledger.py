"""The ledger of each carrier account: what the carrier owes us, line by line. It can only grow."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shipping.models.accounts import CarrierAccount
from shipping.models.packages import Package


class EntryKind(models.TextChoices):
    FEE = "fee", _("Cước tạm tính")
    FEE_CHANGE = "fee_change", _("Hãng đổi cước")
    WEIGHT = "weight", _("Hãng cân lại")
    RETURN_FEE = "return_fee", _("Cước hoàn")
    FEE_VOID = "fee_void", _("Bỏ cước vì hủy vận đơn")
    FEE_DIFFERENCE = "fee_difference", _("Chấp nhận lệch cước")
    COD = "cod", _("Hãng đã thu hộ")
    COD_VOID = "cod_void", _("Sửa tiền thu hộ")
    COD_LOSS = "cod_loss", _("Đóng phần hãng trả thiếu")
    COD_DIFFERENCE = "cod_difference", _("Chấp nhận lệch COD")
    STATED = "stated", _("Có trong bảng kê")
    OTHER = "other", _("Khoản khác trong bảng kê")
    REMITTED = "remitted", _("Hãng đã chuyển tiền")
    CLAIM = "claim", _("Hãng nhận bồi thường")


FEE_KINDS = (
    EntryKind.FEE,
    EntryKind.FEE_CHANGE,
    EntryKind.WEIGHT,
    EntryKind.RETURN_FEE,
    EntryKind.FEE_VOID,
    EntryKind.FEE_DIFFERENCE,
)
# What follows the parcel's own row; differences that a person accepted stand beside it.
COD_KINDS = (EntryKind.COD, EntryKind.COD_VOID, EntryKind.COD_LOSS)
# All that a parcel's cash is taken to be, with what a person accepted.
CASH_KINDS = (*COD_KINDS, EntryKind.COD_DIFFERENCE, EntryKind.OTHER)
CORRECTIONS = (
    EntryKind.FEE_CHANGE,
    EntryKind.WEIGHT,
    EntryKind.RETURN_FEE,
    EntryKind.FEE_VOID,
    EntryKind.FEE_DIFFERENCE,
    EntryKind.COD_VOID,
    EntryKind.COD_LOSS,
    EntryKind.COD_DIFFERENCE,
    EntryKind.OTHER,
)


class CarrierEntry(models.Model):
    """One line. Above zero: the carrier owes us more; below: less. The balance is their sum.

    A correction names the line that it corrects. `source` is what told us; the row of a parcel
    may speak many times, anything else once of a kind.
    """

    account = models.ForeignKey(CarrierAccount, models.PROTECT, related_name="+", db_index=False)
    package = models.ForeignKey(
        Package, models.PROTECT, null=True, related_name="carrier_entries", db_index=False
    )
    kind = models.CharField(max_length=20, choices=EntryKind.choices)
    amount_vnd = models.BigIntegerField()
    corrects = models.ForeignKey("self", models.PROTECT, null=True, related_name="corrected_by")
    source_kind = models.CharField(max_length=20)
    source_id = models.BigIntegerField()
    note = models.CharField(max_length=200, default="", db_default="")
    actor_label = models.CharField(max_length=150)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Dòng sổ hãng")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="stated", amount_vnd=0) | (~Q(kind="stated") & ~Q(amount_vnd=0)),
                name="carrier_entry_has_amount",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[str(kind) for kind in CORRECTIONS])
                | Q(corrects__isnull=False),
                name="carrier_correction_names_line",
            ),
            models.UniqueConstraint(
                fields=["source_kind", "source_id", "kind"],
                condition=~Q(source_kind="package"),
                name="carrier_entry_once_per_source",
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "-id"], include=["amount_vnd"], name="entry_of_account"
            ),
            models.Index(
                fields=["package", "kind"], include=["amount_vnd"], name="entry_of_package"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_vnd}"
