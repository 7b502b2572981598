"""What can be done with orders, one or many: the list, the order page and all others ask here."""
