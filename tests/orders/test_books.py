"""Rows that were changed behind the services' back are found, each by the check that owns them."""

from io import StringIO
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client

from channels_sync.models import Shop
from inventory.services.counting import create_count
from inventory.services.lot_naming import set_tracking
from inventory.services.transfers import create_transfer
from invoicing.models import Company, IssuerAccount
from invoicing.services.invoices import draft_invoice
from invoicing.services.payments import receive_payment
from oms.kernel import books
from oms.kernel.audit import audit_books
from oms.kernel.clock import now
from oms.kernel.models import Event, Job
from oms.kernel.tasks import check_books
from orders.models import Order
from shipping.models import Fulfilment, Package
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.orders.makers import ACTOR, place
from tests.orders.quotes import quote

pytestmark = pytest.mark.django_db
Rows = dict[str, int]

RETURN = """
INSERT INTO orders_return (number, order_id, origin, status, wish, note, answer, tracking_number,
    credit_vnd, started_at, created_at)
VALUES ('TH1', %(order)s, 'staff', '{status}', 'refund', '', '', '', {credit}, now(), now())"""
STATEMENT = """
INSERT INTO shipping_carrierstatement (account_id, number, until, line_count, cod_vnd, charge_vnd,
    remitted_vnd, apart_vnd, actor_label, created_at)
VALUES (1, 'BK1', now()::date, 0, {cod}, 0, {remitted}, 0, 'x', now())"""
CORRUPTIONS = {
    "movements = on hand": [
        "UPDATE inventory_stocklevel SET on_hand = on_hand + 1",
        "INSERT INTO inventory_stockmovement (variant_id, warehouse_id, quantity, kind, actor_kind,"
        " actor_label, created_at) VALUES (%(variant)s, %(warehouse)s, 4, 'receipt', 'system', 'x',"
        " now())",
    ],
    "allocations = reserved": [
        "UPDATE inventory_stocklevel SET reserved = reserved - 1 WHERE reserved > 0",
        "UPDATE inventory_allocation SET status = 'released'",
    ],
    "transfers = in transit": [
        "INSERT INTO inventory_transferline (transfer_id, variant_id, quantity, shipped)"
        " SELECT id, %(variant)s, 5, 5 FROM inventory_transfer",
    ],
    "counts = adjustments": [
        "INSERT INTO inventory_stockmovement (variant_id, warehouse_id, quantity, kind, actor_kind,"
        " actor_label, created_at, cause_kind, cause_id) SELECT %(variant)s, %(warehouse)s, 4,"
        " 'adjustment', 'system', 'x', now(), 'stock_count', id FROM inventory_stockcount",
    ],
    "lots = stock": [
        "UPDATE inventory_product SET tracking = 'lot'",
    ],
    "lot movements = lots": [
        "UPDATE inventory_lotbalance SET on_hand = on_hand + 1",
        "DELETE FROM inventory_lotmovement",
    ],
    "movement values = stock value": [
        "UPDATE inventory_stocklevel SET value_vnd = value_vnd + 1",
        "INSERT INTO inventory_stockmovement (variant_id, warehouse_id, quantity, value_vnd, kind,"
        " actor_kind, actor_label, created_at) VALUES (%(variant)s, %(warehouse)s, 0, 9,"
        " 'revaluation', 'system', 'x', now())",
    ],
    "cost layers = stock": [
        "INSERT INTO inventory_valuation (id, method, chosen_at) VALUES (1, 'fifo', now())",
    ],
    "lines = totals": [
        "UPDATE orders_order SET goods_vnd = goods_vnd + 1, total_vnd = total_vnd + 1",
        "DELETE FROM orders_orderline WHERE order_id = %(order)s AND position = 2",
    ],
    "foreign amounts = lines": [
        "UPDATE orders_order SET currency = 'USD', total_minor = 5",
        "UPDATE orders_order SET currency = 'USD', total_minor = 0, discount_minor = 5",
    ],
    "foreign payments = paid": [
        "UPDATE orders_order SET currency = 'USD', total_minor = 0, paid_minor = 5",
    ],
    "allocated orders hold their lines": [
        "UPDATE inventory_allocation SET quantity = quantity - 1 WHERE quantity > 1",
        "UPDATE orders_orderline SET quantity = 1, total_vnd = unit_price_vnd WHERE position = 1",
    ],
    "counters = orders": [
        "UPDATE kernel_counterslot SET value = value + 1",
        "UPDATE orders_order SET tab = 'delivered'",
    ],
    "customer figures = orders": [
        "UPDATE orders_customer SET spent_vnd = 5, figures_at = clock_timestamp()",
    ],
    "quotation lines = totals": [
        "UPDATE orders_quotationversion SET goods_vnd = goods_vnd + 1, total_vnd = total_vnd + 1",
        "DELETE FROM orders_quotationline",
    ],
    "counters = quotations": [
        "UPDATE orders_quotation SET status = 'expired'",
        "UPDATE kernel_counterslot SET value = value + 1",
    ],
    "payments applied = paid": [
        "UPDATE orders_order SET paid_vnd = paid_vnd + 1",
        "DELETE FROM invoicing_paymentapplication",
    ],
    "invoice lines = totals": [
        "UPDATE invoicing_invoice SET net_vnd = net_vnd + 1, total_vnd = total_vnd + 1",
        "DELETE FROM invoicing_invoiceline WHERE position = 2",
    ],
    "COD received = payments": [
        "UPDATE shipping_package SET cod_vnd = 5, cod_received_vnd = 5",
        "UPDATE invoicing_payment SET source_kind = 'package', source_id = '123'",
    ],
    "parcels = orders": [
        "UPDATE orders_order SET tracking_number = 'ANOTHER'",
        "UPDATE shipping_package SET tracking_number = 'ANOTHER'",
    ],
    "pick lines = promises": [
        """
        WITH w AS (INSERT INTO shipping_pickwave (number, key, warehouse_id, method, status,
                created_by, created_at)
            VALUES ('N1', gen_random_uuid(), %(warehouse)s, 'single', 'released', 'x', now())
            RETURNING id),
        t AS (INSERT INTO shipping_picktask (wave_id, position, zone, status)
            SELECT id, 1, '', 'ready' FROM w RETURNING id),
        m AS (INSERT INTO shipping_pickorder (wave_id, fulfilment_id, letter, pieces, outcome)
            SELECT w.id, f.id, 'A', 9, 'open' FROM w, shipping_fulfilment f RETURNING id)
        INSERT INTO shipping_pickline (task_id, member_id, allocation_id, variant_id, walk,
            quantity, picked, placed, missing)
        SELECT t.id, m.id, a.id, a.variant_id, 1, 9, 0, 0, 0
        FROM t, m, (SELECT id, variant_id FROM inventory_allocation LIMIT 1) AS a
        """,
    ],
    "packed = checked": [
        """
        WITH c AS (INSERT INTO shipping_packcheck (fulfilment_id, started_at)
            SELECT id, now() FROM shipping_fulfilment RETURNING id),
        l AS (INSERT INTO shipping_packline (check_id, order_line_id, variant_id, quantity, packed)
            SELECT c.id, o.id, o.variant_id, 1, 0
            FROM c, (SELECT id, variant_id FROM orders_orderline LIMIT 1) AS o RETURNING id)
        UPDATE shipping_package SET verified_at = now()
        """,
    ],
    "returns credited = taken off orders": [
        "UPDATE orders_order SET returned_vnd = 5",
        RETURN.format(status="done", credit=5),
    ],
    "returned lines = received": [
        "UPDATE orders_orderline SET returned = 1 WHERE position = 1",
    ],
    "returned pieces = stock movements": [
        f"""
        WITH d AS ({RETURN.format(status="received", credit=0)} RETURNING id)
        INSERT INTO inventory_stockmovement (variant_id, warehouse_id, quantity, value_vnd, kind,
            cause_kind, cause_id, actor_kind, actor_label, created_at)
        SELECT %(variant)s, %(warehouse)s, 1, 0, 'return', 'return', id, 'system', 'x', now()
        FROM d
        """,
        f"""
        WITH d AS ({RETURN.format(status="received", credit=0)} RETURNING id),
        l AS (INSERT INTO orders_returnline (document_id, line_id, quantity, received)
            SELECT d.id, l.id, 1, 0 FROM d, orders_orderline l LIMIT 1 RETURNING id),
        m AS (INSERT INTO inventory_stockmovement (variant_id, warehouse_id, quantity, value_vnd,
                kind, cause_kind, cause_id, actor_kind, actor_label, created_at)
            SELECT %(variant)s, %(warehouse)s, 1, 0, 'return', 'return', id, 'system', 'x', now()
            FROM d RETURNING id)
        INSERT INTO orders_returnpiece (return_line_id, variant_id, quantity, disposition,
            warehouse_id, movement_id, key, taken_by, taken_at)
        SELECT l.id, 2000000000, 1, 'restock', %(warehouse)s, m.id, gen_random_uuid(), 'x', now()
        FROM l, m
        """,
    ],
    "returned lines = whole sets scanned": [
        f"""
        WITH d AS ({RETURN.format(status="received", credit=0)} RETURNING id),
        o AS (UPDATE orders_orderline SET returned = 1 WHERE position = 1 RETURNING id)
        INSERT INTO orders_returnline (document_id, line_id, quantity, received)
        SELECT d.id, o.id, 1, 1 FROM d, o
        """,
    ],
    "adjustments = returns": [
        f"""
        WITH d AS ({RETURN.format(status="done", credit=5)} RETURNING id)
        INSERT INTO invoicing_adjustmentproposal (document_id, invoice_id, status, net_vnd,
            tax_vnd, total_vnd, answer, decided_by, created_at)
        SELECT d.id, i.id, 'open', 3, 0, 3, '', '', now() FROM d, invoicing_invoice i
        """,
    ],
    "carrier ledger = cash of parcels": [
        "UPDATE shipping_package SET account_id = 1, cod_vnd = 5, cod_status = 'collected'",
    ],
    "statements = their lines": [STATEMENT.format(cod=5, remitted=0)],
    "carrier ledger = transfers": [STATEMENT.format(cod=0, remitted=5)],
    "carrier ledger = claims paid": [
        "INSERT INTO shipping_carrierentry (account_id, kind, amount_vnd, source_kind, source_id,"
        " note, actor_label, created_at) VALUES (1, 'claim', 5, 'claim', 1, '', 'x', now())",
    ],
    "settled fees = statement lines": [
        """
        WITH f AS (INSERT INTO channels_sync_orderfee (shop_id, key, remote_id, order_id, kind,
                name, amount_vnd, happened_on, statement, is_paid, seen_at)
            VALUES (1, 'k', 'R1', %(order)s, 'goods', 'x', 1000, now()::date, '', false, now())
            RETURNING order_id)
        INSERT INTO orders_orderprofit (order_id, net_vnd, cost_vnd, fees_vnd, fees_state,
            profit_vnd, is_final, counted_at)
        SELECT order_id, 10, 0, 3, 'settled', 7, false, now() FROM f
        """,
    ],
    "lines of unknown money = the choice": [
        """
        WITH w AS (INSERT INTO channels_sync_moneyword (marketplace, word, counts_as,
                first_seen_at, decided_at, actor_kind, actor_label)
            SELECT marketplace, 'NEW', 'tax', now(), now(), 'user', 'x'
            FROM channels_sync_shop WHERE id = %(shop)s)
        INSERT INTO channels_sync_orderfee (shop_id, key, remote_id, kind, name, amount_vnd,
            happened_on, statement, is_paid, word, told_kind, seen_at)
        VALUES (%(shop)s, 'k', '', 'other', 'NEW', 5, now()::date, '', true, 'NEW', 'other', now())
        """,
    ],
    "statements that differ = open problems": [
        "INSERT INTO channels_sync_settlement (shop_id, number, first_day, last_day, told_vnd,"
        " is_paid, seen_at) VALUES (1, 'B1', now()::date, now()::date, 5, false, now())",
    ],
}


@pytest.fixture
def rows() -> Rows:
    """One order with two lines, stock promised, part paid, drafted for an invoice, and booked."""
    warehouse = make_warehouse()
    shirt, cap = make_variant(), make_variant()
    put(shirt, warehouse, 10)
    put(cap, warehouse, 10)
    order: Order = place((shirt, 2), (cap, 1), confirm=True)
    create_transfer(warehouse.pk, make_warehouse().pk, key=uuid4(), actor=ACTOR)
    kept = make_variant()
    set_tracking(kept.product_id, "lot", actor=ACTOR)
    put(kept, warehouse, 3)
    create_count(warehouse.pk, "full", key=uuid4(), actor=ACTOR)
    receive_payment(order.pk, 100_000, "cash", "PT1", source=("test", "1"), actor=ACTOR)
    company = Company.objects.create(tax_code="0318990013", legal_name="Đơn Nhanh", is_default=True)
    IssuerAccount.objects.create(
        company=company, issuer="sinvoice", username="x", template_code="1/001", series="C26TAA"
    )
    draft_invoice(order.pk, actor=ACTOR)
    fulfilment = Fulfilment.objects.create(order=order, warehouse=warehouse)
    Package.objects.create(
        fulfilment=fulfilment,
        reference="DH-1",
        carrier_code="ghn",
        booking_state="booked",
        tracking_number="LX1",
        weight_g=100,
    )
    Order.objects.filter(pk=order.pk).update(tracking_number="LX1")
    quote((shirt, 1, 90_000))
    Event.objects.update(published_at=now())
    shop = Shop.objects.create(marketplace="shopee", name="x", connected_at=now())
    ids = {"order": order.pk, "variant": shirt.pk, "warehouse": warehouse.pk}
    return {**ids, "shop": shop.pk}


def damage(sql: str, rows: Rows) -> None:
    """Write past the services, and past the triggers that would stop most of it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, rows)
        assert cursor.rowcount > 0
        cursor.execute("SET LOCAL session_replication_role = origin")


def wrong() -> set[str]:
    return {name for name, findings in books.check_books().items() if findings}


def test_the_books_of_ordinary_work_agree(rows: Rows) -> None:
    assert wrong() == set()
    assert books.check_books().keys() == CORRUPTIONS.keys()


@pytest.mark.parametrize(
    ("name", "sql"), [(name, sql) for name, many in CORRUPTIONS.items() for sql in many]
)
def test_a_row_that_was_tampered_with_is_found(rows: Rows, name: str, sql: str) -> None:
    damage(sql, rows)
    findings = books.check_books()[name]
    assert findings
    assert all(finding.check and finding.message for finding in findings)


def test_a_paid_order_whose_payment_is_on_its_way_is_no_difference(rows: Rows) -> None:
    Event.objects.filter(name="order.placed").update(published_at=None)
    damage("UPDATE orders_order SET paid_vnd = paid_vnd + 1", rows)
    assert wrong() == set()


def test_the_command_ends_with_an_error_and_names_the_row(rows: Rows) -> None:
    out = StringIO()
    call_command("check_books", stdout=out)
    assert "WRONG" not in out.getvalue()
    damage("UPDATE orders_order SET paid_vnd = 7", rows)
    with pytest.raises(CommandError, match="1 differences"):
        call_command("check_books", stdout=out)
    assert Order.objects.get().number in out.getvalue()


def test_counters_can_be_counted_again(rows: Rows) -> None:
    damage("UPDATE kernel_counterslot SET value = value + 1", rows)
    call_command("check_books", "--rebuild", stdout=StringIO())
    assert wrong() == set()


def test_every_night_the_books_are_checked_and_a_difference_is_shown(
    rows: Rows, owner_client: Client
) -> None:
    entry = settings.CELERY_BEAT_SCHEDULE["check-books"]
    assert entry["task"] == check_books.name
    job = audit_books()
    assert (job.status, job.done, job.failed) == (Job.Status.DONE, len(CORRUPTIONS), 0)
    damage("UPDATE orders_order SET paid_vnd = 7", rows)
    job = audit_books()
    assert (job.done, job.failed) == (len(CORRUPTIONS) - 1, 1)
    page = owner_client.get("/health/").content.decode()
    assert f"/jobs/{job.pk}/" in page
    number = Order.objects.get().number
    assert number in owner_client.get(f"/jobs/{job.pk}/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_all_checks_see_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """An order that is placed between two checks is in neither."""
    seen = []

    def isolation() -> list[books.Finding]:
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_isolation")
            seen.append(cursor.fetchone()[0])
        return []

    monkeypatch.setattr(books, "_equations", {"isolation": books.Equation(isolation, "")})
    books.check_books()
    assert seen == ["repeatable read"]
