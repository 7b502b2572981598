"""Marketplaces: shops, listings, order import and stock push."""
