"""The category tree and the brands: rows found or made by name, moved, and dropped when empty."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from inventory.models import Brand, Category
from inventory.models.categories import PATH_SEPARATOR
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.locks import advisory_lock
from oms.kernel.text import clean_line, fold

MAX_DEPTH = 5
NAME_LENGTH, BRAND_LENGTH = 80, 120


def find_brands(names: Iterable[str]) -> dict[str, int]:
    """Ids of brands by the names given, made where missing; case and accents do not make two.

    Two statements, whatever the number of names.
    """
    clean = {name: clean_line(name, BRAND_LENGTH, field="brand") for name in set(names)}
    folded = {name: fold(line) for name, line in clean.items() if fold(line)}
    if not folded:
        return {}
    rows = {folded[name]: clean[name] for name in sorted(folded)}
    Brand.objects.bulk_create(
        (Brand(name=name, name_folded=key) for key, name in sorted(rows.items())),
        ignore_conflicts=True,
    )
    ids = dict(Brand.objects.filter(name_folded__in=rows).values_list("name_folded", "pk"))
    return {name: ids[key] for name, key in folded.items()}


@transaction.atomic
def find_categories(paths: Iterable[str]) -> dict[str, int]:
    """Ids of categories by path ("Thời trang > Áo"), every missing step made.

    At most three statements a level of the tree, whatever the number of paths.
    """
    steps = {path: _steps(path) for path in set(paths)}
    steps = {path: names for path, names in steps.items() if names}
    if steps:
        advisory_lock("category-tree")
    found: dict[tuple[str, ...], Category] = {}
    for depth in range(1, 1 + max((len(names) for names in steps.values()), default=0)):
        wanted = {
            tuple(map(fold, names[:depth])): names[depth - 1]
            for names in steps.values()
            if len(names) >= depth
        }
        found |= _level(wanted, found)
    return {path: found[tuple(map(fold, names))].pk for path, names in steps.items()}


def _steps(path: str) -> list[str]:
    names = [clean_line(part, NAME_LENGTH, field="category") for part in path.split(">")]
    names = [name for name in names if fold(name)]
    if len(names) > MAX_DEPTH:
        raise _too_deep()
    return names


def _level(
    wanted: dict[tuple[str, ...], str], found: dict[tuple[str, ...], Category]
) -> dict[tuple[str, ...], Category]:
    """The rows of one level, by folded steps; their parents are in `found`."""
    parents = {key[:-1]: found[key[:-1]] for key in wanted if len(key) > 1}
    rows = Category.objects.filter(name_folded__in={key[-1] for key in wanted})
    if parents:
        rows = rows.filter(parent__in=[row.pk for row in parents.values()])
    else:
        rows = rows.filter(parent=None)
    here = {(row.parent_id, row.name_folded): row for row in rows}
    missing = {
        key: name for key, name in wanted.items() if (_pk(parents, key), key[-1]) not in here
    }
    made = Category.objects.bulk_create(
        Category(
            parent_id=_pk(parents, key),
            name=name,
            name_folded=key[-1],
            path=_path(parents.get(key[:-1]), name),
        )
        for key, name in sorted(missing.items())
    )
    for (key, _name), row in zip(sorted(missing.items()), made, strict=True):
        parent = parents.get(key[:-1])
        row.trail = f"{parent.trail if parent else '/'}{row.pk}/"
        here[row.parent_id, row.name_folded] = row
    Category.objects.bulk_update(made, ["trail"])
    return {key: here[_pk(parents, key), key[-1]] for key in wanted}


def _pk(parents: dict[tuple[str, ...], Category], key: tuple[str, ...]) -> int | None:
    return parents[key[:-1]].pk if len(key) > 1 else None


def _path(parent: Category | None, name: str) -> str:
    return f"{parent.path}{PATH_SEPARATOR}{name}" if parent else name


def save_category(
    category_id: int | None, name: str, parent_id: int | None, *, actor: Actor
) -> Category:
    """Make a category, or rename and move one with all that is under it.

    Raises DomainError for a name that stands there, a move under itself, or a tree too deep.
    """
    name = clean_line(name, NAME_LENGTH, field="name")
    if not fold(name) or ">" in name:
        raise DomainError(
            _("Tên danh mục không được trống và không có dấu “>”."),
            code="category.name",
            field="name",
        )
    try:
        with transaction.atomic():
            advisory_lock("category-tree")
            return _save(category_id, name, parent_id, actor)
    except IntegrityError as error:
        raise DomainError(
            _("Danh mục “%(name)s” đã có ở đây.") % {"name": name},
            code="category.taken",
            field="name",
        ) from error


def _save(category_id: int | None, name: str, parent_id: int | None, actor: Actor) -> Category:
    parent = Category.objects.get(pk=parent_id) if parent_id else None
    if category_id is None:
        _check_depth(parent, 1)
        row = Category.objects.create(
            parent=parent, name=name, name_folded=fold(name), path=_path(parent, name)
        )
        row.trail = f"{parent.trail if parent else '/'}{row.pk}/"
        row.save(update_fields=["trail"])
        record_event("category.created", row, actor=actor, data={"path": row.path})
        return row
    row = Category.objects.get(pk=category_id)
    if parent and parent.trail.startswith(row.trail):
        raise DomainError(
            _("Không thể đặt danh mục vào trong chính nó."), code="category.cycle", field="parent"
        )
    below = Category.objects.filter(trail__startswith=row.trail)
    deepest = max(trail.count("/") for trail in below.values_list("trail", flat=True))
    _check_depth(parent, deepest - row.trail.count("/") + 1)
    before, old_trail, old_path = row.path, row.trail, row.path
    row.parent, row.name, row.name_folded = parent, name, fold(name)
    row.save(update_fields=["parent", "name", "name_folded"])
    trail, path = f"{parent.trail if parent else '/'}{row.pk}/", _path(parent, name)
    below.update(
        trail=Concat(Value(trail), Substr(F("trail"), len(old_trail) + 1)),
        path=Concat(Value(path), Substr(F("path"), len(old_path) + 1)),
    )
    row.refresh_from_db()
    if before != row.path:
        changes = {"changes": {"path": [before, row.path]}}
        record_event("category.updated", row, actor=actor, data=changes)
    return row


def _check_depth(parent: Category | None, levels: int) -> None:
    if (parent.trail.count("/") - 1 if parent else 0) + levels > MAX_DEPTH:
        raise _too_deep()


def _too_deep() -> DomainError:
    return DomainError(
        _("Cây danh mục có tối đa %(most)d cấp.") % {"most": MAX_DEPTH},
        code="category.too_deep",
        field="category",
    )


@transaction.atomic
def delete_category(category_id: int, *, actor: Actor) -> None:
    """Drop a category that holds nothing. Raises DomainError while it has goods or children."""
    advisory_lock("category-tree")
    row = Category.objects.select_for_update().get(pk=category_id)
    if row.children.exists() or row.products.exists():
        raise DomainError(
            _("Danh mục còn sản phẩm hoặc danh mục con; hãy chuyển chúng đi trước."),
            code="category.in_use",
        )
    record_event("category.deleted", row, actor=actor, data={"path": row.path})
    row.delete()


def brand_of(name: str) -> int | None:
    """The id of one brand; None for an empty name."""
    return next(iter(find_brands([name]).values()), None)
