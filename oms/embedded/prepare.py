"""What a start brings up to date, each only when there is something to do."""

import hashlib
import os
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from oms.accounts.demo import DEMO_PASSWORD
from oms.kernel import paper_fonts


def migrate() -> bool:
    """Apply what is unapplied; True when there was something."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    call_command("migrate", interactive=False, verbosity=0)
    return True


def static_folders() -> list[Path]:
    """Every folder that static files are collected from."""
    folders = [Path(folder) for folder in settings.STATICFILES_DIRS]
    folders += [Path(config.path) / "static" for config in apps.get_app_configs()]
    return [folder for folder in folders if folder.is_dir()]


def static_digest() -> str:
    """Changes when a static file is added, removed or edited."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for folder in static_folders():
        for root, names, files in os.walk(folder):
            names.sort()
            for name in sorted(files):
                path = os.path.join(root, name)
                stat = os.stat(path)
                digest.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect_static(stamp: Path) -> bool:
    """Collect when a source changed since the stamp; True when collected."""
    digest = static_digest()
    collected = Path(settings.STATIC_ROOT).is_dir()
    if collected and stamp.exists() and stamp.read_text() == digest:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(digest)
    return True


def cut_label_fonts() -> bool:
    """Cut the fonts of labels now, so that the first label does not wait; True when cut."""
    missing = [name for name in paper_fonts.WEIGHTS if not paper_fonts.font_path(name).exists()]
    for name in missing:
        paper_fonts.font_file(name)
    return bool(missing)


def is_demo_wanted() -> bool:
    """Whether the system is empty and the sandbox is on."""
    if not settings.SANDBOX or "load_demo" not in get_commands():
        return False
    return not get_user_model().objects.exists()


def demo_accounts() -> list[str]:
    """Name, password and role of each demo user, the owner first; none without the sandbox."""
    if not settings.SANDBOX:
        return []
    users = get_user_model().objects.filter(is_demo=True, is_active=True).order_by("pk")
    return [f"{user.username} / {DEMO_PASSWORD} ({user.get_role_display()})" for user in users]
