"""The web shell: log-in, dashboard, health, jobs, style page."""
