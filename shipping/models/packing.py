"""The check that what lies in the box is what was ordered, piece by piece."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shipping.models.fulfilments import Fulfilment
from shipping.models.packages import Package


class PackCheck(models.Model):
    """A parcel on a packing table. A packer has one open at a time: it is what he scans into."""

    fulfilment = models.OneToOneField(Fulfilment, models.CASCADE, related_name="check_of_pieces")
    packer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["packer"],
                condition=Q(finished_at=None),
                name="pack_check_one_open_per_packer",
            )
        ]

    def __str__(self) -> str:
        return f"{self.fulfilment_id}"


def proof_path(proof: "PackProof", name: str) -> str:
    """Names of people's files tell things: on the disk they have none."""
    return f"packed/{proof.package_id}/{uuid4().hex}"


class PackProof(models.Model):
    """A picture or a short clip of what went into a parcel; gone when its days are over."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("Ảnh")
        CLIP = "clip", _("Clip")

    package = models.ForeignKey(Package, models.CASCADE, related_name="proofs")
    kind = models.CharField(max_length=5, choices=Kind.choices)
    file = models.FileField(upload_to=proof_path)
    content_type = models.CharField(max_length=40)
    # The browser's key of one recording: sent again it is kept once.
    key = models.UUIDField(unique=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    taken_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="photo", content_type__startswith="image/")
                | Q(kind="clip", content_type__startswith="video/"),
                name="pack_proof_is_what_it_says",
            )
        ]
        indexes = [models.Index(fields=["taken_at"], name="pack_proof_by_age")]

    def __str__(self) -> str:
        return f"{self.package_id}/{self.pk}"


class PackLine(models.Model):
    """Pieces of one variant that the box must hold for one line, and how many were scanned."""

    check_of = models.ForeignKey(
        PackCheck, models.CASCADE, related_name="lines", db_column="check_id"
    )
    order_line = models.ForeignKey("orders.OrderLine", models.CASCADE, related_name="+")
    variant = models.ForeignKey("inventory.Variant", models.PROTECT, related_name="+")
    quantity = models.PositiveIntegerField()
    packed = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["check_of", "order_line", "variant"], name="pack_line_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, packed__lte=F("quantity")),
                name="pack_line_never_too_many",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.packed}/{self.quantity} x {self.variant_id}"

    @property
    def left(self) -> int:
        return self.quantity - self.packed
