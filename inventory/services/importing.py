"""The way of an uploaded file: columns, check, import in batches that survive a dead worker."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, cast

from django.core.files.base import File
from django.db import transaction
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext as _

from inventory.imports.outcomes import FAILED, LongEngine, Outcome, Sheet
from inventory.imports.profiles import PROFILES, Profile
from inventory.imports.rows import Row
from inventory.models import GoodsImport, ImportMapping
from inventory.services.file_jobs import IMPORT
from inventory.services.import_files import (
    DESCRIBED,
    checked_mapping,
    describe,
    engine_of,
    opened_file,
    opened_sheet,
    prepare,
)
from inventory.services.import_report import report_of
from oms.accounts.models import User
from oms.kernel import jobs, queue
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.models import Job

Status = GoodsImport.Status
CHECKED_AT_ONCE = 2_000
TOLD_EVERY = 5_000
QUIET = timedelta(seconds=90)
MOST_ATTEMPTS = 5
KEPT_DAYS = 7


def start_import(
    profile: Profile, file: File, *, name: str, user: User, language: str
) -> GoodsImport:
    """Keep an upload and guess its columns. Raises DomainError for what is no readable table."""
    row = GoodsImport(
        user_id=user.pk,
        profile=profile.code,
        file_name=name[:255],
        language=language,
        created_at=now(),
        touched_at=now(),
    )
    with opened_file(profile, file) as table:
        describe(row, table, user)
    file.seek(0)
    # The name is ours: what the sender called the file is never a path.
    row.file.save(f"{profile.code}.bin", File(file), save=False)
    row.save()
    return row


def choose_sheet(import_id: int, sheet: str, *, user: User) -> GoodsImport:
    """Take another sheet of the workbook; the columns are guessed anew, and nothing is checked."""
    row = GoodsImport.objects.get(pk=import_id)
    with opened_sheet(row, sheet) as table:
        describe(row, table, user)
    row.status, row.report, row.error = Status.UPLOADED, {}, ""
    GoodsImport.objects.filter(pk=import_id, job=None).update(
        **{name: getattr(row, name) for name in (*DESCRIBED, "status", "report", "error")}
    )
    return row


def choose_columns(
    import_id: int, mapping: Mapping[str, int], options: Mapping[str, Any], *, user: User
) -> GoodsImport:
    """Remember the columns for files with these headings, and check every row.

    Short files are checked at once, long ones by a worker. Raises DomainError when a required
    column is missing, a column is used twice, or the import has begun.
    """
    with transaction.atomic():
        row = GoodsImport.objects.select_for_update().get(pk=import_id)
        _must_not_have_begun(row)
        chosen = checked_mapping(row, mapping, user)
        row.mapping, row.options = chosen, dict(options)
        row.status, row.report, row.error = Status.CHECKING, {}, ""
        row.touched_at, row.attempts = now(), 0
        row.save()
        ImportMapping.objects.update_or_create(
            user_id=row.user_id,
            profile=row.profile,
            signature=row.signature,
            defaults={"mapping": chosen, "used_at": now()},
        )
    if row.row_count <= CHECKED_AT_ONCE:
        return check_import(row.pk)
    _hurry("check_import", row.pk)
    return row


def _must_not_have_begun(row: GoodsImport) -> None:
    if row.job_id:
        raise DomainError(_("Tệp này đã được nhập; hãy gửi lại tệp."), code="import.begun")


def check_import(import_id: int) -> GoodsImport:
    """Find every fault without writing goods. A repeat finds them again.

    What it finds counts only while sheet and columns are those that it read by: who changed them
    meanwhile has asked for another check.
    """
    row = GoodsImport.objects.get(pk=import_id)
    asked = GoodsImport.objects.filter(
        pk=import_id,
        status=Status.CHECKING,
        sheet=row.sheet,
        mapping=row.mapping,
        options=row.options,
    )
    if row.status != Status.CHECKING:
        return row
    with translation.override(row.language):
        try:
            with opened_sheet(row, row.sheet) as table:
                seen = _counted(row, engine_of(row).preview(prepare(row, table)))
                report = report_of(seen, row.mapping)
        except DomainError as refusal:
            asked.update(status=Status.FAILED, error=refusal.message[:300], touched_at=now())
        else:
            asked.update(status=Status.CHECKED, report=report, touched_at=now())
    row.refresh_from_db()
    return row


def _counted(row: GoodsImport, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """Tell now and then how far the check is: whoever waits sees it, nobody takes it for dead."""
    for count, outcome in enumerate(outcomes, start=1):
        if not count % TOLD_EVERY:
            waiting = GoodsImport.objects.filter(pk=row.pk, status=Status.CHECKING)
            waiting.update(report={"checked": count}, touched_at=now())
        yield outcome


def begin_import(import_id: int, *, actor: Actor) -> GoodsImport:
    """Import the good rows as a job. A second call changes nothing."""
    with transaction.atomic():
        row = GoodsImport.objects.select_for_update().get(pk=import_id)
        if row.job_id:
            return row
        if row.status != Status.CHECKED:
            raise DomainError(_("Hãy kiểm tra tệp trước khi nhập."), code="import.unchecked")
        row.job = jobs.start_job(
            IMPORT,
            actor=actor,
            params={"import_id": row.pk, "profile": row.profile, "file": row.file_name},
            total=row.report["total"],
        )
        row.status, row.touched_at, row.attempts = Status.RUNNING, now(), 0
        row.save(update_fields=["job", "status", "touched_at", "attempts"])
        transaction.on_commit(partial(_hurry, "run_import", row.pk))
    return row


def run_import(import_id: int) -> None:
    """Write batch after batch, each with its position and results in one transaction.

    A worker that dies loses one batch at most; whoever comes next goes on behind the last one
    that was committed. Two at once take turns and never write a row twice.
    """
    row = GoodsImport.objects.get(pk=import_id)
    with translation.override(row.language):
        try:
            with opened_sheet(row, row.sheet) as table:
                sheet, known = prepare(row, table), row.position
                while (reached := _write_batch(import_id, sheet, known)) is not None:
                    if reached < 0:  # another worker was here: what exists is known anew
                        row.refresh_from_db()
                        sheet, known = prepare(row, table), row.position
                    else:
                        known = reached
        except DomainError as refusal:
            _give_up(row, refusal.message)


def _write_batch(import_id: int, sheet: Sheet, known: int) -> int | None:
    """The position behind the batch; -1 when it is not where we left it, None when all is done."""
    with transaction.atomic():
        row = GoodsImport.objects.select_for_update().get(pk=import_id)
        if row.status != Status.RUNNING or row.job is None:
            return None
        if row.position != known:
            return -1
        engine = engine_of(row)
        batch = engine.batch(sheet, known)
        if not batch:
            if PROFILES[row.profile].is_long:
                cast("LongEngine", engine).finish(sheet, actor=jobs.actor_of(row.job))
            GoodsImport.objects.filter(pk=import_id).update(status=Status.DONE, touched_at=now())
            jobs.finish_job(row.job.pk)
            return None
        wanted = _not_done(batch, row.job)
        outcomes = engine.write(sheet, wanted, actor=jobs.actor_of(row.job))
        jobs.record_results(
            row.job.pk, [(str(o.row.number), o.kind != FAILED, o.text) for o in outcomes]
        )
        counts = Counter(o.kind for o in outcomes)
        GoodsImport.objects.filter(pk=import_id).update(
            position=known + len(batch),
            touched_at=now(),
            attempts=0,
            **{f"{kind}_count": F(f"{kind}_count") + n for kind, n in counts.items()},
        )
        return known + len(batch)


def _not_done(batch: Sequence[Row], job: Job) -> Sequence[Row]:
    """Without the rows that an earlier run of this job has written."""
    keys = [str(row.number) for row in batch]
    done = set(job.rows.filter(ok=True, key__in=keys).values_list("key", flat=True))
    return [row for row in batch if str(row.number) not in done] if done else batch


def resume_imports() -> int:
    """Send again what a dead worker left: nothing was written on it for a while."""
    quiet = GoodsImport.objects.filter(
        status__in=[Status.CHECKING, Status.RUNNING], touched_at__lt=now() - QUIET
    )
    count = 0
    for row in quiet:
        count += 1
        if row.attempts >= MOST_ATTEMPTS:
            with translation.override(row.language):
                _give_up(row, _("Đã thử nhiều lần mà không xong; hãy báo người quản trị."))
            continue
        quiet.filter(pk=row.pk).update(attempts=F("attempts") + 1, touched_at=now())
        _hurry("check_import" if row.status == Status.CHECKING else "run_import", row.pk)
    return count


def remove_old_imports() -> int:
    """Drop uploads after some days with their files; the results stay with the job."""
    old = GoodsImport.objects.filter(created_at__lt=now() - timedelta(days=KEPT_DAYS))
    rows = list(old.exclude(status=Status.RUNNING))
    for row in rows:
        row.file.delete(save=False)
        row.delete()
    unused = Q(used_at__lt=now() - timedelta(days=400))
    ImportMapping.objects.filter(unused).delete()
    return len(rows)


def _give_up(row: GoodsImport, message: str) -> None:
    GoodsImport.objects.filter(pk=row.pk).update(
        status=Status.FAILED, error=message[:300], touched_at=now()
    )
    if row.job_id:
        jobs.finish_job(row.job_id, error=message)


def _hurry(name: str, import_id: int) -> None:
    from inventory import tasks

    queue.hurry(getattr(tasks, name), import_id)
