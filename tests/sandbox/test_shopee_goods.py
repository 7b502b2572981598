"""Shopee: listings, models, setting stock and prices."""

import pytest
import requests

from tests.sandbox.shopee_caller import OTHER_SHOP, SHOP, ShopeeCaller

OWN_SKUS = {
    "AT-DEN-M", "AT-DEN-L", "AT-TRANG-M", "AT-TRANG-L", "VAY-HOA-S", "VAY-HOA-M", "NOI-5L",
    "SRM-120", "TUI-VAI", "OP-14", "MU-LT", "BINH-750",
}  # fmt: skip


def where(shopee, sku: str) -> dict:
    return shopee.control("GET", f"stock?shop_id={SHOP}&sku={sku}")[0]


def set_stock(shopee, item_id: int, *rows: tuple[int, int]) -> dict:
    stock_list = [
        {"model_id": model_id, "seller_stock": [{"stock": stock}]} for model_id, stock in rows
    ]
    return shopee.post("product/update_stock", {"item_id": item_id, "stock_list": stock_list})


def listed(shopee, **params) -> dict:
    return shopee.get("product/get_item_list", **{"offset": 0, "page_size": 100, **params})


def test_both_shops_sell_the_same_codes_under_other_numbers(shopee):
    rows = shopee.control("GET", "stock")
    by_shop = {
        shop_id: {row["sku"]: row["item_id"] for row in rows if row["shop_id"] == shop_id}
        for shop_id in (SHOP, OTHER_SHOP)
    }
    assert set(by_shop[SHOP]) == set(by_shop[OTHER_SHOP]) == OWN_SKUS | {"KHAN-BANDANA"}
    assert not set(by_shop[SHOP].values()) & set(by_shop[OTHER_SHOP].values())


def test_listings_come_in_pages_of_the_statuses_asked_for(shopee):
    first = listed(shopee, item_status="NORMAL", page_size=5)["response"]
    assert (first["total_count"], len(first["item"]), first["has_next_page"]) == (8, 5, True)
    rest = listed(shopee, item_status="NORMAL", page_size=5, offset=first["next_offset"])
    assert (len(rest["response"]["item"]), rest["response"]["has_next_page"]) == (3, False)
    assert "next_offset" not in rest["response"]
    both = listed(shopee, item_status=["NORMAL", "UNLIST"])["response"]
    assert both["total_count"] == 9
    assert listed(shopee, item_status="BANNED")["response"]["total_count"] == 0


@pytest.mark.parametrize("status", [None, "NORMAL,UNLIST", "SOLD"])
def test_the_status_is_needed_and_repeated_not_joined(shopee, status):
    assert listed(shopee, item_status=status)["error"] == "error_param_item_status"


def test_price_and_stock_of_models_are_only_in_the_model_list(shopee):
    shirt, cap = where(shopee, "AT-TRANG-L"), where(shopee, "MU-LT")
    ids = f"{shirt['item_id']},{cap['item_id']}"
    answer = shopee.get("product/get_item_base_info", item_id_list=ids)
    with_models, plain = answer["response"]["item_list"]
    assert (with_models["has_model"], "stock_info_v2" in with_models) == (True, False)
    assert (plain["has_model"], plain["item_sku"]) == (False, "MU-LT")
    assert plain["price_info"][0]["current_price"] == 99_000
    assert plain["stock_info_v2"]["summary_info"] == {
        "total_reserved_stock": cap["reserved"],
        "total_available_stock": cap["stock"],
    }
    models = shopee.get("product/get_model_list", item_id=shirt["item_id"])["response"]
    assert [tier["name"] for tier in models["tier_variation"]] == ["Màu sắc", "Kích cỡ"]
    chosen = next(m for m in models["model"] if m["model_sku"] == "AT-TRANG-L")
    names = [
        models["tier_variation"][tier]["option_list"][at]["option"]
        for tier, at in enumerate(chosen["tier_index"])
    ]
    assert names == ["Trắng", "L"]
    assert chosen["stock_info_v2"]["seller_stock"][0]["stock"] == shirt["stock"]


def test_stock_is_set_to_exact_figures(shopee):
    rows = [where(shopee, sku) for sku in ("AT-DEN-M", "AT-DEN-L")]
    item_id = rows[0]["item_id"]
    answer = set_stock(shopee, item_id, (rows[0]["model_id"], 7), (rows[1]["model_id"], 0))
    assert answer["error"] == ""
    assert [row["stock"] for row in answer["response"]["success_list"]] == [7, 0]
    assert answer["response"]["failure_list"] == []
    assert [where(shopee, sku)["stock"] for sku in ("AT-DEN-M", "AT-DEN-L")] == [7, 0]


def test_some_rows_may_fail_while_the_others_are_set(shopee):
    row = where(shopee, "AT-DEN-M")
    answer = set_stock(shopee, row["item_id"], (row["model_id"], 9), (999, 5))
    assert answer["error"] == ""
    assert [f["model_id"] for f in answer["response"]["failure_list"]] == [999]
    assert where(shopee, "AT-DEN-M")["stock"] == 9


def test_when_all_rows_fail_the_call_fails(shopee):
    cap = where(shopee, "MU-LT")
    answer = set_stock(shopee, cap["item_id"], (0, cap["reserved"] - 1))
    assert answer["error"] == "error_busi_update_stock_failed"
    assert "reserved" in answer["response"]["failure_list"][0]["failed_reason"]
    assert where(shopee, "MU-LT")["stock"] == cap["stock"]


def test_an_item_with_models_is_not_set_as_a_whole(shopee):
    shirt = where(shopee, "AT-DEN-M")
    error = set_stock(shopee, shirt["item_id"], (0, 5))["error"]
    assert error == "error_edit_item_stock_for_item_has_model"


def test_a_location_is_not_for_a_shop_with_one_warehouse(shopee):
    item_id = where(shopee, "TUI-VAI")["item_id"]
    row = {"model_id": 0, "seller_stock": [{"location_id": "VNZ01", "stock": 4}]}
    body = {"item_id": item_id, "stock_list": [row]}
    assert shopee.post("product/update_stock", body)["error"] == "error_param"
    assert shopee.get("shop/get_warehouse_detail")["error"] == "warehouse.error_not_in_whitelist"


def test_another_shops_item_is_not_found(shopee):
    other = ShopeeCaller(shopee.sandbox, OTHER_SHOP).log_in()
    item_id = where(shopee, "TUI-VAI")["item_id"]
    assert set_stock(other, item_id, (0, 5))["error"] == "error_item_not_found"


@pytest.mark.parametrize(
    "price, error", [(95_000, ""), (95_000.5, "error_update_price_fail"),
                     (10, "error_update_price_fail")]
)  # fmt: skip
def test_prices_are_whole_dong(shopee, price, error):
    item_id = where(shopee, "TUI-VAI")["item_id"]
    body = {"item_id": item_id, "price_list": [{"model_id": 0, "original_price": price}]}
    assert shopee.post("product/update_price", body)["error"] == error
    assert where(shopee, "TUI-VAI")["price"] == (95_000 if not error else 89_000)


def upload(shopee, content: bytes, **fields) -> dict:
    path = "/api/v2/media_space/upload_image"
    return requests.post(
        shopee.url + path,
        params=shopee.common(path, public=True),
        data=fields,
        files={"image": ("a.jpg", content, "image/jpeg")},
        timeout=30,
    ).json()


def test_a34_a_picture_is_uploaded_under_the_partners_signature(shopee):
    shown = upload(shopee, b"\xff\xd8\xff123", scene="normal")["response"]["image_info"]
    assert shown["image_id"]
    assert upload(shopee, b"GIF89a")["error"] == "error_param"
    assert upload(shopee, b"\xff\xd8\xff", scene="cover")["error"] == "error_param"


def test_a34_a_listing_changes_whole_or_not_at_all(shopee):
    item_id = where(shopee, "TUI-VAI")["item_id"]
    image = upload(shopee, b"\x89PNG\r\n")["response"]["image_info"]["image_id"]
    good = {
        "item_id": item_id, "item_name": "Túi vải canvas", "description": "Túi vải dày, quai dài.",
        "image": {"image_id_list": [image]},
    }  # fmt: skip
    assert shopee.post("product/update_item", good)["response"]["images"]["image_id_list"] == [
        image
    ]
    for wrong in (
        {"item_name": "x" * 121}, {"description": "ngắn"}, {"image": {"image_id_list": ["no"]}},
        {"image": {"image_id_list": []}}, {"original_price": 1}, {"item_id": str(item_id)},
        {"description": "<p>Túi vải dày, quai dài.</p>"}, {"item_id": 1},
    ):  # fmt: skip
        assert shopee.post("product/update_item", {**good, "item_name": "Khác", **wrong})["error"]
    [base] = shopee.get("product/get_item_base_info", item_id_list=str(item_id))["response"][
        "item_list"
    ]
    assert (base["item_name"], base["image"]["image_id_list"]) == ("Túi vải canvas", [image])
    limits = shopee.get("product/get_item_limit")["response"]
    assert limits["item_name_length_limit"]["max_limit"] == 120
