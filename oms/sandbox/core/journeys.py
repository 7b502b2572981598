"""The life of a parcel: which status may follow which, and the shortest way between two."""

from collections import deque
from collections.abc import Mapping


class Journey:
    """A carrier's statuses. `aside` may follow any status that is neither final nor aside."""

    def __init__(
        self,
        following: Mapping[str, tuple[str, ...]],
        *,
        happy_path: tuple[str, ...],
        aside: tuple[str, ...] = (),
    ) -> None:
        self.following = following
        self.happy_path = happy_path
        self.aside = aside
        self.final = frozenset(status for status, after in following.items() if not after)

    def may_follow(self, before: str, after: str) -> bool:
        if after in self.following[before]:
            return True
        return after in self.aside and before not in (*self.final, *self.aside)

    def way(self, before: str, after: str) -> list[str]:
        """The statuses to pass from one to another, the target last; empty when there is none."""
        came_from: dict[str, str] = {}
        queue = deque([] if before == after else [before])
        while queue:
            here = queue.popleft()
            for there in self.following[here]:
                if there in came_from or there == before:
                    continue
                came_from[there] = here
                if there == after:
                    return _trace(came_from, before, after)
                queue.append(there)
        return []


def _trace(came_from: Mapping[str, str], before: str, after: str) -> list[str]:
    steps = [after]
    while came_from[steps[-1]] != before:
        steps.append(came_from[steps[-1]])
    return steps[::-1]
