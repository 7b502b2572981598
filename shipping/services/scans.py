"""One scan, one effect: a scan sent twice under its key shows what it showed the first time."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.sql import retry_deadlock, run
from shipping.models import Scan

# A second scan of the same key waits until the first is decided.
_MAKE = """
INSERT INTO shipping_scan (key, station, user_id, code, answer, is_good, effect, scanned_at)
VALUES (%(key)s::uuid, %(station)s, %(user)s::bigint, %(code)s, '{}', false, '{}',
    %(now)s::timestamptz)
ON CONFLICT (key) DO NOTHING RETURNING id
"""
KEPT = timedelta(days=60)
CODE_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Answer:
    """What the station shows and sounds. `effect` says what to take back on "HỦY"."""

    tone: str  # good, warn, bad
    title: str
    text: str = ""
    big: str = ""
    print_url: str = ""
    effect: dict[str, Any] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        return self.tone == "good"


@retry_deadlock
@transaction.atomic
def once(key: UUID, *, station: str, user_id: int, code: str, act: Callable[[], Answer]) -> Answer:
    """Do what a scan asks for, once per key; a refusal is an answer as well."""
    made = {"key": key, "station": station, "user": user_id, "now": now()}
    rows = run(_MAKE, made | {"code": code[:CODE_LENGTH]})
    if not rows:
        return _as_before(Scan.objects.get(key=key), station, user_id)
    answer = _guarded(act)
    shown = {name: value for name, value in asdict(answer).items() if name != "effect"}
    Scan.objects.filter(pk=rows[0][0]).update(
        answer=shown, effect=answer.effect, is_good=answer.is_good
    )
    return answer


def _as_before(scan: Scan, station: str, user_id: int) -> Answer:
    if (scan.user_id, scan.station) != (user_id, station):
        return Answer("bad", _("Lượt quét này của người khác."))
    return Answer(**scan.answer)


def _guarded(act: Callable[[], Answer]) -> Answer:
    try:
        with transaction.atomic():
            return act()
    except DomainError as refusal:
        return Answer("bad", refusal.message)


def last_effect(user_id: int, station: str, **about: Any) -> Scan | None:
    """The user's newest scan there that can still be taken back."""
    rows = Scan.objects.filter(user=user_id, station=station).exclude(effect={})
    rows = rows.filter(**{f"effect__{name}": value for name, value in about.items()})
    return rows.order_by("-id").first()


def forget_effect(scan: Scan) -> None:
    Scan.objects.filter(pk=scan.pk).update(effect={})


def remove_old_scans() -> int:
    """Scans are kept for two months; their effects are in the books for ever."""
    gone, _by_model = Scan.objects.filter(scanned_at__lt=now() - KEPT).delete()
    return gone
