"""One change for many goods: previewed, run as a job in set-based steps, and taken back."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from inventory.models import BulkChange, Variant
from inventory.selectors.catalogue import ProductFilter, products_matching
from inventory.selectors.categories import names_of_categories
from inventory.services import bulk_sql
from oms.kernel import jobs, queue
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import EventRow, record_events
from oms.kernel.models import Job
from oms.kernel.money import MAX_VND
from oms.kernel.sql import run

KIND = "catalogue.bulk_edit"
STEP = 1000
SHOWN = 50
PRICE, STATUS, CATEGORY = "price_vnd", "status", "category_id"
ACTIVE, ARCHIVED = 1, 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """What to change: a `percent` and an `add_vnd` count on the present price, then `round_to`.

    Exactly one of set_vnd, percent / add_vnd, status, category applies, named by `field`; a
    category of None takes goods out of theirs.
    """

    field: str
    set_vnd: int | None = None
    percent: int = 0
    add_vnd: int = 0
    round_to: int = 1
    is_active: bool = True
    category_id: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One value before and after; a `refusal` says why it stays."""

    label: str
    before: str | int
    after: str | int
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """`changes` and `refused` count all of them, `lines` are the first."""

    changes: int
    refused: int
    unchanged: int
    lines: Sequence[Line]


def preview(wanted: ProductFilter, edit: Edit) -> Preview:
    """What the edit would do now, in two statements whatever the number of goods."""
    _check(edit)
    params = _params(edit) | {"ids": _targets(wanted, edit)}
    [(changes, refused, unchanged)] = run(bulk_sql.COUNT[edit.field], params)
    rows = run(bulk_sql.SHOW[edit.field], params | {"most": SHOWN})
    words = _words(edit, [value for row in rows for value in row[2:4]])
    lines = [
        Line(label, words(before), words(after), _reason(edit) if bad else "")
        for _pk, label, before, after, bad in rows
    ]
    return Preview(changes, refused, unchanged, lines)


def _targets(wanted: ProductFilter, edit: Edit) -> list[int]:
    """Ids of variants for a price, of products for all else."""
    products = products_matching(wanted)
    if edit.field != PRICE:
        return list(products.order_by("pk").values_list("pk", flat=True))
    rows = Variant.objects.filter(product__in=products.values("pk"), is_active=True)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _check(edit: Edit) -> None:
    if edit.field not in bulk_sql.COUNT:
        raise DomainError(_("Chọn việc cần sửa."), code="bulk.field", field="field")
    if not -100 <= edit.percent <= 1000 or not 1 <= edit.round_to <= 1_000_000:
        raise DomainError(_("Phần trăm từ -100 đến 1000."), code="bulk.percent", field="percent")


def _params(edit: Edit) -> dict[str, Any]:
    return {
        "set_vnd": edit.set_vnd,
        "percent": edit.percent,
        "add_vnd": edit.add_vnd,
        "round_to": edit.round_to,
        "status": ACTIVE if edit.is_active else ARCHIVED,
        "category": edit.category_id,
        "most_vnd": MAX_VND,
    }


def _words(edit: Edit, values: Sequence[int | None]) -> Callable[[int | None], str | int]:
    """Stored numbers as people read them."""
    if edit.field == CATEGORY:
        names = names_of_categories(values)
        return lambda value: names.get(value, "")
    if edit.field == STATUS:
        labels = {ACTIVE: _("Đang bán"), ARCHIVED: _("Lưu trữ")}
        return lambda value: labels[value or 0]
    return lambda value: value or 0


def _reason(edit: Edit) -> str:
    if edit.field == STATUS:
        return _("Đang giữ hàng cho đơn; giao xong hãy lưu trữ.")
    return _("Giá sẽ dưới 0 hoặc quá lớn.")


def start_bulk_edit(wanted: ProductFilter, edit: Edit, *, actor: Actor) -> Job:
    """Write the job and send it to a worker; the goods are chosen again when it runs."""
    _check(edit)
    with transaction.atomic():
        total = len(_targets(wanted, edit))
        params = {"filter": asdict(wanted), "edit": asdict(edit)}
        job = jobs.start_job(KIND, actor=actor, params=params, total=total)
        transaction.on_commit(partial(hurry, job.pk))
    return job


def hurry(job_id: int) -> None:
    from inventory.tasks import run_bulk_edit as task

    queue.hurry(task, job_id)


def run_bulk_edit(job_id: int) -> None:
    """Change the goods step by step; what an earlier run of this job changed is left alone."""
    job = Job.objects.get(pk=job_id)
    if job.status in {Job.Status.DONE, Job.Status.FAILED}:
        return
    edit = Edit(**job.params["edit"])
    ids = _targets(ProductFilter(**job.params["filter"]), edit)
    for start in range(0, len(ids), STEP):
        _step(job, edit, ids[start : start + STEP])
    jobs.finish_job(job_id)


@transaction.atomic
def _step(job: Job, edit: Edit, ids: list[int]) -> None:
    """One statement changes and remembers, one tells the timelines, one counts."""
    params = _params(edit) | {"ids": ids, "job": job.pk}
    rows = run(bulk_sql.CHANGE[edit.field], params)
    changed = [row for row in rows if row[4] == "changed"]
    words = _words(edit, [value for row in changed for value in row[2:4]])
    name = {CATEGORY: "category"}.get(edit.field, edit.field)
    record_events(
        [
            EventRow(
                "product.bulk_edited",
                "product",
                product_id,
                {"sku": label, "changes": {name: [words(before), words(after)]}},
            )
            for product_id, label, before, after, _what in changed
        ],
        actor=jobs.actor_of(job),
    )
    refused = [(row[1], _reason(edit)) for row in rows if row[4] == "refused"]
    jobs.record_results(job.pk, [(key, False, why) for key, why in refused])
    run(bulk_sql.PROGRESS, {"job": job.pk, "handled": len(ids) - len(refused)})


@dataclass(frozen=True, slots=True)
class Undone:
    """`kept` were changed again by somebody since, and stay."""

    restored: int
    kept: int


@transaction.atomic
def undo_bulk_edit(job_id: int, *, actor: Actor) -> Undone:
    """Put back what the job wrote, where it still stands. A repeat restores nothing more."""
    job = Job.objects.select_for_update().get(pk=job_id, kind=KIND)
    if job.status != Job.Status.DONE:
        raise DomainError(_("Việc này chưa chạy xong."), code="bulk.running")
    edit = Edit(**job.params["edit"])
    rows = run(bulk_sql.UNDO[edit.field], {"job": job_id, "now": now()})
    words = _words(edit, [value for row in rows for value in row[2:4]])
    name = {CATEGORY: "category"}.get(edit.field, edit.field)
    record_events(
        [
            EventRow(
                "product.bulk_undone",
                "product",
                product_id,
                {"sku": label, "changes": {name: [words(after), words(before)]}},
            )
            for product_id, label, before, after in rows
        ],
        actor=actor,
    )
    kept = BulkChange.objects.filter(job_id=job_id, undone_at=None).count()
    return Undone(len(rows), kept)


def is_of_prices(job: Job) -> bool:
    return bool(job.params["edit"]["field"] == PRICE)


def can_undo(job: Job) -> bool:
    return (
        job.status == Job.Status.DONE
        and BulkChange.objects.filter(job_id=job.pk, undone_at=None).exists()
    )
