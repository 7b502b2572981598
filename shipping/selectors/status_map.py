"""Every code of a carrier with its meaning: the connector's, ours, or none yet (C-46)."""

from dataclasses import dataclass

from shipping.models import StatusOverride, TrackingEvent
from shipping.models.status_map import MappedProblem, MappedStatus
from shipping.ports import CarrierKind, Meaning, carrier_kind


@dataclass(frozen=True)
class MapRow:
    """`usual` is the connector's reading, `own` what was said here instead."""

    raw_status: str
    usual: Meaning | None
    own: Meaning | None

    @property
    def meaning(self) -> Meaning | None:
        return self.own or self.usual

    @property
    def words(self) -> str:
        return str(self.usual.words) if self.usual else ""

    @property
    def status_label(self) -> str:
        return str(MappedStatus(self.meaning.status).label) if self.meaning else ""

    @property
    def problem_label(self) -> str:
        problem = self.meaning.problem if self.meaning else ""
        return str(MappedProblem(problem).label) if problem else ""


def words_of_code(carrier_code: str, raw_status: str) -> str:
    """What the carrier calls its code; empty for one that is not in its list."""
    kind = carrier_kind(carrier_code)
    found = kind.statuses.get(raw_status.strip()) if kind else None
    return str(found.words) if found else ""


def status_map(kind: CarrierKind) -> list[MapRow]:
    """Codes that nobody has read yet first, then the others as the connector lists them."""
    own = {
        row.raw_status: Meaning(row.status, row.problem)
        for row in StatusOverride.objects.filter(carrier=kind.code).order_by("raw_status")
    }
    heard = TrackingEvent.objects.filter(known=False, package__carrier_code=kind.code)
    unknown = sorted(set(heard.values_list("raw_status", flat=True).distinct()) - own.keys() - {""})
    rows = [MapRow(raw, None, None) for raw in unknown if raw not in kind.statuses]
    rows += [MapRow(raw, usual, own.get(raw)) for raw, usual in kind.statuses.items()]
    rows += [MapRow(raw, None, said) for raw, said in own.items() if raw not in kind.statuses]
    return rows


def row_of(kind: CarrierKind, raw_status: str) -> MapRow:
    found = StatusOverride.objects.filter(carrier=kind.code, raw_status=raw_status).first()
    own = Meaning(found.status, found.problem) if found else None
    return MapRow(raw_status, kind.statuses.get(raw_status), own)
