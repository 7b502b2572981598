"""A hundred thousand silent parcels, nearly all of one account: chosen fairly, read quickly.

No carrier is asked: its answer says nothing new at once, and what is measured is ours.
"""

import math
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import psycopg
from _million import grow_to
from _scratch import scratch_database, show
from _shop import stock_shop

from bench.figure import Figure

PARCELS = int(os.environ.get("BENCH_PARCELS", "100000"))
SMALL, ACCOUNTS = 150, 3  # parcels of each of the small accounts
SELECT_MS, PER_SECOND = 250, 10
STATEMENTS = [
    """INSERT INTO shipping_fulfilment (order_id, warehouse_id, status, created_at)
       SELECT id, 1, 'in_transit', now() FROM orders_order""",
    """INSERT INTO shipping_package (fulfilment_id, reference, account_id, carrier_code,
           service_code, status, booking_state, booking_attempts, booking_error, tracking_number,
           sort_code, weight_g, length_cm, width_cm, height_cm, box_cost_vnd, declared_vnd,
           fee_payer, inspection_note, note, pickup_code, pickup_label, cod_vnd, cod_status,
           cod_reference, cod_loss_reason,
           label_printed_count, raw_status, is_external, created_at, checked_at)
       SELECT f.id, 'R' || f.id,
           (SELECT id FROM shipping_carrieraccount WHERE shop_id = CASE
               WHEN f.n > {parcels} - {small} * {accounts}
               THEN (2 + f.n % {accounts})::text ELSE '1' END),
           'ghn', '2', 'in_transit', 'booked', 0, '', 'T' || f.id, '', 500, 10, 10, 10, 0, 0,
           'shop', 'look', '', '', '', 0, 'none', '', '', 0, '', false, now(),
           now() - interval '2 days' + f.n * interval '1 second'
       FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM shipping_fulfilment) AS f""",
    "VACUUM ANALYZE shipping_package",
]


def figures() -> Iterable[Figure]:
    with scratch_database("poll_parcels") as url:
        from shipping.models import CarrierAccount

        stock_shop(url, variants=10)
        grow_to(url, 0, PARCELS)
        for number in range(1, 2 + ACCOUNTS):
            CarrierAccount.objects.create(carrier="ghn", name="GHN", shop_id=str(number))
        with psycopg.connect(url, autocommit=True) as db:
            for statement in STATEMENTS:
                db.execute(statement.format(parcels=PARCELS, small=SMALL, accounts=ACCOUNTS))
        yield from swept()


def swept() -> Iterable[Figure]:
    """Sweeps until the small accounts have been asked about everything."""
    from shipping.models import Package
    from shipping.ports import carrier_kind
    from shipping.services import polling

    kind = carrier_kind("ghn")
    assert kind is not None
    a_minute, took, read_s, read, sweeps = kind.polls_per_minute, [], 0.0, 0, 0
    account_of = dict(Package.objects.values_list("pk", "account__shop_id"))
    asked: Counter[str] = Counter()
    most = 0
    with silent_carrier():
        while any(asked[str(2 + n)] < SMALL for n in range(ACCOUNTS)):
            began = time.perf_counter()
            due = polling.quiet_packages()
            took.append((time.perf_counter() - began) * 1000)
            began = time.perf_counter()
            for key in due:
                polling.poll_if_quiet(key)
            read_s += time.perf_counter() - began
            share = Counter(account_of[key] for key in due)
            asked += share
            most, read, sweeps = max(most, *share.values()), read + len(due), sweeps + 1
    yield Figure("poll_selection", max(took), "ms", SELECT_MS, 1)
    yield Figure("poll_most_of_an_account", most, "1/min", a_minute, 1)
    yield Figure("poll_small_accounts_done", sweeps, "sweeps", math.ceil(SMALL / a_minute), 1)
    yield Figure("poll_parcels_read", read / read_s, "1/s", PER_SECOND, 1, higher_is_better=True)


@contextmanager
def silent_carrier() -> Any:
    """GHN that has nothing new to tell."""
    from shipping import ports

    class Silent:
        def read(self, tracking_number: str) -> list[Any]:
            return []

    before = ports._carriers["ghn"]
    ports._carriers["ghn"] = replace(before, connect=lambda account: Silent())
    try:
        yield
    finally:
        ports._carriers["ghn"] = before


if __name__ == "__main__":
    show(figures())
