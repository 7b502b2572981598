"""The only module that names concrete adapters and joins an app to one on its right."""


def wire() -> None:
    """Register adapters and panels; called once when Django is ready."""
