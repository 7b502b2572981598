"""The pages of imports and exports: who may, whose file, what a role does not see."""

import io

import pytest
from django.urls import reverse

from inventory.imports.profiles import PROFILES
from inventory.models import GoodsExport, GoodsImport, Variant
from inventory.services import exporting, importing
from inventory.services.stock import Posting, post
from oms.kernel.tables import read_table
from tests.inventory.files import bring_in, csv_of, upload, xlsx
from tests.inventory.makers import ACTOR, make_variant, make_warehouse

pytestmark = pytest.mark.django_db

HEADS = ["Mã SKU", "Tên sản phẩm", "Giá bán"]


def table_of(answer) -> list[list[str]]:
    return read_table(io.BytesIO(b"".join(answer.streaming_content))).rows


def send(client, profile: str, data: bytes) -> GoodsImport:
    answer = client.post(reverse("inventory:import_new", args=[profile]), {"file": upload(data)})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    return GoodsImport.objects.latest("pk")


def test_c72_the_whole_way_through_the_pages(
    owner_client, eager, django_capture_on_commit_callbacks
):
    row = send(owner_client, "products", csv_of(HEADS, ["01", "Cốc", "5000"], ["02", "", "x"]))
    url = reverse("inventory:import_detail", args=[row.pk])
    page = owner_client.get(url).content.decode()
    assert "Cột nào trong tệp là cột nào ở đây?" in page
    answer = owner_client.post(
        reverse("inventory:import_columns", args=[row.pk]),
        {"col_sku": "0", "col_name": "1", "col_price_vnd": "2"},
    )
    assert answer.status_code == 302
    page = owner_client.get(url).content.decode()
    assert "Nhập 1 dòng tốt" in page
    assert "C3" in page
    with django_capture_on_commit_callbacks(execute=True):
        owner_client.post(reverse("inventory:import_run", args=[row.pk]))
    page = owner_client.get(url).content.decode()
    assert "Tải 1 dòng chưa nhập" in page
    assert Variant.objects.get().sku == "01"
    failed = table_of(owner_client.get(reverse("inventory:import_failed", args=[row.pk])))
    assert failed[0] == [*HEADS, "Lý do chưa nhập"]
    assert failed[1][:3] == ["02", "", "x"]
    assert "“x” không phải là số tiền" in failed[1][3]


def test_c72_the_mended_file_of_failed_rows_goes_in(owner, owner_client) -> None:
    row = bring_in("products", owner, HEADS, ["007", "", 1.5], ["008", "", 5], write=xlsx)
    answer = owner_client.get(reverse("inventory:import_failed", args=[row.pk]))
    failed = table_of(answer)
    assert [cells[2] for cells in failed[1:]] == ["1.5", "5"]
    for cells in failed[1:]:
        cells[1], cells[2] = f"Cốc {cells[0]}", "5000"
    mended = bring_in("products", owner, *failed, write=xlsx)
    assert mended.created_count == 2
    again = bring_in("products", owner, *failed, write=xlsx)
    assert (again.unchanged_count, again.failed_count) == (2, 0)


def test_a_refused_file_is_told_at_the_field_and_kept_nowhere(owner_client) -> None:
    answer = owner_client.post(
        reverse("inventory:import_new", args=["products"]), {"file": upload(b"%PDF-1.4")}
    )
    assert answer.status_code == 422
    assert "Đây không phải bảng tính" in answer.content.decode()
    assert not GoodsImport.objects.exists()


def test_a_sheet_is_chosen_and_its_columns_guessed(owner, owner_client) -> None:
    import xlsxwriter

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    book.add_worksheet("Ghi chú").write(0, 0, "x")
    sheet = book.add_worksheet("Giá")
    sheet.write_row(0, 0, ["SKU", "Giá bán"])
    sheet.write_row(1, 0, ["A", 5])
    book.close()
    row = send(owner_client, "prices", target.getvalue())
    assert (row.sheet, row.mapping) == ("Ghi chú", {})
    owner_client.post(reverse("inventory:import_sheet", args=[row.pk]), {"sheet": "Giá"})
    row.refresh_from_db()
    assert (row.sheet, row.mapping) == ("Giá", {"sku": 0, "price_vnd": 1})


def test_another_sheet_of_a_checked_file_is_checked_before_it_is_imported(owner_client) -> None:
    import xlsxwriter

    make_variant("A")
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    for name, price in (("Lẻ", 5), ("Sỉ", 6)):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["SKU", "Giá bán"])
        sheet.write_row(1, 0, ["A", price])
    book.close()
    row = send(owner_client, "prices", target.getvalue())
    chosen = {"col_sku": "0", "col_price_vnd": "1"}
    owner_client.post(reverse("inventory:import_columns", args=[row.pk]), chosen)
    owner_client.post(reverse("inventory:import_sheet", args=[row.pk]), {"sheet": "Sỉ"})
    row.refresh_from_db()
    assert (row.sheet, row.status, row.report) == ("Sỉ", "uploaded", {})
    answer = owner_client.post(reverse("inventory:import_run", args=[row.pk]), follow=True)
    assert "Hãy kiểm tra tệp trước khi nhập" in answer.content.decode()
    row.refresh_from_db()
    assert row.job is None


def test_a_check_of_columns_that_were_changed_meanwhile_says_nothing(owner, monkeypatch) -> None:
    make_variant("A")
    row = importing.start_import(
        PROFILES["prices"],
        upload(csv_of(["SKU", "Giá bán", "Giá sỉ"], ["A", "5000", "x"])),
        name="gia.csv",
        user=owner,
        language="vi",
    )
    monkeypatch.setattr(importing, "CHECKED_AT_ONCE", 0)
    monkeypatch.setattr(importing.queue, "hurry", lambda *_task: None)  # a worker comes later
    reported = importing.report_of

    def changed_meanwhile(*args):
        """The user takes another column while a worker still reads the file."""
        monkeypatch.setattr(importing, "report_of", reported)
        importing.choose_columns(row.pk, {"sku": 0, "price_vnd": 2}, {}, user=owner)
        return reported(*args)

    monkeypatch.setattr(importing, "report_of", changed_meanwhile)
    importing.choose_columns(row.pk, {"sku": 0, "price_vnd": 1}, {}, user=owner)
    assert importing.check_import(row.pk).status == "checking"
    checked = importing.check_import(row.pk)
    assert (checked.status, checked.mapping) == ("checked", {"sku": 0, "price_vnd": 2})
    assert (checked.report["total"], checked.report["counts"].get("failed")) == (1, 1)


def test_the_question_about_zeros_is_answered_on_the_page(owner_client) -> None:
    make_variant("00123")
    row = send(owner_client, "prices", csv_of(["SKU", "Giá bán"], ["123", "5000"]))
    detail = reverse("inventory:import_detail", args=[row.pk])
    owner_client.post(
        reverse("inventory:import_columns", args=[row.pk]), {"col_sku": "0", "col_price_vnd": "1"}
    )
    assert "1 mã có thể đã mất số 0 ở đầu" in owner_client.get(detail).content.decode()
    owner_client.post(reverse("inventory:import_zeros", args=[row.pk]), {"zeros": "existing"})
    assert "Nhập 1 dòng tốt" in owner_client.get(detail).content.decode()


def test_a_list_goes_only_to_who_may_still_see_what_is_in_it(user_factory, login) -> None:
    user = user_factory("accountant")
    kept = exporting.begin_export("stock_value", {}, user=user, language="vi")
    exporting.run_export(kept.pk)
    late = exporting.begin_export("stock_value", {}, user=user, language="vi")
    user.role = "warehouse"
    user.save(update_fields=["role"])
    exporting.run_export(late.pk)
    late.refresh_from_db()
    assert (late.job.status, late.file.name) == ("failed", "")
    answer = login(user).get(reverse("inventory:export_file", args=[kept.pk]))
    assert answer.status_code == 403


def test_nobody_sees_anothers_file(owner, user_factory, login) -> None:
    row = bring_in("products", owner, HEADS, ["A", "Cốc", 1], ["B", "", 1])
    client = login(user_factory("manager"))
    for name in ("import_detail", "import_failed"):
        assert client.get(reverse(f"inventory:{name}", args=[row.pk])).status_code == 404
    for name in ("import_columns", "import_sheet", "import_zeros", "import_run"):
        assert client.post(reverse(f"inventory:{name}", args=[row.pk])).status_code == 404


def test_each_profile_asks_for_its_own_permissions(user_factory, login) -> None:
    client = login(user_factory("warehouse"))
    page = client.get(reverse("inventory:import_list")).content.decode()
    assert "Tồn đầu kỳ" in page
    assert "Sản phẩm và phiên bản" not in page
    statuses = {
        profile: client.get(reverse("inventory:import_new", args=[profile])).status_code
        for profile in ("opening_stock", "products", "prices", "costs", "nothing")
    }
    assert statuses == {
        "opening_stock": 200, "products": 403, "prices": 403, "costs": 403, "nothing": 404,
    }  # fmt: skip
    assert login(user_factory("viewer")).get(reverse("inventory:import_list")).status_code == 403


def test_a_running_import_polls_itself_and_then_refreshes(owner, owner_client) -> None:
    row = bring_in("products", owner, HEADS, ["A", "Cốc", 1])
    url = reverse("inventory:import_detail", args=[row.pk])
    GoodsImport.objects.filter(pk=row.pk).update(status="running")
    fragment = owner_client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert 'hx-trigger="every 1s"' in fragment
    assert "<html" not in fragment
    GoodsImport.objects.filter(pk=row.pk).update(status="done")
    assert owner_client.get(url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


@pytest.mark.parametrize("profile", ["products", "opening_stock", "costs", "prices"])
def test_d13_a_template_has_headings_keys_an_example_and_notes(owner_client, profile) -> None:
    answer = owner_client.get(reverse("inventory:import_template", args=[profile]))
    data = b"".join(answer.streaming_content)
    table = read_table(io.BytesIO(data))
    assert table.rows[0][0] == "Mã SKU *"
    assert table.rows[1][0] == "sku"
    assert table.rows[2][0] == "VIDU-0012-DEN-M"
    assert table.sheets[1] == "Hướng dẫn"
    row = send(owner_client, profile, data)
    assert sorted(row.mapping.values()) == list(range(len(table.rows[1])))


def test_d13_the_headings_are_in_the_users_language_and_the_keys_are_read(owner_client, settings):
    owner_client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    answer = owner_client.get(reverse("inventory:import_template", args=["prices"]))
    data = b"".join(answer.streaming_content)
    owner_client.cookies[settings.LANGUAGE_COOKIE_NAME] = "vi"
    assert send(owner_client, "prices", data).mapping == {"sku": 0, "price_vnd": 1}


def test_a30_an_export_of_products_comes_back_unchanged(owner, owner_client) -> None:
    heads = [*HEADS, "Thuộc tính 1", "Giá trị 1", "Mã vạch", "Thuế suất VAT", "Danh mục", "Giá vốn"]
    bring_in(
        "products", owner, heads,
        ["00123", "Áo", 5000, "Cỡ", "S", "089", "KCT", "A > B", 300],
        ["00124", "Áo", 6000, "Cỡ", "M", "", "", "", ""],
        ["=1+1", "+Cốc", 7000, "", "", "", "8%", "", ""],
    )  # fmt: skip
    answer = owner_client.post(reverse("inventory:export", args=["products"]))
    rows = table_of(answer)
    assert [row[0] for row in rows[1:]] == ["=1+1", "00123", "00124"]
    again = bring_in("products", owner, *rows, write=xlsx)
    assert (again.unchanged_count, again.failed_count) == (3, 0)


def test_an_export_follows_the_filters_of_the_list(owner_client) -> None:
    make_variant("ABC-1")
    make_variant("XYZ-1")
    for query, found in (("?q=abc", ["ABC-1"]), ("?status=archived", []), ("", ["XYZ-1", "ABC-1"])):
        Variant.objects.filter(sku="ABC-1").update(search_folded="abc-1")
        rows = table_of(owner_client.post(reverse("inventory:export", args=["products"]) + query))
        assert [row[0] for row in rows[1:]] == found


def test_costs_are_not_exported_to_those_who_may_not_see_them(user_factory, login) -> None:
    place, variant = make_warehouse("TD"), make_variant("A", cost_vnd=777)
    post([Posting(variant.pk, place.pk, 3, "receipt")], actor=ACTOR)
    keeper, owner = login(user_factory("warehouse")), login(user_factory("owner"))
    for kind, label in (("products", "Giá vốn"), ("stock", "Giá trị tồn")):
        url = reverse("inventory:export", args=[kind])
        hidden, shown = table_of(keeper.post(url)), table_of(owner.post(url))
        assert label in shown[0]
        assert label not in hidden[0]
        assert not {"777", "2331"} & set(hidden[1])
    template = keeper.get(reverse("inventory:import_template", args=["opening_stock"]))
    assert "Giá vốn" not in table_of(template)[0]


def test_the_stock_export_keeps_to_the_users_warehouses(user_factory, login) -> None:
    mine, other, variant = make_warehouse("A"), make_warehouse("B"), make_variant("X")
    for place, units in ((mine, 3), (other, 4)):
        post([Posting(variant.pk, place.pk, units, "receipt")], actor=ACTOR)
    client = login(user_factory("warehouse", warehouse_ids=[mine.pk]))
    rows = table_of(client.post(reverse("inventory:export", args=["stock"])))
    assert [row[3:5] for row in rows[1:]] == [["Kho A", "3"]]


def test_exports_ask_for_the_permission_of_the_list_too(user_factory, login) -> None:
    for role, status in (("viewer", 403), ("sales", 403), ("accountant", 200)):
        answer = login(user_factory(role)).post(reverse("inventory:export", args=["products"]))
        assert answer.status_code == status
    assert login(user_factory("owner")).post("/exports/other/").status_code == 404


def test_d13_a_long_list_is_a_job_with_a_link_for_its_owner_that_ends(
    owner_client,
    user_factory,
    login,
    eager,
    monkeypatch,
    frozen,
    django_capture_on_commit_callbacks,
) -> None:
    monkeypatch.setattr(exporting, "AT_ONCE", 1)
    make_variant("A")
    make_variant("B")
    with django_capture_on_commit_callbacks(execute=True):
        answer = owner_client.post(reverse("inventory:export", args=["products"]))
    row = GoodsExport.objects.get()
    assert answer["Location"] == reverse("inventory:export_detail", args=[row.pk])
    assert (row.job.status, row.job.done) == ("done", 1)
    assert "Tải tệp" in owner_client.get(answer["Location"]).content.decode()
    link = reverse("inventory:export_file", args=[row.pk])
    assert len(table_of(owner_client.get(link))) == 3
    assert login(user_factory("manager")).get(link).status_code == 404
    exporting.run_export(row.pk)
    frozen.shift(exporting.KEPT.total_seconds() + 1)
    assert owner_client.get(link).status_code in (302, 404)
    name, storage = row.file.name, row.file.storage
    assert exporting.remove_old_exports() == 1
    assert not storage.exists(name)


def test_no_address_serves_the_private_files(owner, owner_client, settings) -> None:
    row = bring_in("products", owner, HEADS, ["A", "Cốc", 1])
    assert str(settings.PRIVATE_ROOT) in row.file.path
    assert not row.file.path.startswith(str(settings.MEDIA_ROOT))
    for prefix in ("/media/", "/private/", "/static/"):
        assert owner_client.get(prefix + row.file.name).status_code == 404


def test_the_list_of_files_has_a_fixed_number_of_statements(
    owner, owner_client, django_assert_max_num_queries
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    seen = []
    for count in (1, 20):
        for _file in range(count):
            importing.start_import(
                PROFILES["prices"], upload(csv_of(["SKU"], ["A"])), name="x", user=owner,
                language="vi",
            )  # fmt: skip
        with CaptureQueriesContext(connection) as captured:
            owner_client.get(reverse("inventory:import_list"))
        seen.append(len(captured))
    assert seen[0] == seen[1]
