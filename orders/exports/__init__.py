"""Orders and their lines as files."""
