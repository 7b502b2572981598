"""Time is UTC in rows and Asia/Ho_Chi_Minh on screens, in day cuts and in law."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

COMPANY_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    return moment.astimezone(COMPANY_ZONE)


def today(moment: datetime | None = None) -> date:
    """The company's calendar day at `moment` (default: now)."""
    return local(moment or now()).date()


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """First instant of the company's day and of the next one, in UTC."""
    start = datetime.combine(day, time.min, COMPANY_ZONE)
    end = datetime.combine(day + timedelta(days=1), time.min, COMPANY_ZONE)
    return start.astimezone(UTC), end.astimezone(UTC)


def backoff(first: timedelta, attempts: int, longest: timedelta) -> timedelta:
    """Twice as long after each attempt, up to `longest`, however many there were."""
    return min(first * 2 ** min(attempts, 20), longest)
