"""Goods and places: catalogue, warehouses, stock ledger and allocations."""
