"""PRODUCT A-15: orders in other currencies, the rates they were made with, and their dong."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from oms.kernel.clock import today
from oms.kernel.errors import DomainError
from oms.kernel.models import Event
from oms.kernel.tables import Column, read_table, write_xlsx
from orders.models import ExchangeRate, Order
from orders.selectors.rates import rate_on
from orders.services.drafting import draft_order
from orders.services.intake import NewLine
from orders.services.rates import NewRate, set_rate
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import ACTOR, new_order, place, place_one
from tests.orders.test_order_export import EXPORT, take
from tests.orders.test_views import entry

RATES, NEW = reverse("orders:rate_list"), reverse("orders:new")
pytestmark = pytest.mark.django_db


@pytest.fixture
def shirt():
    warehouse, shirt = make_warehouse("TD"), make_variant("AO-01")
    put(shirt, warehouse, 100)
    return shirt


def rate(currency: str = "USD", value: str = "25400", *, ago: int = 0) -> ExchangeRate:
    new = NewRate(currency, today() - timedelta(days=ago), Decimal(value), "Ngân hàng A")
    return set_rate(new, actor=ACTOR)


def abroad(shirt, **fields) -> Order:
    """Two shirts at 12,34 USD less 1 USD, and 5,50 for delivery: 29,18 USD."""
    line = NewLine(sku=shirt.sku, quantity=2, unit_price_minor=1234, total_minor=2468)
    known = {"currency": "USD", "rate": Decimal("25400.5"), "lines": [line]}
    return place(**known | {"discount_minor": 100, "shipping_fee_minor": 550} | fields)


amounts = st.integers(1, 10**7)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(1, 9), amounts), min_size=1, max_size=6),
    amounts,
    amounts,
    st.sampled_from(["USD", "JPY", "THB", "KWD"]),
    st.decimals("0.5", "40000", places=3),
)
def test_a15_lines_discount_and_fee_sum_to_both_totals(pairs, discount, fee, currency, value):
    goods = sum(quantity * price for quantity, price in pairs)
    new = new_order(
        currency=currency,
        rate=value,
        discount_minor=min(discount, goods + fee),
        shipping_fee_minor=fee,
        lines=[
            NewLine(name="x", quantity=n, unit_price_minor=price, total_minor=n * price)
            for n, price in pairs
        ],
    )
    draft = draft_order(new, today_noon())
    row = draft.row
    assert row["goods_vnd"] == sum(line["total_vnd"] for line in draft.lines)
    parts = row["goods_vnd"] - row["discount_vnd"] + row["shipping_fee_buyer_vnd"]
    assert row["total_vnd"] == parts >= 0
    assert row["total_minor"] == goods - new.discount_minor + fee >= 0
    if row["total_minor"] == 0:
        assert row["total_vnd"] == 0


def today_noon():
    from oms.kernel.clock import now

    return now()


def test_a15_an_order_keeps_its_currency_rate_and_both_sums(shirt):
    order = abroad(shirt, rate_on=date(2026, 3, 2), rate_source="Ngân hàng A")
    assert (order.total_minor, order.goods_minor) == (2918, 2468)
    assert (order.goods_vnd, order.discount_vnd) == (626_884, 25_401)
    assert (order.shipping_fee_buyer_vnd, order.total_vnd) == (139_703, 741_186)
    assert (order.rate_on, order.rate_source) == (date(2026, 3, 2), "Ngân hàng A")
    assert not order.is_cod
    call_command("check_books", stdout=StringIO())


def test_a15_a_total_that_is_not_the_sum_and_lines_without_their_price_are_refused(shirt):
    line = NewLine(sku=shirt.sku, quantity=1, unit_price_minor=500, total_minor=500)
    wrong = new_order(currency="USD", rate=Decimal(25_000), total_minor=501, lines=[line])
    assert "5,01" in place_one(wrong).problem
    assert "USD" in place_one(new_order((shirt, 1), currency="USD")).problem
    assert not Order.objects.exists()


def test_a15_a_later_rate_changes_no_order(shirt):
    rate(value="25000", ago=1)
    order = abroad(shirt)
    rate(value="30000")
    order.refresh_from_db()
    assert (order.rate, order.total_vnd) == (Decimal("25400.5"), 741_186)


def test_the_rate_of_a_day_is_the_last_one_known_and_says_so():
    rate(value="25000", ago=3)
    known = rate_on("USD", today())
    assert (known.rate, known.is_late) == (Decimal(25_000), True)
    assert f"{today() - timedelta(days=3):%d/%m/%Y}" in known.sentence
    assert "25.000" in known.sentence and "Ngân hàng A" in known.sentence
    rate(value="25100")
    assert rate_on("USD", today()).rate == Decimal(25_100)
    assert not rate_on("USD", today()).is_late


def test_a_currency_without_any_rate_is_refused_with_the_way_out():
    rate(ago=1)
    with pytest.raises(DomainError, match="trang Tỷ giá"):
        rate_on("USD", today() - timedelta(days=2))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"currency": "VND"}, "currency"),
        ({"currency": "XXX"}, "currency"),
        ({"day": timedelta(days=1)}, "day"),
        ({"rate": Decimal(0)}, "rate"),
        ({"source": " "}, "source"),
    ],
)
def test_a_rate_that_cannot_be_is_refused(changed, field):
    good = {"currency": "USD", "day": today(), "rate": Decimal(1), "source": "A"}
    if "day" in changed:
        changed = {"day": today() + changed["day"]}
    with pytest.raises(DomainError) as refusal:
        set_rate(NewRate(**good | changed), actor=ACTOR)
    assert refusal.value.field == field
    assert not ExchangeRate.objects.exists()


def test_a_corrected_rate_is_in_the_history_and_a_repeat_is_not():
    for value in ("25000", "25000", "25100"):
        rate(value=value)
    told = Event.objects.filter(name="rate.set").order_by("id").values_list("data", flat=True)
    assert [data["changes"]["rate"] for data in told] == [["", "25000"], ["25000", "25100"]]


def test_the_rates_page_takes_a_rate_and_says_what_is_missing(owner_client):
    assert "Chưa có tỷ giá nào" in owner_client.get(RATES).content.decode()
    rate("THB", "800", ago=2)
    form = {"currency": "USD", "day": today().isoformat(), "rate": "25.417", "source": "Ngân hàng"}
    assert owner_client.post(RATES, form).status_code == 302
    row = ExchangeRate.objects.get(currency="USD")
    assert (row.rate, row.source, row.actor_kind) == (Decimal(25_417), "Ngân hàng", "user")
    page = owner_client.get(RATES).content.decode()
    assert "Chưa có tỷ giá hôm nay của THB" in page
    assert (
        "25.417" in page
        and "25.417" not in owner_client.get(RATES + "?currency=THB").content.decode()
    )
    answer = owner_client.post(RATES, form | {"rate": "25,400"})
    assert (answer.status_code, "hai cách" in answer.content.decode()) == (422, True)


def test_only_those_who_keep_rates_open_the_page(user_factory, login):
    assert login(user_factory("accountant")).get(RATES).status_code == 200
    assert login(user_factory("sales")).get(RATES).status_code == 403


def rate_file(*rows: list[str]) -> SimpleUploadedFile:
    target = BytesIO()
    columns = [Column(name, name) for name in ("Ngày", "Mã tiền tệ", "Tỷ giá", "Nguồn")]
    write_xlsx(target, columns, rows, sheet="Tỷ giá")
    return SimpleUploadedFile("ty-gia.xlsx", target.getvalue())


def test_rates_are_read_from_a_file_all_or_none(owner_client):
    good = [["20/11/2026", "usd", "25.400", "Ngân hàng B"], ["2026-11-20", "JPY", "170,25", ""]]
    wrong = [["hôm qua", "USD", "25.400", ""], ["20/11/2026", "VND", "1", ""]]
    url = reverse("orders:rate_import")
    page = owner_client.post(url, {"file": rate_file(*good, *wrong)})
    assert page.status_code == 422
    assert "A4" in page.content.decode() and "B5" in page.content.decode()
    assert not ExchangeRate.objects.exists()
    assert owner_client.post(url, {"file": rate_file(*good)}).status_code == 302
    kept = ExchangeRate.objects.order_by("currency").values_list("currency", "rate", "source")
    assert list(kept) == [
        ("JPY", Decimal("170.25"), "ty-gia.xlsx"),
        ("USD", Decimal(25_400), "Ngân hàng B"),
    ]


def test_a_file_without_the_columns_or_with_two_rates_for_a_day_is_refused(owner_client):
    url = reverse("orders:rate_import")
    other = SimpleUploadedFile("a.csv", b"a,b\n1,2\n")
    assert "Tỷ giá" in owner_client.post(url, {"file": other}).content.decode()
    twice = rate_file(["20/11/2026", "USD", "1", "x"], ["20/11/2026", "USD", "2", "x"])
    assert "hai tỷ giá" in owner_client.post(url, {"file": twice}).content.decode()
    assert not ExchangeRate.objects.exists()


def test_a15_the_entry_page_offers_currencies_that_have_a_rate(shirt, owner_client):
    assert "id_currency" not in owner_client.get(NEW).content.decode()
    rate(ago=2)
    page = owner_client.get(NEW).content.decode()
    assert "id_currency" in page and "THB" not in page
    hint = owner_client.get(reverse("orders:rate_hint"), {"currency": "USD"}).content.decode()
    assert f"{today() - timedelta(days=2):%d/%m/%Y}" in hint
    assert (
        "trang Tỷ giá"
        in owner_client.get(reverse("orders:rate_hint"), {"currency": "EUR"}).content.decode()
    )


def typed(**changed: str) -> dict[str, str]:
    base = {"currency": "USD", "ward": "", "province": "", "phone": "+65 8123 4567"}
    return entry(**base | {"street": "10 Anson Road, Singapore"} | changed)


def test_a15_an_order_in_another_currency_is_typed_by_hand(shirt, owner_client):
    rate(ago=1)
    form = typed(**{"lines-0-price": "12.34", "discount": "1", "shipping_fee": "5,50"})
    answer = owner_client.post(NEW, form)
    assert answer.status_code == 302
    order = Order.objects.get()
    assert (order.currency, order.rate, order.total_minor) == ("USD", Decimal(25_400), 2918)
    assert (order.rate_on, order.rate_source) == (today() - timedelta(days=1), "Ngân hàng A")
    assert (order.is_cod, order.needs_attention) == (False, False)
    for address in (reverse("orders:list"), answer.url, reverse("orders:panel", args=[order.pk])):
        assert "29,18\u00a0USD" in owner_client.get(address).content.decode(), address


def test_a15_an_empty_price_is_the_list_price_at_the_rate(shirt, owner_client):
    rate("JPY", "170.25")
    owner_client.post(NEW, typed(currency="JPY", **{"lines-0-price": ""}))
    line = Order.objects.get().lines.get()
    assert (line.unit_price_minor, line.total_minor) == (587, 1174)  # 100.000 / 170,25
    assert line.total_vnd == 199_874


def test_a15_what_cannot_be_sold_abroad_is_said_at_its_field(shirt, owner_client):
    rate()
    sale = owner_client.post(NEW, typed(then="sell"))
    assert (sale.status_code, "currency" in sale.context["form"].errors) == (422, True)
    wrong = owner_client.post(NEW, typed(**{"lines-0-price": "12,345.678"}))
    assert wrong.status_code == 422
    ExchangeRate.objects.update(day=today() + timedelta(days=1))
    missing = owner_client.post(NEW, typed(**{"lines-0-price": "5"}))
    assert "trang Tỷ giá" in missing.content.decode()
    assert not Order.objects.exists()


def test_a15_a_draft_in_another_currency_opens_as_it_was_typed(shirt, owner_client):
    rate()
    owner_client.post(NEW, typed(then="draft", **{"lines-0-price": "12.34", "discount": "1"}))
    page = owner_client.get(reverse("orders:draft", args=[Order.objects.get().pk])).content.decode()
    assert 'value="12,34"' in page and 'value="1,00"' in page


def test_a15_exports_hold_the_currency_beside_the_dong(shirt, owner_client):
    abroad(shirt)
    place((shirt, 1))
    rows = {row["Tiền tệ"]: row for row in take(owner_client)}
    assert (rows["USD"]["Tổng nguyên tệ"], rows["USD"]["Tổng tiền"]) == ("29.18", "741186")
    assert (rows["USD"]["Tỷ giá"], rows["VND"]["Tỷ giá"]) == ("25400.5", "")
    lines = {row["Tiền tệ"]: row for row in take(owner_client, kind="order_lines")}
    assert lines["USD"]["Đơn giá nguyên tệ"] == "12.34"
    assert lines["VND"]["Thành tiền nguyên tệ"] == ""
    answer = owner_client.post(EXPORT, {"kind": "orders", "format": "csv"})
    assert "29.18" in str(read_table(BytesIO(b"".join(answer.streaming_content))).rows)
