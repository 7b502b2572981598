"""Every two filters of the order list at a million orders: p95 of what the page asks anew."""

import itertools
import os
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import psycopg
from _million import grow_to
from _scratch import scratch_database, show
from _shop import stock_shop
from order_list import Everybody

from bench.figure import Figure

ORDERS = int(os.environ.get("BENCH_ORDERS", "1000000"))
P95_MS, CALLS, SLOWEST_SHOWN = 20, 3, 5

# What the other benches leave out: money, parcels, papers and notes that fit the order's state.
DRESS = """
CREATE FUNCTION bench_dress() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    open boolean := NEW.tab IN ('to_confirm', 'to_arrange');
    dice int := hashint4(NEW.id::int);
BEGIN
    dice := abs(dice % 10000);
    NEW.province := (ARRAY['Hà Nội', 'Hồ Chí Minh', 'Đà Nẵng', 'Cần Thơ', 'Lai Châu'])[
        CASE WHEN dice < 4000 THEN 1 WHEN dice < 8000 THEN 2 WHEN dice < 9500 THEN 3
            WHEN dice < 9990 THEN 4 ELSE 5 END];
    NEW.carrier_code := CASE WHEN open THEN '' WHEN dice % 50 = 0 THEN 'vtp' ELSE 'ghn' END;
    NEW.tracking_number := CASE WHEN open THEN '' ELSE NEW.tracking_number END;
    NEW.is_cod := dice % 3 > 0;
    NEW.cod_status := CASE WHEN NOT NEW.is_cod THEN 'none' WHEN NEW.tab = 'completed'
        THEN CASE WHEN dice % 500 = 1 THEN 'mismatch' ELSE 'remitted' END ELSE 'to_collect' END;
    NEW.payment_status := CASE WHEN NEW.tab = 'completed' OR NOT NEW.is_cod THEN 'paid'
        ELSE 'unpaid' END;
    NEW.invoice_status := CASE WHEN NEW.tab <> 'completed' OR dice % 5 > 0 THEN 'not_required'
        WHEN dice % 1000 = 0 THEN 'rejected' ELSE 'coded' END;
    NEW.label_printed_count := CASE WHEN open THEN 0 WHEN dice % 20 = 0 THEN 2 ELSE 1 END;
    NEW.confirmed_at := CASE WHEN NEW.tab <> 'to_confirm'
        THEN NEW.placed_at + interval '1 hour' END;
    NEW.shipped_at := CASE WHEN NOT open THEN NEW.placed_at + interval '1 day' END;
    NEW.ship_by_at := CASE WHEN open THEN now() + (dice - 100) * interval '1 minute' END;
    NEW.buyer_note := CASE WHEN dice % 25 = 0 THEN 'Gọi trước' ELSE '' END;
    NEW.pieces := CASE WHEN dice % 10 < 6 THEN 1 WHEN dice % 1000 = 999 THEN 40 ELSE 3 END;
    NEW.sku_count := CASE WHEN dice % 10 < 8 THEN 1 ELSE 2 END;
    RETURN NEW;
END $$;
CREATE TRIGGER bench_dress BEFORE INSERT ON orders_order
    FOR EACH ROW EXECUTE FUNCTION bench_dress();
"""
# One line each; the counting of pieces would undo what the orders above were given.
LINES = """
ALTER TABLE orders_orderline DISABLE TRIGGER orders_count_added;
INSERT INTO orders_orderline (order_id, position, variant_id, sku, name, quantity,
    unit_price_vnd, total_vnd)
SELECT id, 1, 1 + id % 2000, 'SKU-' || (1 + id % 2000), 'Hàng', 1, 100000, 100000
FROM orders_order;
INSERT INTO orders_orderprofit (order_id, net_vnd, cost_vnd, profit_vnd, is_final, counted_at)
SELECT id, 90000, cost, 90000 - cost, true, now()
FROM orders_order, LATERAL (SELECT CASE WHEN id % 500 = 3 THEN 95000 ELSE 60000 END AS cost) AS c;
UPDATE orders_customer SET refused_count = 4, finished_count = 5 WHERE id % 200 = 0;
UPDATE orders_customer SET risk_set = 'low', risk_reason = 'x' WHERE id % 1000 = 7;
"""
# A common and a rare value of each filter, and a tab as people combine them.
VALUES: dict[str, tuple[str, ...]] = {
    "tab": ("completed", "to_arrange", "attention"),
    "source": ("shopee", "zalo"),
    "shop": ("1", "7"),
    "status": ("completed", "confirmed", "returned"),
    "fulfillment": ("delivered", "in_transit", "lost"),
    "period": ("today", "30"),
    "confirmed": ("today", "30"),
    "shipped": ("yesterday", "30"),
    "deadline": ("late", "12"),
    "warehouse": ("1", "none"),
    "carrier": ("ghn", "vtp"),
    "payment": ("paid", "unpaid", "voided"),
    "cod": ("open", "done", "mismatch"),
    "invoice": ("not_required", "rejected"),
    "printed": ("never", "once", "again"),
    "kind": ("one", "same", "mixed"),
    "purpose": ("delivery", "return"),
    "risk": ("any", "low"),
    "loss": ("1",),
    "sku": ("SKU-77",),
    "quantity": ("2", "40", "100"),
    "province": ("Hà Nội", "Cần Thơ", "Lai Châu"),
    "assignee": ("none",),
    "note": ("buyer", "staff"),
    "double": ("1",),
    "late": ("1",),
}


def pairs() -> list[dict[str, str]]:
    """Two different filters each, every value with every value of the other."""
    single = [(name, value) for name, values in VALUES.items() for value in values]
    return [
        {first[0]: first[1], second[0]: second[1]}
        for first, second in itertools.combinations(single, 2)
        if first[0] != second[0]
    ]


def measured(chosen: Sequence[dict[str, str]]) -> list[tuple[float, dict[str, str]]]:
    """The middle of three calls of each, in ms, the slowest last."""
    from orders.selectors.lists import OrderFilters, order_stamps

    user, found = Everybody(), []
    for values in chosen:
        filters, times = OrderFilters.of(**values), []
        for _ in range(CALLS):
            started = time.perf_counter()
            order_stamps(user, filters)
            times.append((time.perf_counter() - started) * 1000)
        found.append((sorted(times)[CALLS // 2], values))
    return sorted(found, key=lambda row: row[0])


def figures() -> Iterable[Figure]:
    with scratch_database("pairs") as url:
        stock_shop(url)
        with psycopg.connect(url, autocommit=True) as db:
            db.execute(DRESS)
        grow_to(url, 0, ORDERS)
        with psycopg.connect(url, autocommit=True) as db:
            db.execute(LINES)
            db.execute("VACUUM ANALYZE")
        found = measured(pairs())
        p95 = found[int(len(found) * 0.95) - 1][0]
        yield Figure("list_two_filters_p95", p95, "ms", P95_MS, 1)
        yield Figure("list_two_filters_median", found[len(found) // 2][0], "ms", P95_MS, 1)
        for ms, values in found[-SLOWEST_SHOWN:]:
            print(f"# {ms:.0f} ms {values}", flush=True)


if __name__ == "__main__":
    show(figures())
