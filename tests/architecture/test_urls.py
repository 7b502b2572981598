"""Every address asks for a permission, or stands on the short list of those that do not."""

import inspect
from collections.abc import Callable, Iterator

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.urls import URLPattern, URLResolver, get_resolver

from oms.accounts.roles import ROLES

# Open to anybody, each for a reason.
PUBLIC = {
    "healthz": "the load balancer has no account",
    "web:login": "the way in",
    "web:logout": "the way out",
    "set_language": "the log-in page can be read in English",
    "web:theme": "light or dark, kept in a cookie",
    "web:login_code": "the second step of the way in",
    "web:passkey_ask_open": "a question that only the holder of a key can answer",
    "web:passkey_open": "a way in, for who holds the key",
    "web:set_password": "a new user holds a signed link that works once and for a day",
    "web:job": "the one who started it, or web.view_health, asked for in the view",
    "web:tray": "one's own jobs only, kept with the session",
    "web:style": "shows components, no data",
    "orders:quotation_answer": "a buyer holds a signed link; it shows one version of a quotation",
    "orders:quotation_answer_paper": "the same link, the same version on paper",
    "shipping:track": "a buyer knows the waybill and the end of the own phone; shows no person",
    "orders:return_ask": "a buyer knows the order and the end of the own phone; shows no person",
    "inventory:supplier_answer": "a supplier holds a signed link that runs out; it shows one order",
}
# For everybody who is logged in; the view itself decides what of it he may see.
PERSONAL = {
    "web:job": "one's own job, or any for those who watch over them; else it is not found",
    "web:tray": "one's own jobs only, kept with the session",
    "web:account": "one's own account",
    "web:change_password": "one's own password",
    "web:second_factor": "one's own second factor",
    "web:second_factor_off": "one's own second factor",
    "web:recovery_codes": "one's own codes",
    "web:passkey_ask": "one's own passkeys, with one's password",
    "web:passkey_make": "one's own passkeys, an answer to what was asked",
    "web:passkey_remove": "one's own passkey; another's is not found",
    "web:end_session": "one's own session; another's is not found",
    "shipping:camera_frame": "who has one of the stations; it keeps and shows nothing",
}
# Partners prove themselves by a signature or by a secret in the address.
PUBLIC_ROUTES = ("hooks/",)
# Programs sign each call; the door asks for the permission of the method.
API_ROUTE = "api/"


def addresses(
    resolver: URLResolver | None = None, route: str = "", names: tuple[str, ...] = ()
) -> Iterator[tuple[str, str, Callable]]:
    """(route, namespaced name, view) of every pattern."""
    resolver = resolver or get_resolver()
    for pattern in resolver.url_patterns:
        path = route + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield path, ":".join([*names, pattern.name or "?"]), pattern.callback
        else:
            inner = (*names, pattern.namespace) if pattern.namespace else names
            yield from addresses(pattern, path, inner)


def layers(view: Callable) -> Iterator[Callable]:
    """The view and everything that decorators wrapped around it."""
    seen: Callable | None = view
    while seen is not None:
        yield seen
        seen = getattr(seen, "__wrapped__", None)


def permissions(view: Callable) -> list[str]:
    """The permissions that permission_required or PermissionRequiredMixin ask for."""
    found: list[str] = []
    for layer in layers(view):
        view_class = getattr(layer, "view_class", None)
        if view_class and issubclass(view_class, PermissionRequiredMixin):
            required = view_class.permission_required
            found += [required] if isinstance(required, str) else list(required or ())
        check = (
            inspect.getclosurevars(layer).nonlocals.get("test_func") if callable(layer) else None
        )
        if check and "permission_required" in check.__qualname__:
            asked = inspect.getclosurevars(check).nonlocals
            perms = asked.get("perms") or asked.get("perm")
            found += [perms] if isinstance(perms, str) else list(perms or ())
    return found


def test_every_address_asks_for_a_permission_or_is_public() -> None:
    open_addresses = [
        f"/{route} ({name})"
        for route, name, view in addresses()
        if not permissions(view)
        and name not in PUBLIC | PERSONAL
        and not route.startswith((*PUBLIC_ROUTES, API_ROUTE))
    ]
    assert open_addresses == []


def test_every_call_of_a_program_needs_a_permission_that_the_owner_has() -> None:
    calls = {name: view for route, name, view in addresses() if route.startswith(API_ROUTE)}
    assert len(calls) >= 5
    for name, view in calls.items():
        asked = getattr(view, "api_permissions", {})
        assert asked and set(asked.values()) <= ROLES["owner"], name


def test_every_permission_asked_for_is_granted_to_the_owner() -> None:
    unknown = {
        f"{permission} (/{route})"
        for route, _, view in addresses()
        for permission in permissions(view)
        if permission not in ROLES["owner"]
    }
    assert unknown == set()


def test_every_role_has_no_permission_that_the_owner_lacks() -> None:
    assert {
        role: held - ROLES["owner"] for role, held in ROLES.items() if held - ROLES["owner"]
    } == {}


def test_the_rule_sees_the_permission_of_a_decorated_view() -> None:
    from django.contrib.auth.decorators import login_required, permission_required
    from django.views.decorators.http import require_POST

    def view(request): ...

    guarded = permission_required("orders.cancel_order", raise_exception=True)(view)
    assert permissions(require_POST(guarded)) == ["orders.cancel_order"]
    assert permissions(login_required(view)) == []
