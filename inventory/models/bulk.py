"""What a bulk edit changed, so that it can be taken back."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BulkChange(models.Model):
    """One value before and after; `field` names the column, `target_id` its product or variant."""

    job_id = models.BigIntegerField()
    field = models.CharField(max_length=20)
    target_id = models.BigIntegerField()
    before = models.BigIntegerField(null=True)
    after = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("Sửa hàng loạt")
        constraints = [
            models.UniqueConstraint(fields=["job_id", "target_id"], name="bulk_change_once"),
        ]

    def __str__(self) -> str:
        return f"{self.field} {self.target_id}: {self.before} → {self.after}"
