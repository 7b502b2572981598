"""A report in words: what each line says, what stands under it, and what to do next."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from oms.kernel.clock import local
from oms.kernel.money import format_vnd
from orders.models import Order

Words = str | Promise
Item = dict[str, Any]
SHOWN = 5

TITLES: dict[str, Words] = {
    "orders": gettext_lazy("Đơn trên sàn và đơn ở đây"),
    "units": gettext_lazy("Số món đã bán"),
    "money": gettext_lazy("Tiền người mua phải trả"),
    "allowed": gettext_lazy("Số đã báo không vượt phần kênh được bán"),
    "shown": gettext_lazy("Tồn đang hiện trên sàn là số đúng"),
    "oversold": gettext_lazy("Món bán quá số có thật, kèm lý do"),
    "lag": gettext_lazy("Từ lúc bán tới lúc có đơn ở đây"),
    "calls": gettext_lazy("Số lần gọi sàn"),
    "renewals": gettext_lazy("Lần gia hạn kết nối"),
    "spoilt": gettext_lazy("Tin báo bị làm hỏng"),
    "reconciled": gettext_lazy("Đơn chỉ đối soát đêm mới tìm ra"),
    "waiting": gettext_lazy("Tin báo chưa xử lý xong"),
    "problems": gettext_lazy("Việc chờ người xử lý"),
    "books": gettext_lazy("Phép cân sổ sách bị lệch thêm"),
}
# What to do about a red line, and where.
NEXT: dict[str, tuple[Words, str]] = {
    "orders": (gettext_lazy("Mở gian hàng, bấm Đồng bộ ngay rồi diễn tập lại"), "shop"),
    "units": (gettext_lazy("Mở gian hàng và xem sản phẩm chưa liên kết"), "shop"),
    "money": (gettext_lazy("Mở gian hàng và so từng đơn"), "shop"),
    "allowed": (gettext_lazy("Xem quy tắc tồn báo cho sàn"), "rules"),
    "shown": (gettext_lazy("Mở gian hàng và gửi lại tồn"), "shop"),
    "oversold": (gettext_lazy("Đặt phần giữ lại hoặc chia hạn mức cho mỗi sàn"), "shops"),
    "waiting": (gettext_lazy("Xem tác vụ lỗi và chạy lại"), "health"),
    "problems": (gettext_lazy("Xử lý từng việc ở gian hàng"), "shops"),
    "books": (gettext_lazy("Xem sổ sách"), "books"),
}
REASONS: dict[str, Words] = {
    "not_known": gettext_lazy("đơn lấy món cuối lúc đó chưa về tới đây"),
    "on_its_way": gettext_lazy("số mới đang trên đường tới sàn"),
    "refused": gettext_lazy("sàn không nhận số mới vì đang có chương trình"),
    "wrong_number": gettext_lazy("sàn đã được báo số cao hơn hàng còn"),
    "never_told": gettext_lazy("sàn không được báo hết hàng"),
}
FAULTS: dict[str, Words] = {
    "late": gettext_lazy("tới muộn"),
    "duplicate": gettext_lazy("gửi hai lần"),
    "reorder": gettext_lazy("sai thứ tự"),
    "lost": gettext_lazy("bị mất"),
}


STEP_TITLES: dict[str, Words] = {
    "prepare": gettext_lazy("Báo lại tồn cho mọi gian hàng"),
    "sell": gettext_lazy("Khách vào mua ở ba sàn"),
    "trouble": gettext_lazy("Mất token, vượt giới hạn gọi"),
    "settle": gettext_lazy("Đợi đơn và tồn về hết"),
    "judge": gettext_lazy("So hai bên, viết báo cáo"),
}


def step_titles(steps: Iterable[str]) -> list[tuple[str, Words]]:
    return [(step, STEP_TITLES[step]) for step in steps]


@dataclass(frozen=True)
class Shown:
    """One line as the page and the command show it."""

    title: str
    tone: str
    there: str
    here: str
    # The first texts, and those behind them; `more` items are not kept at all.
    texts: list[str]
    rest: list[str]
    more: int
    next_text: str = ""
    next_url: str = ""


def shown_report(report: list[Item]) -> list[Shown]:
    """Red lines first; otherwise in the order of the report."""
    return [_shown(row) for row in sorted(report, key=lambda row: row["ok"] is not False)]


def _shown(row: Item) -> Shown:
    key, ok = row["key"], row["ok"]
    title = str(TITLES[key])
    text, place = NEXT.get(key, ("", ""))
    show = FORMATS.get(key, _number)
    texts = [_TEXTS[key](item) for item in row["items"]]
    return Shown(
        title=f"{row['shop']} · {title}" if row["shop"] else title,
        tone="gray" if ok is None else "green" if ok else "red",
        there=show(row["there"]),
        here=show(row["here"]),
        texts=texts[:SHOWN],
        rest=texts[SHOWN:],
        more=row["more"],
        next_text=str(text) if ok is False else "",
        next_url=_url(place, row["shop_id"]) if ok is False else "",
    )


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}".replace(",", ".")


def _duration(ms: int | None) -> str:
    """Half of the orders took no longer."""
    return "" if ms is None else _("thường %(lag)s") % {"lag": _seconds(ms)}


def _seconds(ms: int) -> str:
    return _("%(s)s giây") % {"s": f"{ms / 1000:.1f}".replace(".", ",")}


def _vnd(amount: int | None) -> str:
    return "" if amount is None else format_vnd(amount)


FORMATS: dict[str, Callable[[int | None], str]] = {
    "money": _vnd,
    "lag": _duration,
}


def _url(place: str, shop_id: int | None) -> str:
    if place == "shop" and shop_id:
        return reverse("channels_sync:shop_detail", args=[shop_id])
    if place == "rules" and shop_id:
        return reverse("channels_sync:stock_rules", args=[shop_id])
    names = {"health": "web:health", "books": "web:books"}
    return reverse(names.get(place, "channels_sync:shop_list"))


# One sentence per item


def _order(item: Item) -> str:
    if item["kind"] == "missing":
        return _("Thiếu ở đây: đơn %(number)s") % item
    return _("Ở đây có mà trên sàn không mở: đơn %(number)s") % item


def _both(item: Item) -> str:
    return _("%(what)s: trên sàn %(there)s, ở đây %(here)s") % {
        "what": item.get("sku") or item["number"],
        "there": _number(item["there"]),
        "here": _number(item["here"]),
    }


def _allowed(item: Item) -> str:
    return _("%(sku)s: đã báo %(told)s, được bán %(allowed)s") % item


def _stock(item: Item) -> str:
    text = _both(item)
    if item["kind"] != "refused":
        return text
    why = item.get("why") or REASONS["refused"]
    return f"{text} ({why})"


def _oversold(item: Item) -> str:
    told = item["last_told"]
    return _("%(sku)s × %(units)s, %(shop)s, đơn %(number)s lúc %(at)s: %(reason)s") % {
        **item,
        "at": _clock(item["sold_at"]),
        "reason": REASONS[item["reason"]],
    } + (
        ""
        if told is None
        else " · "
        + _("số sàn biết lúc đó: %(told)s, số mới tới lúc %(news)s")
        % {"told": told, "news": _clock(item["news_at"])}
    )


def _clock(seconds: float | None) -> str:
    if seconds is None:
        return "–"
    moment = local(datetime.fromtimestamp(seconds, UTC))
    return f"{moment:%H:%M:%S},{moment.microsecond // 100_000}"


def _lag(item: Item) -> str:
    return _("Lâu nhất: %(lag)s, đơn %(number)s (%(shop)s)") % {
        **item,
        "lag": _seconds(item["ms"]),
    }


def _calls(item: Item) -> str:
    return _("%(partner)s: %(requests)s lần gọi, %(retries)s lần bị từ chối rồi gọi lại") % {
        "partner": Order.Source(item["partner"]).label,
        "requests": _number(item["requests"]),
        "retries": _number(item["retries"]),
    }


def _spoilt(item: Item) -> str:
    return f"{item['count']} {FAULTS.get(item['kind'], item['kind'])}"


def _plain(item: Item) -> str:
    return f"{item['shop']}: {item['text']}" if item.get("shop") else str(item["text"])


_TEXTS: dict[str, Callable[[Item], str]] = {
    "orders": _order,
    "units": _both,
    "money": _both,
    "allowed": _allowed,
    "shown": _stock,
    "oversold": _oversold,
    "lag": _lag,
    "calls": _calls,
    "spoilt": _spoilt,
    "renewals": _plain,
    "reconciled": _plain,
    "waiting": _plain,
    "problems": _plain,
    "books": _plain,
}
