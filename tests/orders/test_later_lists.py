"""The lists of quotations and of recurring orders share one frame."""

import pytest
from django.urls import reverse


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["quotation", "recurring"])
def test_the_rows_alone_are_what_the_page_has_around_them(owner_client, kind):
    address = reverse(f"orders:{kind}_list")
    assert reverse(f"orders:{kind}_new") in owner_client.get(address).text
    for params in ({}, {"q": "không có"}):
        page = owner_client.get(address, params).text
        rows = owner_client.get(address, params, headers={"HX-Request": "true"}).text.strip()
        assert rows.startswith('<section class="card" id="results">')
        assert rows in page
        assert ("Bỏ mọi bộ lọc" in rows) == bool(params)
