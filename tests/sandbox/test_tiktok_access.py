"""The TikTok Shop sandbox against its documentation: gateway, signatures, tokens, ciphers."""

import time

import pytest
import requests

from oms.sandbox.run import running_sandbox
from oms.sandbox.tiktok_shop.signing import call_signature
from tests.sandbox.tiktok_caller import OTHER_SHOP, SISTER_SHOP, TikTokCaller


@pytest.fixture
def tiktok(tmp_path):
    with running_sandbox(tmp_path, ["tiktok_shop"]) as sandbox:
        caller = TikTokCaller(sandbox).log_in()
        caller.control("POST", "behaviour", {"tracking_delay_s": 0, "document_delay_s": 0})
        yield caller


def test_the_worked_example_of_the_documentation():
    query = {"app_key": ["29a39d"], "timestamp": ["1623812664"], "sign": ["x"]}
    sign = call_signature("e59af819cc", "/authorization/202309/shops", query, b"", "")
    assert sign == "b596b73e0cc6de07ac26f036364178ab16b0a907af13d43f0a0cd2345f582dc8"


def test_a_body_counts_byte_for_byte_and_a_form_not_at_all():
    query = {"app_key": ["k"], "timestamp": ["1"]}

    def signed(body: bytes, media_type: str = "application/json") -> str:
        return call_signature("s", "/p", query, body, media_type)

    assert len({signed(b""), signed(b"{}"), signed(b"{ }")}) == 3
    assert signed(b"file", "multipart/form-data") == signed(b"")
    assert call_signature("s", "/p", {**query, "access_token": ["t"]}, b"", "") == signed(b"")


# The gateway


@pytest.mark.parametrize(
    ("system", "status", "code", "word"),
    [
        ({"app_key": None}, 400, 36009004, "app_key"),
        ({"app_key": "1"}, 400, 36009004, "app_key"),
        ({"sign": "a" * 64}, 401, 106001, "sign"),
        ({"timestamp": "1623812664"}, 400, 36009004, "timestamp"),
        ({"timestamp": "soon"}, 400, 36009004, "timestamp"),
        ({"shop_cipher": None}, 400, 106013, "shop_cipher"),
        ({"shop_cipher": "other"}, 403, 101000, "match"),
    ],
)
def test_the_gateway_names_each_fault(tiktok, system, status, code, word):
    answer = tiktok.send("GET", "/logistics/202309/warehouses", system=system)
    told = answer.json()
    assert (answer.status_code, told["code"], word in told["message"]) == (status, code, True)
    assert told["request_id"]


def test_upper_case_signatures_are_wrong(tiktok):
    path, now = "/logistics/202309/warehouses", str(int(tiktok.sandbox.clock.now()))
    query = {"app_key": tiktok.key, "timestamp": now, "shop_cipher": tiktok.cipher}
    sign = tiktok.sign(path, query, b"").upper()
    told = tiktok.send("GET", path, system={"sign": sign, "timestamp": now}).json()
    assert told["code"] == 106001


@pytest.mark.parametrize(("seconds", "code"), [(-290, 0), (-310, 36009004), (60, 36009004)])
def test_the_clock_may_be_five_minutes_late_and_half_a_minute_early(tiktok, seconds, code):
    stamp = str(int(tiktok.sandbox.clock.now()) + seconds)
    told = tiktok.send("GET", "/logistics/202309/warehouses", system={"timestamp": stamp}).json()
    assert told["code"] == code


def test_a_cipher_where_none_belongs_and_a_missing_token(tiktok):
    path = "/authorization/202309/shops"
    told = tiktok.send("GET", path, system={"shop_cipher": tiktok.cipher}).json()
    assert (told["code"], "Unexpected identifier" in told["message"]) == (36009004, True)
    told = tiktok.send("GET", path, token="").json()
    assert (told["code"], "x-tts-access-token" in told["message"]) == (36009004, True)
    assert tiktok.send("GET", path, token="false").json()["code"] == 105002


def test_wrong_paths_versions_and_methods_have_codes(tiktok):
    assert tiktok.get("/order/202309/nothing")["code"] == 36009009
    assert tiktok.get("/authorization/202001/shops")["code"] == 36009014
    assert tiktok.post("/authorization/202309/shops")["code"] == 36009010
    for version in ("202309", "202507"):
        assert tiktok.get(f"/order/{version}/orders", ids="1")["code"] == 0


def test_a_code_works_once_and_ends_of_tokens_are_moments(tiktok):
    code = tiktok.code()
    told = tiktok.data(tiktok.exchange(code))
    assert told["access_token_expire_in"] > time.time() + 6 * 86_400
    assert told["refresh_token_expire_in"] > told["access_token_expire_in"]
    assert tiktok.exchange(code)["code"] == 36004004
    wrong = tiktok.token("/api/v2/token/get", auth_code=code, grant_type="authorization_code")
    assert wrong["code"] == 36009004


def test_a_token_lives_a_week_and_a_refresh_token_is_spent(tiktok):
    tiktok.sandbox.clock.advance(7 * 86_400 + 1)
    assert tiktok.get("/authorization/202309/shops")["code"] == 105002
    asked = {"refresh_token": tiktok.refresh_token, "grant_type": "refresh_token"}
    told = tiktok.data(tiktok.token("/api/v2/token/refresh", **asked))
    tiktok.access_token = told["access_token"]
    assert tiktok.get("/authorization/202309/shops")["code"] == 0
    assert 36004000 < tiktok.token("/api/v2/token/refresh", **asked)["code"] < 36005000


def test_one_account_has_several_shops_each_with_a_cipher_of_its_own(tiktok):
    group = TikTokCaller(tiktok.sandbox, OTHER_SHOP).log_in()
    shops = group.data(group.get("/authorization/202309/shops"))["shops"]
    assert [shop["region"] for shop in shops] == ["VN", "VN", "MY"]
    assert len({shop["cipher"] for shop in shops}) == 3
    order_id = tiktok.place(shop_id=SISTER_SHOP)
    assert group.data(group.get("/order/202507/orders", ids=order_id))["orders"] == []
    [group.cipher] = [shop["cipher"] for shop in shops if shop["id"] == SISTER_SHOP]
    assert group.order(order_id)["id"] == order_id


def test_the_consent_page_returns_to_the_registered_address(tiktok):
    given = tiktok.sandbox.credentials()["tiktok_shop"]
    asked = {"service_id": given["service_id"], "state": "s 1"}
    assert requests.get(given["consent_url"], params=asked, timeout=30).status_code == 400
    tiktok.control("POST", "redirect", {"url": "http://127.0.0.1:8000/back/"})
    page = requests.get(given["consent_url"], params=asked, timeout=30).text
    assert "Đơn Nhanh Baby" in page
    open_id = tiktok.control("POST", "issue_code", {})["open_id"]
    answer = requests.post(
        given["consent_url"].replace("authorize", "approve"),
        data={**asked, "open_id": open_id, "redirect_uri": "http://example.test/"},
        timeout=30,
        allow_redirects=False,
    )
    back = answer.headers["Location"]
    assert back.startswith(f"http://127.0.0.1:8000/back/?app_key={tiktok.key}&code=ROW_")
    assert back.endswith("&locale=vi-VN&shop_region=VN&state=s+1")
    with pytest.raises(ValueError, match="redirect_uri"):
        tiktok.control("POST", "redirect", {"url": "http://example.test/"})
