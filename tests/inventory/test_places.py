"""Warehouses, shelves, quarantine, space and boxes."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from inventory.models import Bin, Disposition, HomeBin, PackageType, StockMovement, Warehouse
from inventory.packing.boxes import Box, Item, smallest_box
from inventory.selectors.availability import available
from inventory.selectors.bins import home_bins, walk_key
from inventory.selectors.boxes import propose_box
from inventory.selectors.space import space_in_use
from inventory.services import quarantine, transfers
from inventory.services.places import BinGrid, clear_home, create_bins, set_home
from oms.kernel import books
from oms.kernel.errors import DomainError
from tests.inventory.makers import ACTOR, level, make_variant, make_warehouse, put

pytestmark = pytest.mark.django_db


def test_a37_the_code_of_a_warehouse_is_unique():
    make_warehouse("TD")
    with pytest.raises(IntegrityError, match="warehouse_code_unique"), transaction.atomic():
        make_warehouse("TD")


def test_shelves_are_made_in_one_go_and_a_second_time_none():
    warehouse = make_warehouse()
    grid = BinGrid("A", 1, 3, 2)
    assert create_bins(warehouse.pk, grid) == 6
    assert create_bins(warehouse.pk, grid) == 0
    assert create_bins(warehouse.pk, BinGrid("A", 3, 4, 2)) == 2
    codes = Bin.objects.order_by("walking_order").values_list("code", flat=True)
    assert list(codes) == [f"A-{rack:02d}-{cell:02d}" for rack in (1, 2, 3, 4) for cell in (1, 2)]
    with pytest.raises(DomainError):
        create_bins(warehouse.pk, BinGrid("A", 1, 99, 99))


def test_goods_are_walked_in_the_order_of_their_shelves_and_the_homeless_come_last():
    warehouse = make_warehouse()
    create_bins(warehouse.pk, BinGrid("A", 1, 2, 1))
    first, second = Bin.objects.order_by("walking_order")
    shirt, hat, lost = (make_variant() for _ in range(3))
    set_home(shirt.pk, second.pk)
    set_home(hat.pk, first.pk)
    homes = home_bins(warehouse.pk, [shirt.pk, hat.pk, lost.pk])
    ordered = sorted([lost.pk, shirt.pk, hat.pk], key=lambda pk: walk_key(homes, pk))
    assert ordered == [hat.pk, shirt.pk, lost.pk]
    assert homes[shirt.pk].code == "A-02-01"


def test_a_variant_has_one_shelf_per_warehouse():
    warehouse, shirt = make_warehouse(), make_variant()
    create_bins(warehouse.pk, BinGrid("A", 1, 2, 1))
    first, second = Bin.objects.order_by("walking_order")
    set_home(shirt.pk, first.pk)
    set_home(shirt.pk, second.pk)
    assert HomeBin.objects.get().bin == second
    clear_home(shirt.pk, warehouse.pk)
    clear_home(shirt.pk, warehouse.pk)
    assert not HomeBin.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_home_cannot_name_another_warehouse_than_its_shelf():
    here, elsewhere, shirt = make_warehouse(), make_warehouse(), make_variant()
    create_bins(here.pk, BinGrid("A", 1, 1, 1))
    with pytest.raises(IntegrityError, match="home_in_the_warehouse_of_its_bin"):
        HomeBin.objects.create(variant=shirt, warehouse=elsewhere, bin=Bin.objects.get())


@pytest.fixture
def held():
    shop, kept, shirt = make_warehouse(), make_warehouse(kind="quarantine"), make_variant()
    put(shirt, shop, 10)
    quarantine.hold_goods(
        shirt.pk, shop.pk, kept.pk, 4, reason="khách trả", key=uuid4(), actor=ACTOR
    )
    return shop, kept, shirt


def test_held_goods_are_not_for_sale_until_somebody_decides(held):
    shop, kept, shirt = held
    assert available([shirt.pk]) == {shirt.pk: 6}
    key = uuid4()
    for _ in range(2):
        quarantine.restock_goods(
            shirt.pk, kept.pk, shop.pk, 3, reason="còn tốt", key=key, actor=ACTOR
        )
    quarantine.scrap_goods(shirt.pk, kept.pk, 1, reason="rách", key=uuid4(), actor=ACTOR)
    assert (level(shirt, shop), level(shirt, kept)) == ((9, 0), (0, 0))
    rows = StockMovement.objects.filter(cause_kind="disposition").order_by("id")
    assert list(rows.values_list("quantity", "kind", "note")) == [
        (-4, "transfer", "khách trả"),
        (4, "transfer", "khách trả"),
        (-3, "transfer", "còn tốt"),
        (3, "transfer", "còn tốt"),
        (-1, "scrap", "rách"),
    ]
    assert Disposition.objects.count() == 3
    assert not any(books.check_books().values())


def test_a_decision_without_goods_reason_or_right_place_changes_nothing(held):
    shop, kept, shirt = held
    bad = [
        lambda key: quarantine.scrap_goods(shirt.pk, kept.pk, 5, reason="x", key=key, actor=ACTOR),
        lambda key: quarantine.scrap_goods(shirt.pk, kept.pk, 1, reason=" ", key=key, actor=ACTOR),
        lambda key: quarantine.scrap_goods(shirt.pk, shop.pk, 1, reason="x", key=key, actor=ACTOR),
        lambda key: quarantine.restock_goods(
            shirt.pk, kept.pk, kept.pk, 1, reason="x", key=key, actor=ACTOR
        ),
        lambda key: quarantine.hold_goods(
            shirt.pk, shop.pk, shop.pk, 1, reason="x", key=key, actor=ACTOR
        ),
    ]
    for act in bad:
        with pytest.raises(DomainError), transaction.atomic():
            act(uuid4())
    assert (level(shirt, shop), level(shirt, kept)) == ((6, 0), (4, 0))


def test_a46_space_counts_what_stands_there_and_what_is_coming(owner, django_assert_num_queries):
    here = make_warehouse(capacity_l=100)
    there = make_warehouse()
    shirt = make_variant(length_cm=40, width_cm=50, height_cm=10)  # 20 l
    vague = make_variant()
    put(shirt, here, 4)
    put(vague, here, 3)
    put(shirt, there, 2)
    transfer = transfers.create_transfer(there.pk, here.pk, key=uuid4(), actor=ACTOR)
    transfers.put_line(transfer.pk, shirt.pk, 2)
    transfers.ship_transfer(transfer.pk, actor=ACTOR)
    rows = {row.warehouse: row for row in space_in_use(owner)}
    row = rows[here]
    assert (row.used_l, row.incoming_l, row.forecast_l, row.unmeasured) == (80, 40, 120, 3)
    assert (row.percent, row.forecast_percent) == (80, 120)
    assert (rows[there].used_l, rows[there].percent) == (0, None)
    assert set(rows) == {here, there}
    with django_assert_num_queries(8):
        space_in_use(owner)


BOXES = [
    Box(1, 20, 15, 10, cost_vnd=2000),
    Box(2, 30, 20, 15, cost_vnd=3500),
    Box(3, 60, 10, 10, cost_vnd=3000),
    Box(4, 60, 40, 40, cost_vnd=9000, max_weight_g=10_000),
]


@pytest.mark.parametrize(
    ("items", "box"),
    [
        ([Item(10, 10, 10)], 1),
        ([Item(10, 10, 10, quantity=4)], 3),  # 4 l: the smallest by volume that takes them
        ([Item(10, 20, 15)], 1),  # turned
        ([Item(15, 15, 15, quantity=2)], 2),
        ([Item(55, 5, 5)], 3),  # long and thin
        ([Item(35, 12, 5)], 4),  # little volume, a side too long for all but the last
        ([Item(10, 10, 10, weight_g=11_000, quantity=40)], None),  # too heavy
        ([Item(70, 1, 1)], None),
        ([Item(0, 10, 10)], None),  # never measured
        ([], None),
    ],
)
def test_a61_the_smallest_box_by_volume_and_sides(items, box):
    found = smallest_box(items, BOXES)
    assert (found.id if found else None) == box


sides = st.integers(1, 60)
items = st.lists(
    st.builds(Item, sides, sides, sides, st.integers(0, 3000), st.integers(1, 4)), max_size=4
)


@given(items)
def test_a61_the_box_proposed_holds_all_and_no_smaller_one_does(goods):
    found = smallest_box(goods, BOXES)
    if found is None:
        return
    assert sum(item.volume_cm3 for item in goods) <= found.volume_cm3
    assert max(max(item.sides) for item in goods) <= max(found.sides)
    smaller = [box for box in BOXES if box.volume_cm3 < found.volume_cm3]
    assert smallest_box(goods, smaller) is None


def test_a62_the_proposal_reads_goods_and_active_boxes_and_knows_its_cost():
    shirt = make_variant(length_cm=20, width_cm=15, height_cm=3, weight_g=200)
    size = {"length_cm": 20, "width_cm": 15, "height_cm": 10}
    PackageType.objects.create(code="OLD", name="Cũ", **size, is_active=False)
    small = PackageType.objects.create(code="S", name="Nhỏ", **size, cost_vnd=2000)
    size["height_cm"] = 30
    large = PackageType.objects.create(code="L", name="Lớn", **size, cost_vnd=4000)
    assert propose_box([(shirt, 3)]) == small
    assert propose_box([(shirt, 4)]) == large
    assert propose_box([(shirt, 4)]).cost_vnd == 4000
    assert propose_box([(shirt, 40)]) is None
    assert propose_box([(make_variant(), 1)]) is None


def test_a38_the_kind_of_a_warehouse_decides_whether_it_sells():
    shirt = make_variant()
    for number, kind in enumerate(["main", "branch", "secondary", "third_party", "quarantine"]):
        put(shirt, make_warehouse(kind=kind), 10**number)
    assert available([shirt.pk]) == {shirt.pk: 1111}
    selling = Warehouse.objects.exclude(kind__in=["quarantine", "transit"])
    assert selling.count() == 4
