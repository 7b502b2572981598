"""What stops a start: always one sentence that says what to do."""


class StartRefused(Exception):
    """The message is printed as it stands and the command ends with status 1."""
