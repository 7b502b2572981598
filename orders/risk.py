"""How likely a buyer refuses a parcel that he has to pay at the door: from our own parcels only."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from orders.models import Customer

Level = Customer.Risk
# Below so many refusals nothing is said: one parcel that came at a bad hour makes no habit.
LEAST_REFUSALS = 3
# From so many percent of the parcels that came to an end.
BOUNDS = ((75, Level.HIGH), (50, Level.MEDIUM), (25, Level.LOW))


@dataclass(frozen=True, slots=True)
class Risk:
    """A grade with the figures behind it; `was_set` says that a person decided against them."""

    level: str
    refused: int
    finished: int
    was_set: bool = False
    reason: str = ""

    @property
    def is_worrying(self) -> bool:
        return self.level != Level.NONE

    @property
    def label(self) -> str:
        return str(Level(self.level).label)

    @property
    def percent(self) -> int:
        return percent(self.refused, self.finished)

    @property
    def explanation(self) -> str:
        """Why this grade, in words."""
        if self.was_set:
            return _("Do người của shop đặt: %(reason)s") % {"reason": self.reason}
        if not self.finished:
            return _("Chưa có đơn nào giao xong với số này.")
        if self.refused < LEAST_REFUSALS:
            return _(
                "Không nhận %(refused)d trên %(finished)d đơn đã gửi; "
                "dưới %(least)d lần thì chưa tính là rủi ro."
            ) % {"refused": self.refused, "finished": self.finished, "least": LEAST_REFUSALS}
        return _(
            "Không nhận %(refused)d trên %(finished)d đơn đã gửi (%(percent)d%%). "
            "Từ 25%% là thấp, từ 50%% là vừa, từ 75%% là cao."
        ) % {"refused": self.refused, "finished": self.finished, "percent": self.percent}


def percent(part: int, whole: int) -> int:
    """Rounded half up; 0 of nothing."""
    return (200 * part + whole) // (2 * whole) if whole else 0


def grade(refused: int, finished: int) -> str:
    """The level that the figures alone give."""
    if refused < LEAST_REFUSALS or not finished:
        return Level.NONE
    reached = (level for bound, level in BOUNDS if 100 * refused >= bound * finished)
    return next(reached, Level.NONE)


def judge(refused: int, finished: int, risk_set: str = "", reason: str = "") -> Risk:
    """The level that counts: a person's, when he set one."""
    level = risk_set or grade(refused, finished)
    return Risk(level, refused, finished, was_set=bool(risk_set), reason=reason)


def risk_of(customer: Customer) -> Risk:
    return judge(
        customer.refused_count, customer.finished_count, customer.risk_set, customer.risk_reason
    )
