"""Shared set-up of the suite."""
