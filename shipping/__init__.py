"""Fulfilments, packages, carriers, labels and cash on delivery."""
