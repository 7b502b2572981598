"""Demo accounts: their passwords are public, so they exist only while the sandbox is on."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from oms.accounts.models import User

DEMO_PASSWORD = "donnhanh"  # noqa: S105 - public on purpose, sandbox only

# User name, role, full name: one account for each role.
DEMO_ACCOUNTS = [
    ("chushop", User.Role.OWNER, "Trần Thị Lan"),
    ("quanly", User.Role.MANAGER, "Lê Văn Hùng"),
    ("banhang", User.Role.SALES, "Nguyễn Thị Mai"),
    ("thukho", User.Role.WAREHOUSE, "Phạm Văn Tâm"),
    ("ketoan", User.Role.ACCOUNTANT, "Vũ Thị Hoa"),
    ("xem", User.Role.VIEWER, "Đỗ Văn Bình"),
]


def create_demo_accounts() -> list[User]:
    """The demo accounts; those that exist are left as they are. Refused without the sandbox."""
    if not settings.SANDBOX:
        raise ImproperlyConfigured("demo accounts need OMS_SANDBOX=on")
    users = []
    for username, role, full_name in DEMO_ACCOUNTS:
        user, created = User.objects.get_or_create(
            username=username,
            defaults={"role": role, "first_name": full_name, "is_demo": True},
        )
        if created:
            user.set_password(DEMO_PASSWORD)
            user.save(update_fields=["password"])
        users.append(user)
    return users


def refuse_demo_accounts() -> None:
    """Called when the web server starts: a database with demo accounts is open to everybody."""
    if not settings.SANDBOX and User.objects.filter(is_demo=True, is_active=True).exists():
        raise ImproperlyConfigured(
            "This database has demo accounts with public passwords. Delete them first: "
            "manage.py delete_demo_accounts"
        )
