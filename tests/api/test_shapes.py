"""What no column keeps, or no page can show again, is refused; it never breaks the house."""

import pytest

from orders.models import Order
from tests.api.calls import call
from tests.api.test_api import ORDERS, key_for, order_json, shop  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"reference": "10\x0001"}, "api.field"),
        ({"name": "Trần\x00"}, "api.field"),
        ({"name": "Trần \ud800"}, "api.body"),
        ({"placed_at": "0001-01-01T00:00:00+14:00"}, "order.refused"),
        ({"placed_at": "9999-12-31T23:00:00+00:00"}, "order.refused"),
    ],
)
def test_a_call_with_what_cannot_be_kept_is_refused(
    shop,  # noqa: F811
    key_for,  # noqa: F811
    redis_clean,
    changed,
    code,
):
    key = key_for("sales")
    answer = call(key, "POST", ORDERS, order_json(**changed))
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, code)
    assert not Order.objects.exists()
    assert call(key, "GET", ORDERS).json()["orders"] == []
