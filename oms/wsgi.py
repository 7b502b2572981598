"""WSGI entry: every page of the system."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oms.settings.prod")
application = get_wsgi_application()

# Models can be imported only now, when Django is ready.
from oms.accounts.demo import refuse_demo_accounts  # noqa: E402

refuse_demo_accounts()

# Half a million objects live as long as the process: to walk them every few pages would be felt.
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 100)
