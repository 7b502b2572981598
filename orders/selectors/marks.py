"""Tags, flags and the person in charge: filters of lists, and the words that rows show."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from orders.models import Order, Tag


def tagged(rows: QuerySet[Order], tag_id: int) -> QuerySet[Order]:
    """Orders with this tag; the second condition lets the small index answer."""
    return rows.filter(tag_ids__contains=[tag_id]).exclude(tag_ids=[])


def flagged(rows: QuerySet[Order], flag: str) -> QuerySet[Order]:
    """Orders with this flag."""
    return rows.filter(flags__contains=[flag]).exclude(flags=[])


def active_tags() -> QuerySet[Tag]:
    """The tags that may still be given, by name."""
    return Tag.objects.filter(is_active=True)


def colleagues() -> list[tuple[int, str]]:
    """(id, name) of those who may be put in charge of an order, by name."""
    users = get_user_model()._default_manager.filter(is_active=True)
    rows = users.values_list("pk", "first_name", "last_name", "username")
    return sorted(((pk, person_name(*names)) for pk, *names in rows), key=lambda row: row[1])


def person_name(first: str, last: str, username: str) -> str:
    """A user as `Actor` names him."""
    return f"{first} {last}".strip() or username


def names_of_everybody() -> dict[int, str]:
    """Names of all users, also of those who have left, by id."""
    rows = get_user_model()._default_manager.values_list(
        "pk", "first_name", "last_name", "username"
    )
    return {pk: person_name(*names) for pk, *names in rows}


def names_of_people(user_ids: Iterable[int | None]) -> dict[int, str]:
    """Names by id; without ids no statement."""
    wanted = {pk for pk in user_ids if pk is not None}
    if not wanted:
        return {}
    rows = get_user_model()._default_manager.filter(pk__in=wanted)
    values = rows.values_list("pk", "first_name", "last_name", "username")
    return {pk: person_name(*names) for pk, *names in values}


def add_marks(orders: Sequence[Any]) -> None:
    """Give each order `tags` and `assignee_name`; two statements for any number of orders."""
    wanted = {pk for order in orders for pk in order.tag_ids}
    tags = Tag.objects.in_bulk(wanted) if wanted else {}
    names = names_of_people(order.assignee_id for order in orders)
    for order in orders:
        found = [tags[pk] for pk in order.tag_ids if pk in tags]
        order.tags = sorted(found, key=lambda tag: tag.name_folded)
        order.assignee_name = names.get(order.assignee_id, "")
