"""Users: made, changed, stopped, and let in again by a link that works once."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from oms.accounts.models import User
from oms.accounts.permissions import permissions_of_role, role_choices
from oms.accounts.services import guard, sessions
from oms.kernel.actors import Actor
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event
from oms.kernel.text import clean_line

_tokens = PasswordResetTokenGenerator()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What the owner says about a user; empty scopes mean no limit."""

    username: str
    full_name: str
    role: str
    email: str = ""
    shop_ids: tuple[int, ...] = ()
    warehouse_ids: tuple[int, ...] = ()


def save_user(user_id: int | None, person: Person, *, by: User) -> User:
    """Make or change a user; a new one has no password until he uses his link.

    Raises DomainError: a name that is taken, rights beyond those of `by`, the last owner.
    """
    if person.role not in dict(role_choices()):
        raise DomainError(_("Không có vai trò này."), code="user.role", field="role")
    if person.role == User.Role.OWNER and (person.shop_ids or person.warehouse_ids):
        raise DomainError(
            _("Chủ shop xem được tất cả; hãy chọn vai trò khác nếu cần giới hạn."),
            code="owner.limited",
            field="role",
        )
    try:
        return _save_user(user_id, person, by)
    except IntegrityError as error:
        raise DomainError(
            _("Tên đăng nhập này đã có."), code="user.taken", field="username"
        ) from error


@transaction.atomic
def _save_user(user_id: int | None, person: Person, by: User) -> User:
    guard.may_grant(by, permissions_of_role(person.role))
    guard.may_scope(by, person.shop_ids, person.warehouse_ids)
    values: dict[str, Any] = {
        "username": clean_line(person.username, 150, field="username"),
        "first_name": clean_line(person.full_name, 150, field="full_name"),
        "email": person.email,
        "role": person.role,
        "shop_ids": sorted(person.shop_ids),
        "warehouse_ids": sorted(person.warehouse_ids),
    }
    if user_id is None:
        user = User(**values)
        user.set_unusable_password()
        user.save()
        changes = {name: ["", value] for name, value in values.items() if value}
        record_event("user.added", user, actor=Actor.user(by), data={"changes": changes})
        return user
    user = guard.locked_with_owners(user_id)
    guard.may_change(by, user)
    if user.role == User.Role.OWNER and person.role != User.Role.OWNER:
        guard.keep_an_owner(user)
    changes = {
        name: [getattr(user, name), value]
        for name, value in values.items()
        if getattr(user, name) != value
    }
    if changes:
        for name, value in values.items():
            setattr(user, name, value)
        user.save(update_fields=list(values))
        record_event("user.changed", user, actor=Actor.user(by), data={"changes": changes})
    return user


@transaction.atomic
def set_active(user_id: int, active: bool, *, by: User) -> User:
    """Stop a user, everywhere and at once, or let him in again. A repeat changes nothing."""
    user = guard.locked_with_owners(user_id)
    guard.may_change(by, user)
    if user.is_active == active:
        return user
    if not active and user.role == User.Role.OWNER:
        guard.keep_an_owner(user)
    if not active and user.pk == by.pk:
        raise DomainError(_("Bạn không thể tự khóa mình."), code="user.self")
    user.is_active = active
    user.save(update_fields=["is_active"])
    if not active:
        sessions.end_all(user)
    name = "user.activated" if active else "user.deactivated"
    record_event(name, user, actor=Actor.user(by))
    return user


@transaction.atomic
def reset_token(user_id: int, *, by: User) -> str:
    """A token for the user's link. It dies with its use, with a log-in, and after a day."""
    user = User.objects.select_for_update().get(pk=user_id)
    guard.may_change(by, user)
    if not user.is_active:
        raise DomainError(_("Tài khoản này đã ngừng hoạt động."), code="user.inactive")
    record_event("user.reset_link_made", user, actor=Actor.user(by))
    return _tokens.make_token(user)


def user_of_token(user_id: int, token: str) -> User | None:
    """Whose link this is, while it works."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    return user if user is not None and _tokens.check_token(user, token) else None


@transaction.atomic
def set_password(user_id: int, token: str, password: str) -> User:
    """Set a password by link; every session of the user ends.

    Raises DomainError when the link is used up or the password too weak.
    """
    User.objects.select_for_update().filter(pk=user_id).first()
    user = user_of_token(user_id, token)
    if user is None:
        raise DomainError(
            _("Liên kết đã dùng hoặc đã hết hạn; hãy xin chủ shop liên kết mới."), code="link.used"
        )
    _store_password(user, password)
    sessions.end_all(user)
    record_event("user.password_set", user, actor=Actor.user(user))
    return user


@transaction.atomic
def change_password(user: User, password: str) -> None:
    """A user's own new password; his other sessions end."""
    _store_password(user, password)
    sessions.end_all(user)
    record_event("user.password_set", user, actor=Actor.user(user))


def _store_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise DomainError(
            " ".join(error.messages), code="password.weak", field="password"
        ) from error
    user.set_password(password)
    user.save(update_fields=["password"])
