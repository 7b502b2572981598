"""The demo accounts of the sandbox: one for each role, all with one public password.

They are created only while the sandbox is on; production settings refuse to start with it.
"""

from typing import NamedTuple


class DemoAccount(NamedTuple):
    username: str
    role: str
    first_name: str
    last_name: str


DEMO_PASSWORD = "donnhanh"  # noqa: S105 - public on purpose, sandbox only

DEMO_ACCOUNTS = (
    DemoAccount("chushop", "owner", "Lan", "Trần Thị"),
    DemoAccount("quanly", "manager", "Hùng", "Lê Văn"),
    DemoAccount("banhang", "sales", "Mai", "Nguyễn Thị"),
    DemoAccount("kho", "warehouse", "Tâm", "Phạm Văn"),
    DemoAccount("ketoan", "accountant", "Hoa", "Vũ Thị"),
    DemoAccount("xem", "viewer", "Bình", "Đỗ Văn"),
)
