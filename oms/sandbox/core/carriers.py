"""What every carrier's gateway has in common: rooms of calls, a book of parcels, their steering."""

from typing import Protocol

from oms.sandbox.core.messages import Reply, Request, Route
from oms.sandbox.core.parcels import ParcelBook, ParcelSteering
from oms.sandbox.core.partner import Action, Partner, Place


class Room(Protocol):
    def routes(self) -> list[Route]: ...


class CarrierPartner(Partner):
    """Base of the carriers. Subclasses give their book, their rooms and how they refuse."""

    book: type[ParcelBook]
    steering_of: type[ParcelSteering] = ParcelSteering
    tick_seconds = 0.25

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.parcels = self.book(self)
        self.steering = self.steering_of(self.parcels)

    def rooms(self) -> tuple[Room, ...]:
        raise NotImplementedError

    def refused(self, message: str, http: int) -> Reply:
        """The partner's envelope around a sentence."""
        raise NotImplementedError

    def routes(self) -> list[Route]:
        return [route for room in self.rooms() for route in room.routes()]

    def actions(self) -> dict[str, Action]:
        return self.steering.actions()

    def tick(self) -> None:
        self.steering.advance()

    def not_found(self, request: Request) -> Reply:
        return self.refused("404 page not found", 404)

    def server_failed(self, request: Request, status: int) -> Reply:
        return self.refused("internal server error", status)

    def rate_limited(self, request: Request) -> Reply:
        return self.refused("Too many requests", 429)
