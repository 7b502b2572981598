"""HTML that was drawn once and serves again for some seconds, in this process.

A text is kept under all that it was made from: when any of that changes, the key is another one.
What a key forgets can be as old as the store keeps. While nobody has written anything to the
database at all, a page need not even ask for what it was made from.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.contrib.messages import get_messages
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from oms.kernel import tray
from oms.kernel.clock import now
from oms.kernel.packing import PackedPieces
from oms.kernel.sql import run

T = TypeVar("T")


def hole() -> str:
    """Stands in a drawn text for what differs each time, or for an end.

    Drawn by lot for each process: a buyer who wrote it into his name would tear the page apart.
    """
    return f"\ue000{secrets.token_hex(8)}\ue001"


TOKEN = hole()  # the visitor's own, in a kept page


class Kept(Generic[T]):
    """Values by key, each for `seconds`, at most `most` of them."""

    def __init__(self, *, seconds: float, most: int) -> None:
        self.seconds, self.most = seconds, most
        self.rows: dict[tuple[Any, ...], tuple[float, T]] = {}

    def get(self, key: tuple[Any, ...]) -> T | None:
        row = self.rows.get(key)
        if row is None or not 0 <= now().timestamp() - row[0] < self.seconds:
            return None
        return row[1]

    def put(self, values: Mapping[tuple[Any, ...], T]) -> None:
        if len(self.rows) + len(values) > self.most:
            self.rows.clear()
        moment = now().timestamp()
        self.rows.update({key: (moment, value) for key, value in values.items()})

    def clear(self) -> None:
        """As if the process had just begun."""
        self.rows.clear()


def draw_kept(
    store: Kept[str],
    keys: Mapping[int, tuple[Any, ...]],
    draw: Callable[[list[int]], Mapping[int, str]],
) -> str:
    """The texts of these ids one after the other; those that nobody has drawn are drawn at once.

    An id for which nothing is drawn has none.
    """
    found = {pk: text for pk, key in keys.items() if (text := store.get(key)) is not None}
    missing = [pk for pk in keys if pk not in found]
    if missing:
        new = draw(missing)
        found |= new
        store.put({keys[pk]: text for pk, text in new.items()})
    return "".join(found[pk] for pk in keys if pk in found)


class KeptPages:
    """Pages by all that they were drawn from, and by the version of the database, packed."""

    def __init__(self, *, seconds: float, most: int) -> None:
        self.drawn: Kept[str] = Kept(seconds=seconds, most=most)
        self.packed: Kept[PackedPieces] = Kept(seconds=seconds, most=most)

    def clear(self) -> None:
        self.drawn.clear()
        self.packed.clear()


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a page is made from, and the page as `context`, asked for only when it is drawn.

    `holes` are what stands for values that differ each time.
    """

    facts: tuple[Any, ...]
    context: Callable[[], dict[str, Any]]
    holes: Mapping[str, object] = field(default_factory=dict)


def render_kept(
    pages: KeptPages, request: HttpRequest, template: str, draw: Callable[[], Plan]
) -> HttpResponse:
    """The page, drawn only when nobody like this reader has just had it.

    A page with messages is always drawn: they are said once.
    """
    if len(get_messages(request)) > 0:
        plan = draw()
        said = _filled(_drawn(request, template, plan), plan)
        return HttpResponse(said.replace(TOKEN, get_token(request)))
    look, version = (template, reader(request)), database_version()
    page = pages.packed.get((*look, version)) if version else None
    if page is None:
        plan = draw()
        text = pages.drawn.get((*look, plan.facts))
        if text is None:
            text = _drawn(request, template, plan)
            pages.drawn.put({(*look, plan.facts): text})
        page = PackedPieces(_filled(text, plan).encode().split(TOKEN.encode()))
        if version:
            pages.packed.put({(*look, version): page})
    return _answer(request, page)


def _drawn(request: HttpRequest, template: str, plan: Plan) -> str:
    return str(render_to_string(template, {**plan.context(), "csrf_token": TOKEN}, request))


def _filled(text: str, plan: Plan) -> str:
    for hole, value in plan.holes.items():
        text = text.replace(hole, str(value))
    return text


def _answer(request: HttpRequest, page: PackedPieces) -> HttpResponse:
    token = get_token(request).encode()
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(page.joined(token))
    response = HttpResponse(page.gzip(token), headers={"Content-Encoding": "gzip"})
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def database_version() -> str | None:
    """Equal as long as nobody has committed anything; None where own changes are not committed.

    Every transaction that writes has a number, and a snapshot names those that count for it.
    """
    if connection.in_atomic_block:
        return None
    [(snapshot,)] = run("SELECT pg_current_snapshot()::text")
    return str(snapshot)


def reader(request: HttpRequest) -> tuple[Any, ...]:
    """Who reads which page and how: all that it takes from the request."""
    return (*person(request), request.get_full_path())


def person(request: HttpRequest) -> tuple[Any, ...]:
    """Who reads and how: all that the frame of a page takes from the request."""
    user: Any = request.user
    return (
        user.pk,
        user.get_full_name() or user.get_username(),
        getattr(user, "role", ""),
        frozenset(user.get_all_permissions()),
        get_language(),
        request.COOKIES.get("theme"),
        tray.is_watching(request),
    )
