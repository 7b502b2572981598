"""Every part is killed at a random moment of a sale; afterwards all books agree."""

import os
import random
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from channels_sync.models import Shop
from oms.kernel.clock import now
from oms.rehearsal.judging import judge
from oms.rehearsal.models import Rehearsal
from oms.rehearsal.services.following import is_quiet, turn
from oms.rehearsal.services.gathering import before_first_sale, gather
from oms.sandbox.run import Sandbox, running_sandbox
from oms.sandbox.traffic import Plan, Traffic
from tests.kill.stack import PARTS, Stack, looking_at, own_stack
from tests.kill.worker import until
from tests.rehearsal.conftest import MARKETS, SCARCE, open_shops

pytestmark = [pytest.mark.kill, pytest.mark.django_db(transaction=True)]

SEED = int(os.environ.get("OMS_KILL_SEED", "20"))
# Of each part of the sale, in which one thing is killed.
BUYERS, A_SECOND = 8, 4
# What a shop lists by the second may be dated a little ahead.
AFTER = timedelta(seconds=3)


def partners_of(sandbox: Sandbox) -> dict[str, str]:
    """Where the marketplaces are, for processes that read it from their environment."""
    given = sandbox.credentials()
    named = {f"{name}_BASE_URL".upper(): given[name]["base_url"] for name in MARKETS}
    auth = {f"{name}_AUTH_URL".upper(): given[name].get("auth_url", "") for name in MARKETS}
    return {name: url for name, url in {**named, **auth}.items() if url}


@contextmanager
def marketplaces(home: Path, stack: Stack, settings: Any) -> Iterator[Sandbox]:
    settings.OMS_PUBLIC_URL = stack.url
    with running_sandbox(home, MARKETS) as sandbox:
        settings.PARTNERS = {**settings.PARTNERS, **sandbox.credentials()}
        for name in MARKETS:
            sandbox.control(name, "POST", "callbacks", {"url": f"{stack.url}/hooks/{name}/"})
        yield sandbox


def both_sides_before(shops: list[Shop], sandbox: Sandbox) -> Rehearsal:
    """The shops' numbers are told, and what is so is noted: the start of a sale day."""
    started_at, since = now(), dict.fromkeys(MARKETS, sandbox.clock.now())
    until(lambda: turn(shops) or is_quiet(shops, since=started_at))
    facts = {"since": since, **before_first_sale(shops)}
    return Rehearsal(started_at=started_at, facts=facts)


def sell_and_kill(stack: Stack, sandbox: Sandbox) -> list[str]:
    """Each part dies once while buyers come, and comes back while others do; what died when."""
    dice, told = random.Random(SEED), [f"seed {SEED}"]
    doors = {name: sandbox.url(name) for name in MARKETS}
    for part in dice.sample(PARTS, len(PARTS)):
        traffic = Traffic(doors, Plan(BUYERS, A_SECOND, seed=dice.randrange(1000), hot=SCARCE))
        selling = threading.Thread(target=traffic.run, args=(threading.Event(),), daemon=True)
        selling.start()
        until(partial(has_come, traffic, dice.randrange(1, BUYERS - 1)))
        told.append(f"{part} after {traffic.ledger.done} of {BUYERS} buyers")
        stack.kill(part)
        selling.join(60)
        assert traffic.ledger.done == BUYERS, told
    return told


def has_come(traffic: Traffic, buyers: int) -> bool:
    return traffic.ledger.done >= buyers


def has_settled(shops: list[Shop], rehearsal: Rehearsal, ended: datetime) -> bool:
    """Each shop was read since the end, and nothing is on its way."""
    late = Shop.objects.exclude(last_poll_at__gt=ended + AFTER).filter(pk__in=[s.pk for s in shops])
    return not late.exists() and is_quiet(shops, since=rehearsal.started_at)


def test_whatever_was_killed_orders_stock_and_money_agree(
    tmp_path: Path, settings: Any, redis_clean: object
) -> None:
    with (
        own_stack() as stack,
        looking_at(stack, settings),
        marketplaces(tmp_path / "sandbox", stack, settings) as sandbox,
    ):
        shops = open_shops(sandbox)
        rehearsal = both_sides_before(shops, sandbox)
        stack.start_processes(partners_of(sandbox))
        told = "; ".join(sell_and_kill(stack, sandbox))
        sys.stdout.write(f"{told}\n")
        connection.close()
        ended = now()
        until(lambda: has_settled(shops, rehearsal, ended), seconds=240, why=told)
        report = judge(gather(rehearsal))
        assert [line for line in report if line.ok is False] == [], f"{told}\n{stack.said()}"
        orders = [line.there for line in report if line.key == "orders"]
        assert all(orders)
