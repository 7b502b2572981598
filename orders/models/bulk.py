"""One action asked for many orders: which ones, frozen when they were chosen."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from oms.kernel.models import Job
from orders.models.order import Order


class BulkRun(models.Model):
    """Chosen by `user_id`; without a job it was only looked at. Results are the job's rows."""

    user_id = models.BigIntegerField()
    action = models.CharField(max_length=30)
    said = models.JSONField(default=dict)
    # The list's address when the whole filter was chosen; empty when rows were ticked.
    source = models.TextField(blank=True, default="")
    language = models.CharField(max_length=10, default="vi")
    total = models.PositiveIntegerField(default=0)
    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="bulk_run")
    undoes = models.OneToOneField("self", models.CASCADE, null=True, related_name="undone_by")
    # Starts by a worker since a result was last written: orders that kill workers are given up.
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    touched_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Việc hàng loạt")
        indexes = [
            models.Index(fields=["user_id", "-id"], name="bulk_run_of_user"),
            models.Index(fields=["touched_at"], name="bulk_run_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.action} × {self.total}"


class BulkItem(models.Model):
    """One order of a run. `before` and `version` are what undoing needs, once it was changed."""

    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="items", db_index=False)
    position = models.PositiveIntegerField()
    order = models.ForeignKey(Order, models.CASCADE, related_name="+", db_index=False)
    number = models.CharField(max_length=30)
    before = models.JSONField(null=True)
    version = models.IntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="bulk_item_position_once"),
            models.UniqueConstraint(fields=["run", "order"], name="bulk_item_order_once"),
            models.CheckConstraint(
                condition=Q(before__isnull=True, version__isnull=True)
                | Q(before__isnull=False, version__isnull=False),
                name="bulk_item_traced_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.number
