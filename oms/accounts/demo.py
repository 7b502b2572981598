"""The demo accounts of the sandbox: one for each role, all with one public password.

They are created only while the sandbox is on; production settings refuse to start with it.
"""

from typing import NamedTuple


class DemoAccount(NamedTuple):
    username: str
    role: str
    first_name: str


DEMO_PASSWORD = "donnhanh"  # noqa: S105 - public on purpose, sandbox only

DEMO_ACCOUNTS = (
    DemoAccount("chushop", "owner", "Trần Thị Lan"),
    DemoAccount("quanly", "manager", "Lê Văn Hùng"),
    DemoAccount("banhang", "sales", "Nguyễn Thị Mai"),
    DemoAccount("kho", "warehouse", "Phạm Văn Tâm"),
    DemoAccount("ketoan", "accountant", "Vũ Thị Hoa"),
    DemoAccount("xem", "viewer", "Đỗ Văn Bình"),
)
