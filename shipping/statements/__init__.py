"""Statements of carriers and of the bank as files: their columns, and what becomes of the rows."""
