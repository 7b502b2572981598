"""Settings by place of use: dev (make run), test, prod."""
