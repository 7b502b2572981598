"""Saved views after the tabs, and the columns that each shows."""

import re

import pytest

from oms.kernel.errors import DomainError
from orders.models import Order, OrderView
from orders.selectors.columns import DEFAULT
from orders.selectors.views import columns_in, views_of
from orders.services import views
from orders.services.views import MOST_VIEWS
from orders.views.list_tabs import MAIN_ACTIONS
from tests.inventory.makers import make_variant
from tests.orders.makers import place

pytestmark = pytest.mark.django_db

ADDRESS = "?tab=to_print&source=shopee&sort=deadline&after=x&unknown=1"


def names(user) -> list[str]:
    return [view.name for view in views_of(user) if view.name]


def test_a01_a_view_keeps_filters_and_sort_and_is_opened_by_its_tab(owner, owner_client):
    answer = owner_client.post("/orders/views/new/", {"name": "In gấp", "address": ADDRESS})
    view = OrderView.objects.get()
    assert view.query == "tab=to_print&source=shopee&sort=deadline"
    assert answer.url == f"/orders/?{view.query}&view={view.pk}"
    page = owner_client.get(answer.url).content.decode()
    tab = page[page.index('class="tab-own"') :]
    assert 'aria-current="page"' in tab[: tab.index("</a>")]
    assert "In gấp" in tab[: tab.index("</a>")]


def test_a_view_is_private_or_shared_with_a_role(owner, user_factory):
    sales, keeper = user_factory("sales"), user_factory("warehouse")
    views.save_view(owner.pk, "Riêng", address="")
    views.save_view(owner.pk, "Của kho", address="", role="warehouse")
    assert (names(owner), names(sales), names(keeper)) == (["Riêng", "Của kho"], [], ["Của kho"])


def test_only_who_may_share_is_asked_and_believed(login, user_factory):
    client = login(sales := user_factory("sales"))
    assert 'name="role"' not in client.get("/orders/views/new/").content.decode()
    client.post("/orders/views/new/", {"name": "Của tôi", "address": "", "role": "manager"})
    assert OrderView.objects.get(owner=sales).role == ""
    manager = login(user_factory("manager"))
    manager.post("/orders/views/new/", {"name": "Chung", "address": "", "role": "sales"})
    assert names(sales) == ["Của tôi", "Chung"]


def test_views_are_renamed_put_in_order_and_deleted_by_their_owner_alone(
    owner, owner_client, login, user_factory
):
    first, second = (views.save_view(owner.pk, name, address="") for name in ("Một", "Hai"))
    owner_client.post(f"/orders/views/{second.pk}/move/", {"to": "up"})
    assert names(owner) == ["Hai", "Một"]
    owner_client.post(f"/orders/views/{second.pk}/move/", {"to": "up"})
    assert names(owner) == ["Hai", "Một"]
    owner_client.post(f"/orders/views/{first.pk}/", {"name": "Ba", "role": "sales"})
    assert names(owner) == ["Hai", "Ba"]
    stranger = login(user_factory("manager"))
    stranger.post(f"/orders/views/{first.pk}/", {"name": "Của tôi"})
    stranger.post(f"/orders/views/{first.pk}/delete/")
    stranger.post(f"/orders/views/{first.pk}/query/", {"address": "?tab=draft"})
    stranger.post(f"/orders/views/{first.pk}/move/", {"to": "up"})
    first.refresh_from_db()
    assert (first.name, first.role, first.query) == ("Ba", "sales", "")
    assert names(owner) == ["Hai", "Ba"]
    owner_client.post(f"/orders/views/{first.pk}/delete/")
    assert names(owner) == ["Hai"]


def test_an_open_view_takes_over_the_filters_of_the_list(owner, owner_client):
    view = views.save_view(owner.pk, "In", address="?tab=to_print")
    address = f"?tab=to_print&kind=one&view={view.pk}"
    assert (
        f"/orders/views/{view.pk}/query/"
        in owner_client.get(f"/orders/views/new/{address}").content.decode()
    )
    answer = owner_client.post(f"/orders/views/{view.pk}/query/", {"address": address})
    view.refresh_from_db()
    assert (view.query, answer.url) == ("tab=to_print&kind=one", "/orders/" + address)


def test_a_name_is_taken_once_and_nobody_keeps_views_without_end(owner, owner_client):
    views.save_view(owner.pk, "In", address="")
    for name in ("In", " In ", ""):
        assert owner_client.post("/orders/views/new/", {"name": name}).status_code == 422
    assert names(owner) == ["In"]
    OrderView.objects.bulk_create(OrderView(owner=owner, name=f"v{n}") for n in range(MOST_VIEWS))
    with pytest.raises(DomainError, match=str(MOST_VIEWS)):
        views.save_view(owner.pk, "Thêm", address="")


def test_columns_are_chosen_for_the_list_and_for_a_view(owner, owner_client, user_factory):
    place(("X", 1), recipient_name="A", buyer_note="Gọi trước khi giao")
    view = views.save_view(owner.pk, "In", address="", columns=DEFAULT)
    owner_client.post("/orders/columns/", {"columns": ["note", "goods"]})
    owner_client.post(f"/orders/columns/?view={view.pk}", {"columns": ["created"]})
    rows = views_of(owner)
    assert columns_in(rows, None, owner) == ["goods", "note"]
    assert columns_in(rows, view.pk, owner) == ["created"]
    assert columns_in([], None, user_factory("sales")) == DEFAULT
    page = owner_client.get("/orders/").content.decode()
    assert "Gọi trước khi giao" in page
    assert 'data-label="Khách hàng"' not in page
    assert owner_client.post("/orders/columns/", {"columns": ["cost"]}).status_code == 422
    page = owner_client.get(f"/orders/?view={view.pk}").content.decode()
    assert 'data-label="Ngày tạo"' in page
    assert 'data-label="Ghi chú"' not in page


def test_someone_elses_view_shows_no_columns_to_a_stranger(owner, user_factory):
    view = views.save_view(owner.pk, "Riêng", address="", columns=["created"])
    stranger = user_factory("sales")
    assert columns_in(views_of(stranger), view.pk, stranger) == DEFAULT


def test_the_pages_of_views_and_columns_stand_alone_and_in_the_sheet(owner, owner_client):
    for address in ("views/new/", "columns/", "codes/", "filters/"):
        whole = owner_client.get(f"/orders/{address}").content.decode()
        part = owner_client.get(f"/orders/{address}", HTTP_HX_REQUEST="true").content.decode()
        assert "<html" in whole
        assert "<html" not in part
        assert 'id="sheet-title"' in part
        assert "data-close" in part
    assert "Chưa có bộ lọc nào" in owner_client.get("/orders/views/").content.decode()
    views.save_view(owner.pk, "In", address="")
    assert 'value="In"' in owner_client.get("/orders/views/").content.decode()


@pytest.mark.parametrize(("tab", "code"), MAIN_ACTIONS.items())
def test_the_button_that_a_tab_is_for_stands_first_in_its_bulk_bar(owner_client, tab, code):
    """On a phone only the first ones are in sight."""
    Order.objects.filter(pk=place((make_variant(), 1)).pk).update(tab=tab)
    page = owner_client.get("/orders/", {"tab": tab}).content.decode()
    found = re.findall(r'name="action"\s+value="(\w+)"', page.partition('id="bulk"')[2])
    assert found[0] == code
    assert len(found) == len(set(found)) > 10
