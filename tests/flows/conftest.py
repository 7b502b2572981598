from tests.partners import demo_owner, partners

__all__ = ["demo_owner", "partners"]
