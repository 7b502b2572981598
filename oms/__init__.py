"""The order management system: kernel, people, web shell and what joins the apps."""

from oms.celery import app as celery_app

__version__ = "0.1.0"
__all__ = ["__version__", "celery_app"]
