"""What needs a person: the queue by cause, reasons as data, notes with names and files."""

import html
import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from oms.kernel.alerts import open_alerts
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.models import Alert
from orders.forms.bulk import OTHER
from orders.models import NoteFile, Order, OrderProblem, ProblemRule, Reason
from orders.selectors.attention import cases, problem_groups, urgent_orders, with_deadlines
from orders.selectors.reasons import reason_names, remote_cancel_code
from orders.selectors.tabs import tab_counts
from orders.services import lifecycle
from orders.services.drafts import discard_draft
from orders.services.notes import add_note, add_notes
from orders.services.problems import open_problem, resolve_problem
from orders.services.reasons import save_rule
from tests.inventory.makers import make_variant
from tests.orders.makers import ACTOR, place

pytestmark = pytest.mark.django_db
Kind = OrderProblem.Kind
QUEUE = reverse("orders:attention")
READ = {"orders.view_order"}


@pytest.fixture(autouse=True)
def files_of_its_own(redis_clean: object, settings, tmp_path) -> None:
    """Counters start at nothing; files go to a folder of this test."""
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def order() -> Order:
    return place((make_variant(), 1))


def picture(name: str = "hop.png") -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", (4, 4)).save(data, "PNG")
    return SimpleUploadedFile(name, data.getvalue(), content_type="text/html")


def test_d1_the_queue_groups_by_cause_with_counts_and_the_oldest_first(order, owner):
    other = place((make_variant(), 1))
    for pk, kind in ((order.pk, Kind.SHIPPING), (other.pk, Kind.SHIPPING), (other.pk, Kind.SYNC)):
        open_problem(pk, kind, "x", actor=ACTOR)
    resolve_problem(order.pk, Kind.SYNC, actor=ACTOR)
    assert [(group.kind, group.count) for group in problem_groups(owner)] == [
        (Kind.SHIPPING, 2),
        (Kind.SYNC, 1),
    ]
    assert [row.order_id for row in cases(owner, kind=Kind.SHIPPING).rows] == [order.pk, other.pk]
    resolve_problem(order.pk, Kind.SHIPPING, actor=ACTOR)
    assert [row.order_id for row in cases(owner).rows] == [other.pk, other.pk]


def test_d1_what_is_given_up_leaves_the_queue_with_its_problems_of_sending(owner):
    orders = [place((make_variant(), 1), ward="Phường Không Có", district="") for _n in range(2)]
    draft = place((make_variant(), 1), draft=True)
    open_problem(draft.pk, Kind.RECURRING, "x", actor=ACTOR)
    open_problem(orders[0].pk, Kind.SHIPPING, "x", actor=ACTOR)
    lifecycle.cancel_orders([order.pk for order in orders], actor=ACTOR, reason="Khách đổi ý")
    discard_draft(draft.pk, actor=ACTOR)
    assert [(row.order_id, row.kind) for row in cases(owner).rows] == [
        (orders[0].pk, Kind.SHIPPING)
    ]
    assert tab_counts(owner)["attention"] == 1


def test_a17_the_page_that_puts_it_right_says_what_is_wrong(owner_client):
    order = place((make_variant(), 1), ward="Phường Tân Đinhh", province="Hồ Chí Minh")
    [problem] = order.problems.all()
    page = owner_client.get(reverse("orders:edit", args=[order.pk])).content.decode()
    assert problem.message in html.unescape(page)


def test_a27_a_failed_delivery_has_a_deadline_by_rule_and_a_button(order, owner, owner_client):
    problem = open_problem(order.pk, Kind.DELIVERY_FAILED, "Khách hẹn lại", actor=ACTOR)
    [case] = with_deadlines([problem], owner)
    assert case.due_at == problem.created_at + timedelta(hours=24)
    save_rule(Kind.DELIVERY_FAILED, "phone", 6)
    [case] = with_deadlines([problem], owner)
    assert case.due_at == problem.created_at + timedelta(hours=6)
    Order.objects.filter(pk=order.pk).update(ship_by_at=now() + timedelta(hours=2))
    problem.order.refresh_from_db()
    [case] = with_deadlines([problem], owner)
    assert case.due_at == problem.order.ship_by_at
    assert urgent_orders(owner) == 1
    page = owner_client.get(QUEUE).content.decode()
    assert "Gọi khách, giao lại" in page
    assert "Khách hẹn lại" in page


def test_a_cause_leads_to_where_it_is_put_right(order, owner, user_factory):
    problem = open_problem(order.pk, Kind.BAD_ADDRESS, "Thiếu phường", actor=ACTOR)
    assert with_deadlines([problem], owner)[0].fix_url == reverse("orders:edit", args=[order.pk])
    seen = with_deadlines([problem], user_factory("viewer"))[0]
    assert seen.fix_url == reverse("orders:detail", args=[order.pk])


def test_the_queue_costs_the_same_for_one_case_and_for_twenty(order, owner_client):
    open_problem(order.pk, Kind.SYNC, "x", actor=ACTOR)
    owner_client.get(QUEUE, {"kind": "sync"})
    with CaptureQueriesContext(connection) as one:
        owner_client.get(QUEUE, {"kind": "sync"})
    for _n in range(19):
        open_problem(place((make_variant(), 1)).pk, Kind.SYNC, "x", actor=ACTOR)
    with CaptureQueriesContext(connection) as twenty:
        page = owner_client.get(QUEUE, {"kind": "sync"})
    assert len(page.context["cases"]) == 20
    assert len(twenty) == len(one)


def test_the_queue_shows_only_what_is_in_ones_shops(order, user_factory, login):
    Order.objects.filter(pk=order.pk).update(shop_ref=7, remote_id="R7")
    open_problem(order.pk, Kind.SYNC, "x", actor=ACTOR)
    stranger = user_factory("sales", shop_ids=[8])
    assert problem_groups(stranger) == []
    assert order.number not in login(stranger).get(QUEUE).content.decode()


def test_a_chosen_reason_has_a_code_that_each_channel_calls_its_own(order):
    assert "Hết hàng" in reason_names("cancel")
    cancelled = lifecycle.cancel_order(order.pk, actor=ACTOR, reason="hết hàng")
    assert (cancelled.cancel_code, cancelled.cancel_reason) == ("out_of_stock", "hết hàng")
    assert remote_cancel_code(order.pk, "shopee") == "OUT_OF_STOCK"
    assert remote_cancel_code(order.pk, "lazada") == "OUT_OF_STOCK"
    assert remote_cancel_code(order.pk, "website") == ""
    free = place((make_variant(), 1))
    assert lifecycle.cancel_order(free.pk, actor=ACTOR, reason="Mưa quá").cancel_code == ""
    assert remote_cancel_code(free.pk, "shopee") == ""


def test_an_order_is_cancelled_for_a_reason_of_the_list_with_a_note_or_in_other_words(
    order, owner_client
):
    def cancel(pk: int, **said: str) -> int:
        return owner_client.post(reverse("orders:act", args=[pk, "cancel"]), said).status_code

    def told(pk: int) -> tuple[str, str]:
        row = Order.objects.get(pk=pk)
        return row.cancel_code, row.cancel_reason

    page = owner_client.get(reverse("orders:detail", args=[order.pk])).text
    names = [*reason_names("cancel"), "Lý do khác…"]
    shown = page.split('<select name="reason"')[1].split("</select>")[0]
    assert re.findall(r">([^<]+)</option>", shown) == ["Chọn lý do…", *names]
    assert cancel(order.pk, reason="Hết hàng", note="kho đếm lại còn 0") == 302
    assert told(order.pk) == ("out_of_stock", "Hết hàng – kho đếm lại còn 0")
    assert remote_cancel_code(order.pk, "lazada") == "OUT_OF_STOCK"
    rain, sun = (place((make_variant(), 1)).pk for _n in range(2))
    assert cancel(rain, reason=OTHER) == 422
    assert told(rain) == ("", "")
    assert cancel(rain, reason=OTHER, note="Mưa quá") == 302
    assert cancel(sun, reason="Nắng quá") == 302  # a program's own words, without a form
    assert [told(rain), told(sun)] == [("", "Mưa quá"), ("", "Nắng quá")]


def test_reasons_are_added_renamed_mapped_and_put_away(owner_client, user_factory, login):
    address = reverse("orders:reason_list")
    typed = {"kind": "cancel", "name": "Khách ở xa", "remote_tiktok_shop": "too_far"}
    assert owner_client.post(address, typed).status_code == 302
    reason = Reason.objects.get(name="Khách ở xa")
    assert reason.mappings.get().remote_code == "too_far"
    assert owner_client.post(address, typed).status_code == 422
    edit = reverse("orders:reason_edit", args=[reason.pk])
    assert owner_client.post(edit, {"kind": "cancel", "name": "Xa quá"}).status_code == 302
    reason.refresh_from_db()
    assert (reason.name, reason.is_active, reason.mappings.count()) == ("Xa quá", False, 0)
    assert "Xa quá" not in reason_names("cancel")
    assert login(user_factory("sales")).get(address).status_code == 403


def test_deadlines_are_set_by_kind_and_channel_and_removed_by_nought(owner_client):
    rule = reverse("orders:rule")
    owner_client.post(rule, {"kind": "sync", "channel": "shopee", "hours": "3"})
    assert ProblemRule.objects.get(kind="sync").hours == 3
    owner_client.post(rule, {"kind": "sync", "channel": "shopee", "hours": "0"})
    assert not ProblemRule.objects.filter(kind="sync").exists()
    with pytest.raises(DomainError, match="không hợp lệ"):
        save_rule("rain", "", 3)


def test_reasons_are_suggested_where_an_order_is_held(order, owner_client):
    page = owner_client.get(reverse("orders:detail", args=[order.pk])).content.decode()
    assert '<option value="Chờ khách chuyển khoản"></option>' in page


def test_a_mention_is_an_alert_for_that_person_until_the_order_is_opened(
    order, owner, user_factory, login
):
    lan, minh = user_factory("sales", username="lan"), user_factory("sales", username="minh.kho")
    note = add_note(order.pk, "@Lan gọi khách, @minh.kho. mail a@lan.vn @ai", actor=ACTOR)
    add_note(order.pk, "@lan gấp", actor=ACTOR)
    assert note.mention_ids == sorted([lan.pk, minh.pk])
    assert Alert.objects.count() == 2
    for person, seen in ((lan, 1), (owner, 0)):
        page = login(person).get(reverse("web:alerts"))
        assert len(page.context["page"].rows) == seen
    login(lan).get(reverse("orders:detail", args=[order.pk]))
    assert list(open_alerts(READ, {"user": {lan.pk}})) == []
    assert open_alerts(READ, {"user": {minh.pk}}).count() == 1
    assert "@lan gấp" in Alert.objects.get(place_id=lan.pk).message


def test_a_note_on_many_orders_tells_each_person_once_an_order(user_factory):
    user_factory("sales", username="lan")
    orders = [place((make_variant(), 1)).pk for _n in range(2)]
    add_notes(orders, "@lan xem giúp", actor=ACTOR)
    assert Alert.objects.count() == 2


def test_pictures_and_pdf_are_kept_as_what_they_are_and_nothing_else_is(order):
    pdf = SimpleUploadedFile("phieu.html", b"%PDF-1.4 x", content_type="text/html")
    note = add_note(order.pk, "Ảnh hàng vỡ", actor=ACTOR, files=[picture(), pdf])
    kept = list(note.files.values_list("name", "content_type"))
    assert kept == [("hop.png", "image/png"), ("phieu.html", "application/pdf")]
    script = SimpleUploadedFile("a.png", b"<script>alert(1)</script>")
    with pytest.raises(DomainError, match="không phải là ảnh"):
        add_note(order.pk, "x", actor=ACTOR, files=[script])
    with pytest.raises(DomainError, match="nhiều nhất 5 tệp"):
        add_note(order.pk, "x", actor=ACTOR, files=[picture() for _n in range(6)])
    assert order.notes.count() == 1


def test_files_of_a_note_open_for_who_may_see_the_order(order, owner_client, user_factory, login):
    address = reverse("orders:add_note", args=[order.pk])
    data = {"text": "Ảnh", "files": [picture("ảnh hộp.png")]}
    assert owner_client.post(address, data).status_code == 302
    kept = NoteFile.objects.get()
    link = reverse("orders:note_file", args=[order.pk, kept.pk])
    assert link in owner_client.get(reverse("orders:detail", args=[order.pk])).content.decode()
    answer = owner_client.get(link)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert "hộp" not in kept.file.name
    Order.objects.filter(pk=order.pk).update(shop_ref=7, remote_id="R7")
    assert login(user_factory("sales", shop_ids=[8])).get(link).status_code == 404
    other = place((make_variant(), 1))
    wrong = reverse("orders:note_file", args=[other.pk, kept.pk])
    assert owner_client.get(wrong).status_code == 404
