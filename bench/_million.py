"""Many orders made with SQL, spread over tabs, days, sources and names as in life.

One every fifteen seconds, 5,760 a day: what is added to a database is older than what it has, so
that a larger one has the same last days and a longer past.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

STATEMENTS = [
    """INSERT INTO orders_customer (name, name_folded, phone, phone_reversed, created_at)
       SELECT 'Khach ' || n, 'khach ' || n, '+849' || lpad(n::text, 8, '0'),
           reverse('849' || lpad(n::text, 8, '0')), now() FROM generate_series(1, {n} / 10) n""",
    """INSERT INTO orders_order (number, source, status, fulfillment_status, tab, goods_vnd,
           total_vnd, customer_id, recipient_name, recipient_phone, phone_reversed, street, ward,
           province, placed_at, created_at, updated_at, warehouse_id, needs_attention,
           search_folded, tracking_number, shop_ref, remote_id)
       SELECT 'DH' || (n + {start}), (ARRAY['shopee', 'phone', 'facebook', 'zalo'])[1 + n / 10 % 4],
           (ARRAY['completed', 'pending_confirmation', 'confirmed', 'shipped'])[1 + t],
           (ARRAY['delivered', 'allocated', 'allocated', 'in_transit'])[1 + t],
           (ARRAY['completed', 'to_confirm', 'to_arrange', 'shipping'])[1 + t],
           100000, 100000, 1 + n % ({n} / 10), initcap(name), phone, reverse(substr(phone, 2)),
           '1 Tran Phu', 'Ba Dinh', 'Ha Noi', at, at, at, 1, n % 500 = 0,
           ' ' || name || ' sku-' || (1 + n % 2000), 'GHN' || (n + {start}),
           CASE WHEN n / 10 % 4 = 0 THEN 1 END,
           CASE WHEN n / 10 % 4 = 0 THEN '26' || lpad((n + {start})::text, 12, '0') ELSE '' END
       FROM (SELECT n, CASE WHEN n % 10 < 7 THEN 0 ELSE n % 10 - 6 END AS t,
               now() - (({first} + {last} - n) || ' seconds')::interval * 15 AS at,
               '+849' || lpad((n::bigint * 7919 % 100000000)::text, 8, '0') AS phone,
               (ARRAY['nguyen', 'tran', 'le', 'pham', 'hoang', 'vu', 'vo', 'dang', 'bui', 'do'])
                   [1 + n::bigint * 31 % 10] || ' '
               || (ARRAY['thi', 'van', 'duc', 'ngoc', 'minh', 'quoc', 'thanh', 'kim'])
                   [1 + n * 17 % 8] || ' '
               || (ARRAY['anh', 'binh', 'chau', 'dung', 'giang', 'hanh', 'khoa', 'linh', 'nam',
                   'oanh', 'phuc', 'quan', 'son', 'trang', 'uyen', 'vy', 'yen'])[1 + n * 13 % 17]
               || CASE WHEN n % 100000 = 7 THEN ' zoravia' ELSE '' END AS name
           FROM generate_series({first}, {last}) n) AS made""",
]


# More rows than this at once are faster without the indexes, which are then made anew.
INDEXES_ASIDE = 500_000
_INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
WHERE tablename = 'orders_order' AND indexname NOT IN (SELECT conname FROM pg_constraint)
"""


def grow_to(url: str, have: int, want: int) -> None:
    """Add orders up to `want`; statistics are fresh afterwards."""
    with psycopg.connect(url, autocommit=True) as db:
        if not have:
            db.execute(STATEMENTS[0].format(n=100_000))
        if want - have > INDEXES_ASIDE:
            with _indexes_aside(db):
                _add(db, have, want)
        else:
            _add(db, have, want)
        db.execute("VACUUM ANALYZE orders_order")


def _add(db: psycopg.Connection, have: int, want: int) -> None:
    statement = STATEMENTS[1].replace("{n} / 10", "10000")
    step = 100_000
    for first in range(have + 1, want + 1, step):
        last = min(first + step - 1, want)
        db.execute(statement.format(start=0, first=first, last=last))


@contextmanager
def _indexes_aside(db: psycopg.Connection) -> Iterator[None]:
    known = db.execute(_INDEXES).fetchall()
    for name, _definition in known:
        db.execute(f'DROP INDEX "{name}"')
    yield
    db.execute("SET maintenance_work_mem = '2GB'")
    for _name, definition in known:
        db.execute(definition)
