"""WSGI entry: every page of the system."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oms.settings.prod")
application = get_wsgi_application()

# Models can be imported only now, when Django is ready.
from oms.accounts.demo import refuse_demo_accounts  # noqa: E402

refuse_demo_accounts()
