"""Which warehouse and which carrier an order leaves by, and why. Pure: it reads no row."""
