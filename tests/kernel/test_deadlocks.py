"""A victim of a deadlock is run again, three times in all, and only where nothing else is lost."""

import pytest
from django.db import OperationalError, transaction

from oms.kernel.sql import retry_deadlock


class Victim(Exception):
    """What PostgreSQL says to the one it stopped."""

    sqlstate = "40P01"


class Tries:
    """Fails so many times, then answers."""

    def __init__(self, failures: int, cause: Exception) -> None:
        self.failures, self.cause, self.calls = failures, cause, 0

    def __call__(self) -> str:
        self.calls += 1
        if self.calls <= self.failures:
            raise OperationalError("stopped") from self.cause
        return "done"


@pytest.mark.django_db(transaction=True)
def test_c02_a_victim_is_run_again_and_after_the_third_time_given_up() -> None:
    twice, for_ever = Tries(2, Victim()), Tries(9, Victim())
    assert retry_deadlock(twice)() == "done"
    assert twice.calls == 3
    with pytest.raises(OperationalError):
        retry_deadlock(for_ever)()
    assert for_ever.calls == 3


@pytest.mark.django_db(transaction=True)
def test_c02_another_fault_or_a_callers_transaction_is_not_run_again() -> None:
    other, nested = Tries(1, ValueError()), Tries(1, Victim())
    with pytest.raises(OperationalError):
        retry_deadlock(other)()
    with pytest.raises(OperationalError), transaction.atomic():
        retry_deadlock(nested)()
    assert (other.calls, nested.calls) == (1, 1)
