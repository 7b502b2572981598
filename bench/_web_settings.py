"""The web processes of a bench: as in production, connections to the database are kept."""

from oms.settings.test import *  # noqa: F403
from oms.settings.test import DATABASES

DATABASES["default"]["CONN_MAX_AGE"] = 600
