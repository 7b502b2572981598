"""A marketplace page of 100 orders, from decoded JSON to commit, beside COPY of the same rows."""

import itertools
import random
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import psycopg
from _scratch import in_turn, scratch_database, show, warm_up
from _shop import stock_shop

from bench.figure import Figure

GOAL = 0.25
PAGE, LINES = 100, 3
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def page(skus: list[str], rng: random.Random, first: int) -> list[dict[str, Any]]:
    """What a marketplace answers, decoded."""
    return [
        {
            "order_sn": f"2603{number:012d}",
            "update_time": 1_772_400_000 + number,
            "status": "READY_TO_SHIP",
            "name": f"Nguyễn Thị {number}",
            "phone": f"09{number % 100_000_000:08d}",
            "street": f"{number} Trần Phú",
            "ward": "Ba Đình",
            "province": "Hà Nội",
            "items": [
                {"sku": sku, "quantity": 1, "price": 100_000} for sku in rng.sample(skus, LINES)
            ],
        }
        for number in range(first, first + PAGE)
    ]


def ours(skus: list[str]) -> Callable[[], int]:
    from oms.kernel.actors import Actor
    from orders.services.intake import NewLine, NewOrder, place_orders

    actor, rng, firsts = Actor.system("bench"), random.Random(1), itertools.count(1, PAGE)

    def place() -> int:
        batch = [
            NewOrder(
                source="shopee",
                shop_ref=1,
                shop_name="Bench",
                remote_id=order["order_sn"],
                remote_version=order["update_time"],
                remote_status=order["status"],
                recipient_name=order["name"],
                recipient_phone=order["phone"],
                street=order["street"],
                ward=order["ward"],
                province=order["province"],
                placed_at=NOW,
                confirm=True,
                lines=[
                    NewLine(sku=i["sku"], quantity=i["quantity"], unit_price_vnd=i["price"])
                    for i in order["items"]
                ],
            )
            for order in page(skus, rng, next(firsts))
        ]
        placed = place_orders(batch, actor=actor)
        assert all(p.created and not p.problem for p in placed)
        return PAGE

    return place


ORDER = """COPY orders_order (id, number, source, shop_ref, remote_id, status, fulfillment_status,
    tab, goods_vnd, total_vnd, recipient_name, recipient_phone, phone_reversed, street, ward,
    province, placed_at, created_at, updated_at, warehouse_id, search_folded, customer_id)
    FROM STDIN"""
CUSTOMER = """COPY orders_customer (id, name, name_folded, phone, phone_reversed, created_at)
    FROM STDIN"""
LINE = """COPY orders_orderline (id, order_id, position, variant_id, sku, name, quantity,
    unit_price_vnd, total_vnd) FROM STDIN"""
ALLOCATION = """COPY inventory_allocation (variant_id, warehouse_id, quantity, holder_kind,
    holder_id, created_at) FROM STDIN"""
EVENT = """COPY kernel_event (name, subject_kind, subject_id, about_kind, about_id, actor_kind,
    actor_label, data, created_at, attempts, last_error) FROM STDIN"""
RAISE = """UPDATE inventory_stocklevel l SET reserved = reserved + d.units
    FROM (SELECT id, count(*) AS units FROM unnest(%s::bigint[]) AS u (id) GROUP BY id) AS d
    WHERE l.variant_id = d.id"""


def floor(url: str, skus: list[str]) -> Callable[[], int]:
    """Ids are handed out beforehand and nothing is checked: only the rows are written."""
    db = psycopg.connect(url)
    variants = dict(db.execute("SELECT sku, id FROM inventory_variant").fetchall())
    rng, firsts = random.Random(2), itertools.count(50_000_001, PAGE)

    def copy(statement: str, rows: Iterable[tuple]) -> None:
        with db.cursor() as cursor, cursor.copy(statement) as out:
            for row in rows:
                out.write_row(row)

    def place() -> int:
        first = next(firsts)
        orders = list(enumerate(page(skus, rng, first), first + 10**9))
        lines = [
            (key * 10 + n, key, n, variants[i["sku"]], i["sku"], "San pham", 1, 100_000, 100_000)
            for key, order in orders
            for n, i in enumerate(order["items"], 1)
        ]
        copy(
            CUSTOMER,
            ((k, o["name"], o["name"].lower(), f"+849{k}", f"{k}"[::-1], NOW) for k, o in orders),
        )
        copy(
            ORDER,
            (
                (
                    *(k, f"X{k}", "shopee", 2, o["order_sn"], "confirmed", "allocated"),
                    *("to_arrange", 300_000, 300_000, o["name"], o["phone"], o["phone"][::-1]),
                    *(o["street"], o["ward"], o["province"], NOW, NOW, NOW, 1),
                    *(f" {o['name'].lower()} sku", k),
                )
                for k, o in orders
            ),
        )
        copy(LINE, lines)
        copy(ALLOCATION, ((row[3], 1, 1, "order_line", row[0], NOW) for row in lines))
        copy(
            EVENT,
            (
                (name, "order", k, "order", k, "system", "bench", "{}", NOW, 0, "")
                for k, _order in orders
                for name in ("order.placed", "order.confirmed")
            ),
        )
        db.execute(RAISE, [[row[3] for row in lines]])
        db.commit()
        return PAGE

    return place


def figures() -> Iterable[Figure]:
    with scratch_database("page") as url:
        skus = stock_shop(url)
        place, copy = ours(skus), floor(url, skus)
        warm_up(url, place, copy, calls=10)
        value, least = in_turn(place, copy)
        yield Figure("page_import", value, "orders/s", least, GOAL, higher_is_better=True)


if __name__ == "__main__":
    show(figures())
