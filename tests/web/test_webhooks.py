"""Addresses that partners call: bounded, and their secrets stay out of the log."""

import logging

import pytest
from django.urls import reverse

from oms.kernel.redaction import WithoutHookSecrets

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/hooks/shopee/"])
def test_a_body_beyond_the_limit_is_refused_unread(client, address) -> None:
    answer = client.generic("POST", address, b"{}", CONTENT_LENGTH=str(5_000_000))
    assert answer.status_code == 413


def test_a_secret_in_an_address_is_not_logged() -> None:
    address = reverse("shipping:hook_ghn", args=["rat-bi-mat"])
    record = logging.LogRecord(
        "django.request", logging.ERROR, "", 1, "Internal Server Error: %s", (address,), None
    )
    assert WithoutHookSecrets().filter(record)
    assert record.getMessage() == "Internal Server Error: /hooks/ghn/•••/"
