import pytest

from offices import employ, read_as_owner


@pytest.fixture
def whole(monkeypatch):
    """Pages read the snapshot of everybody, as they do outside tests."""
    read_as_owner(monkeypatch)


@pytest.fixture
def graduate(lan_department, source):
    """Meets the degree and theory of a department director."""
    return employ(
        lan_department, source, "Nguyễn Thị Ánh", degree="university", theory="advanced",
        title="Giám đốc sở", title_kind="department_director", level="province",
    )  # fmt: skip


@pytest.fixture
def beginner(lan_department, source):
    """Lacks the theory."""
    return employ(
        lan_department, source, "Trần Văn Bình", gender="male", degree="university",
        theory="elementary",
    )  # fmt: skip


@pytest.fixture
def blank(lan_department, source):
    """Nobody recorded a degree."""
    return employ(lan_department, source, "Lê Thị Cúc", theory="advanced")
