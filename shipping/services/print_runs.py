"""Labels by the thousand: a job draws them in parts, each a file that can be printed at once."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from oms.accounts.models import User
from oms.kernel import jobs, queue
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.models import Job
from shipping.labels.batch import print_batch, zpl_batch
from shipping.labels.build import packages_for_print
from shipping.labels.order import ordered
from shipping.models import Package, PrinterProfile, PrintPart, PrintRun
from shipping.selectors.packages import printable_by
from shipping.services.labels import confirm_printed
from shipping.services.own_labels import fetch_missing
from shipping.services.printers import printer_for

KIND = "labels.print"
AT_ONCE = 500  # labels of one file, and as many as somebody waits for
KEPT = timedelta(hours=24)
QUIET = timedelta(minutes=10)


def begin_run(ids: Sequence[int], profile: PrinterProfile, *, user: User) -> PrintRun:
    """The run with its pages in the profile's order; a worker draws the parts."""
    pages = ordered(ids, profile.page_order, is_reversed=profile.is_reversed)
    with transaction.atomic():
        job = jobs.start_job(KIND, actor=Actor.user(user), params={}, total=len(pages))
        run = PrintRun.objects.create(
            user_id=user.pk,
            job=job,
            setting=profile.setting(),
            package_ids=pages,
            created_at=now(),
            expires_at=now() + KEPT,
        )
        count = -(-len(pages) // AT_ONCE)
        PrintPart.objects.bulk_create(PrintPart(run=run, number=n + 1) for n in range(count))
        transaction.on_commit(partial(hurry, run.pk))
    return run


def draw_run(run_id: int) -> None:
    """Draw the parts that are not there yet and finish the job; a repeat draws none twice."""
    run = PrintRun.objects.select_related("job").get(pk=run_id)
    if run.job.status in (Job.Status.DONE, Job.Status.FAILED):
        return
    user = User.objects.get(pk=run.user_id)
    if not (user.is_active and user.has_perm("shipping.print_label")):
        jobs.finish_job(run.job_id, error=_("Bạn không còn quyền in nhãn."))
        return
    for part in run.parts.filter(file="").order_by("number"):
        _draw_part(run, part, user)
    jobs.finish_job(run.job_id)


def pages_of(run: PrintRun, part: PrintPart) -> list[int]:
    return run.package_ids[(part.number - 1) * AT_ONCE : part.number * AT_ONCE]


def _draw_part(run: PrintRun, part: PrintPart, user: User) -> None:
    ids = pages_of(run, part)
    fetch_missing(ids)
    packages = packages_for_print(ids, printable_by(user))
    if run.profile.is_zpl:
        packages = [package for package in packages if not package.waybill]
    if packages:
        draw = zpl_batch if run.profile.is_zpl else print_batch
        content = draw(packages, printer_for(run.profile))
        part.file.save(
            f"labels-{run.pk}-{part.number}.{run.profile.language}",
            ContentFile(content),
            save=False,
        )
    part.package_ids = [package.pk for package in packages]
    part.save(update_fields=["file", "package_ids"])
    _count(run, ids, set(part.package_ids))


def _count(run: PrintRun, ids: Sequence[int], drawn: set[int]) -> None:
    """What has no page is named in the job with the reason; nothing is left out silently."""
    reason = _("Chưa có mã vận đơn, chưa quét đủ hàng, hoặc chỉ có nhãn PDF của sàn.")
    names = dict(Package.objects.filter(pk__in=ids).values_list("pk", "reference"))
    rows = [(names.get(pk, str(pk)), pk in drawn, "" if pk in drawn else reason) for pk in ids]
    jobs.record_results(run.job_id, rows)


def confirm_part(part: PrintPart, *, actor: Actor, reason: str = "") -> int:
    """A person says that this part is on paper; a repeat counts nothing."""
    with transaction.atomic():
        row = PrintPart.objects.select_for_update().get(pk=part.pk)
        if row.printed_at is not None or not row.file:
            return 0
        PrintPart.objects.filter(pk=row.pk).update(printed_at=now())
        return confirm_printed(row.package_ids, actor=actor, reason=reason)


def resume_runs() -> None:
    """Send again what a dead worker left, within the run's life."""
    for run in PrintRun.objects.filter(
        job__status__in=[Job.Status.QUEUED, Job.Status.RUNNING],
        created_at__lt=now() - QUIET,
        expires_at__gt=now(),
    ):
        hurry(run.pk)


def print_again(job_id: int) -> None:
    """A job sent to the queue again draws what could not be drawn the first time."""
    run = PrintRun.objects.filter(job=job_id).first()
    if run is None:
        jobs.finish_job(job_id, error=_("Tệp in đã hết hạn; hãy in lại từ danh sách."))
        return
    hurry(run.pk)


def remove_old_runs() -> int:
    """Drop runs that are over, with their files: addresses of buyers stand in them."""
    runs = list(PrintRun.objects.filter(expires_at__lt=now()).prefetch_related("parts"))
    for run in runs:
        for part in run.parts.all():
            part.file.delete(save=False)
        run.delete()
    return len(runs)


def hurry(run_id: int) -> None:
    from shipping import tasks

    queue.hurry(tasks.draw_run, run_id)
