"""Statements of carriers: what one says of each parcel, beside what we expected."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shipping.models.accounts import CarrierAccount
from shipping.models.packages import Package


class CarrierStatement(models.Model):
    """One statement of one account; its sums are those of its lines, without missing ones."""

    account = models.ForeignKey(CarrierAccount, models.PROTECT, related_name="statements")
    number = models.CharField(_("Số bảng kê"), max_length=80)
    # Parcels collected by the end of this day and not listed are missing.
    until = models.DateField(_("Đối soát đến hết ngày"))
    line_count = models.PositiveIntegerField(default=0)
    cod_vnd = models.BigIntegerField(default=0)
    charge_vnd = models.BigIntegerField(default=0)
    remitted_vnd = models.BigIntegerField(default=0)
    # Cash of its parcels that was booked one by one before: its transfer was counted then.
    apart_vnd = models.BigIntegerField(default=0)
    actor_label = models.CharField(max_length=150)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Bảng kê của hãng")
        constraints = [
            models.UniqueConstraint(fields=["account", "number"], name="statement_once_per_account")
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def net_vnd(self) -> int:
        """What it says the carrier transfers."""
        return self.cod_vnd - self.charge_vnd

    @property
    def due_vnd(self) -> int:
        """What of it has not arrived."""
        return self.net_vnd - self.remitted_vnd - self.apart_vnd


class Verdict(models.TextChoices):
    EQUAL = "equal", _("Khớp")
    COD_DIFFERS = "cod_differs", _("Lệch COD")
    FEE_DIFFERS = "fee_differs", _("Lệch cước")
    UNKNOWN = "unknown", _("Kiện lạ")
    MISSING = "missing", _("Thiếu trong bảng kê")
    DUPLICATE = "duplicate", _("Trùng")


class Step(models.TextChoices):
    """What was done about a line that is not equal."""

    OPEN = "open", _("Chờ xử lý")
    ASKED = "asked", _("Đã hỏi hãng")
    CLAIMED = "claimed", _("Đang khiếu nại")
    DONE = "done", _("Xong")


class StatementLine(models.Model):
    """What the statement says of a parcel, or that it says nothing of one (missing).

    `key` tells a line from the others of its statement: the parcel's number and how often it has
    come in the file so far. `charge_vnd` is everything that the carrier keeps for it.
    """

    statement = models.ForeignKey(
        CarrierStatement, models.PROTECT, related_name="lines", db_index=False
    )
    key = models.CharField(max_length=80)
    row_number = models.PositiveIntegerField(default=0)
    package = models.ForeignKey(Package, models.PROTECT, null=True, related_name="statement_lines")
    tracking_number = models.CharField(max_length=60)
    cod_vnd = models.BigIntegerField(default=0)
    fee_vnd = models.BigIntegerField(default=0)
    return_fee_vnd = models.BigIntegerField(default=0)
    other_fee_vnd = models.BigIntegerField(default=0)
    charge_vnd = models.BigIntegerField(default=0)
    weight_g = models.PositiveIntegerField(null=True)
    delivered_on = models.DateField(null=True)
    told_status = models.CharField(max_length=80, default="", db_default="")
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    expected_cod_vnd = models.BigIntegerField(default=0)
    expected_charge_vnd = models.BigIntegerField(default=0)
    step = models.CharField(max_length=8, choices=Step.choices, default=Step.OPEN)
    reason = models.CharField(max_length=200, default="", db_default="")
    step_at = models.DateTimeField(null=True)
    step_by = models.CharField(max_length=150, default="", db_default="")
    apart_vnd = models.BigIntegerField(default=0, db_default=0)
    # When its share of a transfer was booked for the parcel's order.
    paid_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Dòng bảng kê")
        constraints = [
            models.UniqueConstraint(fields=["statement", "key"], name="statement_line_once"),
            models.CheckConstraint(
                condition=Q(charge_vnd=F("fee_vnd") + F("return_fee_vnd") + F("other_fee_vnd")),
                name="statement_line_sums",
            ),
            models.CheckConstraint(condition=Q(cod_vnd__gte=0), name="statement_line_cod_positive"),
            models.CheckConstraint(
                condition=~Q(verdict="equal") | Q(step="done"), name="equal_line_is_done"
            ),
            models.CheckConstraint(
                condition=Q(verdict="unknown") | Q(package__isnull=False),
                name="known_line_has_package",
            ),
        ]
        indexes = [
            models.Index(fields=["statement", "verdict", "id"], name="line_of_statement"),
            models.Index(fields=["statement"], condition=~Q(step="done"), name="line_not_done"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def difference_vnd(self) -> int:
        """What the statement gives more (or, below zero, less) than we expected."""
        expected = self.expected_cod_vnd - self.expected_charge_vnd
        return self.cod_vnd - self.charge_vnd - expected


class BankLine(models.Model):
    """Money that came in, as the bank's own list tells it."""

    key = models.CharField(max_length=160, unique=True)
    bank_account = models.CharField(_("Tài khoản"), max_length=40, default="", db_default="")
    booked_on = models.DateField(_("Ngày"))
    amount_vnd = models.BigIntegerField(_("Số tiền"))
    reference = models.CharField(_("Mã giao dịch"), max_length=80, default="", db_default="")
    content = models.CharField(_("Nội dung"), max_length=300, default="", db_default="")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Dòng sao kê ngân hàng")
        constraints = [
            models.CheckConstraint(condition=Q(amount_vnd__gt=0), name="bank_line_comes_in")
        ]
        indexes = [
            models.Index(fields=["amount_vnd"], name="bank_line_by_amount"),
            models.Index(fields=["-booked_on", "-id"], name="bank_line_newest"),
        ]

    def __str__(self) -> str:
        return self.key


class Remittance(models.Model):
    """One transfer for one statement. What it is more or less than was due has its reason."""

    statement = models.ForeignKey(CarrierStatement, models.PROTECT, related_name="remittances")
    bank_line = models.OneToOneField(BankLine, models.PROTECT, null=True, related_name="remittance")
    amount_vnd = models.BigIntegerField(_("Số tiền"))
    due_vnd = models.BigIntegerField()
    reference = models.CharField(_("Mã giao dịch"), max_length=80)
    received_on = models.DateField(_("Ngày nhận"))
    reason = models.CharField(_("Lý do lệch"), max_length=200, default="", db_default="")
    actor_label = models.CharField(max_length=150)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Lần hãng chuyển tiền")
        constraints = [
            models.UniqueConstraint(
                fields=["statement", "reference"], name="remittance_once_per_reference"
            ),
            models.CheckConstraint(condition=Q(amount_vnd__gt=0), name="remittance_positive"),
            models.CheckConstraint(
                condition=Q(amount_vnd=F("due_vnd")) | ~Q(reason=""),
                name="remittance_difference_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def difference_vnd(self) -> int:
        return self.amount_vnd - self.due_vnd
