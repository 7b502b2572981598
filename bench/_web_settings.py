"""The web processes of a bench: as in production, connections to the database are kept."""

from oms.settings.base import paces
from oms.settings.test import *  # noqa: F403
from oms.settings.test import DATABASES

DATABASES["default"]["CONN_MAX_AGE"] = 600

# The callers of a bench have one address.
WEBHOOK_RATE_PER_SECOND = 100_000.0
WEBHOOK_BURST = 100_000
# Partners are called at the pace that is shipped.
PARTNER_PACES = paces()
