"""Owners who act on each other at once: one stays, and the other is told why."""

import pytest

from oms.accounts.models import User
from oms.accounts.services import people
from oms.kernel.errors import DomainError
from tests.races.test_stock_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 10


def test_of_two_owners_who_stop_each_other_at_once_one_stays_and_is_told(user_factory):
    pair = [user_factory("owner", "an"), user_factory("owner", "binh")]

    def stop_the_other(number: int) -> str:
        try:
            people.set_active(pair[1 - number].pk, False, by=pair[number])
        except DomainError as refusal:
            return refusal.code
        return "stopped"

    for _round in range(ROUNDS):
        assert at_once(2, stop_the_other) == {"stopped": 1, "owner.last": 1}
        User.objects.update(is_active=True)
