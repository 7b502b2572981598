"""Days that are told while orders are given up: real connections."""

import threading
from time import monotonic

import pytest
from django.db import transaction

from oms.kernel.sql import run
from orders.models import LinePromise, Order
from orders.services import promises
from orders.services.lifecycle import cancel_order
from orders.services.states import lock_order
from tests.inventory.makers import make_variant, make_warehouse
from tests.invoicing.test_races import at_once
from tests.orders.makers import ACTOR, place

pytestmark = pytest.mark.django_db(transaction=True)
# Not of pg_stat_activity: a transaction sees that as it was at its first look.
BEHIND_US = """
SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))
"""


def wait_for_another() -> None:
    """Until another connection waits for what this one has locked."""
    end = monotonic() + 60
    while not run(BEHIND_US):
        assert monotonic() < end, "nobody waits"


def test_a81_an_order_that_is_given_up_meanwhile_is_told_no_day() -> None:
    make_warehouse()
    order = place((make_variant(), 1))
    locked = threading.Event()

    def give_up() -> None:
        with transaction.atomic():
            lock_order(order.pk)
            locked.set()
            wait_for_another()
            cancel_order(order.pk, actor=ACTOR, reason="Khách đổi ý")
            promises.end_promises([order.pk])

    def say_days() -> None:
        assert locked.wait(60)
        promises.settle_promises(actor=ACTOR)

    at_once(give_up, say_days)
    assert Order.objects.get(pk=order.pk).status == "cancelled"
    assert not LinePromise.objects.filter(ended_at=None).exists()
