"""The web processes of a browser's bench: those of any, and files that the browser asks for."""

from bench._web_settings import *  # noqa: F403

WHITENOISE_USE_FINDERS = True
