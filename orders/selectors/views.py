"""The saved views that somebody sees after the tabs, and the columns that he sees in each."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from orders.models import OrderView
from orders.selectors.columns import DEFAULT, columns_for, known_columns


def views_of(user: Any) -> list[OrderView]:
    """His own, the nameless one among them, and those shared with his role; one statement."""
    rows = OrderView.objects.filter(Q(owner=user) | Q(role=user.role) & ~Q(role=""))
    return list(rows.order_by("position", "id"))


def columns_in(views: Sequence[OrderView], view_id: int | None, user: Any) -> list[str]:
    """The columns of the open view, else the user's own choice, else those of everybody.

    What he may not see is left out, also of a view that was shared with him.
    """
    open_one = next((view for view in views if view.pk == view_id and view.name), None)
    plain = next((view for view in views if not view.name and view.owner_id == user.pk), None)
    chosen = next((view.columns for view in (open_one, plain) if view and view.columns), DEFAULT)
    wanted = set(known_columns(chosen))
    return [column.key for column in columns_for(user) if column.key in wanted] or DEFAULT
