"""The house for programs: signed calls in JSON, with the rights and the scope of one user."""
