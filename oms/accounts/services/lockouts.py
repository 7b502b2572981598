"""Doors that wrong passwords closed: told to the owner, and opened again by him."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser

from oms.accounts import throttle
from oms.accounts.models import User
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.events import record_event, timeline_of

DOOR = Actor.system("login")
LOCKED = "user.locked_out"


@dataclass(frozen=True, slots=True)
class Lockout:
    """An address from which this user cannot log in now, and what is counted there."""

    counted_as: str
    address: str
    since: datetime
    until: datetime


def record_lockout(username: str, address: str, *, counted_as: str = "") -> None:
    """Only of users there are: names that somebody made up leave nothing.

    `counted_as` is the name in the throttle where that is not the user's.
    """
    user = User.objects.filter(username__iexact=username).first()
    if user is not None:
        data = {"address": address, "tried": counted_as or username}
        record_event(LOCKED, user, actor=DOOR, data=data)


def lockouts_of(user: User) -> list[Lockout]:
    """What is closed at this moment, by what was tried and address."""
    window = timedelta(seconds=throttle.WINDOW_SECONDS)
    found: dict[tuple[str, str], Lockout] = {}
    recent = timeline_of("user", user.pk).filter(name=LOCKED, created_at__gt=now() - window)
    for event in recent:
        address, tried = event.data["address"], event.data["tried"]
        door = (tried.casefold(), address)
        if door not in found and throttle.is_locked(*door):
            found[door] = Lockout(*door, event.created_at, event.created_at + window)
    return list(found.values())


def unlock(user: User, *, by: AbstractBaseUser) -> int:
    """Open every door of this user; returns how many were closed."""
    closed = lockouts_of(user)
    for row in closed:
        throttle.forget_failures(row.counted_as, row.address)
    if closed:
        addresses = sorted({row.address for row in closed})
        record_event("user.unlocked", user, actor=Actor.user(by), data={"addresses": addresses})
    return len(closed)
