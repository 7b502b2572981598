"""Shopee: signatures, clock, consent, codes and tokens."""

import hashlib
import hmac
import re
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from oms.sandbox.run import running_sandbox
from tests.sandbox.shopee_caller import OTHER_SHOP, SHOP, ShopeeCaller

INFO = "shop/get_shop_info"


def test_a_rightly_signed_call_is_answered_flat(shopee):
    reply = shopee.send("GET", INFO)
    answer = reply.json()
    assert (reply.status_code, answer["error"], answer["message"]) == (200, "", "")
    assert (answer["shop_name"], answer["region"]) == ("Đơn Nhanh Demo", "VN")
    assert answer["expire_time"] - answer["auth_time"] == 365 * 86_400
    assert answer["request_id"]


def test_a_signature_known_from_the_documentation_is_accepted():
    from oms.sandbox.shopee.signing import call_signature

    base = b"1000001/api/v2/shop/get_shop_info1764540000tok88012345"
    expected = hmac.new(b"shpkAB", base, hashlib.sha256).hexdigest()
    signed = call_signature(
        "shpkAB",
        partner_id=1000001,
        path="/api/v2/shop/get_shop_info",
        timestamp="1764540000",
        access_token="tok",
        shop="88012345",
    )
    assert signed == expected


@pytest.mark.parametrize("sign", ["0" * 64, "", "upper"])
def test_a_wrong_signature_is_refused_by_the_gateway(shopee, sign):
    if sign == "upper":
        sign = shopee.common(f"/api/v2/{INFO}", public=False)["sign"].upper()
    reply = shopee.send("GET", INFO, sign=sign)
    expected = (403, "error_sign") if sign else (400, "error_param")
    assert (reply.status_code, reply.json()["error"]) == expected
    assert "response" not in reply.json()


def test_a_shop_call_signed_with_three_parts_is_refused(shopee):
    at = shopee.now()
    sign = shopee.sign(shopee.partner_id, f"/api/v2/{INFO}", at)
    assert shopee.send("GET", INFO, timestamp=at, sign=sign).json()["error"] == "error_sign"


@pytest.mark.parametrize("shift, message", [(-301, "expired"), (301, "expired"), (0, "")])
def test_the_clock_may_differ_by_five_minutes(shopee, shift, message):
    at = shopee.now() + shift
    path = f"/api/v2/{INFO}"
    sign = shopee.sign(shopee.partner_id, path, at, shopee.access_token, SHOP)
    answer = shopee.send("GET", INFO, timestamp=at, sign=sign).json()
    assert (answer["error"], message in answer["message"]) == (
        "error_param" if message else "",
        True,
    )


def test_milliseconds_are_not_a_timestamp(shopee):
    reply = shopee.send("GET", INFO, timestamp=shopee.now() * 1000)
    assert (reply.status_code, reply.json()["message"]) == (400, "Invalid timestamp.")


@pytest.mark.parametrize("name", ["partner_id", "timestamp", "sign", "access_token", "shop_id"])
def test_each_common_parameter_is_needed(shopee, name):
    reply = shopee.send("GET", INFO, **{name: None})
    assert (reply.status_code, reply.json()["error"]) == (400, "error_param")
    assert name in reply.json()["message"]


def test_an_unknown_partner_is_refused(shopee):
    assert shopee.send("GET", INFO, partner_id=7).json()["error"] == "error_auth"


def test_a_token_of_one_shop_does_not_open_another(shopee):
    shopee.shop_id = OTHER_SHOP
    assert shopee.get(INFO)["error"] == "error_auth"


def test_an_unknown_token_is_refused_under_its_misspelt_name(shopee):
    shopee.access_token = "nobody"
    reply = shopee.send("GET", INFO)
    assert (reply.status_code, reply.json()["error"]) == (403, "invalid_acceess_token")


def test_an_unknown_path_is_refused(shopee):
    reply = shopee.send("GET", "shop/get_nothing")
    assert (reply.status_code, reply.json()["error"]) == (404, "error_param")
    assert shopee.send("POST", INFO, body={}).status_code == 404


def test_a_code_works_once(shopee):
    code = shopee.code()
    first = shopee.exchange(code)
    assert (first["error"], first["expire_in"], first["shop_id_list"]) == ("", 14_400, [SHOP])
    assert "response" not in first
    assert shopee.exchange(code)["error"] == "invalid_code"


def test_a_code_lives_ten_minutes(shopee):
    code = shopee.code()
    shopee.sandbox.clock.advance(600)
    assert shopee.exchange(code)["error"] == "invalid_code"


def test_a_code_is_for_the_shop_that_agreed(shopee):
    code = shopee.code()
    assert shopee.exchange(code, shop_id=OTHER_SHOP)["error"] == "invalid_shop_id"
    assert shopee.exchange(code)["error"] == ""


@pytest.mark.parametrize("name", ["partner_id", "shop_id"])
def test_numbers_as_text_are_refused_in_token_calls(shopee, name):
    code = shopee.code()
    wrong = {name: str(getattr(shopee, name))}
    assert shopee.exchange(code, **wrong)["error"] == "error_param"
    assert shopee.refresh(**wrong)["error"] == "error_param"
    assert shopee.exchange(code)["error"] == ""


def test_an_access_token_lives_four_hours(shopee):
    shopee.sandbox.clock.advance(14_390)
    assert shopee.get(INFO)["error"] == ""
    shopee.sandbox.clock.advance(10)
    assert shopee.get(INFO)["error"] == "invalid_acceess_token"


def test_a_refresh_token_works_once(shopee):
    spent = shopee.refresh_token
    shopee.keep(shopee.refresh())
    assert shopee.refresh_token != spent
    assert shopee.refresh(spent)["error"] == "error_shop_refresh_token"
    assert shopee.get(INFO)["error"] == ""
    assert shopee.refresh()["error"] == ""


def test_the_old_access_token_works_five_minutes_after_a_refresh(shopee):
    old = shopee.access_token
    fresh = shopee.refresh()["access_token"]
    shopee.sandbox.clock.advance(290)
    assert shopee.get(INFO)["error"] == ""
    shopee.sandbox.clock.advance(10)
    assert shopee.get(INFO)["error"] == "invalid_acceess_token"
    shopee.access_token = fresh
    assert shopee.get(INFO)["error"] == ""
    assert old != fresh


def test_a_refresh_token_lives_thirty_days(shopee):
    shopee.sandbox.clock.advance(30 * 86_400)
    assert shopee.refresh()["error"] == "refresh_token_expired"


def test_an_unknown_refresh_token_is_refused(shopee):
    answer = shopee.refresh("nobody")
    assert (answer["error"], answer["message"]) == ("error_auth", "Invalid refresh_token.")


def test_a_shop_that_withdrew_cannot_be_called_or_refreshed(shopee):
    shopee.control("POST", "unlink", {"shop_id": SHOP})
    assert shopee.get(INFO)["error"] == "partner_shop_no_link"
    assert shopee.refresh()["error"] == "shop_no_linked"
    assert shopee.get("public/get_shops_by_partner", public=True)["authed_shop_list"] == []


def test_expire_tokens_ends_access_but_not_refresh(shopee):
    assert shopee.control("POST", "expire_tokens", {}) == {"expired": 1}
    assert shopee.get(INFO)["error"] == "invalid_acceess_token"
    shopee.keep(shopee.refresh())
    assert shopee.get(INFO)["error"] == ""


def test_shops_of_the_partner_come_in_pages(shopee):
    ShopeeCaller(shopee.sandbox, OTHER_SHOP).log_in()
    pages = [
        shopee.get("public/get_shops_by_partner", public=True, page_size=1, page_no=number)
        for number in (1, 2)
    ]
    assert [page["authed_shop_list"][0]["shop_id"] for page in pages] == [SHOP, OTHER_SHOP]
    assert [page["more"] for page in pages] == [True, False]


def consent(shopee, **changes) -> requests.Response:
    query = {
        "partner_id": shopee.partner_id,
        "auth_type": "seller",
        "redirect_uri": "http://127.0.0.1:8000/channels/shopee/return/?from=oms",
        "response_type": "code",
        "state": 'x"<y>&z',
        **changes,
    }
    return requests.get(f"{shopee.url}/auth", params=query, timeout=30)


def approve(shopee, page: str, shop_id: int) -> requests.Response:
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
    fields["state"] = fields["state"].replace("&quot;", '"').replace("&lt;", "<")
    fields["state"] = fields["state"].replace("&gt;", ">").replace("&amp;", "&")
    form = {**fields, "shop_id": shop_id, "approve": "yes"}
    return requests.post(f"{shopee.url}/auth/approve", form, timeout=30, allow_redirects=False)


def test_consent_leads_back_with_code_shop_and_state(shopee):
    page = consent(shopee)
    assert page.status_code == 200
    assert "Đơn Nhanh Demo" in page.text
    assert "<y>" not in page.text
    reply = approve(shopee, page.text, OTHER_SHOP)
    target = urlsplit(reply.headers["Location"])
    query = parse_qs(target.query)
    assert (reply.status_code, target.netloc) == (302, "127.0.0.1:8000")
    assert target.path == "/channels/shopee/return/"
    assert (query["shop_id"], query["state"], query["from"]) == (
        [str(OTHER_SHOP)],
        ['x"<y>&z'],
        ["oms"],
    )
    caller = ShopeeCaller(shopee.sandbox, OTHER_SHOP)
    assert caller.exchange(query["code"][0])["error"] == ""


@pytest.mark.parametrize(
    "changes",
    [
        {"partner_id": 5},
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": "https://elsewhere.example/"},
        {"redirect_uri": ""},
        {"auth_type": "user"},
        {"response_type": "token"},
    ],
)
def test_a_wrong_consent_link_shows_an_error_page(shopee, changes):
    page = consent(shopee, **changes)
    assert page.status_code == 400
    assert "<form" not in page.text


def test_a_signed_old_style_link_leads_to_the_page(shopee):
    params = {"redirect": "http://127.0.0.1:8000/back/"}
    reply = shopee.send("GET", "shop/auth_partner", params=params, public=True)
    assert reply.status_code == 200
    assert "Đồng ý ủy quyền" in reply.text
    wrong = shopee.send("GET", "shop/auth_partner", params=params, public=True, sign="0" * 64)
    assert wrong.json()["error"] == "error_sign"


def test_tokens_and_orders_survive_a_restart(tmp_path):
    with running_sandbox(tmp_path, ["shopee"]) as sandbox:
        before = ShopeeCaller(sandbox).log_in()
        order_sn = before.place(lines=[{"sku": "NOI-5L", "quantity": 2}])
        listed = len(before.control("GET", "orders"))
    with running_sandbox(tmp_path, ["shopee"]) as sandbox:
        after = ShopeeCaller(sandbox)
        after.access_token, after.refresh_token = before.access_token, before.refresh_token
        assert after.detail(order_sn)["order_sn"] == order_sn
        assert after.refresh()["error"] == ""
        assert len(after.control("GET", "orders")) == listed
        assert after.place() != order_sn


@pytest.mark.parametrize(
    "kind, status, error",
    [
        ("rate_limit", 429, "error_rate_limit"),
        ("status_5xx", 500, "error_server"),
        ("expired_token", 403, "invalid_acceess_token"),
    ],
)
def test_faults_answer_in_the_words_of_the_platform(shopee, kind, status, error):
    shopee.control("POST", "faults", {"kind": kind, "path": "/api/v2/shop/*"})
    reply = shopee.send("GET", INFO)
    assert (reply.status_code, reply.json()["error"]) == (status, error)
    assert shopee.get(INFO)["error"] == ""
