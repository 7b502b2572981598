"""What spreadsheets about goods may hold: profiles of columns, parsers, and checks of a file."""
