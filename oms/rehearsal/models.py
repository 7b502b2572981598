"""One rehearsal: what was planned, how far it is, and the report it ended with."""

from typing import Any

from django.db import models


class Rehearsal(models.Model):
    class Phase(models.TextChoices):
        NEW = "new"
        SELLING = "selling"
        SETTLING = "settling"
        DONE = "done"
        FAILED = "failed"

    phase = models.CharField(max_length=10, choices=Phase, default=Phase.NEW)
    orders = models.PositiveIntegerField()
    rate = models.PositiveSmallIntegerField()
    seed = models.PositiveIntegerField(default=0)
    sold = models.PositiveIntegerField(default=0)
    job = models.OneToOneField("kernel.Job", on_delete=models.PROTECT, related_name="+")
    # What was so before the first sale, and what was done to the shops in the middle.
    facts: "models.Field[Any, dict[str, Any]]" = models.JSONField(default=dict)
    report: "models.Field[Any, list[dict[str, Any]]]" = models.JSONField(default=list)
    is_green = models.BooleanField(null=True)
    started_at = models.DateTimeField()
    # Settling ends then at the latest, agreed or not.
    settle_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(orders__gte=1, rate__gte=1), name="rehearsal_sells"
            ),
            models.UniqueConstraint(
                models.Value(1),
                condition=models.Q(phase__in=["new", "selling", "settling"]),
                name="one_rehearsal_at_a_time",
            ),
        ]
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.pk} {self.phase}"

    @property
    def is_running(self) -> bool:
        return self.phase in (self.Phase.NEW, self.Phase.SELLING, self.Phase.SETTLING)
