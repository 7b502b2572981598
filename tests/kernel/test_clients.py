"""The client's address: only what our own proxies wrote counts."""

import pytest
from django.test import RequestFactory

from oms.kernel.clients import client_address, client_network

PROXY = "10.0.0.2"


def seen(settings, hops: int, forwarded: str | None) -> str:
    settings.TRUSTED_PROXIES = hops
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=PROXY, **headers))


def test_without_trusted_proxies_the_header_is_not_believed(settings) -> None:
    assert seen(settings, 0, "6.6.6.6") == PROXY


@pytest.mark.parametrize(
    ("hops", "forwarded", "address"),
    [
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "6.6.6.6, 203.0.113.7", "203.0.113.7"),  # the caller sent "6.6.6.6" himself
        (1, "6.6.6.6,203.0.113.7 ", "203.0.113.7"),
        (2, "6.6.6.6, 203.0.113.7, 10.0.0.1", "203.0.113.7"),
        (1, "203.0.113.7:51234", "203.0.113.7"),
        (1, "[2001:db8::1]:443", "2001:db8::1"),
        (1, "2001:DB8:0::1", "2001:db8::1"),
        (1, "::ffff:203.0.113.7", "203.0.113.7"),
    ],
)
def test_the_entry_of_the_outermost_trusted_proxy_counts(settings, hops, forwarded, address):
    assert seen(settings, hops, forwarded) == address


@pytest.mark.parametrize("forwarded", [None, "", "unknown", "6.6.6.6, ", "<script>", "_hidden"])
def test_a_header_without_an_address_leaves_the_connection_s_own(settings, forwarded) -> None:
    assert seen(settings, 1, forwarded) == PROXY


def test_a_request_that_went_round_a_proxy_is_known_by_its_connection(settings) -> None:
    assert seen(settings, 2, "6.6.6.6") == PROXY


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "::ffff:203.0.113.7"),
        ("2001:db8:0:7::1", "2001:db8:0:7::/64"),
        ("2001:db8:0:7:ffff::9", "2001:db8:0:7::/64"),
        ("", ""),
    ],
)
def test_addresses_of_one_home_are_one_caller(settings, address, network) -> None:
    settings.TRUSTED_PROXIES = 0
    assert client_network(RequestFactory().get("/", REMOTE_ADDR=address)) == network
