"""A small sale day: three channels, spoilt pushes, tokens and rate limits; both sides agree."""

import pytest

from oms.rehearsal.models import Rehearsal
from oms.rehearsal.services.running import advance, start_rehearsal
from tests.kill.worker import until

from .conftest import ACTOR

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_small_sale_day_ends_with_both_sides_equal(shops, eager):
    begun = start_rehearsal(orders=45, rate=30, seed=5, actor=ACTOR)
    until(lambda: not advance(begun.pk), seconds=240)
    rehearsal = Rehearsal.objects.get(pk=begun.pk)
    wrong = [line for line in rehearsal.report if line["ok"] is False]
    assert wrong == []
