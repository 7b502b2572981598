"""Saving, sharing and ordering the views of the order list. Only its owner changes a view."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from oms.kernel.errors import DomainError
from oms.kernel.text import clean_line
from orders.models import OrderView
from orders.selectors.columns import known_columns
from orders.selectors.filters import OrderFilters

MOST_VIEWS = 30
LONGEST_NAME = OrderView._meta.get_field("name").max_length


def save_view(
    owner_id: int, name: str, *, address: str, role: str = "", columns: Iterable[str] = ()
) -> OrderView:
    """A new view of the list at `address`, after the others. Refuses a name that is taken."""
    views = OrderView.objects.filter(owner_id=owner_id).exclude(name="")
    if views.count() >= MOST_VIEWS:
        raise DomainError(
            _("Mỗi người lưu được %(most)d bộ lọc.") % {"most": MOST_VIEWS}, code="view.too_many"
        )
    last = views.order_by("-position").values_list("position", flat=True).first()
    return _save(
        OrderView(
            owner_id=owner_id,
            name=_clean(name),
            role=role,
            query=_query(address),
            columns=list(columns),
            position=(last or 0) + 1,
        )
    )


def change_view(view_id: int, owner_id: int, *, name: str, role: str) -> OrderView:
    """Rename a view, share it with a role or take it back."""
    view = _own(view_id, owner_id)
    view.name, view.role = _clean(name), role
    return _save(view)


def set_query(view_id: int, owner_id: int, address: str) -> OrderView:
    """The view shows from now on what the list at `address` shows."""
    view = _own(view_id, owner_id)
    view.query = _query(address)
    return _save(view)


def set_columns(owner_id: int, columns: Iterable[str], *, view_id: int | None = None) -> None:
    """The columns of a view, or of the list when no view is open."""
    if view_id is not None:
        OrderView.objects.filter(pk=view_id, owner_id=owner_id).exclude(name="").update(
            columns=known_columns(columns)
        )
        return
    OrderView.objects.update_or_create(
        owner_id=owner_id, name="", defaults={"columns": known_columns(columns)}
    )


@transaction.atomic
def move_view(view_id: int, owner_id: int, *, steps: int) -> None:
    """One place up (-1) or down (+1) among its owner's views; at the end nothing happens."""
    views = list(
        OrderView.objects.select_for_update()
        .filter(owner_id=owner_id)
        .exclude(name="")
        .order_by("position", "id")
    )
    at = next((i for i, view in enumerate(views) if view.pk == view_id), None)
    if at is None or not 0 <= at + steps < len(views):
        return
    views.insert(at + steps, views.pop(at))
    for position, view in enumerate(views, 1):
        view.position = position
    OrderView.objects.bulk_update(views, ["position"])


def delete_view(view_id: int, owner_id: int) -> None:
    OrderView.objects.filter(pk=view_id, owner_id=owner_id).delete()


def _own(view_id: int, owner_id: int) -> OrderView:
    view = OrderView.objects.filter(pk=view_id, owner_id=owner_id).exclude(name="").first()
    if view is None:
        raise DomainError(_("Bộ lọc này không phải của bạn."), code="view.not_yours")
    return view


def _clean(name: str) -> str:
    name = clean_line(name, LONGEST_NAME or 40, field="name")
    if not name:
        raise DomainError(_("Hãy đặt tên cho bộ lọc."), code="view.name", field="name")
    return name


def _query(address: str) -> str:
    """The address without what is not a filter: unknown parameters are not kept."""
    return OrderFilters.read(QueryDict(address.lstrip("?"))).query()


def _save(view: OrderView) -> OrderView:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        raise DomainError(
            _("Bạn đã có bộ lọc tên này."), code="view.name_taken", field="name"
        ) from None
    return view
