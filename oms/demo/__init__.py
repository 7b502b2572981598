"""The demo shop: products, two warehouses, stock, orders, accounts at the sandbox partners."""
