"""A-14 and A-109: a quotation is sent in versions, answered through its link, and ordered once."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from inventory.models import Variant, Warehouse
from oms.kernel.books import check_books
from oms.kernel.clock import now, today
from oms.kernel.errors import DomainError, TransitionRefused
from oms.kernel.events import timeline_of
from orders.models import Order, Quotation, QuotationMail
from orders.selectors.quotations import quotation_counts
from orders.services import quote_mail, quoting
from orders.services.customer_privacy import collect_person, erase_person
from orders.services.quote_answers import (
    accept_quotation,
    close_quotation,
    decline_version,
    path_of,
    standing_of,
)
from orders.services.quote_orders import QuotationShort, convert_quotation
from tests.inventory.makers import level, make_variant, make_warehouse, put
from tests.orders.makers import ACTOR
from tests.orders.quotes import accepted, new_offer, quote, sent

pytestmark = pytest.mark.django_db
Status = Quotation.Status
COST = 73_917


@pytest.fixture(autouse=True)
def empty_redis(redis_clean: object) -> None:
    """Rate limits start at nothing."""


@pytest.fixture
def shop() -> tuple[Warehouse, Variant]:
    warehouse, shirt = make_warehouse(), make_variant("AO-01", cost_vnd=COST)
    put(shirt, warehouse, 10)
    return warehouse, shirt


def refusal(work) -> str:
    with pytest.raises(DomainError) as caught:
        work()
    return caught.value.code


def test_a109_a_quotation_keeps_lines_discounts_and_the_vat_within(shop):
    quotation = quote((shop[1], 3, 110_000), discount_vnd=30_000, shipping_fee_vnd=20_000)
    version = quotation.current
    assert re.fullmatch(r"BG\d+", quotation.number)
    assert (version.goods_vnd, version.total_vnd) == (330_000, 320_000)
    # 300.000 with 10 % in it: 272.727 + 27.273.
    assert version.tax_vnd == 27_273
    assert quotation.customer.phone == "+84912345678"
    assert quotation_counts_all()["draft"] == 1


def quotation_counts_all() -> dict[str, int]:
    class Everybody:
        def shop_scope(self) -> None: ...

        def warehouse_scope(self) -> None: ...

    return quotation_counts(Everybody())


def test_the_same_form_again_finds_the_quotation_of_the_first_time(shop):
    offer = new_offer((shop[1], 1, 5))
    first, second = (
        quoting.new_quotation(offer, request_key="form", actor=ACTOR) for _n in range(2)
    )
    assert first.pk == second.pk
    assert Quotation.objects.count() == 1


def test_what_cannot_be_offered_is_refused_and_nothing_is_kept(shop):
    line = (shop[1], 1, 50_000)
    for code, fields in (
        ("quotation.valid_until", {"valid_until": today() - timedelta(days=1)}),
        ("quotation.valid_until", {"valid_until": today() + timedelta(days=999)}),
        ("quotation.phone", {"phone": "12"}),
        ("customer.name", {"name": " "}),
        ("order.amount", {"discount_vnd": 60_000}),
    ):
        assert refusal(lambda fields=fields: quote(line, **fields)) == code
    assert Quotation.objects.count() == 0


def test_a109_a_version_that_was_sent_is_frozen_in_the_database(shop):
    version = sent((shop[1], 3, 100_000)).current
    line = version.lines.get()
    for work in (
        lambda: version.lines.update(unit_price_vnd=1, total_vnd=3),
        line.delete,
        lambda: type(version).objects.filter(pk=version.pk).update(terms="khác"),
        lambda: type(version).objects.filter(pk=version.pk).update(sent_at=now()),
    ):
        with pytest.raises(IntegrityError, match="does not change"), transaction.atomic():
            work()
    assert (
        refusal(
            lambda: quoting.rewrite_quotation(
                version.quotation_id, new_offer((shop[1], 1, 1)), edit_version=1, actor=ACTOR
            )
        )
        == "quotation.not_draft"
    )


def test_a_second_editor_of_a_draft_is_told(shop):
    quotation, offer = quote((shop[1], 1, 5)), new_offer((shop[1], 2, 7))
    saved = quoting.rewrite_quotation(quotation.pk, offer, edit_version=1, actor=ACTOR)
    assert (saved.current.total_vnd, saved.edit_version) == (14, 2)
    late = lambda: quoting.rewrite_quotation(  # noqa: E731
        quotation.pk, offer, edit_version=1, actor=ACTOR
    )
    assert refusal(late) == "quotation.version"


def test_a109_a_new_version_supersedes_the_link_of_the_old_one(shop):
    quotation = sent((shop[1], 3, 100_000))
    old = quotation.current
    quotation = quoting.revise_quotation(quotation.pk, actor=ACTOR)
    assert (quotation.status, quotation.current.number) == (Status.DRAFT, 2)
    assert quotation.current.lines.get().unit_price_vnd == 100_000
    assert standing_of(old, quotation).code == "superseded"
    page = Client().get(path_of(old)).content.decode()
    assert "đã được thay bằng bản mới" in page
    assert 'value="accept"' not in page
    code = refusal(lambda: accept_quotation(old.pk, name="Anh Đức", actor=ACTOR))
    assert code == "quotation.superseded"
    assert quoting.revise_quotation(quotation.pk, actor=ACTOR).current.number == 2


def test_a109_the_buyer_accepts_through_the_link_without_an_account(shop):
    quotation = sent((shop[1], 3, 120_000), terms="Giao trong 3 ngày")
    stranger = Client(enforce_csrf_checks=True)
    page = stranger.get(path_of(quotation.current))
    text = page.content.decode()
    for shown in (quotation.number, "AO-01", "120.000", "360.000", "Giao trong 3 ngày"):
        assert shown in text
    assert "73.917" not in text
    assert (page.headers["X-Robots-Tag"], page.headers["Cache-Control"]) == ("noindex", "no-store")
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', text)
    assert token is not None
    form = {"csrfmiddlewaretoken": token[1], "then": "accept", "name": " "}
    assert stranger.post(path_of(quotation.current), form).status_code == 422
    done = stranger.post(path_of(quotation.current), form | {"name": "Trần Đức"})
    assert (done.status_code, "ghi nhận bạn đồng ý" in done.content.decode()) == (200, True)
    quotation.refresh_from_db()
    version = quotation.current
    assert (quotation.status, version.answer) == (Status.ACCEPTED, "accepted")
    assert (version.answered_by, version.answered_ip) == ("Trần Đức", "127.0.0.1")
    assert now() - version.answered_at < timedelta(minutes=1)
    again = stranger.post(path_of(version), form | {"name": "Người khác"})
    assert again.status_code == 422
    assert "Trần Đức đã đồng ý báo giá này lúc" in again.content.decode()


def test_a109_the_buyer_declines_with_a_reason(shop):
    quotation = sent((shop[1], 3, 120_000))
    address = path_of(quotation.current)
    assert Client().post(address, {"then": "decline", "reason": ""}).status_code == 422
    answer = Client().post(address, {"then": "decline", "reason": "Giá cao"})
    assert answer.status_code == 200
    quotation.refresh_from_db()
    assert (quotation.status, quotation.current.decline_reason) == (Status.DECLINED, "Giá cao")
    late = Client().post(address, {"then": "accept", "name": "Trần Đức"})
    assert (late.status_code, "không còn hiệu lực" in late.content.decode()) == (422, True)


def test_a109_after_its_last_day_a_quotation_cannot_be_accepted(shop, frozen):
    quotation = sent((shop[1], 3, 120_000), valid_until=today())
    frozen.shift(timedelta(hours=14, minutes=59))  # 23:59 in Vietnam
    assert quoting.expire_quotations() == 0
    assert standing_of(quotation.current, quotation).is_open
    frozen.shift(timedelta(minutes=31))  # 00:30 of the next day, still the day before in UTC
    code = refusal(lambda: accept_quotation(quotation.current_id, name="Anh Đức", actor=ACTOR))
    assert code == "quotation.expired"
    assert "đã hết hạn" in Client().get(path_of(quotation.current)).content.decode()
    assert (quoting.expire_quotations(), quoting.expire_quotations()) == (1, 0)
    renewed = quoting.revise_quotation(quotation.pk, actor=ACTOR)
    assert renewed.current.valid_until == today() + timedelta(days=quoting.USUAL_DAYS)


def test_a_forged_link_tells_nothing_and_cannot_be_tried_without_end(shop, settings):
    quotation = sent((shop[1], 3, 120_000))
    good = path_of(quotation.current)
    draft = quoting.revise_quotation(quotation.pk, actor=ACTOR)
    settings.PUBLIC_PAGE_BURST = 4.0
    bad = [good.replace(":", "", 1), reverse("orders:quotation_answer", args=["1:x"])]
    for address in (*bad, path_of(draft.current)):  # a version that nobody sent is no secret's
        answer = Client().get(address)
        assert (answer.status_code, "AO-01" in answer.content.decode()) == (404, False)
    assert Client().get(good).status_code == 200
    assert Client().get(good).status_code == 429


def test_a14_an_accepted_quotation_becomes_one_order_at_the_quoted_prices(shop):
    warehouse, shirt = shop
    quotation = accepted((shirt, 4, 80_000), discount_vnd=20_000, shipping_fee_vnd=30_000)
    Variant.objects.update(price_vnd=999_000)
    order = convert_quotation(quotation.pk, actor=ACTOR)
    assert (order.status, order.fulfillment_status) == ("confirmed", "allocated")
    assert (order.goods_vnd, order.total_vnd, order.source) == (320_000, 330_000, "zalo")
    assert order.lines.get().unit_price_vnd == 80_000
    assert level(shirt, warehouse) == (10, 4)
    quotation.refresh_from_db()
    assert (quotation.status, quotation.order_id) == (Status.CONVERTED, order.pk)
    assert convert_quotation(quotation.pk, actor=ACTOR).pk == order.pk
    assert Order.objects.count() == 1
    assert not any(check_books().values())


def test_a14_shortage_is_said_at_conversion_and_somebody_may_insist(shop):
    quotation = accepted((shop[1], 14, 80_000))
    with pytest.raises(QuotationShort, match="AO-01 cần 14, còn 10"):
        convert_quotation(quotation.pk, actor=ACTOR)
    assert Order.objects.count() == 0
    order = convert_quotation(quotation.pk, actor=ACTOR, accept_shortage=True)
    assert (order.status, order.tab) == ("confirmed", "waiting_stock")


def test_a29_goods_that_may_not_be_ordered_beyond_the_stock_are_refused_even_then(shop):
    Variant.objects.update(allow_backorder=False)
    quotation = accepted((shop[1], 14, 80_000))
    code = refusal(lambda: convert_quotation(quotation.pk, actor=ACTOR, accept_shortage=True))
    assert code == "stock.short"
    assert Order.objects.count() == 0
    quotation.refresh_from_db()
    assert quotation.status == Status.ACCEPTED


def test_only_an_accepted_quotation_is_ordered(shop):
    for quotation in (quote((shop[1], 1, 5)), sent((shop[1], 1, 5))):
        code = refusal(lambda pk=quotation.pk: convert_quotation(pk, actor=ACTOR))
        assert code == "quotation.not_accepted"
    assert Order.objects.count() == 0


def test_an_order_without_an_address_waits_for_its_confirmation(shop):
    quotation = accepted((shop[1], 1, 5), street="", ward="", province="")
    order = convert_quotation(quotation.pk, actor=ACTOR)
    assert (order.status, order.needs_attention) == ("pending_confirmation", True)


def test_what_was_accepted_stays_on_record_when_the_offer_is_given_up(shop):
    quotation = accepted((shop[1], 1, 5))
    close_quotation(quotation.pk, reason="Khách đổi ý", actor=ACTOR)
    closed = close_quotation(quotation.pk, reason="lần hai", actor=ACTOR)
    version = closed.current
    assert (closed.status, version.answer) == (Status.DECLINED, "accepted")
    assert (version.answered_by, version.decline_reason) == ("Anh Đức", "Khách đổi ý")
    with pytest.raises(TransitionRefused):
        quoting.send_quotation(quotation.pk, key="x", actor=ACTOR)


def test_a109_the_counters_follow_every_state(shop):
    line = (shop[1], 1, 5)
    quote(line), sent(line), accepted(line)
    decline_version(sent(line).current_id, reason="đắt", actor=ACTOR)
    convert_quotation(accepted(line).pk, actor=ACTOR)
    assert quotation_counts_all() == {
        "draft": 1, "sent": 1, "accepted": 1, "declined": 1, "expired": 0, "converted": 1,
    }  # fmt: skip
    assert not any(check_books().values())


def test_a109_the_mail_carries_paper_and_link_and_leaves_once(
    shop, eager, django_capture_on_commit_callbacks
):
    quotation = quote((shop[1], 3, 120_000), email="duc@example.com")
    for _n in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            quotation = quoting.send_quotation(quotation.pk, key="form-1", actor=ACTOR)
    [message] = mail.outbox
    assert (message.to, path_of(quotation.current) in message.body) == (["duc@example.com"], True)
    [(name, content, kind)] = message.attachments
    assert (name, content[:4], kind) == (f"{quotation.number}.pdf", b"%PDF", "application/pdf")
    assert QuotationMail.objects.get().status == "sent"
    names = set(timeline_of("quotation", quotation.pk).values_list("name", flat=True))
    assert {"quotation.sent", "quotation.mail_queued", "quotation.mail_sent"} <= names


def test_a_mail_server_that_refuses_leaves_a_failed_mail_and_the_swept_one_is_sent(shop, settings):
    quoting.send_quotation(
        quote((shop[1], 3, 120_000), email="duc@example.com").pk, key="form-2", actor=ACTOR
    )
    assert quote_mail.send_waiting() == 0
    QuotationMail.objects.update(created_at=now() - 2 * quote_mail.SWEPT_AFTER)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9  # nobody listens there
    assert quote_mail.send_waiting() == 0
    row = QuotationMail.objects.get()
    assert (row.status, "Refused" in row.error) == ("failed", True)


def test_an_erased_person_leaves_amounts_but_no_name_in_his_quotations(shop):
    quotation = accepted((shop[1], 3, 120_000), email="duc@example.com")
    customer_id = quotation.customer_id
    [told] = collect_person(customer_id)["quotations"]
    assert (told["email"], told["answers"][0]["by"]) == ("duc@example.com", "Anh Đức")
    erase_person(customer_id, actor=ACTOR)
    quotation.refresh_from_db()
    assert (quotation.status, quotation.recipient_phone) == (Status.DECLINED, "")
    assert quotation.current.total_vnd == 360_000
    kept = str([*Quotation.objects.values_list(), *timeline_of("quotation", quotation.pk).values()])
    for text in ("Đức", "912345678", "duc@example.com", "Lê Lợi"):
        assert text not in kept
