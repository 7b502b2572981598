"""What the call log keeps of requests and answers."""

import json
from decimal import Decimal

from oms.kernel.redaction import HIDDEN, redact, redact_body

TOLD = {
    "token": "abc",
    "Phone": "0900000000",
    "code": 0,
    "sign": "",
    "email": None,
    "password": {"inner": "x"},
    "access_token": 1.5,
    "rows": [{"phone": "09", "sku": "A"}, "plain", 7, [{"secret": "s"}]],
    "extra": "of this partner",
    "price": Decimal("1.5"),
}


def test_secrets_are_hidden_at_any_depth_and_what_tells_of_nobody_stays():
    assert redact(TOLD, {"extra"}) == {
        "token": HIDDEN,
        "Phone": HIDDEN,
        "code": 0,
        "sign": "",
        "email": None,
        "password": HIDDEN,
        "access_token": HIDDEN,
        "rows": [{"phone": HIDDEN, "sku": "A"}, "plain", 7, [{"secret": HIDDEN}]],
        "extra": HIDDEN,
        "price": Decimal("1.5"),
    }
    assert redact(TOLD)["extra"] == "of this partner"


def test_a_body_that_is_no_json_is_not_shown():
    assert json.loads(redact_body('{"token": "abc", "n": 1}')) == {"token": HIDDEN, "n": 1}
    assert "abc" not in redact_body("token=abc")
