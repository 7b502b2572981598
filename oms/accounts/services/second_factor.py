"""Codes of an authenticator app (RFC 6238), and recovery codes for who lost it."""

import secrets

import pyotp
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from oms.accounts.models import Passkey, RecoveryCode, RolePolicy, SecondFactor, User
from oms.kernel.actors import Actor
from oms.kernel.clock import now
from oms.kernel.errors import DomainError
from oms.kernel.events import record_event

ISSUER = "Đơn Nhanh"
STEP_SECONDS = 30
# A phone's clock may be half a minute off.
DRIFT = (-1, 0, 1)
CODES = 10
# No letters that are read as digits.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def has_second_factor(user: User) -> bool:
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists()


def has_protection(user: User) -> bool:
    """An authenticator app or a passkey: what a role may ask for."""
    return has_second_factor(user) or Passkey.objects.filter(user=user).exists()


def needs_second_step(user: User) -> bool:
    """After the password: of who uses the app, or has a passkey because his role asks for it."""
    return has_second_factor(user) or (is_asked_for(user) and has_protection(user))


def is_asked_for(user: User) -> bool:
    """The user's role must have one."""
    return RolePolicy.objects.filter(role=user.role, needs_second_factor=True).exists()


def begin(user: User) -> SecondFactor:
    """The secret to show; the same one until a code confirms it."""
    made, _new = SecondFactor.objects.get_or_create(
        user=user, defaults={"secret": pyotp.random_base32()}
    )
    if made.confirmed_at is not None:
        raise DomainError(_("Mã xác thực đã bật."), code="factor.on")
    return made


def uri_of(factor: SecondFactor) -> str:
    """What the app reads from the picture."""
    name = factor.user.get_username()
    return pyotp.TOTP(factor.secret).provisioning_uri(name=name, issuer_name=ISSUER)


@transaction.atomic
def confirm(user: User, code: str) -> list[str]:
    """Turn it on with a first code; returns the recovery codes, which are shown once."""
    factor = SecondFactor.objects.select_for_update().filter(user=user, confirmed_at=None).first()
    if factor is None or not _take_step(factor, code):
        raise DomainError(
            _("Mã chưa đúng; hãy đợi mã mới trong ứng dụng rồi thử lại."),
            code="factor.code",
            field="code",
        )
    factor.confirmed_at = now()
    factor.save(update_fields=["confirmed_at"])
    record_event("user.second_factor_on", user, actor=Actor.user(user))
    return _new_codes(user)


@transaction.atomic
def verify(user: User, code: str) -> bool:
    """Whether a code of the app, or a recovery code, opens the door; it does so once."""
    factor = SecondFactor.objects.select_for_update().filter(user=user).first()
    if factor is None or factor.confirmed_at is None:
        return False
    if _take_step(factor, code):
        return True
    used = RecoveryCode.objects.filter(user=user, digest=_digest(user, code), used_at=None)
    if not used.update(used_at=now()):
        return False
    left = RecoveryCode.objects.filter(user=user, used_at=None).count()
    record_event("user.recovery_used", user, actor=Actor.user(user), data={"left": left})
    return True


def _take_step(factor: SecondFactor, code: str) -> bool:
    """Accept a code of a step after the last one that was taken."""
    typed = "".join(code.split())
    clock = pyotp.TOTP(factor.secret)
    step = int(now().timestamp()) // STEP_SECONDS
    for near in (step + offset for offset in DRIFT):
        right = pyotp.utils.strings_equal(clock.at(near * STEP_SECONDS), typed)
        if right and near > factor.last_step:
            factor.last_step = near
            factor.save(update_fields=["last_step"])
            return True
    return False


@transaction.atomic
def renew_codes(user: User) -> list[str]:
    """New recovery codes; the old ones are void."""
    record_event("user.recovery_renewed", user, actor=Actor.user(user))
    return _new_codes(user)


@transaction.atomic
def turn_off(user: User, *, actor: Actor) -> None:
    """A repeat changes nothing."""
    gone, _rows = SecondFactor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    if gone:
        record_event("user.second_factor_off", user, actor=actor)


def _new_codes(user: User) -> list[str]:
    RecoveryCode.objects.filter(user=user).delete()
    codes = ["-".join(_word() for _part in range(2)) for _number in range(CODES)]
    RecoveryCode.objects.bulk_create(
        [RecoveryCode(user=user, digest=_digest(user, code)) for code in codes]
    )
    return codes


def _word() -> str:
    return "".join(secrets.choice(ALPHABET) for _letter in range(5))


def _digest(user: User, code: str) -> str:
    """Keyed, so that a stolen table gives no codes; dashes, spaces and case do not matter."""
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return salted_hmac(f"recovery:{user.pk}", plain, algorithm="sha256").hexdigest()
