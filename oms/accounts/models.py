"""People: a user has one role and, when limited, the shops and warehouses that he may see."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from oms.kernel.crypto import EncryptedTextField


class User(AbstractUser):
    """`role` is a built-in role or the code of a `Role` that the owner made."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Chủ shop")
        MANAGER = "manager", _("Quản lý")
        SALES = "sales", _("Bán hàng")
        WAREHOUSE = "warehouse", _("Kho")
        ACCOUNTANT = "accountant", _("Kế toán")
        VIEWER = "viewer", _("Chỉ xem")

    role = models.CharField(max_length=20, choices=Role.choices, default=Role.VIEWER)
    # Opaque ids: shops belong to an app above. Empty means no limit.
    shop_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    warehouse_ids = ArrayField(models.BigIntegerField(), default=list, blank=True)
    is_demo = models.BooleanField(default=False)

    class Meta:
        db_table = "accounts_user"

    def shop_scope(self) -> set[int] | None:
        """The shops this user may see; None means all of them."""
        return set(self.shop_ids) or None

    def warehouse_scope(self) -> set[int] | None:
        """The warehouses this user may see; None means all of them."""
        return set(self.warehouse_ids) or None

    def get_role_display(self) -> str:  # type: ignore[no-redef]
        """The role's name, whoever made the role."""
        if self.role in User.Role.values:
            return str(User.Role(self.role).label)
        made = Role.objects.filter(code=self.role).first()
        return made.name if made else self.role


class Role(models.Model):
    """A role that the owner made; the built-in ones (roles.py) are copied, not changed."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(_("Tên vai trò"), max_length=60)
    name_folded = models.CharField(max_length=60, editable=False)
    permissions = ArrayField(models.CharField(max_length=80), default=list)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Vai trò")
        ordering = ["name_folded"]
        constraints = [
            models.UniqueConstraint(fields=["name_folded"], name="role_name_once"),
            models.CheckConstraint(
                condition=~models.Q(code__in=User.Role.values), name="role_is_not_built_in"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RolePolicy(models.Model):
    """What is asked of everybody in a role, built in or made."""

    role = models.CharField(max_length=20, unique=True)
    needs_second_factor = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.role


class SecondFactor(models.Model):
    """The secret of a user's authenticator app; it counts once a first code has confirmed it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="second_factor"
    )
    secret = EncryptedTextField()
    confirmed_at = models.DateTimeField(null=True)
    # The time step of the last code that was taken: a code opens the door once.
    last_step = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"second factor of {self.user_id}"


class RecoveryCode(models.Model):
    """One way in for who lost the app; kept as a hash, taken once."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes"
    )
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once"),
        ]

    def __str__(self) -> str:
        return f"recovery code of {self.user_id}"


class Passkey(models.Model):
    """A key pair in a user's phone, computer or security key; we hold the public half."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="passkeys")
    name = models.CharField(_("Tên passkey"), max_length=60)
    credential_id = models.BinaryField(max_length=1023, unique=True)
    public_key = models.BinaryField()
    # Counted up by the authenticator; one that is not above the last was answered by a copy.
    sign_count = models.BigIntegerField(default=0)
    transports = ArrayField(models.CharField(max_length=20), default=list)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Passkey")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"passkey of {self.user_id}: {self.name}"


class KnownSession(models.Model):
    """Where a user logged in, so that he can be logged out there."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="known_sessions"
    )
    session_key = models.CharField(max_length=40, unique=True)
    address = models.CharField(max_length=45)
    agent = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"session of {self.user_id} from {self.address}"


class ApiKey(models.Model):
    """By which a program calls the house as `user`, with his rights and his scope."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_keys")
    name = models.CharField(_("Tên khóa"), max_length=40)
    # What the caller names the key by; the secret never travels.
    code = models.CharField(max_length=16, unique=True)
    secret = EncryptedTextField()
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("Khóa API")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(revoked_at__isnull=True),
                name="api_key_name_once",
            ),
        ]

    def __str__(self) -> str:
        return f"key {self.name} of {self.user_id}"


class ApiAnswer(models.Model):
    """What a writing call was answered, for the same call when it comes again."""

    api_key = models.ForeignKey(ApiKey, models.CASCADE, related_name="answers")
    # As the caller named the call; a name with a space in it is one of ours.
    name = models.CharField(max_length=100)
    # SHA-256 in hex of method, address and body.
    digest = models.CharField(max_length=64)
    # Empty only inside the transaction that answers.
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["api_key", "name"], name="api_answer_once_per_name"),
        ]
        indexes = [models.Index(fields=["created_at"], name="api_answer_by_age")]

    def __str__(self) -> str:
        return f"answer {self.name} of key {self.api_key_id}"
