"""SIGKILL of the worker in the middle of a bulk job: no order is confirmed twice, none is left."""

from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.db.models import F

from inventory.models import StockLevel
from oms.accounts.models import User
from oms.kernel import books
from oms.kernel.models import Event, Job, JobRow
from orders.bulk.registry import find_action
from orders.models import BulkRun, Order
from orders.services import bulk
from orders.services.intake import place_orders
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.kill.worker import until, working
from tests.orders.makers import ACTOR, new_order

pytestmark = [pytest.mark.kill, pytest.mark.django_db(transaction=True)]

STEP = 100
ORDERS = STEP + 30


@pytest.fixture
def run(redis_clean: object) -> BulkRun:
    """Confirming more orders than one step takes."""
    shirt = make_variant("AO-01")
    put(shirt, make_warehouse("TD"), 1000)
    placed = place_orders([new_order((shirt, 1)) for _n in range(ORDERS)], actor=ACTOR)
    owner = User.objects.create_user(username="chu-shop", role="owner")
    action = find_action("confirm")
    assert action is not None
    assert action.step == STEP
    chosen = Order.objects.filter(pk__in=[row.order_id for row in placed])
    frozen = bulk.freeze(action, chosen, user=owner, language="vi")
    return bulk.start(frozen.pk, {}, actor=ACTOR)


def test_c59_a_bulk_job_whose_worker_was_killed_confirms_each_order_once(
    run: BulkRun, tmp_path: Path
) -> None:
    last = run.items.order_by("-position").values_list("order_id", flat=True)[0]
    with other_connection() as other:
        other.execute("SELECT 1 FROM orders_order WHERE id = %s FOR UPDATE", [last])
        with working(tmp_path, {}, beat=False) as worker:
            until(lambda: waits_for_lock(run), why=worker.said())
            worker.kill()
        assert JobRow.objects.filter(job=run.job_id).count() == STEP
        assert Order.objects.filter(status="confirmed").count() == STEP
    a_minute_passes(run)
    with working(tmp_path, {}, beat=False) as worker:
        assert bulk.resume() == 1
        until(lambda: Job.objects.get(pk=run.job_id).status == "done", why=worker.said())
    job = Job.objects.get(pk=run.job_id)
    assert (job.done, job.failed) == (ORDERS, 0)
    assert JobRow.objects.filter(job=job, ok=True).count() == ORDERS
    assert Order.objects.filter(status="confirmed", version=2).count() == ORDERS
    told = Event.objects.filter(name="order.confirmed").values_list("subject_id", flat=True)
    assert len(told) == len(set(told)) == ORDERS
    assert StockLevel.objects.get().reserved == ORDERS
    assert [finding for found in books.check_books().values() for finding in found] == []


def other_connection() -> psycopg.Connection:
    """A transaction of its own, on this test's database; it ends with the block."""
    known = connection.get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    return psycopg.connect(**{name: known[name] for name in names if known.get(name)})


def waits_for_lock(run: BulkRun) -> bool:
    """The first step is done and the second stands before the locked order."""
    if JobRow.objects.filter(job=run.job_id).count() < STEP:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone() != (0,)


def a_minute_passes(run: BulkRun) -> None:
    BulkRun.objects.filter(pk=run.pk).update(touched_at=F("touched_at") - timedelta(minutes=2))
