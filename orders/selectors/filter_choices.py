"""What may be chosen in a filter, where that depends on the shop's own data and on who asks."""

from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from inventory.selectors.places import warehouses_visible_to
from orders.selectors.marks import active_tags, colleagues
from orders.selectors.narrowing import NOBODY

# One look into an index for each different value, however many orders carry it.
_SHOPS = """
WITH RECURSIVE shop AS (
    (SELECT shop_ref, shop_name FROM orders_order WHERE shop_ref IS NOT NULL
     ORDER BY shop_ref, placed_at DESC, id DESC LIMIT 1)
    UNION ALL
    SELECT next.shop_ref, next.shop_name FROM shop CROSS JOIN LATERAL (
        SELECT shop_ref, shop_name FROM orders_order o WHERE o.shop_ref > shop.shop_ref
        ORDER BY o.shop_ref, o.placed_at DESC, o.id DESC LIMIT 1) AS next
)
SELECT shop_ref, shop_name FROM shop
"""
_CARRIERS = """
WITH RECURSIVE carrier AS (
    (SELECT carrier_code FROM orders_order WHERE NOT carrier_code = ''
     ORDER BY carrier_code LIMIT 1)
    UNION ALL
    SELECT (SELECT o.carrier_code FROM orders_order o
        WHERE NOT o.carrier_code = '' AND o.carrier_code > carrier.carrier_code
        ORDER BY o.carrier_code LIMIT 1)
    FROM carrier WHERE carrier.carrier_code IS NOT NULL
)
SELECT carrier_code FROM carrier WHERE carrier_code IS NOT NULL
"""


def none(user: Any) -> list[tuple[str, Any]]:
    return []


def shops(user: Any) -> list[tuple[str, Any]]:
    """Shops that have orders, within the user's scope, by the name of their newest order."""
    scope = user.shop_scope()
    with connection.cursor() as cursor:
        cursor.execute(_SHOPS)
        rows = cursor.fetchall()
    return [(str(pk), name or f"#{pk}") for pk, name in rows if scope is None or pk in scope]


def warehouses(user: Any) -> list[tuple[str, Any]]:
    places = warehouses_visible_to(user).values_list("pk", "name")
    return [(NOBODY, _("Chưa phân kho")), *((str(pk), name) for pk, name in places)]


def tags(user: Any) -> list[tuple[str, Any]]:
    return [(str(tag.pk), tag.name) for tag in active_tags()]


def people(user: Any) -> list[tuple[str, Any]]:
    return [(NOBODY, _("Chưa giao cho ai")), *((str(pk), name) for pk, name in colleagues())]


def carriers(user: Any) -> list[tuple[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(_CARRIERS)
        return [(code, code.upper()) for (code,) in cursor.fetchall()]
