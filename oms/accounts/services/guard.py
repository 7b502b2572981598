"""Who may change whom: nobody gives, or takes from, more than he has himself."""

from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext as _

from oms.accounts.models import User
from oms.accounts.permissions import permissions_of, words
from oms.kernel.errors import DomainError


def may_grant(by: User, permissions: Collection[str]) -> None:
    """Raises DomainError naming what `by` does not have himself."""
    beyond = set(permissions) - permissions_of(by)
    if beyond:
        names = ", ".join(sorted(words().get(code, code) for code in beyond)[:5])
        raise DomainError(
            _("Bạn không có quyền này nên không cấp được: %(names)s") % {"names": names},
            code="grant.beyond",
            field="role",
        )


def may_scope(by: User, shop_ids: Collection[int], warehouse_ids: Collection[int]) -> None:
    """A limited user makes nobody less limited than himself."""
    for own, given in ((by.shop_scope(), shop_ids), (by.warehouse_scope(), warehouse_ids)):
        if own is not None and (not given or not set(given) <= own):
            raise DomainError(
                _("Phạm vi dữ liệu không được rộng hơn của chính bạn."), code="grant.scope"
            )


def may_change(by: User, target: User) -> None:
    """A password, a session or a role of somebody stronger would be a way to his rights."""
    may_grant(by, permissions_of(target))
    may_scope(by, target.shop_ids, target.warehouse_ids)


def locked_with_owners(user_id: int) -> User:
    """The user, locked together with every owner in one order: two owners who act on each other
    at once take turns, and cannot both go. Raises User.DoesNotExist.
    """
    wanted = Q(pk=user_id) | Q(role=User.Role.OWNER)
    rows = {row.pk: row for row in User.objects.select_for_update().filter(wanted).order_by("pk")}
    if user_id not in rows:
        raise User.DoesNotExist
    return rows[user_id]


def keep_an_owner(target: User) -> None:
    """Called under `locked_with_owners`, before an owner stops being one."""
    owners = User.objects.filter(role=User.Role.OWNER, is_active=True)
    if not owners.exclude(pk=target.pk).exists():
        raise DomainError(
            _("Đây là chủ shop cuối cùng; hãy thêm một chủ shop khác trước."), code="owner.last"
        )
