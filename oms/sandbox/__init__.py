"""Servers that speak the partners' protocols, written from their specifications alone.

They import nothing of the system and share no constant with its connectors: what both sides
agree on, they agree on because the partner says so.
"""
