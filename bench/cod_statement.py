"""A COD statement of 20,000 lines with five kinds of faults, beside one hand-written comparison.

Ours: parsed rows become lines, each is classed, parcels, orders, ledger, history and results
follow. The floor: the same rows by COPY and one statement that names each line's class.
"""

import sys
import time
from collections.abc import Iterable
from datetime import date
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import psycopg
from _scratch import scratch_database, show

from bench.figure import Figure

LINES, BATCH, SECONDS = 20_000, 2_000, 10.0
COD, FEE = 650_000, 24_250
# Of every hundred parcels these are told wrongly.
SHORT, DEAR, MISSING, TWICE, UNKNOWN = 3, 7, 11, 13, 17
PARCELS = """
INSERT INTO inventory_warehouse (id, code, name, kind, contact_name, phone, street, ward, district,
    province, is_active, priority) VALUES (1, 'K', 'K', 'main', '', '', '', '', '', '', true, 0);
INSERT INTO orders_order (id, number, source, status, fulfillment_status, cod_status, tab,
    goods_vnd, total_vnd, cod_vnd, is_cod, placed_at, created_at, updated_at, recipient_name,
    recipient_phone, phone_reversed, street, ward, province, search_folded)
SELECT n, 'DH' || n, 'phone', 'delivered', 'delivered', 'collected', 'completed', 650000, 650000,
    650000, true, now(), now(), now(), 'A', '', '', '', '', '', ''
FROM generate_series(1, {rows}) AS n;
INSERT INTO shipping_fulfilment (id, order_id, warehouse_id, status, created_at)
SELECT n, n, 1, 'delivered', now() FROM generate_series(1, {rows}) AS n;
INSERT INTO shipping_package (id, fulfilment_id, reference, account_id, carrier_code, service_code,
    status, booking_state, booking_attempts, booking_error, tracking_number, sort_code, weight_g,
    length_cm, width_cm, height_cm, declared_vnd, fee_payer, inspection_note, note, pickup_code,
    pickup_label, fee_vnd, cod_vnd, cod_status, cod_collected_at, cod_reference, cod_loss_reason,
    label_printed_count, raw_status, is_external, created_at)
SELECT n, n, 'R' || n, 1, 'ghn', '2', 'delivered', 'booked', 1, '', 'LX' || n, '', 500, 1, 1, 1, 0,
    'shop', 'look', '', '', '', 24250, 650000, 'collected', '2026-03-01', '', '', 1, '', false,
    now()
FROM generate_series(1, {rows}) AS n;
INSERT INTO shipping_carrierentry (account_id, package_id, kind, amount_vnd, source_kind,
    source_id, note, actor_label, created_at)
SELECT 1, n, e.kind, e.amount, 'package', n, '', 'bench', now()
FROM generate_series(1, {rows}) AS n, (VALUES ('fee', -24250), ('cod', 650000)) AS e (kind, amount);
ANALYZE;
"""
FLOOR = """
CREATE TEMP TABLE told (n int, code text, cod bigint, fee bigint) ON COMMIT DROP
"""
CLASSES = """
SELECT verdict, count(*) FROM (
    SELECT CASE WHEN p.id IS NULL THEN 'unknown'
        WHEN row_number() OVER (PARTITION BY t.code ORDER BY t.n) > 1 THEN 'duplicate'
        WHEN t.cod <> p.cod_vnd THEN 'cod_differs' WHEN t.fee <> p.fee_vnd THEN 'fee_differs'
        ELSE 'equal' END AS verdict
    FROM told t LEFT JOIN shipping_package p ON p.account_id = 1 AND p.tracking_number = t.code
    UNION ALL
    SELECT 'missing' FROM shipping_package p
    WHERE NOT EXISTS (SELECT 1 FROM told t WHERE t.code = p.tracking_number)) AS named
GROUP BY verdict
"""


def told(rows: int) -> list[tuple[str, int, int]]:
    """(code, cash, fee) of each line, with the faults put in."""
    found = []
    for n in range(1, rows + 1):
        kind = n % 100
        if kind == MISSING:
            continue
        code = f"LA{n}" if kind == UNKNOWN else f"LX{n}"
        line = (code, COD - 10_000 * (kind == SHORT), FEE + 5_000 * (kind == DEAR))
        found += [line] * (2 if kind == TWICE else 1)
    return found


def expected(rows: int) -> dict[str, int]:
    """How many of each class; a parcel under a strange number is missing under its own."""
    each = {kind: sum(1 for n in range(1, rows + 1) if n % 100 == kind) for kind in range(100)}
    faults = {
        "cod_differs": each[SHORT],
        "fee_differs": each[DEAR],
        "missing": each[MISSING] + each[UNKNOWN],
        "duplicate": each[TWICE],
        "unknown": each[UNKNOWN],
    }
    return {**faults, "equal": rows - sum(each[k] for k in (SHORT, DEAR, MISSING, UNKNOWN))}


def floor(url: str, lines: list[tuple[str, int, int]]) -> tuple[float, dict[str, int]]:
    started = time.perf_counter()
    with psycopg.connect(url) as db:
        db.execute(FLOOR)
        with db.cursor() as cursor, cursor.copy("COPY told FROM STDIN") as out:
            for number, line in enumerate(lines):
                out.write_row((number, *line))
        named = dict(db.execute(CLASSES).fetchall())
    return time.perf_counter() - started, named


def ours(lines: list[tuple[str, int, int]]) -> tuple[float, dict[str, int]]:
    from collections import Counter

    from django.db import transaction

    from oms.kernel.actors import Actor
    from shipping.models import StatementLine
    from shipping.services.statements import NewLine, close_file, open_statement, take_lines

    seen: Counter[str] = Counter()
    rows = []
    for number, (code, cod_vnd, fee_vnd) in enumerate(lines, start=2):
        seen[code] += 1
        rows.append(NewLine(f"{code}#{seen[code]}", number, code, "", cod_vnd, fee_vnd))
    actor = Actor.system("bench")
    started = time.perf_counter()
    for first in range(0, len(rows), BATCH):
        with transaction.atomic():
            made = open_statement(1, "BK", date(2026, 3, 2), actor=actor)
            take_lines(made.pk, rows[first : first + BATCH], actor=actor)
    close_file(made.pk, actor=actor)
    seconds = time.perf_counter() - started
    return seconds, dict(Counter(StatementLine.objects.values_list("verdict", flat=True)))


def figures(rows: int = LINES) -> Iterable[Figure]:
    with scratch_database("cod_statement") as url:
        from shipping.models import CarrierAccount

        CarrierAccount.objects.create(pk=1, carrier="ghn", name="GHN", shop_id="1")
        with psycopg.connect(url, autocommit=True) as db:
            db.execute(PARCELS.format(rows=rows))  # type: ignore[arg-type]
        lines = told(rows)
        least, named = floor(url, lines)
        assert named == expected(rows), named
        seconds, found = ours(lines)
        assert found == expected(rows), found
        yield Figure("cod_statement", seconds, "s", SECONDS, 1)
        yield Figure("cod_statement_beside_sql", seconds, "s", least, 100)


if __name__ == "__main__":
    show(figures(int(sys.argv[1]) if sys.argv[1:] else LINES))
