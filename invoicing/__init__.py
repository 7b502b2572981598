"""Tax invoices, and the money received."""
