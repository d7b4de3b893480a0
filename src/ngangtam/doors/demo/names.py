"""Names for people who do not exist: common Vietnamese name words, drawn by our own weights."""

from random import Random
from typing import Final

_FAMILY: Final = {
    "Nguyễn": 36, "Trần": 12, "Lê": 10, "Phạm": 7, "Hoàng": 5, "Phan": 4, "Vũ": 4, "Đặng": 3,
    "Bùi": 3, "Đỗ": 3, "Hồ": 2, "Ngô": 2, "Dương": 2, "Lý": 1, "Đinh": 1, "Trịnh": 1, "Mai": 1,
    "Đoàn": 1, "Lương": 1, "Tạ": 1, "Cao": 1, "Hà": 1, "Tô": 1,
}  # fmt: skip
_MIDDLE: Final = {
    "male": ("Văn", "Văn", "Văn", "Đức", "Hữu", "Minh", "Quang", "Xuân", "Ngọc", "Công", "Đình",
             "Thành", "Quốc", "Anh", "Trọng", "Mạnh", "Hải", "Duy"),
    "female": ("Thị", "Thị", "Thị", "Thị Thu", "Thị Thanh", "Thị Ngọc", "Thị Hồng", "Thu", "Thanh",
               "Ngọc", "Minh", "Kim", "Bích", "Phương", "Thùy", "Hoài"),
}  # fmt: skip
_GIVEN: Final = {
    "male": ("An", "Bách", "Bảo", "Bình", "Chiến", "Chung", "Cường", "Dũng", "Duy", "Đạt", "Định",
             "Đông", "Đức", "Giang", "Hải", "Hào", "Hiếu", "Hoàng", "Hòa", "Huân", "Hùng", "Huy",
             "Khánh", "Khoa", "Kiên", "Lâm", "Linh", "Long", "Lộc", "Lực", "Mạnh", "Minh", "Nam",
             "Nghĩa", "Nguyên", "Nhân", "Phong", "Phú", "Phúc", "Quang", "Quân", "Quyết", "Sơn",
             "Tài", "Tâm", "Thái", "Thắng", "Thành", "Thiện", "Thịnh", "Tiến", "Toàn", "Trung",
             "Trường", "Tú", "Tuấn", "Tùng", "Việt", "Vinh", "Vũ"),
    "female": ("An", "Ánh", "Bích", "Chi", "Dung", "Duyên", "Giang", "Hà", "Hạnh", "Hằng", "Hiền",
               "Hoa", "Hòa", "Hồng", "Huệ", "Huyền", "Hương", "Khánh", "Lan", "Liên", "Linh",
               "Loan", "Ly", "Mai", "Minh", "My", "Nga", "Ngân", "Ngọc", "Nguyệt", "Nhàn", "Nhung",
               "Oanh", "Phương", "Phượng", "Quyên", "Quỳnh", "Sen", "Tâm", "Thảo", "Thu", "Thúy",
               "Thủy", "Trang", "Trinh", "Tuyết", "Uyên", "Vân", "Xuân", "Yến"),
}  # fmt: skip
# Family names of some minorities; their members also carry the common ones.
_MINORITY_FAMILY: Final = {
    "tay": ("Nông", "Hoàng", "Lộc", "Ma", "Bế", "Đàm"),
    "nung": ("Nông", "Lương", "Mông", "Chu"),
    "muong": ("Bùi", "Đinh", "Quách", "Bạch"),
    "thai": ("Lò", "Cầm", "Quàng", "Hà"),
    "hmong": ("Giàng", "Vàng", "Sùng", "Thào"),
    "dao": ("Triệu", "Bàn", "Đặng", "Phàn"),
}


def full_name(draw: Random, gender: str, ethnicity: str = "") -> str:
    """Return a full name, drawn; `gender` is male or female, `ethnicity` a word of the list."""
    own = _MINORITY_FAMILY.get(ethnicity)
    if own and draw.random() < 0.8:
        family = draw.choice(own)
    else:
        family = draw.choices(list(_FAMILY), list(_FAMILY.values()))[0]
    return f"{family} {draw.choice(_MIDDLE[gender])} {draw.choice(_GIVEN[gender])}"
