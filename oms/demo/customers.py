"""Customers of the demo shop: groups, tags, and the years behind one who does not open the door."""

from datetime import timedelta

from inventory.models import StockLevel
from oms.demo.goods import DEMO
from oms.demo.orders import BUYERS, demo_line
from oms.kernel import clock
from orders.models import CustomerGroup
from orders.selectors.customers import find_customer
from orders.services.customer_figures import refresh_all
from orders.services.customers import save_customer, save_group
from orders.services.intake import NewOrder, place_and_confirm
from orders.services.profits import count_recent
from orders.services.states import apply_states

GROUPS = {"Khách sỉ": ("Trần Văn Đức", "Phạm Quốc Khánh"), "Khách thân thiết": ("Hồ Kỳ Duyên",)}
TAGS = {"Lê Hoàng Yến Nhi": ["Hay đổi size"], "Hồ Kỳ Duyên": ["VIP"]}
REFUSER = ("Kiều Thị Tư", "0912999000", "8 Quang Trung", "Phường Gò Vấp", "Hồ Chí Minh")


def create_customers() -> None:
    """Groups and tags on the demo's buyers, and a buyer with refused parcels; once."""
    if CustomerGroup.objects.exists():
        return
    groups = {name: save_group(None, name, actor=DEMO) for name in GROUPS}
    for name, phone, *_address in BUYERS:
        group = next((groups[g] for g, names in GROUPS.items() if name in names), None)
        known = find_customer(phone)
        save_customer(
            known.pk if known else None,
            name=name,
            phone=phone,
            group_id=group.pk if group else None,
            tags=TAGS.get(name, ()),
            actor=DEMO,
        )
    refuse_parcels()
    refresh_all()
    count_recent()


def refuse_parcels() -> None:
    """Four parcels of last spring; three came back from the door."""
    name, phone, street, ward, province = REFUSER
    stocked = StockLevel.objects.filter(variant__product__kind="simple").order_by("-on_hand", "pk")
    variant = stocked.select_related("variant__product")[0].variant
    for number in range(4):
        new = NewOrder(
            source="facebook",
            request_key=f"demo-refused-{number}",
            recipient_name=name,
            recipient_phone=phone,
            street=street,
            ward=ward,
            province=province,
            placed_at=clock.now() - timedelta(days=200 - number),
            lines=[demo_line(variant, 1)],
            confirm=True,
        )
        order_id = place_and_confirm(new, actor=DEMO).order_id or 0
        ends = ["delivered"] if number == 0 else ["returning", "returned"]
        for state in ["handed_over", *ends]:
            apply_states(order_id, actor=DEMO, event_name="order.updated", fulfillment=state)
