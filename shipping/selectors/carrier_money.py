"""Where the money is: what each carrier owes by its ledger, and since when it holds our cash."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Unpack

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from oms.kernel.clock import day_bounds, today
from oms.kernel.pages import Cursors, Page, keyset_page
from shipping.models import CarrierAccount, CarrierEntry, Package
from shipping.selectors.packages import ACTIVE, COD_TAB_BY_KEY
from shipping.selectors.statements import accounts_for


@dataclass(frozen=True)
class Age:
    """Cash that was collected from `least` to `most` days ago; no `most`: or longer."""

    key: str
    label: Any
    least: int
    most: int | None

    @property
    def condition(self) -> Q:
        day = today()
        found = Q(cod_collected_at__lt=day_bounds(day - timedelta(days=self.least))[1])
        if self.most is not None:
            found &= Q(cod_collected_at__gte=day_bounds(day - timedelta(days=self.most))[0])
        return found


AGES = [
    Age("0-3", _("0–3 ngày"), 0, 3),
    Age("4-7", _("4–7 ngày"), 4, 7),
    Age("8-14", _("8–14 ngày"), 8, 14),
    Age("15", _("Trên 14 ngày"), 15, None),
]
AGE_BY_KEY = {age.key: age for age in AGES}


@dataclass(frozen=True, slots=True)
class Held:
    """Cash of one age: how many parcels, how much."""

    age: Age
    count: int
    vnd: int


@dataclass(frozen=True, slots=True)
class AccountMoney:
    """One account: its balance by the ledger, and the cash it holds by age."""

    account: CarrierAccount
    balance_vnd: int
    held: list[Held]
    short_vnd: int

    @property
    def held_vnd(self) -> int:
        return sum(row.vnd for row in self.held)


def money_at_carriers(user: Any) -> list[AccountMoney]:
    """Every account that this user may see, in three queries."""
    accounts = list(accounts_for(user))
    entries = CarrierEntry.objects.filter(account__in=accounts).order_by()
    balances = dict(entries.values_list("account").annotate(total=Sum("amount_vnd")))
    sums = _held(accounts)
    empty: dict[str, Any] = {}
    return [
        AccountMoney(
            account,
            balances.get(account.pk, 0),
            [
                Held(
                    age,
                    sums.get(account.pk, empty).get(f"count_{number}", 0),
                    sums.get(account.pk, empty).get(f"vnd_{number}") or 0,
                )
                for number, age in enumerate(AGES)
            ],
            sums.get(account.pk, empty).get("short") or 0,
        )
        for account in accounts
    ]


def _held(accounts: list[CarrierAccount]) -> dict[int, dict[str, Any]]:
    held, short = COD_TAB_BY_KEY["collected"].condition, COD_TAB_BY_KEY["mismatch"].condition
    missing = F("cod_vnd") - Coalesce(F("cod_received_vnd"), 0)
    asked: dict[str, Any] = {"short": Sum(missing, filter=short)}
    for number, age in enumerate(AGES):
        asked[f"count_{number}"] = Count("pk", filter=held & age.condition)
        asked[f"vnd_{number}"] = Sum(missing, filter=held & age.condition)
    packages = Package.objects.filter(ACTIVE, held | short, account__in=accounts)
    rows: Any = packages.order_by().values("account_id").annotate(**asked)
    return {row["account_id"]: row for row in rows}


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """An entry, and the balance after it."""

    entry: CarrierEntry
    balance_vnd: int


def ledger_page(
    account: CarrierAccount, **cursor: Unpack[Cursors]
) -> tuple[Page[CarrierEntry], list[LedgerLine]]:
    """Newest first with the running balance; two queries and one sum."""
    rows = CarrierEntry.objects.filter(account=account).select_related("package", "corrects")
    page = keyset_page(rows, keys=("-id",), **cursor)
    found: list[LedgerLine] = []
    if page.rows:
        balance = balance_of(account, up_to=page.rows[0].pk)
        for entry in page.rows:
            found.append(LedgerLine(entry, balance))
            balance -= entry.amount_vnd
    return page, found


def balance_of(account: CarrierAccount, *, up_to: int | None = None) -> int:
    """What the carrier owes by this account's ledger, to the dong."""
    rows = CarrierEntry.objects.filter(account=account)
    if up_to is not None:
        rows = rows.filter(pk__lte=up_to)
    return rows.aggregate(total=Sum("amount_vnd"))["total"] or 0
