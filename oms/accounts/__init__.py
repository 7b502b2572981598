"""People: users, roles, permissions and the part of the data each may see."""
