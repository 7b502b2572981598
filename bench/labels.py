"""Labels: 200 in one PDF by one process, beside drawing the same texts and codes with reportlab."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oms.settings.test")

import django

django.setup()

from bench.figure import Figure, peak_mb
from oms.kernel.paper_fonts import font_file
from shipping.labels.content import Label, LabelItem
from shipping.labels.papers import USUAL_PAPER, Page
from shipping.labels.stamp import stamped_labels

LABELS = 200
ROUNDS = 3
MOST_MB = 150
MM = 72 / 25.4


def labels() -> list[Label]:
    items = tuple(
        LabelItem(f"AT-{n:02d}", n, "Áo thun nam cổ tròn tay ngắn màu đen") for n in (1, 2, 3)
    )
    return [
        Label(
            carrier_name="GHN",
            service_name="Hàng nhẹ",
            sort_code=f"190-G-{n % 90:02d}-A9",
            tracking_number=f"LX7AB{n:04d}",
            from_name="Shop Đồ Chơi Ánh Dương",
            from_phone="0912 345 678",
            from_address="12/5 Nguyễn Trãi, Phường Bến Thành, Hồ Chí Minh",
            to_name="Nguyễn Thị Ngọc Ánh",
            to_phone="0987 654 321",
            to_address=f"Số {n} ngõ 27 Trần Duy Hưng, Phường Yên Hòa, Hà Nội",
            cod_vnd=1_250_000 if n % 3 else 0,
            weight_g=850,
            size_cm=(20, 15, 10),
            inspection_note="look",
            note="Gọi trước khi giao",
            items=items,
            package_code=f"DH-26-{n:06d}-7KQ2",
            order_number=f"DH-26-{n:06d}",
            printed_at=datetime(2026, 11, 22, 1, 30, tzinfo=UTC),
            print_number=1,
        )
        for n in range(LABELS)
    ]


def reportlab_labels(rows: list[Label]) -> bytes:
    """The floor: texts at fixed places, bars and QR as one path."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(TTFont("Inter", str(font_file("regular"))))
    out = BytesIO()
    canvas = Canvas(out, pagesize=(100 * MM, 150 * MM))
    for row in rows:
        bars, matrix = Page(row, USUAL_PAPER).bars, row.matrix
        path, module = canvas.beginPath(), bars.dots * 0.125 * MM
        for x, width in bars.runs:
            path.rect(20 * MM + x * module, 110 * MM, width * module, 17 * MM)
        cell = 18 * MM / matrix.side
        for y, x, width in matrix.runs:
            path.rect(78 * MM + x * cell, 46 * MM - y * cell, width * cell, cell)
        canvas.drawPath(path, stroke=0, fill=1)
        texts = [row.carrier_name, row.service_name, row.sort_code, row.tracking_number]
        texts += [row.from_name, row.from_phone, row.from_address, row.to_name, row.to_phone]
        texts += [row.to_address, row.cod_amount, row.weight, row.size, row.inspection, row.note]
        texts += [*map(str, row.items), row.package_code, row.order_number, row.printed]
        for index, text in enumerate(texts):
            canvas.setFont("Inter", 9)
            canvas.drawString(3 * MM, (105 - 4.5 * index) * MM, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def seconds(work, rows: list[Label]) -> float:  # type: ignore[no-untyped-def]
    started = time.perf_counter()
    work(rows)
    return time.perf_counter() - started


def figures() -> Iterator[Figure]:
    rows = labels()
    stamped_labels(rows[:1]), reportlab_labels(rows[:1])  # fonts and imports
    ours, floor = [], []
    for _ in range(ROUNDS):
        floor.append(seconds(reportlab_labels, rows))
        ours.append(seconds(stamped_labels, rows))
    rate, floor_rate = LABELS / statistics.median(ours), LABELS / statistics.median(floor)
    yield Figure("labels.batch", rate, "labels/s", floor_rate, 0.5, higher_is_better=True)
    yield Figure("labels.peak_memory", peak_of_one(), "MB", MOST_MB, 1.0)


def peak_of_one() -> float:
    """The most memory that a process of its own holds while it makes one batch.

    The fonts are there: an installation cuts them once, before it starts.
    """
    child = [sys.executable, __file__, "peak"]
    printed = subprocess.run(child, check=True, capture_output=True, text=True).stdout
    return float(printed.split()[-1])


if __name__ == "__main__":
    if sys.argv[1:] == ["peak"]:
        stamped_labels(labels())
        print(peak_mb())
    else:
        for figure in figures():
            print(figure.line())
