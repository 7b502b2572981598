"""Stock out: available, coalesced, never older than the last order."""

from datetime import timedelta

import pytest
from django.db.models import F

from channels_sync import tasks
from channels_sync.handlers import channel_rule_changed, stock_changed
from channels_sync.models import Listing, RemoteOrder, Shop, StockPush, SyncProblem
from channels_sync.services import stock_push
from channels_sync.services.connecting import change_shop
from channels_sync.services.importing import import_window
from channels_sync.services.listings import (
    link_listing,
    link_listings,
    pull_listings,
    unlink_listing,
)
from inventory.models import Barcode, ChannelStockRule, Variant
from inventory.selectors.availability import available
from inventory.services import stock
from inventory.services.channel_stock import RuleTerms, end_sales, remove_rule, set_rule
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.models import Event
from orders.services import lifecycle

from .conftest import ACTOR, ELSEWHERE, fill_shelf, sold_elsewhere

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ready(shop, variants):
    """Listings are linked, first orders read, first numbers sent."""
    pull_listings(shop.pk)
    import_window(shop.pk)
    tell_handlers()
    stock_push.push_stock(shop.pk)
    return shop


def tell_handlers() -> None:
    """What the event worker does with stock.changed."""
    for event in Event.objects.filter(name="stock.changed", published_at=None).order_by("pk"):
        stock_changed([event])
    for event in Event.objects.filter(name="channel_stock.changed", published_at=None):
        channel_rule_changed(event)
    Event.objects.filter(name__contains="stock").update(published_at=now())


def remote_stock(shopee, sku: str) -> int:
    rows = shopee("GET", "stock")
    [row] = [
        r for r in rows
        if r.get("sku", r.get("model_sku")) == sku and str(r["shop_id"]) == "88012345"
    ]  # fmt: skip
    return row["stock"]


def ready_rule(sku: str | None) -> ChannelStockRule:
    return ChannelStockRule.objects.get(variant__sku=sku)


def listing_of(sku: str) -> Listing:
    return Listing.objects.get(sku=sku, shop__remote_shop_id="88012345")


def test_a_pull_links_by_exact_sku_and_a_second_pull_makes_nothing(shopee, shop, variants):
    read = pull_listings(shop.pk)
    assert Listing.objects.count() == read
    assert listing_of("AT-DEN-M").variant == variants["AT-DEN-M"]
    assert listing_of("AT-DEN-M").linked_by == "sku"
    assert listing_of("KHAN-BANDANA").variant is None
    assert pull_listings(shop.pk) == read
    assert Listing.objects.count() == read
    assert Variant.objects.count() == len(variants)


def test_a_barcode_links_what_no_sku_does_and_a_folded_sku_does_not(shop, variants):
    Barcode.objects.create(variant=variants["TUI-VAI"], code="8930001")
    pull_listings(shop.pk)
    Listing.objects.filter(sku="KHAN-BANDANA").update(barcode="8930001")
    Listing.objects.filter(sku="OP-14").update(sku="op-14", variant=None, linked_by="")
    link_listings(shop.pk)
    row = Listing.objects.get(sku="KHAN-BANDANA")
    assert (row.variant, row.linked_by) == (variants["TUI-VAI"], "barcode")
    assert Listing.objects.get(sku="op-14").variant is None


def test_a_person_links_and_unlinks(ready, variants):
    row = listing_of("KHAN-BANDANA")
    with pytest.raises(DomainError) as refusal:
        link_listing(row.pk, "KHONG-CO", actor=ACTOR)
    assert refusal.value.field == "code"
    link_listing(row.pk, "TUI-VAI", actor=ACTOR)
    assert Listing.objects.get(pk=row.pk).variant == variants["TUI-VAI"]
    unlink_listing(row.pk, actor=ACTOR)
    assert Listing.objects.get(pk=row.pk).variant is None


def test_available_less_buffer_is_sent_not_what_is_on_hand(shopee, ready, variants, warehouse):
    place = shopee.place(lines=[{"sku": "SRM-120", "quantity": 7}])
    change_shop(ready.pk, handover="pickup", warehouse_ids=[warehouse.pk], actor=ACTOR)
    set_rule(("shop", ready.pk), RuleTerms(buffer_value=3), actor=ACTOR)
    Shop.objects.update(last_poll_at=None)
    stock_push.push_stock(ready.pk)
    assert place
    level = variants["SRM-120"].levels.get()
    assert level.reserved >= 7
    assert remote_stock(shopee, "SRM-120") == level.on_hand - level.reserved - 3


def test_a11_a_rule_of_the_shop_reaches_the_marketplace_at_once(shopee, ready, variants):
    [free] = available([variants["BINH-750"].pk]).values()
    set_rule(("shop", ready.pk), RuleTerms("percent", 15, share_percent=50), actor=ACTOR)
    set_rule(("shop", ready.pk), RuleTerms(max_units=4), sku="OP-14", actor=ACTOR)
    tell_handlers()
    stock_push.push_stock(ready.pk)
    assert remote_stock(shopee, "BINH-750") == free // 2
    assert remote_stock(shopee, "OP-14") == 4
    remove_rule(("shop", ready.pk), ready_rule(sku=None).pk, actor=ACTOR)
    tell_handlers()
    stock_push.push_stock(ready.pk)
    assert remote_stock(shopee, "BINH-750") == free


def test_what_a_buyer_holds_unpaid_lowers_the_numbers_of_the_other_shops(shopee, ready, variants):
    """The marketplace took it off its own number; nobody but us tells the others."""
    variant = variants["OP-14"]
    terms = {"marketplace": "tiktok_shop", "remote_shop_id": "7", "connected_at": now()}
    other = Shop.objects.create(**terms)
    theirs = Listing.objects.create(shop=other, remote_item_id="1", variant=variant, sku="OP-14")
    numbers = []
    [number] = shopee.place(status="UNPAID", lines=[{"sku": "OP-14", "quantity": 4}])
    for word in ("UNPAID", "CANCELLED"):
        shopee.move(number, word)
        import_window(ready.pk)
        owed = StockPush.objects.get(listing=theirs, state="pending")
        numbers.append(stock_push.quantities(other.pk, [theirs])[theirs.pk])
        StockPush.objects.filter(pk=owed.pk).update(sent_version=F("version"), state="sent")
        import_window(ready.pk)
        assert not StockPush.objects.filter(listing=theirs, state="pending").exists()
    [free] = available([variant.pk]).values()
    assert numbers == [free - 4, free]


def test_during_a_sale_only_lower_numbers_reach_the_marketplace(shopee, ready, variants, warehouse):
    before = remote_stock(shopee, "TUI-VAI")
    period = {"sale_from": now() - timedelta(hours=1), "sale_until": now() + timedelta(hours=1)}
    set_rule(("shop", ready.pk), RuleTerms(**period), actor=ACTOR)
    fill_shelf(warehouse, [variants["TUI-VAI"]], 30)
    tell_handlers()
    stock_push.push_stock(ready.pk)
    assert remote_stock(shopee, "TUI-VAI") == before
    sold_elsewhere(variants["TUI-VAI"].pk, before + 25)
    tell_handlers()
    stock_push.push_stock(ready.pk)
    assert remote_stock(shopee, "TUI-VAI") == 5
    stock.release("order_line", [ELSEWHERE], actor=ACTOR)
    tell_handlers()
    stock_push.push_stock(ready.pk)
    assert remote_stock(shopee, "TUI-VAI") == 5
    ChannelStockRule.objects.update(sale_until=now())
    assert (end_sales(), end_sales()) == (1, 0)
    tell_handlers()
    stock_push.push_stock(ready.pk)
    assert remote_stock(shopee, "TUI-VAI") == before + 30


def test_a_sale_elsewhere_lowers_the_number_here(shopee, ready, variants):
    before = remote_stock(shopee, "BINH-750")
    sold_elsewhere(variants["BINH-750"].pk, 5)
    tell_handlers()
    assert stock_push.push_stock(ready.pk) == 1
    assert remote_stock(shopee, "BINH-750") == before - 5


def test_many_changes_are_one_message_with_the_newest_number(shopee, ready, variants):
    sent = len(shopee.calls("update_stock"))
    for holder in range(ELSEWHERE, ELSEWHERE + 10):
        stock.reserve([stock.Demand(holder, variants["OP-14"].pk, 1)], actor=ACTOR)
    tell_handlers()
    push = StockPush.objects.get(listing=listing_of("OP-14"))
    assert push.version >= push.sent_version + 10
    stock_push.push_stock(ready.pk)
    assert len(shopee.calls("update_stock")) == sent + 1
    assert remote_stock(shopee, "OP-14") == available([variants["OP-14"].pk])[variants["OP-14"].pk]
    push.refresh_from_db()
    assert (push.state, push.version) == ("sent", push.sent_version)
    assert stock_push.push_stock(ready.pk) == 0


def test_models_of_one_product_go_in_one_message(shopee, ready, variants, warehouse):
    sent = len(shopee.calls("update_stock"))
    fill_shelf(warehouse, [variants["AT-DEN-M"], variants["AT-DEN-L"]], 5)
    tell_handlers()
    assert stock_push.push_stock(ready.pk) == 2
    assert len(shopee.calls("update_stock")) == sent + 1


def test_zero_arrives(shopee, ready, variants):
    pan = variants["NOI-5L"].pk
    sold_elsewhere(pan, available([pan])[pan])
    tell_handlers()
    stock_push.push_stock(ready.pk)
    assert remote_stock(shopee, "NOI-5L") == 0


def test_orders_are_read_before_a_number_is_computed(shopee, ready, variants):
    before = remote_stock(shopee, "TUI-VAI")
    shopee.place(lines=[{"sku": "TUI-VAI", "quantity": 4}])
    Shop.objects.update(last_poll_at=now() - timedelta(minutes=5))
    stock_push.mark_variants([variants["TUI-VAI"].pk])
    stock_push.push_stock(ready.pk)
    assert RemoteOrder.objects.filter(payload__item_list__0__item_sku="TUI-VAI").exists()
    assert remote_stock(shopee, "TUI-VAI") == before - 4


def test_nothing_is_sent_while_orders_cannot_be_read(shopee, ready, variants):
    from oms.kernel.errors import ServiceUnreachable

    sent = len(shopee.calls("update_stock"))
    Shop.objects.update(last_poll_at=None)
    stock_push.mark_variants([variants["TUI-VAI"].pk])
    shopee.fault("status_5xx", "*get_order_list", times=3)
    with pytest.raises(ServiceUnreachable):
        stock_push.push_stock(ready.pk)
    assert len(shopee.calls("update_stock")) == sent


def test_a_number_is_dropped_when_an_order_comes_in_meanwhile(shopee, ready, variants, monkeypatch):
    sent = len(shopee.calls("update_stock"))
    stock_push.mark_variants([variants["TUI-VAI"].pk])
    compute = stock_push.quantities

    def slow(shop_id, listings):
        amounts = compute(shop_id, listings)
        Shop.objects.filter(pk=shop_id).update(import_version=F("import_version") + 1)
        return amounts

    monkeypatch.setattr(stock_push, "quantities", slow)
    monkeypatch.setattr(stock_push, "MOST_ROUNDS", 2)
    assert stock_push.push_stock(ready.pk) == 0
    assert len(shopee.calls("update_stock")) == sent
    monkeypatch.setattr(stock_push, "quantities", compute)
    assert stock_push.push_stock(ready.pk) == 1


def test_pieces_in_unpaid_orders_are_not_offered_again(shopee, ready, variants):
    before = remote_stock(shopee, "OP-14")
    shopee.place(status="UNPAID", lines=[{"sku": "OP-14", "quantity": 6}])
    import_window(ready.pk)
    stock_push.mark_variants([variants["OP-14"].pk])
    stock_push.push_stock(ready.pk)
    assert remote_stock(shopee, "OP-14") == before - 6


def test_a_refused_number_is_a_problem_and_is_tried_later(shopee, ready, variants):
    cap = variants["MU-LT"].pk
    sold_elsewhere(cap, available([cap])[cap])
    tell_handlers()
    assert stock_push.push_stock(ready.pk) == 0  # 5 pieces are held by a promotion there
    push = StockPush.objects.get(listing=listing_of("MU-LT"))
    assert push.state == "failed"
    assert push.next_attempt_at > now()
    problem = SyncProblem.objects.get(resolved_at=None)
    assert (problem.kind, problem.remote_id) == ("stock_refused", listing_of("MU-LT").ref)
    stock.release("order_line", [ELSEWHERE], actor=ACTOR)
    tell_handlers()
    assert stock_push.push_stock(ready.pk) == 1
    assert not SyncProblem.objects.filter(resolved_at=None).exists()


def test_a_lost_answer_is_sent_again_with_the_present_number(shopee, ready, variants):
    stock_push.mark_variants([variants["SRM-120"].pk])
    shopee.fault("timeout_after_work", "*update_stock")
    tasks.push_stock(ready.pk)
    push = StockPush.objects.get(listing=listing_of("SRM-120"))
    assert push.sent_version < push.version
    assert stock_push.due_shop_ids() == []
    StockPush.objects.update(next_attempt_at=now())
    assert stock_push.due_shop_ids() == [ready.pk]
    assert stock_push.push_stock(ready.pk) == 1


def test_reading_back_finds_a_number_that_drifted_and_sends_it_again(shopee, ready, variants):
    row = listing_of("TUI-VAI")
    expected = remote_stock(shopee, "TUI-VAI")
    shopee(
        "POST",
        "stock",
        {"shop_id": 88012345, "sku": "TUI-VAI", "item_id": int(row.remote_item_id), "stock": 3},
    )
    assert stock_push.read_back(ready.pk) == 1
    assert SyncProblem.objects.get(resolved_at=None).kind == "stock_drift"
    stock_push.push_stock(ready.pk)
    assert remote_stock(shopee, "TUI-VAI") == expected
    assert not SyncProblem.objects.filter(resolved_at=None).exists()
    assert stock_push.read_back(ready.pk) == 0


def test_a_cancelled_order_gives_its_pieces_back_to_the_shop(shopee, ready, variants):
    from orders.models import Order

    [number] = shopee.place(lines=[{"sku": "VAY-HOA-M", "quantity": 2}])
    import_window(ready.pk)
    tell_handlers()
    stock_push.push_stock(ready.pk)
    lower = remote_stock(shopee, "VAY-HOA-M")
    lifecycle.cancel_order(Order.objects.get(remote_id=number).pk, actor=ACTOR, reason="thử")
    tell_handlers()
    stock_push.push_stock(ready.pk)
    assert remote_stock(shopee, "VAY-HOA-M") == lower + 2
