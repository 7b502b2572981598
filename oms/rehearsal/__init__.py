"""Rehearsals of a sale day: the sandbox sells, this system follows, a report says what agrees.

It knows the sandbox by its control doors over HTTP alone, and the product by its services.
"""
