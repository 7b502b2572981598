"""What may go wrong on purpose. Everything else is a bug and rises."""

from typing import Any


class DomainError(Exception):
    """A refusal that a user can read. `code` is for programs, `field` names the input at fault."""

    def __init__(self, message: str, code: str = "refused", field: str = "") -> None:
        super().__init__(message)
        self.message = str(message)
        self.code = code
        self.field = field


class TransitionRefused(DomainError):
    """The state table has no such edge."""


class ServiceRefused(DomainError):
    """A partner understood the request and said no; a person has to look at it."""

    def __init__(
        self, message: str, code: str = "refused_by_partner", payload: Any = None, field: str = ""
    ) -> None:
        super().__init__(message, code, field)
        self.payload = payload


class ServiceUnreachable(Exception):
    """No usable answer. With `maybe_done` the write may have happened: look it up, never resend."""

    def __init__(
        self, message: str, *, maybe_done: bool = False, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.maybe_done = maybe_done
        self.retry_after = retry_after
