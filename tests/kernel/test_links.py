"""An address of ids by its pattern is the address that Django makes."""

from django.urls import reverse

from oms.kernel.links import link


def test_a_link_is_what_reverse_makes() -> None:
    for name, ids in {"orders:detail": (7,), "inventory:stock_explain": (12, 3)}.items():
        assert link(name, *ids) == reverse(name, args=ids)
