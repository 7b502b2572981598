"""A carrier's statement: each line named equal, different, unknown, missing or twice."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from oms.kernel.models import Alert, Event
from orders.models import Order, OrderProblem
from orders.selectors.attention import problems_of
from shipping.models import (
    CarrierAccount,
    CarrierEntry,
    CarrierStatement,
    Package,
    StatementLine,
)
from shipping.services.cod import record_remittance
from shipping.services.differences import accept_line
from shipping.services.tracking import apply_event
from tests.orders.makers import books_agree
from tests.shipping.carriers_money import (
    COD,
    FEE,
    balance,
    entries,
    line,
    line_of,
    parcel,
    statement,
    verdicts,
)
from tests.shipping.conftest import ACTOR
from tests.shipping.test_tracking import told

pytestmark = pytest.mark.django_db


@pytest.fixture
def parcels(make_order, account) -> list[Package]:
    return [parcel(make_order(), account) for _ in range(3)]


def test_c43_three_facts_of_the_cash_are_kept_apart(make_order, account) -> None:
    package = parcel(make_order(), account)
    facts = (package.cod_collected_at, package.cod_stated_at, package.cod_received_at)
    assert [fact is not None for fact in facts] == [True, False, False]

    statement(account, [line(package)])
    package.refresh_from_db()
    order = Order.objects.get(pk=package.fulfilment.order_id)
    assert (package.cod_status, order.cod_status) == ("in_statement", "in_statement")
    assert (order.payment_status, order.paid_vnd, package.cod_received_at) == ("unpaid", 0, None)
    assert package.cod_stated_at is not None
    [event] = Event.objects.filter(name="cod.stated", subject_id=order.pk)
    assert event.data["changes"] == {"cod_status": ["collected", "in_statement"]}
    assert (event.data["statement"], event.data["amount_vnd"]) == ("BK01", COD)


def test_c44_every_class_of_a_line_is_named(make_order, account, parcels) -> None:
    equal, short, dear = parcels
    missing = parcel(make_order(), account)
    made = statement(
        account,
        [
            line(equal, row_number=2),
            line(short, COD - 30_000, row_number=3),
            line(dear, COD, FEE + 5_000, row_number=4),
            line("LA-KHONG-CO", 100_000, row_number=5),
            line(equal, row_number=6, key=f"{equal.tracking_number}#2"),
        ],
    )
    rows = made.lines.order_by("row_number", "id").values_list(
        "row_number", "verdict", "step", "expected_cod_vnd", "expected_charge_vnd"
    )
    assert list(rows) == [
        (0, "missing", "open", COD, 0),
        (2, "equal", "done", COD, FEE),
        (3, "cod_differs", "open", COD, FEE),
        (4, "fee_differs", "open", COD, FEE),
        (5, "unknown", "open", 0, 0),
        (6, "duplicate", "open", 0, 0),
    ]
    assert line_of(made, missing).difference_vnd == -COD
    assert (made.line_count, made.cod_vnd) == (5, 4 * COD + 100_000 - 30_000)
    assert made.charge_vnd == 5 * FEE + 5_000


def test_c44_a_repeat_of_the_sum_in_a_later_statement_is_a_duplicate(account, parcels) -> None:
    statement(account, [line(parcels[0])])
    later = statement(account, [line(parcels[0]), line(parcels[1], 0, FEE)], number="BK02")
    assert line_of(later, parcels[0]).verdict == "duplicate"
    # delivered, but no cash in the line
    assert line_of(later, parcels[1]).verdict == "cod_differs"


def test_c45_the_rest_of_a_sum_and_a_fee_correction_follow_the_earlier_line(
    account, parcels
) -> None:
    package = parcels[0]
    first = statement(account, [line(package, COD - 80_000, FEE + 5_000)])
    assert line_of(first, package).verdict == "cod_differs"
    rest = statement(account, [line(package, 80_000, -5_000)], number="BK02")
    assert line_of(rest, package).verdict == "equal"
    assert (line_of(first, package).step, line_of(first, package).reason) == ("done", "BK02")
    twice = statement(account, [line(package, 0, FEE)], number="BK03")
    assert line_of(twice, package).verdict == "duplicate"
    other = statement(account, [line(package, 0, 3_000)], number="BK04")
    assert line_of(other, package).verdict == "fee_differs"


def test_c46_a_statement_may_be_the_first_to_tell_that_the_cash_was_taken(
    make_order, account
) -> None:
    package = parcel(make_order(), account, status="delivering")
    assert (package.cod_status, entries(package)) == ("to_collect", [("fee", -FEE)])
    made = statement(account, [line(package)])
    package.refresh_from_db()
    assert (line_of(made, package).verdict, package.cod_status) == ("equal", "in_statement")
    assert package.cod_collected_at is not None
    assert entries(package) == [("fee", -FEE), ("cod", COD), ("stated", 0)]
    apply_event(package.pk, told("delivered", 9, tracking_number=package.tracking_number))
    order = Order.objects.get(pk=package.fulfilment.order_id)
    assert (order.fulfillment_status, order.cod_status) == ("delivered", "in_statement")
    assert balance(account) == COD - FEE


def test_c44_a_parcel_that_was_missing_and_comes_later_is_settled(account, parcels) -> None:
    made = statement(account, [line(parcels[0]), line(parcels[1])])
    assert line_of(made, parcels[2]).step == "open"
    later = statement(account, [line(parcels[2])], number="BK02")
    lost = line_of(made, parcels[2])
    assert (lost.step, lost.reason) == ("done", "BK02")
    assert line_of(later, parcels[2]).verdict == "equal"
    assert not later.lines.filter(verdict="missing").exists()


def test_c44_only_parcels_collected_by_the_statements_day_are_missing(account, parcels) -> None:
    from datetime import timedelta

    from tests.shipping.carriers_money import START

    early = START.date() - timedelta(days=1)
    made = statement(account, [line(parcels[0])], until=early)
    assert set(verdicts(made).values()) == {"equal"}


def test_c44_a_big_difference_is_an_alert_until_it_is_settled(account, parcels) -> None:
    made = statement(account, [line(parcels[0], COD - 90_000), line(parcels[1]), line(parcels[2])])
    assert not Alert.objects.filter(kind="carrier_statement").exists()
    made = statement(account, [line("LA1", 20_000, 0)], number="BK02")
    other = statement(account, [line("LA2", 100_000, 0)], number="BK03")
    [alert] = Alert.objects.filter(kind="carrier_statement")
    assert alert.key == str(other.pk)
    assert "BK03" in alert.message
    assert alert.permission == "shipping.reconcile_cod"
    assert made.lines.get().step == "open"


def test_c44_a_cod_difference_stands_on_its_order_until_it_is_settled(account, parcels) -> None:
    statement(account, [line(parcels[0], COD - 80_000), *map(line, parcels[1:])])
    [problem] = OrderProblem.objects.filter(resolved_at=None)
    order = problem.order
    assert (order.pk, problem.kind) == (parcels[0].fulfilment.order_id, "cod_difference")
    assert "680.000" in problem.message and "600.000" in problem.message
    assert order.needs_attention
    later = statement(account, [line(parcels[0], 80_000, 0)], number="BK02")
    order.refresh_from_db()
    assert line_of(later, parcels[0]).verdict == "equal"
    assert not order.needs_attention
    assert not OrderProblem.objects.filter(resolved_at=None).exists()


def test_c44_an_accepted_cod_difference_leaves_its_order(account, parcels, owner) -> None:
    made = statement(account, [line(parcels[0], COD - 80_000)])
    [problem] = problems_of(parcels[0].fulfilment.order, owner)
    url = reverse("shipping:statement_detail", args=[made.pk])
    assert problem.fix_url == f"{url}?show=cod_differs"
    accept_line(line_of(made, parcels[0]).pk, "Hãng đúng", actor=ACTOR)
    assert not OrderProblem.objects.filter(resolved_at=None).exists()


def test_c44_small_fee_differences_are_taken_and_the_ledger_is_exact(account, parcels) -> None:
    CarrierAccount.objects.update(fee_tolerance_vnd=2_000)
    small, cheap, big = parcels
    lines = [line(small, fee_vnd=FEE + 2_000), line(cheap, fee_vnd=FEE - 500)]
    made = statement(account, [*lines, line(big, fee_vnd=FEE + 2_001)])
    assert [line_of(made, row).step for row in parcels] == ["done", "done", "open"]
    assert line_of(made, small).reason == "Trong mức bỏ qua 2.000\xa0₫"
    assert entries(small)[-1] == ("fee_difference", -2_000)
    assert balance(account) == 3 * (COD - FEE) - 2_000 + 500
    assert books_agree()


def test_money_booked_by_hand_before_is_not_due_again(account, parcels) -> None:
    record_remittance(parcels[0].pk, COD, "FT1", actor=ACTOR)
    made = statement(account, [line(parcels[0]), line(parcels[1]), line(parcels[2])])
    assert (made.net_vnd, made.apart_vnd) == (3 * (COD - FEE), COD)
    assert made.due_vnd == 2 * COD - 3 * FEE


def test_c45_the_ledger_only_grows_and_names_what_it_corrects(account, parcels) -> None:
    entry = CarrierEntry.objects.filter(package=parcels[0], kind="fee").get()
    for change in (
        lambda: CarrierEntry.objects.filter(pk=entry.pk).update(amount_vnd=-1),
        lambda: CarrierEntry.objects.filter(pk=entry.pk).delete(),
    ):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            change()
    with pytest.raises(IntegrityError, match="names_line"), transaction.atomic():
        CarrierEntry.objects.create(
            account=account, kind="weight", amount_vnd=-1, source_kind="line", source_id=1,
            actor_label="x", created_at=entry.created_at,
        )  # fmt: skip
    apply_event(
        parcels[0].pk,
        told("delivered", 5, tracking_number=parcels[0].tracking_number, kind="update_weight",
             fee_vnd=FEE + 6_000, weight_g=1_400),
    )  # fmt: skip
    weighed = CarrierEntry.objects.get(package=parcels[0], kind="weight")
    assert (weighed.amount_vnd, weighed.corrects_id) == (-6_000, entry.pk)
    assert balance(account) == 3 * (COD - FEE) - 6_000


def test_c44_lines_are_compared_with_few_statements(make_order, account) -> None:
    counts = []
    CarrierAccount.objects.update(fee_tolerance_vnd=1_000)
    for number, size in (("BK01", 1), ("BK02", 6)):
        lines = [line(f"LA{number}{n}", 1_000, 0, row_number=n + 2) for n in range(size)]
        short = [parcel(make_order(), account) for _n in range(size)]
        lines += [line(package, COD - 5_000) for package in short]
        lines += [line(parcel(make_order(), account), fee_vnd=FEE + 1_000)]
        with CaptureQueriesContext(connection) as seen:
            statement(account, lines, number=number)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert CarrierStatement.objects.count() == 2
    assert StatementLine.objects.filter(verdict="unknown").count() == 7
    assert OrderProblem.objects.filter(kind="cod_difference").count() == 7
