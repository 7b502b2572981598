"""Django with nothing but one view and its database: what a stored row costs at least."""

from bench._web_settings import *  # noqa: F403

MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench._plain_insert"
