"""Money that came in at the bank."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from oms.kernel.clock import now
from shipping.models import BankLine


@dataclass(frozen=True, slots=True)
class NewBankLine:
    """`key` is the same whenever the bank tells of the same transfer."""

    key: str
    booked_on: date
    amount_vnd: int
    reference: str = ""
    content: str = ""
    bank_account: str = ""


def add_bank_lines(lines: Sequence[NewBankLine]) -> None:
    """Keep what is not known yet, with one statement; a repeat adds nothing."""
    rows = [
        BankLine(
            key=line.key,
            booked_on=line.booked_on,
            amount_vnd=line.amount_vnd,
            reference=line.reference,
            content=line.content,
            bank_account=line.bank_account,
            created_at=now(),
        )
        for line in lines
    ]
    BankLine.objects.bulk_create(rows, ignore_conflicts=True)
