"""How forms are drawn, and fields that read what people here type."""

from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms.renderers import DjangoTemplates
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.kernel.days import parse_day
from ngangtam.foundation.ui import formats


class Renderer(DjangoTemplates):
    """Django's forms in our templates: labels, help, errors and a summary, tied for screen readers.

    Our folder stands before Django's own, so `{{ form }}` and `{{ form.as_div }}` both use it.
    """

    form_template_name = "django/forms/div.html"
    field_template_name = "django/forms/field.html"

    # The engine is a template backend; Django's stubs leave it Any.
    @cached_property
    def engine(self) -> Any:
        ours = Path(__file__).parent / "form_templates"
        theirs = Path(forms.__file__).parent / "templates"
        return self.backend(
            {
                "APP_DIRS": True,
                "DIRS": [ours, theirs],
                "NAME": "ngangtamforms",
                "OPTIONS": {"builtins": ["django.templatetags.i18n"]},
            }
        )


class DayInput(forms.DateInput):
    """A text field for a day: faster to type than a picker, and it says how."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        shape = {"placeholder": _("dd/mm/yyyy"), "autocomplete": "off", "size": "12"}
        super().__init__({**shape, **(attrs or {})}, format="%d/%m/%Y")

    def format_value(self, value: Any) -> str | None:
        return formats.day(value) if isinstance(value, date) else value


class DayField(forms.DateField):
    """A day as dd/mm/yyyy, also d-m-yyyy, yyyy-mm-dd and ddmmyyyy. Half a date is refused."""

    widget = DayInput
    default_error_messages = {
        "invalid": _("Write the day as dd/mm/yyyy, for example 05/03/2026."),
    }

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return super().to_python(value)
        text = str(value).strip()
        if len(text) == 8 and text.isdecimal():
            text = f"{text[:2]}/{text[2:4]}/{text[4:]}"
        read = parse_day(text)
        if read.value.day is None or read.value.precision != "day" or read.flags:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return read.value.day


class PickInput(forms.TextInput):
    """A text field that offers what fits while one types; `view` answers with the options.

    Works with the keyboard as browsers' own lists do, and without JavaScript as a search: the
    form field finds what was typed, or names what would fit.
    """

    template_name = "ui/pick.html"

    def __init__(self, view: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", **(attrs or {})})
        self.view = view

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["suggest"] = f"{reverse(self.view)}?{urlencode({'of': name})}"
        return context


class FilesInput(forms.ClearableFileInput):
    """A file input that takes several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once; the cleaned value is a list."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[Any]]":
        given = data if isinstance(data, list | tuple) else [data]
        if not any(given):
            super().clean(None, initial)
            return []
        return [super(FilesField, self).clean(one, initial) for one in given]


def kind_of(widget: forms.Widget) -> str:
    """Return what a field is to the styles: `check`, `day`, `set` (several inputs) or `plain`."""
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "set"
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    return "day" if isinstance(widget, forms.DateInput) else "plain"
