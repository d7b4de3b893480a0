from datetime import date

import pytest

from ngangtam.records.organisation.areas import dataset, queries
from ngangtam.records.organisation.areas.conversion import extent_of, import_conversion
from ngangtam.records.organisation.areas.load import load_areas
from ngangtam.records.organisation.areas.resolve import (
    full_name,
    province_of,
    provinces_by_area,
    resolve,
    resolve_many,
)
from ngangtam.records.organisation.models import Area, AreaSuccession

BEFORE = date(2021, 4, 27)
AFTER = date(2026, 1, 1)
TABLE = "admin_units/messy/BangChuyendoiĐVHCmoi_cu_khong_merge.csv"


@pytest.fixture(scope="module")
def areas(committing):
    """All areas of the country, loaded once for the module and taken out again."""
    return load_areas()


pytestmark = pytest.mark.django_db


def test_both_lists_are_loaded_whole(areas):
    before, after = queries.counts_on(date(2025, 6, 30)), queries.counts_on(date(2025, 7, 1))

    assert (before.provinces, before.districts, before.communes) == (63, 696, 10_035)
    assert (after.provinces, after.districts, after.communes) == (34, 0, 3_321)
    # Five districts had no commune and became one: their lines make 10,040.
    assert AreaSuccession.objects.filter(before__level="district").count() == 5
    former = AreaSuccession.objects.exclude(before__level="province").values("before").distinct()
    assert former.count() == 10_040


def test_loading_again_changes_nothing(areas):
    again = load_areas()

    assert (again.areas, again.successions) == (0, 0)


def test_progress_reaches_the_end(areas):
    said = []

    load_areas(lambda done, total: said.append((done, total)))

    assert said[0][0] == 0
    assert said[-1][0] == said[-1][1]


def test_a_kind_is_read_off_the_name_not_off_the_faulty_column(areas):
    assert Area.objects.on(BEFORE).get(code="15061", level="commune").kind == "Thị trấn"
    assert dataset.proper_name("Thị Trấn  Prao") == ("Thị trấn Prao", "Thị trấn")
    with pytest.raises(ValueError, match="Prao"):
        dataset.proper_name("Prao")


@pytest.mark.parametrize(
    ("raw", "how", "area", "now"),
    [
        ("Xã Yên Phong, huyện Chợ Đồn, tỉnh Bắc Kạn", "exact",
         "Xã Yên Phong, Huyện Chợ Đồn, Tỉnh Bắc Kạn", ["Xã Yên Phong"]),
        ("xã Yên Phong huyện Chợ Đồn tỉnh Bắc Kạn", "exact",
         "Xã Yên Phong, Huyện Chợ Đồn, Tỉnh Bắc Kạn", ["Xã Yên Phong"]),
        ("yen phong cho don bac kan", "exact",
         "Xã Yên Phong, Huyện Chợ Đồn, Tỉnh Bắc Kạn", ["Xã Yên Phong"]),
        ("TT. Bằng Lũng, H. Chợ Đồn, T. Bắc Kạn", "exact",
         "Thị trấn Bằng Lũng, Huyện Chợ Đồn, Tỉnh Bắc Kạn", ["Xã Chợ Đồn"]),
        ("tỉnh Quảng Nam", "exact", "Tỉnh Quảng Nam", ["Thành phố Đà Nẵng"]),
        ("tỉnh KonTum", "exact", "Tỉnh Kon Tum", ["Tỉnh Quảng Ngãi"]),
        ("Bà Rịa-Vũng Tàu", "exact", "Tỉnh Bà Rịa - Vũng Tàu", ["Thành phố Hồ Chí Minh"]),
        ("TP. Hồ Chí Minh", "exact", "Thành phố Hồ Chí Minh", ["Thành phố Hồ Chí Minh"]),
        ("tphcm", "exact", "Thành phố Hồ Chí Minh", ["Thành phố Hồ Chí Minh"]),
        ("P5, Q.Tân Bình, TP.HCM", "exact",
         "Phường 5, Quận Tân Bình, Thành phố Hồ Chí Minh", ["Phường Tân Sơn Nhất"]),
        ("xã Chợ Đồn, tỉnh Thái Nguyên", "exact", "Xã Chợ Đồn, Tỉnh Thái Nguyên", ["Xã Chợ Đồn"]),
        ("Phường 2 Bảo Lộc, tỉnh Lâm Đồng", "exact", "Phường 2 Bảo Lộc, Tỉnh Lâm Đồng",
         ["Phường 2 Bảo Lộc"]),
        ("số 5 Trần Phú, phường 5, quận Tân Bình, TP Hồ Chí Minh, Việt Nam", "exact",
         "Phường 5, Quận Tân Bình, Thành phố Hồ Chí Minh", ["Phường Tân Sơn Nhất"]),
        ("Xã Ea H'leo, huyện Ea H’Leo, Đắc Lắc", "near",
         "Xã Ea H'leo, Huyện Ea H'leo, Tỉnh Đắk Lắk", ["Xã Ea H'Leo"]),
        ("Xã Chi Lăng, huyện Quế Võ, tỉnh Bắc Ninh", "near",
         "Xã Chi Lăng, Thị xã Quế Võ, Tỉnh Bắc Ninh", ["Xã Chi Lăng"]),
        ("Xã Chợ Đồn, tỉnh Bắc Kạn", "near", "Xã Chợ Đồn, Tỉnh Thái Nguyên", ["Xã Chợ Đồn"]),
        ("Côn Đảo", "loose", "Đặc khu Côn Đảo, Thành phố Hồ Chí Minh", ["Đặc khu Côn Đảo"]),
        ("xã Yên Phong, huyện Chợ Đồn, Hà Tây", "former", "Thành phố Hà Nội",
         ["Thành phố Hà Nội"]),
        ("huyện Không Có, tỉnh Bắc Kạn", "partial", "Tỉnh Bắc Kạn", ["Tỉnh Thái Nguyên"]),
        ("Xã Hải Minh, huyện Hải Hậu, tỉnh Nam Định (nay là xã Hải Anh)", "exact",
         "Xã Hải Minh, Huyện Hải Hậu, Tỉnh Nam Định", ["Xã Hải Anh"]),
    ],
)  # fmt: skip
def test_an_address_is_found(areas, raw, how, area, now):
    match = resolve(raw)

    assert (match.how, match.area and full_name(match.area)) == (how, area)
    assert [one.name for one in match.now] == now
    assert bool(match.reason) == (how != "exact")


@pytest.mark.parametrize("raw", ["Châu Thành", "xã Tân Lập", "Hà Nam Ninh", "Cao Lãnh, Đồng Tháp"])
def test_an_ambiguous_address_says_so(areas, raw):
    match = resolve(raw)

    assert (match.how, match.area) == ("ambiguous", None)
    assert len(match.candidates) > 1
    assert match.candidates[0].name in match.reason


@pytest.mark.parametrize(
    ("raw", "how"), [("Trung Quốc", "abroad"), ("Không", "none"), ("-", "empty"), (None, "empty")]
)
def test_what_is_no_address_is_said(areas, raw, how):
    match = resolve(raw)

    assert (match.how, match.area, match.now) == (how, None, ())


def test_part_of_a_commune_is_not_the_whole(areas):
    match = resolve("phường Điện Biên, quận Ba Đình, Hà Nội")

    assert match.extent == "part"
    assert len(match.now) > 1


def test_the_day_of_the_writing_chooses_the_list(areas):
    old, new = resolve("tỉnh Thái Nguyên", BEFORE), resolve("tỉnh Thái Nguyên", AFTER)

    assert (old.area.valid.upper, old.extent) == (date(2025, 7, 1), "whole")
    assert (new.area.valid.upper, new.extent) == (None, "same")
    assert old.now == (new.area,)


def test_areas_are_found_by_their_full_names(areas):
    rows = Area.objects.filter(level="commune").order_by("code", "pk")
    communes = list(rows.select_related("parent__parent"))[::7]

    matches = resolve_many(full_name(area) for area in communes)

    wrong = [full_name(area) for area in communes if matches[full_name(area)].area != area]
    assert wrong == []


def test_a_province_is_asked_for_on_a_day(areas):
    old = resolve("Xã Yên Phong, huyện Chợ Đồn, tỉnh Bắc Kạn").area
    new = resolve("xã Chợ Đồn, tỉnh Thái Nguyên").area
    today = Area.objects.get(name="Tỉnh Thái Nguyên", valid__startswith=date(2025, 7, 1))

    assert province_of(old, BEFORE).name == "Tỉnh Bắc Kạn"
    assert province_of(old) == province_of(new) == today
    assert province_of(new, BEFORE).name == "Tỉnh Bắc Kạn"
    # Two provinces of before lie in this one: nobody can say which.
    assert province_of(today, BEFORE) is None
    assert provinces_by_area()[old.pk] == today.pk


def test_search_finds_names_without_accents_and_codes(areas):
    assert queries.search_areas("cho don")[0].name == "Xã Chợ Đồn"
    assert queries.search_areas("quang nam", on=BEFORE)[0].name == "Tỉnh Quảng Nam"
    assert {area.code for area in queries.search_areas("15061")} == {"15061"}
    assert queries.search_areas("  ") == []


def test_wording_says_whether_all_went_over():
    assert extent_of("Nhập toàn bộ") == "whole"
    assert extent_of("Đổi loại hình") == "whole"
    assert extent_of("Nhâp một  phần diện tích, toàn bộ dân số") == "part"
    assert extent_of("Phần còn lại sau khi tách một phần vào xã Canh Vinh") == "part"


@pytest.mark.real
def test_the_official_table_is_read_without_loss(areas, shared_data):
    report = import_conversion(shared_data / TABLE)

    assert report.lines == report.taken + report.reported == 10_605
    assert report.reported == len(report.problems)
    kinds = [problem.kind for problem in report.problems]
    assert (kinds.count("band"), kinds.count("no_code"), kinds.count("contradiction")) == (34, 1, 3)
    # The lists pair places by name; the table knows 35 of these pairs to be namesakes.
    denied = [one for one in report.differences if one.official is None]
    assert all(one.loaded for one in denied)
    assert AreaSuccession.objects.filter(voided_at__isnull=False).count() == len(denied)
    kept = AreaSuccession.objects.get(before__code="00016", after__code="00004")
    assert (kept.extent, kept.raw) == ("part", "Nhập một phần")

    again = import_conversion(shared_data / TABLE)
    assert again.differences == []
    assert load_areas().successions == 0


@pytest.mark.real
def test_a_dry_run_writes_nothing(areas, shared_data):
    report = import_conversion(shared_data / TABLE, dry_run=True)

    assert report.differences
    assert not AreaSuccession.objects.exclude(raw="").exists()


def test_a_file_that_is_no_conversion_table_is_refused(areas, tmp_path):
    from ngangtam.foundation.kernel.problems import DomainError

    for name, body in (("a.csv", b"a,b\n1,2\n"), ("b.csv", b"\xff\xfe\x00\x01")):
        file = tmp_path / name
        file.write_bytes(body)
        with pytest.raises(DomainError):
            import_conversion(file)


def test_the_pages_of_areas_open(areas, lan, client, soup):
    client.force_login(lan)
    old = Area.objects.get(code="06", level="province")

    whole = soup(client.get("/areas/?day=2025-06-30"))
    assert len(whole.select("#area-table tbody tr")) == 63
    assert "10.035" in whole.get_text()
    part = soup(client.get("/areas/?day=2025-06-30", headers={"HX-Request": "true"}))
    assert part.select_one("#area-table").prettify() == whole.select_one("#area-table").prettify()
    page = soup(client.get(f"/areas/{old.pk}/"))
    assert "Tỉnh Thái Nguyên" in page.get_text()
    assert "Huyện Chợ Đồn" in page.get_text()
    district = old.children.get(name="Huyện Chợ Đồn")
    assert "Xã Chợ Đồn" in soup(client.get(f"/areas/{district.pk}/")).get_text()
    new = Area.objects.get(name="Xã Chợ Đồn", level="commune")
    assert "Thị trấn Bằng Lũng" in soup(client.get(f"/areas/{new.pk}/")).get_text()
    assert client.get("/areas/999999999/").status_code == 404


def test_search_suggests_while_typing(areas, lan, client, soup):
    client.force_login(lan)

    links = soup(client.get("/areas/suggest/?q=cho don")).select("#area-suggestions a")

    assert links[0].get_text() == "Xã Chợ Đồn"
    found = soup(client.get("/areas/?q=xã Yên Phong, huyện Chợ Đồn, tỉnh Bắc Kạn"))
    assert "Xã Yên Phong" in found.get_text()


def test_areas_are_exported_with_their_noughts(areas, lan, client):
    import io

    from python_calamine import CalamineWorkbook

    client.force_login(lan)
    old = Area.objects.get(code="06", level="province")

    text = client.get(f"/areas/export.csv?within={old.pk}").content.decode("utf-8-sig")
    assert text.splitlines()[1].startswith("06,Tỉnh Bắc Kạn,")
    book = client.get("/areas/export.xlsx?day=2026-01-01").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert len(rows) == 3_322
    assert rows[1][0] == "01"


def test_more_areas_cost_no_more_queries(areas, lan, client, django_assert_max_num_queries):
    client.force_login(lan)
    large = Area.objects.get(name="Thành phố Hà Nội", valid__startswith=date(2025, 7, 1))

    client.get("/areas/")
    with django_assert_max_num_queries(13):
        client.get("/areas/?q=ba dinh")
    with django_assert_max_num_queries(11):
        client.get(f"/areas/{large.pk}/")
