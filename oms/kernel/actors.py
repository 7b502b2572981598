"""Who did it: a person, the system itself, or a partner."""

from dataclasses import dataclass
from typing import Any, Self

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Actor:
    kind: str  # user, system, partner
    id: int | None
    label: str

    @classmethod
    def user(cls, user: Any) -> Self:
        return cls("user", user.pk, user.get_full_name() or user.get_username())

    @classmethod
    def of(cls, request: HttpRequest) -> Self:
        return cls.user(request.user)

    @classmethod
    def system(cls, label: str) -> Self:
        return cls("system", None, label)

    @classmethod
    def partner(cls, label: str) -> Self:
        return cls("partner", None, label)
