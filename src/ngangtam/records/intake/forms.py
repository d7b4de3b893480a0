"""What is typed when a roster is brought in."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.access.rules import Viewer
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.home import room
from ngangtam.foundation.kernel.text import fold
from ngangtam.foundation.ui.forms import DayField, FilesField
from ngangtam.records.intake import queries
from ngangtam.records.intake.actions_review import NewUnit
from ngangtam.records.intake.models import Batch
from ngangtam.records.intake.readers.guard import LIMITS, kind_of
from ngangtam.records.intake.wording import BadFile
from ngangtam.records.organisation.models import Unit

MOST_FILES: Final = 60
_CODE_AT_END: Final = re.compile(r"\(([\w.\-]+)\)\s*$")
Given = tuple[Path, str]


class UploadForm(forms.Form):
    """Files, and whose roster they are."""

    # Django types a form attribute of this name as the uploads themselves.
    files = FilesField(label=_("Files of the roster"), allow_empty_file=True)  # type: ignore[assignment]
    unit = forms.CharField(
        label=_("Unit"), max_length=340,
        help_text=_("Type a part of the name or the code, and choose."),
    )  # fmt: skip
    new_code = forms.RegexField(
        r"^[\w.\-]+$", label=_("Code of the new unit"), max_length=40, required=False,
        error_messages={"invalid": _("A code has letters, digits, full stops and dashes.")},
    )  # fmt: skip
    new_name = forms.CharField(label=_("Name of the new unit"), max_length=300, required=False)
    post_title = forms.CharField(
        label=_("Post of the people"), max_length=300,
        help_text=_("For example: National Assembly deputy, specialist. Created if it is new."),
    )  # fmt: skip
    posts = forms.ChoiceField(
        label=_("Which post each person holds"), choices=Batch.Posts.choices,
        initial=Batch.Posts.ONE, widget=forms.RadioSelect,
    )  # fmt: skip
    day = DayField(
        label=_("First day"),
        help_text=_("The day from which the roster holds; facts without a date count from it."),
    )  # fmt: skip
    template = forms.TypedChoiceField(
        label=_("Mapping template"), required=False, coerce=int, empty_value=None,
        choices=lazy(
            lambda: [("", "—"), *queries.templates().values_list("pk", "name")], list
        ),
        help_text=_("A mapping that was saved for rosters of this kind. The columns are "
                    "understood without it, too."),
    )  # fmt: skip

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._viewer = viewer
        self.fields["unit"].widget.attrs.update({"autocomplete": "off", "list": "unit-options"})

    def clean_files(self) -> "list[UploadedFile[Any]]":
        given: list[UploadedFile[Any]] = self.cleaned_data["files"]
        if len(given) > MOST_FILES:
            raise ValidationError(_("At most %(most)s files at once.") % {"most": MOST_FILES})
        problems = []
        for one in given:
            try:
                _look_at(one)
            except BadFile as error:
                problems.append(f"{one.name}: {error}")
        if problems:
            raise ValidationError([ValidationError(line) for line in problems])
        return given

    def clean_unit(self) -> Unit:
        text = fold(self.cleaned_data["unit"])
        code = _CODE_AT_END.search(text)
        units = queries.units_for(self._viewer)
        exact = units.filter(code__in=[text, *([code[1]] if code else [])]).first()
        if exact is not None:
            return exact
        found = queries.search_units(self._viewer, text)
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(_("You have no unit of this name or code."))
        shown = "; ".join(unit_text(unit) for unit in found[:6])
        raise ValidationError(_("Several units fit; choose one: %(units)s") % {"units": shown})

    def clean_new_code(self) -> str:
        code = str(self.cleaned_data["new_code"])
        if code and Unit.objects.filter(code=code).exists():
            raise ValidationError(_("There is already a unit with the code %s.") % code)
        return code

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if day > today().replace(year=today().year + 1):
            raise ValidationError(_("This day is more than a year away."))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if bool(data.get("new_code")) != bool(data.get("new_name")) and not (
            {"new_code", "new_name"} & set(self.errors)
        ):
            self.add_error("new_code", _("A new unit needs both its code and its name."))
        return data

    @property
    def new_unit(self) -> NewUnit | None:
        data = self.cleaned_data
        if not data["new_code"]:
            return None
        return NewUnit(data["new_code"], fold(data["new_name"]))

    @property
    def paths(self) -> "Any":
        """Return a context that holds the files on disk while they are taken in."""
        return on_disk(self.cleaned_data["files"])


def unit_text(unit: Unit) -> str:
    """Return a unit as the field shows it and reads it back."""
    return f"{unit.name} ({unit.code})"


def _look_at(given: "UploadedFile[Any]") -> None:
    """Look at one file from outside: kind, size, and what it would unpack to."""
    if given.size is not None and given.size > LIMITS.file_bytes:
        raise BadFile("too_big", limit=LIMITS.file_bytes // (1024 * 1024))
    with on_disk([given]) as [(path, _name)]:
        kind_of(path)


@contextmanager
def on_disk(given: "list[UploadedFile[Any]]") -> Iterator[list[Given]]:
    """Lay uploads down under plain names of their own, and take them away afterwards."""
    with tempfile.TemporaryDirectory(dir=room("tmp")) as folder:
        paths: list[Given] = []
        for number, one in enumerate(given):
            name = str(one.name or "")
            path = Path(folder) / f"{number}{Path(name).suffix.lower()[:8]}"
            with path.open("wb") as out:
                for chunk in one.chunks():
                    out.write(chunk)
            paths.append((path, name[:200]))
        yield paths


class UndoForm(forms.Form):
    """Why a roster is taken back."""

    reason = forms.CharField(
        label=_("Reason"), max_length=300,
        help_text=_("What the roster wrote is struck out with this reason, and stays readable."),
    )  # fmt: skip


class TemplateForm(forms.Form):
    """The name under which a mapping is kept."""

    name = forms.CharField(label=_("Name of the template"), max_length=120)

    def __init__(self, *args: Any, viewer: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._viewer = viewer

    def clean_name(self) -> str:
        name = fold(self.cleaned_data["name"])
        held = queries.templates().filter(name=name).first()
        if held is not None and held.created_by != self._viewer.get_username():
            raise ValidationError(_("Somebody else keeps a template of this name."))
        return name
