"""Files about goods that people send in and take out. The files are private and short-lived."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.db.models import Q
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _

from oms.kernel.models import Job


@deconstructible(path="inventory.models.imports.PrivateStorage")
class PrivateStorage(FileSystemStorage):
    """A folder that no address serves: views give its files to their owner."""

    @property
    def base_location(self) -> Any:
        return settings.PRIVATE_ROOT

    @property
    def location(self) -> str:
        return str(Path(settings.PRIVATE_ROOT).absolute())


class GoodsImport(models.Model):
    """One uploaded file on its way: columns, check, import. `position` rows of it are written.

    `report` is what the check found: counts, the first rows, the first faults, open questions.
    """

    class Status(models.TextChoices):
        UPLOADED = "uploaded", _("Chờ chọn cột")
        CHECKING = "checking", _("Đang kiểm tra")
        CHECKED = "checked", _("Chờ nhập")
        RUNNING = "running", _("Đang nhập")
        DONE = "done", _("Đã nhập")
        FAILED = "failed", _("Không đọc được")

    user_id = models.BigIntegerField()
    profile = models.CharField(max_length=20)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.UPLOADED)
    file = models.FileField(upload_to="imports/%Y/%m/", storage=PrivateStorage())
    file_name = models.CharField(max_length=255)
    language = models.CharField(max_length=10, default="vi")
    sheet = models.CharField(max_length=255, blank=True, default="")
    sheets = models.JSONField(default=list)
    heading_row = models.PositiveIntegerField(default=0)
    first_row = models.PositiveIntegerField(default=0)
    row_count = models.PositiveIntegerField(default=0)
    labels = models.JSONField(default=list)
    samples = models.JSONField(default=list)
    signature = models.CharField(max_length=32, default="")
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    error = models.CharField(max_length=300, blank=True, default="")
    job = models.OneToOneField(Job, models.PROTECT, null=True, related_name="goods_import")
    position = models.PositiveIntegerField(default=0)
    created_count = models.PositiveIntegerField(default=0)
    updated_count = models.PositiveIntegerField(default=0)
    unchanged_count = models.PositiveIntegerField(default=0)
    failed_count = models.PositiveIntegerField(default=0)
    # Starts by a worker since rows were last written: a file that kills workers is given up.
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    touched_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Tệp nhập")
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=["running", "done"]) | Q(job__isnull=False),
                name="import_runs_as_a_job",
            ),
        ]
        indexes = [
            models.Index(fields=["user_id", "-id"], name="import_of_user"),
            models.Index(
                fields=["touched_at"],
                name="import_unfinished",
                condition=Q(status__in=["checking", "running"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.profile} {self.file_name}"


class ImportMapping(models.Model):
    """The columns that a user chose for files with these headings."""

    user_id = models.BigIntegerField()
    profile = models.CharField(max_length=20)
    signature = models.CharField(max_length=32)
    mapping = models.JSONField(default=dict)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user_id", "profile", "signature"], name="import_mapping_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.profile} {self.signature}"


class GoodsExport(models.Model):
    """A list written to a file by a job, for the one who asked, until `expires_at`."""

    user_id = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    params = models.JSONField(default=dict)
    language = models.CharField(max_length=10, default="vi")
    file = models.FileField(
        upload_to="exports/%Y/%m/", storage=PrivateStorage(), blank=True, default=""
    )
    job = models.OneToOneField(Job, models.PROTECT, related_name="goods_export")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Tệp xuất")
        indexes = [models.Index(fields=["user_id", "-id"], name="export_of_user")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
