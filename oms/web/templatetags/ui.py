"""Template library `ui`: how numbers, times, states, icons and fields look on every page."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import uuid4

from django import template
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms import BoundField, CheckboxInput, ChoiceField, ModelChoiceField
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from oms.kernel import clock, phones
from oms.kernel.clients import device_name
from oms.kernel.kept import Kept, person
from oms.kernel.money import amount_html, format_vnd, rate_text
from oms.kernel.richtext import clean_html
from oms.web import charts
from oms.web.icons import draw_icon
from oms.web.labels import label_for
from oms.web.nav import section

register = template.Library()

# Parts of the frame; a role that is changed shows there so much later.
FRAME: Kept[str] = Kept(seconds=15, most=1_000)
# Counts stop here.
MOST_SHOWN = 1000


@register.simple_tag(takes_context=True)
def frame_part(context: template.Context, name: str) -> SafeString:
    """A template that is the same on all pages of a section, drawn once for its reader."""
    request = context["request"]
    key = (name, section(request.path), *person(request))
    text = FRAME.get(key)
    if text is None:
        text = render_to_string(name, {}, request)
        FRAME.put({key: text})
    # A rendered template of ours: escaped where it was made.
    return mark_safe(text)  # noqa: S308


@lru_cache(maxsize=512)
def icon_svg(name: str, size: int, css_class: str) -> SafeString:
    """The icon's SVG, rendered once per name, size and class."""
    markup = draw_icon(name, size, f"icon {css_class}".strip())
    return mark_safe(markup)  # noqa: S308 - our own icon set, no user text


@register.simple_tag
def icon(name: str, size: int = 18, css_class: str = "") -> SafeString:
    return icon_svg(str(name), int(size), str(css_class))


@register.filter
def vnd(amount: int | None) -> str:
    """1.250.000 ₫ with a true minus below zero; a dash when there is no amount."""
    return "–" if amount is None else format_vnd(int(amount)).replace("-", "−")


register.simple_tag(amount_html, name="money")


@register.filter
def signed_vnd(amount: int) -> str:
    """+12.000 ₫ for a gain, −12.000 ₫ for a loss, 0 ₫ for neither."""
    return f"{'+' if amount > 0 else ''}{vnd(amount)}"


@register.filter
def signed(quantity: int) -> str:
    """+1.200 pieces more, −3 fewer, 0."""
    return f"{'+' if quantity > 0 else ''}{number(quantity)}"


@register.filter
def rate(amount: Decimal) -> str:
    """25.400,5: dong for one unit of another currency."""
    return rate_text(amount)


@register.filter
def vnd_short(amount: int | None) -> str:
    """For charts only: 1,25 tr, 3,4 tỷ."""
    if amount is None:
        return "–"
    for unit, name in ((1_000_000_000, _("tỷ")), (1_000_000, _("tr"))):
        if abs(amount) >= unit:
            hundredths = (abs(amount) * 100 + unit // 2) // unit
            whole, part = divmod(hundredths, 100)
            digits = f"{part:02d}".rstrip("0")
            sign = "−" if amount < 0 else ""
            return f"{sign}{whole}{',' + digits if digits else ''} {name}"
    return vnd(amount)


@register.filter
def number(value: int | None) -> str:
    """1.284: whole numbers grouped the Vietnamese way."""
    return "–" if value is None else f"{int(value):,}".replace(",", ".").replace("-", "−")


@register.filter
def capped(value: int) -> str:
    """A count that stopped at a thousand: 999+."""
    return number(value) if value < MOST_SHOWN else f"{MOST_SHOWN - 1}+"


@register.filter
def kg(weight_g: int | None) -> str:
    """350 g below one kilogram, then 1,25 kg."""
    if weight_g is None:
        return "–"
    if weight_g < 1000:
        return f"{weight_g} g"
    whole, rest = divmod(weight_g, 1000)
    digits = f"{rest:03d}".rstrip("0")
    return f"{whole}{',' + digits if digits else ''} kg"


@register.filter
def phone_vn(e164: str | None) -> str:
    return phones.show_phone(e164) if e164 else ""


@register.filter
def device(agent: str) -> str:
    return device_name(agent)


@register.filter
def initials(user: Any) -> str:
    """Two letters for the avatar: first of the first and of the last word of the name."""
    words = (user.get_full_name() or user.get_username() or "?").split()
    return (words[0][0] + words[-1][0] if len(words) > 1 else words[0][:2]).upper()


@register.filter
def datetime_vn(moment: datetime | None) -> str:
    """22/11/2026 08:30 in the company's time zone."""
    return clock.local(moment).strftime("%d/%m/%Y %H:%M") if moment else ""


@register.filter
def date_vn(moment: Any) -> str:
    if not moment:
        return ""
    day = clock.local(moment) if isinstance(moment, datetime) else moment
    return day.strftime("%d/%m/%Y")


def relative(distance: timedelta) -> str:
    """'12 phút trước', 'còn 3 giờ'; distance is now minus the moment."""
    minutes = int(abs(distance.total_seconds()) // 60)
    if minutes < 1:
        return _("vừa xong") if distance >= timedelta(0) else _("còn dưới 1 phút")
    if minutes < 60:
        ago = ngettext("%(n)d phút trước", "%(n)d phút trước", minutes)
        left = ngettext("còn %(n)d phút", "còn %(n)d phút", minutes)
        return (ago if distance >= timedelta(0) else left) % {"n": minutes}
    hours = minutes // 60
    ago = ngettext("%(n)d giờ trước", "%(n)d giờ trước", hours)
    left = ngettext("còn %(n)d giờ", "còn %(n)d giờ", hours)
    return (ago if distance >= timedelta(0) else left) % {"n": hours}


@register.filter
def when(moment: datetime | None) -> SafeString:
    """Relative within a day, the full date beyond; the full time is always on hover."""
    if not moment:
        return mark_safe("")
    full = datetime_vn(moment)
    distance = clock.now() - moment
    shown = relative(distance) if abs(distance) < timedelta(hours=24) else full
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        full,
        shown,
    )


@register.filter
def deadline(moment: datetime | None) -> SafeString:
    """A countdown badge: grey, amber within 12 h, red within 4 h, black when missed."""
    if not moment:
        return mark_safe("")
    left = moment - clock.now()
    hours = left.total_seconds() / 3600
    tone = "black" if hours < 0 else "red" if hours <= 4 else "amber" if hours <= 12 else "gray"
    shown = _("trễ hạn") if hours < 0 else relative(-left) if hours < 48 else date_vn(moment)
    return format_html(
        '<time class="badge badge-{}" datetime="{}" title="{}">{}</time>',
        tone,
        moment.isoformat(timespec="seconds"),
        datetime_vn(moment),
        shown,
    )


@register.simple_tag
def status_badge(dimension: str, code: str) -> SafeString:
    label = label_for(dimension, code)
    return format_html('<span class="badge badge-{}">{}</span>', label.tone, label.text)


@register.simple_tag
def status_text(dimension: str, code: str) -> str:
    return str(label_for(dimension, code).text)


@register.simple_tag
def source_mark(code: str, shop_name: str = "") -> SafeString:
    """Coloured dot and name of the channel; the shop's name wins when there is one."""
    return format_html(
        '<span class="source"><i class="dot dot-{}"></i>{}</span>',
        code,
        shop_name or label_for("source", code).text,
    )


PARTNER_NAMES = {
    "shopee": "Shopee",
    "lazada": "Lazada",
    "tiktok_shop": "TikTok Shop",
    "ghn": "Giao Hàng Nhanh",
    "viettel_post": "Viettel Post",
    "ghtk": "Giao Hàng Tiết Kiệm",
    "sinvoice": "Viettel S-Invoice",
}


@register.filter
def partner_name(code: str) -> str:
    return PARTNER_NAMES.get(code, code)


@register.simple_tag
def field_for(field: BoundField, label: str = "") -> SafeString:
    """Label, control, help and error of one form field."""
    # One box stands before its label; a group of boxes has its label above.
    is_check = isinstance(field.field.widget, CheckboxInput)
    _name_blank(field)
    context = {"field": field, "label": label or field.label, "is_check": is_check}
    return mark_safe(render_to_string("components/field.html", context))  # noqa: S308 - a template


def _name_blank(field: BoundField) -> None:
    """The empty choice of a list says what to do in place of Django's dashes."""
    control = field.field
    if isinstance(control, ModelChoiceField):
        if control.empty_label == BLANK_CHOICE_DASH[0][1]:
            control.empty_label = _("Chọn…")
    elif isinstance(control, ChoiceField):
        rows: Any = control.choices
        choices = list(rows)
        if choices[:1] == BLANK_CHOICE_DASH:
            control.choices = [("", _("Chọn…")), *choices[1:]]


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """The present address's parameters with some replaced; None or '' drops one."""
    params = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            params.pop(name, None)
        else:
            params[name] = str(value)
    return "?" + params.urlencode()


@register.simple_block_tag(takes_context=True)
def filter_toolbar(context: template.Context, content: SafeString, url: str = "") -> SafeString:
    """The fields of a list's filter in their form; with `url` htmx renews `#results` from there."""
    return _frame(context, "components/filter_toolbar.html", content=content, url=url)


@register.simple_block_tag(takes_context=True)
def table_frame(context: template.Context, content: SafeString, label: str) -> SafeString:
    """Head and rows of a list as a table that scrolls, becomes cards on a phone, and has pages."""
    return _frame(context, "components/table_frame.html", content=content, label=label)


def _frame(context: template.Context, name: str, **values: object) -> SafeString:
    """A component around content that is rendered already, in the page's own context."""
    with context.push(**values):
        return context.template.engine.get_template(name).render(context)  # type: ignore[union-attr]


@register.simple_tag
def one_line(*parts: str) -> str:
    """The parts of an address that are there, with commas between them."""
    return ", ".join(part for part in parts if part)


@register.simple_tag
def new_key() -> str:
    """A key for one press of a form's button: a second press with it changes nothing."""
    return str(uuid4())


@register.simple_tag
def sparkline(values: Sequence[int], width: int = 96, height: int = 30) -> SafeString:
    return charts.sparkline(values, width=width, height=height)


@register.simple_tag
def bars(rows: Sequence[tuple[str, int, str]], width: int = 560, height: int = 150) -> SafeString:
    return charts.bars(rows, width=width, height=height)


@register.simple_tag
def meter(done: int, total: int) -> SafeString:
    return charts.meter(done, total)


@register.filter(name="clean_html")
def clean_html_filter(text: str) -> SafeString:
    """Formatted text as HTML; cleaned again here, so that no row can bring a script to a page."""
    return mark_safe(clean_html(text, None))  # noqa: S308 - just cleaned
