from datetime import date

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from ngangtam.foundation.ui.forms import DayField, FilesField


class Sample(forms.Form):
    name = forms.CharField(label="Họ và tên", help_text="Như giấy khai sinh.")
    born = DayField(label="Ngày sinh", required=False)
    gender = forms.ChoiceField(
        label="Giới tính", widget=forms.RadioSelect, choices=[("f", "Nữ"), ("m", "Nam")]
    )


def draw(form):
    return BeautifulSoup(str(form), "html.parser")


def test_help_and_errors_are_tied_to_their_field():
    drawn = draw(Sample({"name": "", "gender": "f"}))

    described = drawn.select_one("#id_name")["aria-describedby"].split()
    assert len(described) == 2
    assert all(drawn.find(id=one) for one in described)
    assert drawn.select_one("#id_name")["aria-invalid"] == "true"


def test_the_summary_links_every_error_to_its_field():
    drawn = draw(Sample({"name": "", "gender": ""}))

    targets = [one["href"].removeprefix("#") for one in drawn.select("[data-nt-errors] a")]
    assert targets
    assert all(drawn.find(id=one) for one in targets if one)


def test_as_div_is_the_same_as_the_form_itself():
    assert str(Sample().as_div()) == str(Sample())


def test_several_inputs_of_one_field_stand_in_a_fieldset():
    assert draw(Sample()).select_one("fieldset legend").get_text().startswith("Giới tính")


@pytest.mark.parametrize("raw", ["5/3/2026", "05/03/2026", "2026-03-05", "05032026", "05-03-2026"])
def test_a_day_is_read_as_people_write_it(raw):
    assert DayField().clean(raw) == date(2026, 3, 5)


@pytest.mark.parametrize(
    "raw", ["31/2/2026", "2026", "3/2026", "5/3/26", "12/25/2026", "x", "46000"]
)
def test_half_a_day_or_a_doubtful_one_is_refused(raw):
    with pytest.raises(forms.ValidationError):
        DayField().clean(raw)


def test_a_day_comes_back_as_it_is_written_here():
    form = Sample(initial={"born": date(2026, 3, 5)})

    assert draw(form).select_one("#id_born")["value"] == "05/03/2026"


def test_several_files_arrive_as_a_list():
    class Sending(forms.Form):
        documents = FilesField()

    files = [SimpleUploadedFile(f"{n}.csv", b"a,b") for n in (1, 2)]
    form = Sending({}, MultiValueDict({"documents": files}))

    assert form.is_valid(), form.errors
    assert [one.name for one in form.cleaned_data["documents"]] == ["1.csv", "2.csv"]
    assert not Sending({}, MultiValueDict()).is_valid()
