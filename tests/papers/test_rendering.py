"""The engine: hostile text is text, PDF/A is declared, templates and layouts can be one's own."""

import io
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from ngangtam.foundation.papers import layouts, pdf, shelves
from ngangtam.foundation.papers.clean import printable
from ngangtam.foundation.papers.layouts import BadLayout, layout
from ngangtam.foundation.papers.pdf import BadTemplate
from ngangtam.law.engine import rulebook
from ngangtam.records.papers.printing import FORMS, SHELF, form, print_paper
from ngangtam.records.papers.telling import Telling

MOMENT = datetime(2026, 6, 1, 9, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
HOSTILE = (
    '#eval("1+1") #include "data.json" *đậm* _nghiêng_ $x^2$ @nhan <lab> `mã` \\u{41} // hết /* */',
    "<w:p>&amp;<!-- --> </w:t> {{ 7*7 }} {% for x in y %} {# # } \"'",
    "=HYPERLINK(\"http://x\") -- == = + - 1. /ok #[] ~ ---",
    "Nguye\u0302\u0303n Thi\u0323 U\u031bo\u031b\u0309" + " Ắ" * 3,
)  # fmt: skip


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An instance of the test's own."""
    monkeypatch.setenv("NGANGTAM_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def paper():
    """What is told of nobody in particular."""

    def make(full_name="Nguyễn Văn Bình"):
        return Telling(
            date(2026, 6, 1),
            say={**dict.fromkeys(form("summary").slots, ""), "number": "CB1",
                 **dict.fromkeys(("name", "name_capitals", "awards", "posts"), full_name)},
            tables={"work": [{"time": "2001", "work": full_name}],
                    "career": [{"first": "2001", "unit": full_name, "title": full_name}]},
        )  # fmt: skip

    return make


def test_hostile_text_is_printed_as_it_is(paper):
    for text in HOSTILE:
        made = paper(full_name=text)
        for form_id in FORMS:
            word = _word(made, form_id)
            assert printable(text) in word
            assert _bare(printable(text)) in _bare(_pdf(made, form_id))
        assert "49" not in _bare(_pdf(made, "summary")).replace("4×6", "")


def test_very_long_text_stays_on_the_sheet(paper):
    made = paper(full_name="Công" * 400)

    assert "Công" * 400 in _word(made, "2c")
    assert _bare(_pdf(made, "2c")).count("Công") >= 400


def test_control_characters_and_turned_text_never_reach_the_paper():
    assert printable("a\x00b\x07c\u202ed\ud800e\ufffef\ng") == "abcdef\ng"
    assert printable("e\u0302\u0323") == "ệ"


def test_pdf_declares_pdf_a_and_embeds_its_fonts(paper):
    for form_id in FORMS:
        content = print_paper(paper(), form_id=form_id, style="pdf", at=MOMENT).content
        reader = PdfReader(io.BytesIO(content))
        about = reader.trailer["/Root"]["/Metadata"].get_data().decode()
        assert "<pdfaid:part>2</pdfaid:part>" in about
        assert "<pdfaid:conformance>U</pdfaid:conformance>" in about
        assert reader.trailer["/Root"]["/Lang"].startswith("vi")
        fonts = [font.get_object() for page in reader.pages
                 for font in page["/Resources"]["/Font"].values()]  # fmt: skip
        assert fonts
        for font in fonts:
            inner = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(inner)


def test_one_family_of_letters_prints_all_of_vietnamese(paper):
    """A stand-in that lacks letters would mix two families in one word."""
    letters = "ăâđêôơư ằắẳẵặ ầấẩẫậ ềếểễệ ồốổỗộ ờớởỡợ ừứửữự ỳýỷỹỵ ĂÂĐÊÔƠƯ"
    content = print_paper(paper(full_name=letters), form_id="summary", style="pdf",
                          at=MOMENT).content  # fmt: skip

    names = {str(font.get_object()["/BaseFont"]).split("+")[1].split("-")[0]
             for page in PdfReader(io.BytesIO(content)).pages
             for font in page["/Resources"]["/Font"].values()}  # fmt: skip
    assert len({name.removesuffix("MT") for name in names}) == 1


def test_a_template_of_the_deployment_comes_before_ours(paper, home):
    done = shelves.copy_templates()

    assert all(path.exists() and fresh for path, fresh in done)
    template = home / "templates" / "papers" / "form.typ"
    template.write_text(
        '#import "paper.typ": *\n#show: sheet.with("x")\nRIÊNG CỦA TỈNH #said("name")',
        encoding="utf-8",
    )
    assert "RIÊNGCỦATỈNH" in _bare(_pdf(paper(), "2c"))
    shutil.copyfile(SHELF.folder / "summary.docx", home / "templates" / "papers" / "2c.docx")
    assert "TÓM TẮT LÝ LỊCH" in _word(paper(), "2c")
    assert not any(fresh for _path, fresh in shelves.copy_templates())


def test_a_broken_template_says_where(paper, home):
    shelves.copy_templates()
    (home / "templates" / "papers" / "form.typ").write_text("#không-có-gì", encoding="utf-8")

    with pytest.raises(BadTemplate, match=r"form\.typ"):
        _pdf(paper(), "2c")


def test_a_template_reads_nothing_outside_of_its_folder(paper, home):
    shelves.copy_templates()
    template = home / "templates" / "papers" / "form.typ"
    for path in ("/etc/passwd", "../../../../etc/passwd"):
        template.write_text(f'#read("{path}")', encoding="utf-8")
        with pytest.raises(BadTemplate):
            _pdf(paper(), "2c")


def test_a_layout_of_the_deployment_moves_the_margins(paper, home):
    shelves.copy_templates()
    own = home / "templates" / "layouts" / "party.yaml"
    text = own.read_text(encoding="utf-8").replace("left: {value: 30,", "left: {value: 50,")
    own.write_text(text, encoding="utf-8")

    from docx import Document

    made = print_paper(paper(), form_id="2c", style="docx", at=MOMENT)
    section = Document(io.BytesIO(made.content)).sections[0]
    assert round(section.left_margin.mm) == 50
    assert round(section.right_margin.mm) == 15


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [("top: {value: 20,", "top: {value: 10,", "top"), ("star: {value: false,", "star: {value: 3,",
      "star"), ("  motto:", "  mottto:", "motto"), ("paper: {value: a4", "paper: {value: a0",
      "paper")],
)  # fmt: skip
def test_a_wrong_layout_is_refused_by_name(home, old, new, wrong):
    shelves.copy_templates()
    own = home / "templates" / "layouts" / "state.yaml"
    own.write_text(own.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    with pytest.raises(BadLayout, match=wrong):
        layout("state")


@pytest.mark.parametrize("name", ["state", "party"])
def test_every_setting_of_a_layout_cites_a_text_we_have(name):
    book, found = rulebook(), layout(name)

    for setting, pinpoint in found.cites.items():
        instrument, _sep, pin = pinpoint.partition("#")
        assert pin in book.instruments[instrument].outline, setting
        assert found.confidence[setting] in {"read", "quoted", "reported", "to_confirm"}


def test_names_that_leave_the_shelf_are_refused():
    for name in ("../form.typ", "/etc/passwd", "a/b.typ"):
        with pytest.raises(ValueError, match=r".+"):
            SHELF.find(name)


def test_the_word_templates_are_what_the_forms_say():
    done = subprocess.run([sys.executable, ROOT / "tools" / "word_templates.py", "--check"],
                          capture_output=True, text=True, check=False)  # fmt: skip

    assert done.returncode == 0, done.stderr


def test_fonts_of_the_deployment_are_found(home):
    assert "Libertinus Serif" in pdf.families()
    assert pdf.font_folder() == home / "fonts"
    assert layouts.layout("state")["font"] == "Times New Roman"


def _word(made, form_id):
    from docx import Document

    content = print_paper(made, form_id=form_id, style="docx", at=MOMENT).content
    document = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def _pdf(made, form_id):
    content = print_paper(made, form_id=form_id, style="pdf", at=MOMENT).content
    return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def _bare(text):
    return "".join(text.split())


def test_the_command_names_and_copies_the_templates(home, monkeypatch):
    from click.testing import CliRunner

    from ngangtam.doors.cli import papers

    monkeypatch.setattr(papers, "django_ready", lambda **_asked: None)

    before = CliRunner().invoke(papers.papers, ["templates"]).output
    copied = CliRunner().invoke(papers.papers, ["templates", "--copy"])
    after = CliRunner().invoke(papers.papers, ["templates"]).output

    assert "papers/2c.docx\tours" in before
    assert copied.exit_code == 0
    assert (home / "templates" / "layouts" / "party.yaml").is_file()
    assert "papers/2c.docx\town" in after
