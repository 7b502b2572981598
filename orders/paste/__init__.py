"""Reading an order out of a pasted message. Pure: no models, no database."""
