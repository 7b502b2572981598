"""State tables: which state may follow which."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from oms.kernel.errors import TransitionRefused


class Flow:
    """A named table of edges. Staying in a state is always allowed and means nothing changed."""

    def __init__(self, name: str, table: Mapping[str, Iterable[str]]) -> None:
        self.name = name
        self.table = {state: frozenset(following) for state, following in table.items()}
        unknown = {s for following in self.table.values() for s in following} - set(self.table)
        if unknown:
            raise ValueError(f"{name}: states without a row: {sorted(unknown)}")

    @property
    def states(self) -> frozenset[str]:
        return frozenset(self.table)

    def allows(self, before: str, after: str) -> bool:
        return before == after or after in self.table.get(before, frozenset())

    def check(self, before: str, after: str) -> None:
        if not self.allows(before, after):
            raise TransitionRefused(
                _("Không thể chuyển từ trạng thái “%(before)s” sang “%(after)s”.")
                % {"before": before, "after": after},
                code=f"{self.name}.transition",
            )
