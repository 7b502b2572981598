"""Reads of goods and places."""
