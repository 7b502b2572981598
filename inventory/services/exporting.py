"""Lists as files: short ones at once, long ones by a job whose file its owner fetches for a day."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from io import TextIOWrapper
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.files import File
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from inventory.exports.lists import EXPORTS, write_order
from inventory.imports.profiles import Profile
from inventory.models import GoodsExport
from inventory.services.file_jobs import EXPORT
from oms.accounts.models import User
from oms.kernel import jobs, queue
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.models import Job
from oms.kernel.tables import Column, write_csv, write_xlsx

AT_ONCE = 5_000
KEPT = timedelta(hours=24)
QUIET = timedelta(minutes=10)


def write_list(target: IO[bytes], kind: str, params: Mapping[str, str], *, user: User) -> int:
    """What the list shows under these filters, in the columns that the user may see.

    Returns how many rows, or pieces of paper, there are.
    """
    export = EXPORTS[kind]
    if export.paper is not None:
        target.write(export.paper(user, params))
        return export.count(user, params)
    columns = export.columns(user)
    with transaction.atomic():  # one moment of time, and a cursor that fetches in pieces
        rows = write_order(columns, export.rows(user, params))
        if format_of(kind, params) == "csv":
            text = TextIOWrapper(target, "utf-8-sig", newline="", write_through=True)
            count = write_csv(text, columns, rows)
            text.detach()
            return count
        return write_xlsx(target, columns, rows, sheet=str(export.title))


def may_take(user: Any, kind: str) -> bool:
    """Files of this kind, and what is in them."""
    return bool(user.has_perms([EXPORTS[kind].needs, EXPORTS[kind].permission]))


def format_of(kind: str, params: Mapping[str, str]) -> str:
    if EXPORTS[kind].paper is not None:
        return "pdf"
    return "csv" if params.get("format") == "csv" else "xlsx"


def is_long(kind: str, params: Mapping[str, str], *, user: User) -> bool:
    return EXPORTS[kind].count(user, params) > (EXPORTS[kind].at_once or AT_ONCE)


def begin_export(kind: str, params: Mapping[str, str], *, user: User, language: str) -> GoodsExport:
    """The row and the job of a long list; a worker writes the file."""
    with transaction.atomic():
        job = jobs.start_job(
            EXPORT, actor=Actor.user(user), params={"kind": kind, **params}, total=1
        )
        row = GoodsExport.objects.create(
            user_id=user.pk,
            kind=kind,
            params=dict(params),
            language=language,
            job=job,
            created_at=now(),
            expires_at=now() + KEPT,
        )
        transaction.on_commit(partial(_hurry, row.pk))
    return row


def run_export(export_id: int) -> None:
    """Write the file and finish the job. A repeat after the end changes nothing."""
    row = GoodsExport.objects.select_related("job").get(pk=export_id)
    if row.job.status in (Job.Status.DONE, Job.Status.FAILED):
        return
    user = User.objects.get(pk=row.user_id)
    with translation.override(row.language):
        if not (user.is_active and may_take(user, row.kind)):
            jobs.finish_job(row.job_id, error=_("Bạn không còn quyền xuất danh sách."))
            return
        with TemporaryFile() as target:
            count = write_list(target, row.kind, row.params, user=user)
            target.seek(0)
            row.file.save(f"{row.kind}.{format_of(row.kind, row.params)}", File(target), save=False)
        GoodsExport.objects.filter(pk=row.pk).update(file=row.file.name)
        message = _("%(count)d dòng") % {"count": count}
        jobs.record_results(row.job_id, [(str(EXPORTS[row.kind].title), True, message)])
        jobs.finish_job(row.job_id)


def resume_exports() -> None:
    """Send again what a dead worker left, within the export's life."""
    for row in GoodsExport.objects.filter(
        file="",
        job__status__in=[Job.Status.QUEUED, Job.Status.RUNNING],
        created_at__lt=now() - QUIET,
        expires_at__gt=now(),
    ):
        _hurry(row.pk)


def remove_old_exports() -> int:
    """Drop exports that are over, with their files."""
    rows = list(GoodsExport.objects.filter(expires_at__lt=now()))
    for row in rows:
        row.file.delete(save=False)
        row.delete()
    return len(rows)


def write_template(target: IO[bytes], profile: Profile, *, user: User) -> None:
    """An empty file: headings, the hidden keys, one example, and a sheet that explains."""
    fields = profile.fields_for(user)
    notes = [[_("Cột"), _("Bắt buộc"), _("Cách điền")]]
    notes += [
        [str(field.label), _("Có") if field.required else "", str(field.help)] for field in fields
    ]
    write_xlsx(
        target,
        [_headed(field.column, required=field.required) for field in fields],
        [[field.example for field in fields]],
        sheet=str(profile.title),
        with_keys=True,
        notes=(_("Hướng dẫn"), notes),
    )


def _headed(column: Column, *, required: bool) -> Column:
    label: Any = f"{column.label} *" if required else column.label
    return Column(column.key, label, column.kind, column.width)


def _hurry(export_id: int) -> None:
    from inventory import tasks

    queue.hurry(tasks.run_export, export_id)
