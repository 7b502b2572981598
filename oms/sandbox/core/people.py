"""The buyers of the first day, the same at every marketplace."""

PEOPLE = (
    ("Nguyễn Thị Hồng Nhung", "0903456721", "12 Nguyễn Phi Khanh", "Phường Tân Định",
     "TP. Hồ Chí Minh"),
    ("Trần Quốc Bảo", "0918223764", "45/7 Lê Văn Sỹ", "Phường Nhiêu Lộc", "TP. Hồ Chí Minh"),
    ("Lê Minh Châu", "0987120458", "102 Trần Phú", "Phường Hà Đông", "Hà Nội"),
    ("Phạm Gia Hân", "0936654810", "8 Lý Thường Kiệt", "Phường Cửa Nam", "Hà Nội"),
    ("Võ Thành Đạt", "0905778213", "230 Nguyễn Văn Linh", "Phường Thanh Khê", "Đà Nẵng"),
    ("Huỳnh Ngọc Ánh", "0939412087", "56 Nguyễn Trãi", "Phường Ninh Kiều", "Cần Thơ"),
    ("Đặng Khánh Linh", "0972305961", "17 Lạch Tray", "Phường Gia Viên", "Hải Phòng"),
    ("Bùi Văn Hiếu", "0964887325", "3 Lê Lợi", "Phường Thuận Hóa", "Huế"),
    ("Đỗ Phương Uyên", "0902119473", "88 Cách Mạng Tháng Tám", "Phường Bàn Cờ", "TP. Hồ Chí Minh"),
    ("Ngô Đức Trí", "0913640258", "29 Võ Thị Sáu", "Phường Trấn Biên", "Đồng Nai"),
    ("Dương Mỹ Duyên", "0986201547", "61 Phan Xích Long", "Phường Cầu Kiệu", "TP. Hồ Chí Minh"),
    ("Lý Hoàng Nam", "0908375916", "5 Trần Hưng Đạo", "Phường Sài Gòn", "TP. Hồ Chí Minh"),
)  # fmt: skip
HOUR_S = 3600


def address(person: int) -> dict[str, str]:
    """Where one of the buyers lives: two levels, ward and province."""
    name, phone, street, ward, province = PEOPLE[person % len(PEOPLE)]
    return {"name": name, "phone": phone, "street": street, "ward": ward, "province": province}
