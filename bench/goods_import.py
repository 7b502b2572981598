"""50,000 variants from an xlsx: parsed, then written as products with history, beside bare COPY."""

import io
import random
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import psycopg
from _scratch import scratch_database, show

from bench.figure import Figure

ROWS, VARIANTS_EACH = 50_000, 2
LEAST_PER_SECOND = 3_000
WORDS = (
    "Áo", "Váy", "Quần", "Mũ", "Giày", "Túi", "Khăn", "Cốc", "Nồi", "Đèn", "hoa", "trơn", "kẻ",
    "dày", "mỏng", "nhỏ", "lớn", "xanh", "đỏ", "trắng", "cổ tròn", "tay dài", "cotton", "lụa",
)  # fmt: skip


def goods(rows: int) -> list[list[Any]]:
    """Names that differ as in life: the search index is a large part of the work."""
    rng = random.Random(1)
    found = []
    for number in range(rows):
        if number % VARIANTS_EACH == 0:
            name = f"{' '.join(rng.sample(WORDS, 5))} {number}"
        found.append(
            [
                f"{number:08d}", name, "Cỡ", f"C{number % VARIANTS_EACH}", f"893{number:010d}",
                rng.randrange(10, 900) * 1000, rng.randrange(5, 400) * 1000, "8",
                f"Hãng {number // 2 % 50}",
                f"Loại {number // 2 % 8} > Nhóm {number // 2 % 40}", 220,
            ]
        )  # fmt: skip
    return found


KEYS = (
    "sku", "name", "option1_name", "option1_value", "barcode", "price_vnd", "cost_vnd", "vat_rate",
    "brand", "category", "weight_g",
)  # fmt: skip


def workbook(rows: list[list[Any]]) -> bytes:
    from inventory.imports.profiles import PRODUCTS
    from oms.kernel.tables import write_xlsx

    target = io.BytesIO()
    columns = [PRODUCTS.by_key[key].column for key in KEYS]
    write_xlsx(target, columns, rows, sheet="Hàng")
    return target.getvalue()


def ours(data: bytes, rows: int) -> tuple[float, float, float]:
    """Seconds to parse the file, to check it, and to import it after parsing."""
    from django.core.files.base import ContentFile

    from inventory.imports.profiles import PRODUCTS
    from inventory.services import importing
    from oms.accounts.models import User
    from oms.kernel.actors import Actor
    from oms.kernel.tables import read_table

    user = User.objects.create_user("bench", role="owner")
    started = time.perf_counter()
    table = read_table(io.BytesIO(data))
    parsing = time.perf_counter() - started
    assert len(table.rows) == rows + 1
    row = importing.start_import(
        PRODUCTS, ContentFile(data, "x.xlsx"), name="x.xlsx", user=user, language="vi"
    )
    started = time.perf_counter()
    row = importing.choose_columns(row.pk, row.mapping, {}, user=user)
    row = importing.check_import(row.pk)
    checking = time.perf_counter() - started
    assert row.report["counts"] == {"created": rows}
    importing.begin_import(row.pk, actor=Actor.user(user))
    started = time.perf_counter()
    importing.run_import(row.pk)
    whole = time.perf_counter() - started
    row.refresh_from_db()
    assert (row.status, row.created_count) == ("done", rows)
    started = time.perf_counter()
    read_table(io.BytesIO(data))
    return parsing, checking, whole - (time.perf_counter() - started)


def floor(url: str, rows: list[list[Any]], start: int = 10_000_000) -> float:
    """Seconds to COPY the same products, options, variants, barcodes, events and results."""
    from oms.kernel.text import fold

    started = time.perf_counter()
    with psycopg.connect(url) as db:
        for first in range(0, len(rows), 1_000):
            part = list(enumerate(rows[first : first + 1_000], start=first))
            heads = part[::VARIANTS_EACH]
            copy(db, PRODUCT, ((start + n, r[1], fold(r[1]), 8) for n, r in heads))
            copy(db, OPTION, ((start + n, 1, r[2], ["C0", "C1"]) for n, r in heads))
            copy(
                db, VARIANT,
                ((start + n, start + n - n % VARIANTS_EACH, "x" + r[0], r[3], [r[3]], r[5], r[6],
                  r[10], fold(f"{r[0]} {r[1]} {r[3]} {r[4]}")) for n, r in part),
            )  # fmt: skip
            copy(db, BARCODE, ((start + n, "x" + r[4]) for n, r in part))
            copy(db, EVENT, (("product.created", "product", start + n, "product", start + n,
                              '{"name": "' + r[1] + '"}') for n, r in heads))  # fmt: skip
            copy(db, RESULT, ((1, f"x{n}", True, "Đã tạo.") for n, _row in part))
            db.commit()
    return time.perf_counter() - started


PRODUCT = "inventory_product (id, name, name_folded, vat_rate, created_at, updated_at)"
OPTION = "inventory_productoption (product_id, position, name, values)"
VARIANT = """inventory_variant (id, product_id, sku, title, option_values, price_vnd, cost_vnd,
    weight_g, search_folded, created_at)"""
BARCODE = "inventory_barcode (variant_id, code)"
EVENT = """kernel_event (name, subject_kind, subject_id, about_kind, about_id, data, actor_kind,
    actor_label, created_at, attempts, last_error)"""
RESULT = "kernel_jobrow (job_id, key, ok, message)"
TAILS: dict[str, tuple[Any, ...]] = {
    PRODUCT: ("2026-03-02", "2026-03-02"),
    VARIANT: ("2026-03-02",),
    EVENT: ("user", "bench", "2026-03-02", 0, ""),
}


def copy(db: psycopg.Connection, target: str, rows: Iterable[tuple[Any, ...]]) -> None:
    tail = TAILS.get(target, ())
    with db.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as out:
        for row in rows:
            out.write_row((*row, *tail))


def figures(rows: int = ROWS) -> Iterable[Figure]:
    with scratch_database("goods_import") as url:
        made = goods(rows)
        data = workbook(made)
        parsing, checking, importing = ours(data, rows)
        least = floor(url, made)
        yield Figure("goods_parse", parsing, "s", 10.0, 1)
        yield Figure("goods_check", checking, "s", 30.0, 1)
        yield Figure(
            "goods_import", rows / importing, "rows/s", LEAST_PER_SECOND, 1, higher_is_better=True
        )
        yield Figure(
            "goods_import_beside_copy", rows / importing, "rows/s", rows / least, 0.25,
            higher_is_better=True,
        )  # fmt: skip


if __name__ == "__main__":
    show(figures(int(sys.argv[1]) if sys.argv[1:] else ROWS))
