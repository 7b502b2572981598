"""The template library: numbers, times, states, fields and charts."""

import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from lucide import _render_icon

from channels_sync.models import Shop
from inventory.models import StockCount, Transfer
from invoicing.models import Invoice
from invoicing.services.invoices import draft_invoice
from oms.kernel import clock
from oms.kernel.pages import Page
from oms.web import charts
from oms.web.icons import draw_icon
from oms.web.labels import LABELS, label_for
from oms.web.templatetags import ui
from orders.models import Order
from shipping.models import BookingState
from tests.inventory.makers import make_variant, make_warehouse, put
from tests.invoicing.build import make_account
from tests.orders.makers import ACTOR, place


@pytest.mark.parametrize(
    ("dimension", "choices"),
    [
        ("order", Order.Status),
        ("transfer", Transfer.Status),
        ("count", StockCount.Status),
        ("fulfillment", Order.Fulfillment),
        ("payment", Order.Payment),
        ("cod", Order.Cod),
        ("source", Order.Source),
        ("booking", BookingState),
        ("shop", Shop.Status),
    ],
)
def test_every_state_has_the_label_of_its_model(dimension, choices):
    shown = {code: str(label.text) for code, label in LABELS[dimension].items()}
    assert shown == {choice.value: str(choice.label) for choice in choices}


def test_an_invoice_and_its_order_share_one_set_of_words():
    shown = {code: str(label.text) for code, label in LABELS["invoice"].items()}
    of_orders = {choice.value: str(choice.label) for choice in Order.Invoice}
    of_documents = {choice.value: str(choice.label) for choice in Invoice.Status}
    assert shown == of_documents | of_orders


def test_every_label_has_a_tone_that_the_styles_know():
    tones = {label.tone for codes in LABELS.values() for label in codes.values()}
    assert tones == {"gray", "blue", "amber", "green", "red", "purple"}


def test_an_unknown_code_is_shown_as_it_is_in_amber():
    assert label_for("order", "teleported") == ("teleported", "amber")


def test_status_badge_escapes_what_it_does_not_know():
    assert "<b>" not in ui.status_badge("order", "<b>")


@pytest.mark.parametrize(
    ("value", "shown"), [(350, "350 g"), (1000, "1 kg"), (1250, "1,25 kg"), (0, "0 g"), (None, "–")]
)
def test_d11_weight(value, shown):
    assert ui.kg(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (412_600_000, "412,6 tr"),
        (1_250_000, "1,25 tr"),
        (3_400_000_000, "3,4 tỷ"),
        (-2_000_000, "−2 tr"),
        (95_000, "95.000\u00a0₫"),
    ],
)
def test_d11_short_money_for_charts(value, shown):
    assert ui.vnd_short(value) == shown


def test_d11_whole_numbers_are_grouped_with_points():
    assert ui.number(1284) == "1.284"


def test_d11_when_is_relative_within_a_day_and_keeps_the_full_time(frozen):
    shown = ui.when(clock.now() - timedelta(minutes=12))
    assert ">12 phút trước<" in shown
    assert 'title="02/03/2026 08:48"' in shown
    assert ">01/03/2026 08:00<" in ui.when(clock.now() - timedelta(hours=25))
    assert ">còn 3 giờ<" in ui.when(clock.now() + timedelta(hours=3))


@pytest.mark.parametrize(
    ("hours", "tone"), [(-1, "black"), (4, "red"), (12, "amber"), (13, "gray"), (60, "gray")]
)
def test_d5_deadline_colours_follow_the_hours_left(frozen, hours, tone):
    assert f"badge-{tone}" in ui.deadline(clock.now() + timedelta(hours=hours))


def test_times_are_shown_in_the_company_zone():
    assert ui.datetime_vn(datetime(2026, 11, 22, 1, 30, tzinfo=UTC)) == "22/11/2026 08:30"
    assert ui.date_vn(datetime(2026, 11, 22, 18, 0, tzinfo=UTC)) == "23/11/2026"


def test_query_replaces_and_drops_parameters():
    request = RequestFactory().get("/?tab=to_confirm&after=x&source=shopee")
    template = Template("{% load ui %}{% query after='' before='y' %}")
    assert template.render(Context({"request": request})) == (
        "?tab=to_confirm&amp;source=shopee&amp;before=y"
    )


def test_an_icon_is_that_of_the_set_without_its_white_space():
    ours = draw_icon("truck", 16, "icon")
    theirs = ElementTree.fromstring(_render_icon("truck", 16, **{"class": "icon"}))
    assert [node.attrib for node in ElementTree.fromstring(ours)] == [n.attrib for n in theirs]
    assert ours.startswith('<svg width="16" height="16" viewBox') and "\n" not in ours
    with pytest.raises(KeyError):
        draw_icon("no-such-icon", 16, "icon")


def test_icons_are_hidden_from_screen_readers_and_cached():
    assert 'aria-hidden="true"' in ui.icon("truck", 16)
    assert ui.icon("truck", 16) is ui.icon("truck", 16)


def test_field_for_joins_label_help_and_error_to_the_control():
    class Sample(forms.Form):
        phone = forms.CharField(label="Số điện thoại", help_text="Ví dụ: 0912 345 678")

    html = ui.field_for(Sample({"phone": ""})["phone"])
    assert '<label for="id_phone">' in html
    assert 'aria-describedby="id_phone_helptext id_phone_error"' in html
    assert 'id="id_phone_error"' in html
    assert 'aria-invalid="true"' in html


def test_charts_survive_nothing_and_zero():
    assert charts.sparkline([]) == ""
    assert charts.sparkline([0, 0]) == ""
    assert charts.bars([]) == ""
    assert 'height="0.0"' in charts.bars([("22/11", 0, "0")])
    assert 'width="0.0"' in charts.meter(5, 0)


def test_charts_escape_their_labels():
    assert "<script>" not in charts.bars([("<script>", 1, "1")])


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/orders/", "/products/", "/stock/", "/invoices/"])
def test_lists_share_one_toolbar_and_one_table_frame(owner_client, address):
    warehouse, shirt = make_warehouse(), make_variant("AO-1")
    put(shirt, warehouse, 9)
    make_account()
    draft_invoice(place((shirt, 1)).pk, actor=ACTOR)
    page = owner_client.get(address)
    names = {template.name for template in page.templates}
    assert names >= {"components/filter_toolbar.html", "components/table_frame.html"}
    html = page.content.decode()
    assert re.search(r'<form class="toolbar"\s+method="get"\s+role="search"', html)
    assert re.search(
        r'<div class="table-wrap"\s+tabindex="0"\s+role="region"\s+aria-label="[^"]+"', html
    )
    assert "&lt;input" not in html and "&lt;thead" not in html
    assert ('hx-target="#results"' in html) is (address != "/invoices/")


def test_a_frame_escapes_its_label_and_what_its_content_prints():
    row = "<tr><td>{{ cell }}</td></tr>"
    source = "{% load ui %}{% table_frame label=label %}" + row + "{% endtable_frame %}"
    page: Page = Page([], "", "")
    context = {"label": '"><script>', "cell": "<b>", "page": page}
    html = Template(source).render(Context(context))
    assert "<tr><td>&lt;b&gt;</td></tr>" in html
    assert 'aria-label="&quot;&gt;&lt;script&gt;"' in html


@pytest.mark.parametrize(("amount", "shown"), [(1_200, "+1.200"), (-3, "−3"), (0, "0")])
def test_a_change_of_quantity_has_its_sign_and_none_when_nothing_changed(amount, shown):
    assert ui.signed(amount) == shown


@pytest.mark.parametrize(
    ("amount", "shown"), [(12_000, "+12.000\xa0₫"), (-12_000, "−12.000\xa0₫"), (0, "0\xa0₫")]
)
def test_a_change_of_money_has_its_sign_and_none_when_nothing_changed(amount, shown):
    assert ui.signed_vnd(amount) == shown


def test_the_empty_choice_of_a_list_says_what_to_do():
    class Plain(forms.Form):
        kind = forms.ChoiceField(choices=[("", "---------"), ("a", "Áo")])
        named = forms.ChoiceField(choices=[("", "Mọi loại"), ("a", "Áo")])

    form = Plain()
    assert '<option value="" selected>Chọn…</option>' in ui.field_for(form["kind"])
    assert '<option value="" selected>Mọi loại</option>' in ui.field_for(form["named"])


@pytest.mark.parametrize(
    ("agent", "shown"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/130.0 Mobile Safari/537.36", "Chrome · Android"),
        ("curl/8.5", "curl/8.5"),
        ("", ""),
    ],
)
def test_a_browser_is_told_by_its_name_and_system(agent, shown):
    assert ui.device(agent) == shown
