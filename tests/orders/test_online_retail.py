"""The retail data set: every line is imported, matched or refused, and the sums stay equal."""

import csv
from collections.abc import Sequence
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from inventory.models import Variant
from oms.kernel import books
from oms.kernel.models import Event
from orders.imports.online_retail import COLUMNS, read_lines
from orders.imports.retail_orders import MATCHED, Report, import_lines
from orders.models import Order, OrderLine, OrderProblem

pytestmark = pytest.mark.django_db
RATE = Decimal("30123.45")


def row(
    invoice: str,
    code: str,
    quantity: int,
    price: str,
    *,
    day: int = 1,
    customer: str = "17850",
    name: str = "WHITE MUG",
) -> list[str]:
    moment = f"2010-12-{day:02d} 08:26"
    return [invoice, code, name, str(quantity), moment, price, customer, "United Kingdom"]


def write(path: Path, rows: Sequence[Sequence[str]], columns: Sequence[str] = COLUMNS) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
    return path


def load(tmp_path: Path, rows: Sequence[Sequence[str]]) -> Report:
    return import_lines(read_lines(write(tmp_path / "retail.csv", rows)), rate=RATE)


def reasons(report: Report) -> list[tuple[int, str]]:
    return [(refusal.number, refusal.reason) for refusal in report.refusals]


def tallies(report: Report) -> list[tuple[int, int]]:
    return [(t.lines, t.pence) for t in (report.imported, report.matched, report.refused)]


def told() -> list[tuple[str, int]]:
    events = Event.objects.filter(name=MATCHED).order_by("id")
    return [(event.data["document"], event.data["pence"]) for event in events]


# Orders


def test_a_document_is_one_order_in_pence_and_dong(tmp_path: Path) -> None:
    rows = [
        row("536365", "00123", 6, "2.55"),
        row("536365", "POST", 2, "18"),
        row("536365", "00123", 1, "2.10"),
    ]
    report = load(tmp_path, rows)
    order = Order.objects.get()
    assert (order.currency, order.rate, order.total_minor) == ("GBP", RATE, 1530 + 3600 + 210)
    lines = list(order.lines.order_by("position"))
    assert [(line.sku, line.quantity, line.total_minor) for line in lines] == [
        ("00123", 6, 1530),
        ("00123", 1, 210),
    ]
    # 15.30, 2.10 and 36.00 pounds at 30,123.45 dong, each rounded once
    assert [line.total_vnd for line in lines] == [460_889, 63_259]
    assert (order.goods_vnd, order.shipping_fee_buyer_vnd) == (524_148, 1_084_444)
    assert order.total_vnd == 1_608_592
    assert order.placed_at.isoformat() == "2010-12-01T08:26:00+00:00"
    assert tallies(report) == [(3, 5340), (0, 0), (0, 0)]


def test_the_same_code_twice_in_a_document_is_one_product_and_two_lines(tmp_path: Path) -> None:
    load(tmp_path, [row("1", "85123A", 2, "1.00"), row("1", "85123A", 3, "1.00")])
    variant = Variant.objects.get()
    assert variant.sku == "85123A"
    assert list(OrderLine.objects.values_list("variant_id", "quantity").order_by("position")) == [
        (variant.pk, 2),
        (variant.pk, 3),
    ]


def test_codes_that_differ_in_zeros_or_case_are_different_goods(tmp_path: Path) -> None:
    load(tmp_path, [row("1", code, 1, "1.00") for code in ("0021", "21", "21a", "21A")])
    assert Variant.objects.count() == 4
    linked = OrderLine.objects.values_list("sku", "variant__sku")
    assert all(sku == variant for sku, variant in linked)


def test_a_buyer_abroad_is_no_bad_address(tmp_path: Path) -> None:
    load(tmp_path, [row("1", "21", 1, "1.00")])
    assert not OrderProblem.objects.exists()
    assert Order.objects.get().address_raw == "United Kingdom"


def test_a_document_of_seven_hundred_lines_is_one_order(tmp_path: Path) -> None:
    load(tmp_path, [row("1", f"{n:05d}", 1, "1.00") for n in range(700)])
    order = Order.objects.get()
    assert (order.lines.count(), order.total_minor) == (700, 70_000)


# Refusals


@pytest.mark.parametrize(
    ("line", "reason", "pence"),
    [
        (row("1", "M", 2, "5.00"), "“M” là bút toán, không phải hàng hóa.", 1000),
        (row("1", "m", 1, "5.00"), "“m” là bút toán, không phải hàng hóa.", 500),
        (row("1", "gift_0001_20", 1, "5.00"), "“gift_0001_20” là bút toán, không phải hàng hóa.",
         500),
        (row("1", "21", 5, "0.00"), "Đơn giá bằng 0 hoặc âm.", 0),
        (row("1", "21", 1, "-1.50"), "Đơn giá bằng 0 hoặc âm.", -150),
        (row("C1", "21", 1, "1.00"), "Chứng từ hủy nhưng số lượng không âm.", 100),
        (row("1", "21", -1, "1.00"), "Số lượng bằng 0 hoặc âm.", -100),
        (row("1", "21", 1, "1.00", name=" "), "Thiếu tên hàng.", 100),
        (row("", "21", 1, "1.00"), "Thiếu số chứng từ hoặc mã hàng.", 100),
        (row("1", " ", 1, "1.00"), "Thiếu số chứng từ hoặc mã hàng.", 100),
        (row("1", "POST", 1, "9.00"), "Chứng từ chỉ có phí vận chuyển, không có hàng.", 900),
        (row("C9", "21", -1, "1.00"), "Không tìm thấy đơn gốc để hủy.", -100),
    ],
)  # fmt: skip
def test_a_line_that_is_no_sale_is_refused_with_its_reason(
    tmp_path: Path, line: list[str], reason: str, pence: int
) -> None:
    report = load(tmp_path, [line])
    assert reasons(report) == [(2, reason)]
    assert tallies(report) == [(0, 0), (0, 0), (1, pence)]
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    "line",
    [
        ["1", "21", "MUG", "one", "2010-12-01 08:26", "1.00", "1", "UK"],
        ["1", "21", "MUG", "1", "01/12/2010", "1.00", "1", "UK"],
        ["1", "21", "MUG", "1", "2010-12-01 08:26", "1.005", "1", "UK"],
        ["1", "21", "MUG", "1", "2010-12-01 08:26", "", "1", "UK"],
        ["1", "21", "MUG"],
        ["1", "2" * 61, "MUG", "1", "2010-12-01 08:26", "1.00", "1", "UK"],
    ],
    ids=["quantity", "date", "half a penny", "price", "too few cells", "long code"],
)
def test_a_line_that_cannot_be_read_is_refused_and_the_others_go_on(
    tmp_path: Path, line: list[str]
) -> None:
    report = load(tmp_path, [line, row("2", "21", 1, "1.00")])
    [(number, reason)] = reasons(report)
    assert number == 2
    assert reason.startswith("Không đọc được dòng: ")
    assert tallies(report)[0] == (1, 100)


def test_a_refused_line_does_not_take_its_document_along(tmp_path: Path) -> None:
    rows = [row("1", "21", 1, "1.00"), row("1", "M", 1, "5.00"), row("1", "22", 1, "2.00")]
    report = load(tmp_path, rows)
    assert Order.objects.get().total_minor == 300
    assert tallies(report) == [(2, 300), (0, 0), (1, 500)]


# Cancellations


def test_a_part_that_is_cancelled_is_told_and_the_order_stays(tmp_path: Path) -> None:
    rows = [row("1", "21", 10, "1.00"), row("C2", "21", -4, "1.00", day=2)]
    report = load(tmp_path, rows)
    assert told() == [("C2", -400)]
    assert Order.objects.get().status == Order.Status.PENDING_CONFIRMATION
    assert tallies(report) == [(1, 1000), (1, -400), (0, 0)]


def test_an_order_of_which_nothing_is_left_is_cancelled(tmp_path: Path) -> None:
    rows = [
        row("1", "21", 10, "1.00"),
        row("1", "POST", 1, "18.00"),
        row("C2", "21", -4, "1.00", day=2),
        row("C3", "21", -6, "1.00", day=3),
    ]
    load(tmp_path, rows)
    order = Order.objects.get()
    assert order.status == Order.Status.CANCELLED
    assert order.cancel_reason == "Khách hủy theo chứng từ C3"
    assert told() == [("C2", -400), ("C3", -600)]


@pytest.mark.parametrize(
    "cancelled",
    [
        row("C2", "21", -11, "1.00", day=2),
        row("C2", "22", -1, "1.00", day=2),
        row("C2", "21", -1, "1.01", day=2),
        row("C2", "21", -1, "1.00", day=2, customer="99999"),
        row("C2", "21", -1, "1.00", day=2, customer=""),
    ],
    ids=["more than sold", "other goods", "other price", "other buyer", "no buyer"],
)
def test_a_cancellation_without_its_sale_is_refused(tmp_path: Path, cancelled: list[str]) -> None:
    rows = [row("1", "21", 10, "1.00", day=1), cancelled]
    report = load(tmp_path, rows)
    assert reasons(report) == [(3, "Không tìm thấy đơn gốc để hủy.")]
    assert told() == []


def test_a_cancellation_before_the_sale_is_refused(tmp_path: Path) -> None:
    rows = [row("C1", "21", -1, "1.00", day=1), row("2", "21", 1, "1.00", day=2)]
    report = load(tmp_path, rows)
    assert reasons(report) == [(2, "Không tìm thấy đơn gốc để hủy.")]
    assert Order.objects.get().status == Order.Status.PENDING_CONFIRMATION


def test_a_cancellation_belongs_to_the_newest_sale_that_has_enough_left(tmp_path: Path) -> None:
    rows = [
        row("1", "21", 5, "1.00", day=1),
        row("2", "21", 5, "1.00", day=2),
        row("3", "21", 2, "1.00", day=3),
        row("C4", "21", -5, "1.00", day=4),
    ]
    load(tmp_path, rows)
    cancelled = Order.objects.get(status=Order.Status.CANCELLED)
    assert cancelled.internal_note == "2"


# Again


def test_a_second_run_adds_nothing_and_says_the_same(tmp_path: Path) -> None:
    rows = [
        row("1", "21", 10, "1.00"),
        row("1", "M", 1, "5.00"),
        row("2", "22", 2, "3.00"),
        row("C3", "22", -2, "3.00", day=2),
        row("C4", "21", -4, "1.00", day=2),
    ]
    first = load(tmp_path, rows)
    before = (Order.objects.count(), Variant.objects.count(), Event.objects.count())
    second = load(tmp_path, rows)
    assert (Order.objects.count(), Variant.objects.count(), Event.objects.count()) == before
    assert tallies(second) == tallies(first) == [(2, 1600), (2, -1000), (1, 500)]
    assert (first.new_orders, first.new_cancellations) == (2, 2)
    assert (second.new_orders, second.new_cancellations) == (0, 0)


def test_a_cancelled_order_that_has_left_is_a_problem_and_the_import_goes_on(
    tmp_path: Path,
) -> None:
    load(tmp_path, [row("1", "21", 1, "1.00"), row("2", "22", 1, "1.00")])
    order = Order.objects.get(internal_note="1")
    Order.objects.filter(pk=order.pk).update(
        status="shipped", fulfillment_status="in_transit", tab="shipping"
    )
    rows = [
        row("1", "21", 1, "1.00"),
        row("2", "22", 1, "1.00"),
        row("C3", "21", -1, "1.00", day=2),
        row("C4", "22", -1, "1.00", day=2),
    ]
    report = load(tmp_path, rows)
    assert report.stuck == [order.pk]
    assert OrderProblem.objects.get().order_id == order.pk
    assert Order.objects.get(internal_note="2").status == Order.Status.CANCELLED


# The command


def run_command(path: Path, report: Path, **options: object) -> str:
    out = StringIO()
    call_command("import_online_retail", path, report=report, stdout=out, **options)
    return out.getvalue()


def test_the_command_says_where_every_line_and_penny_went(tmp_path: Path) -> None:
    path = write(
        tmp_path / "retail.csv",
        [
            row("1", "21", 10, "1.25"),
            row("C2", "21", -4, "1.25", day=2),
            row("1", "M", 1, "5.00"),
            row("3", "21", 1, "0", name="=2+5"),
        ],
    )
    said = run_command(path, tmp_path / "refused.csv").splitlines()
    assert [line.split() for line in said[:4]] == [
        ["imported", "1", "lines", "12.50", "GBP"],
        ["matched", "1", "lines", "-5.00", "GBP"],
        ["refused", "2", "lines", "5.00", "GBP"],
        ["file", "4", "lines", "12.50", "GBP"],
    ]
    assert said[4].startswith("1 orders and 1 cancellations are new")
    with (tmp_path / "refused.csv").open(encoding="utf-8-sig", newline="") as file:
        refused = list(csv.DictReader(file))
    assert [(line["Line"], line["StockCode"]) for line in refused] == [("4", "M"), ("5", "21")]
    assert refused[1]["Description"] == "'=2+5"
    assert not [finding for found in books.check_books().values() for finding in found]


@pytest.mark.parametrize("rate", ["0", "-1"])
def test_a_rate_that_is_none_is_refused(tmp_path: Path, rate: str) -> None:
    path = write(tmp_path / "retail.csv", [row("1", "21", 1, "1.00")])
    with pytest.raises(CommandError):
        run_command(path, tmp_path / "refused.csv", rate=Decimal(rate))
    assert not Order.objects.exists()


def test_a_file_without_a_column_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "retail.csv", [], columns=COLUMNS[1:])
    with pytest.raises(CommandError, match="InvoiceNo"):
        run_command(path, tmp_path / "refused.csv")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        run_command(tmp_path / "none.csv", tmp_path / "refused.csv")
