"""Forms of the room: what is given, what is reported, what is confirmed, and why."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ngangtam.foundation.files.kinds import ACCEPT
from ngangtam.foundation.files.steps import Checked, check
from ngangtam.foundation.kernel.days import add_months, today
from ngangtam.foundation.ui import formats
from ngangtam.foundation.ui.forms import DayField, FilesField
from ngangtam.records.personnel.models import Person
from ngangtam.stages.work.actions_head import Confirmation
from ngangtam.stages.work.actions_own import Report
from ngangtam.stages.work.actions_products import Ware
from ngangtam.stages.work.models import Product, Task
from ngangtam.stages.work.values import Work


class NumberField(forms.DecimalField):
    """A number as people here type it: 1,5 or 1.5."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput({"inputmode": "decimal", "autocomplete": "off", "size": "8"})
        super().__init__(**{"widget": widget, "localize": False, "decimal_places": 2,
                            "max_digits": 10, **kwargs})  # fmt: skip

    # The stubs derive this from whole numbers.
    def to_python(self, value: Any) -> Any:
        text = str(value).strip().replace(" ", "") if value not in self.empty_values else ""
        if "," in text:
            text = text.replace(".", "").replace(",", ".")
        return super().to_python(text)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            return formats.number(value, None if value == value.quantize(Decimal("0.01")) else 3)
        return value


class MonthField(forms.ChoiceField):
    """A month out of those around today. The cleaned value is its first day."""

    def __init__(self, *, back: int = 2, ahead: int = 14, **kwargs: Any) -> None:
        empty = not kwargs.get("required", True)

        # Asked anew by every form: a server lives longer than a month.
        def offered() -> list[tuple[str, str]]:
            first = today().replace(day=1)
            months = [add_months(first, step) for step in range(-back, ahead + 1)]
            choices = [(f"{month:%Y-%m}", f"{month:%m/%Y}") for month in months]
            return [("", "—"), *choices] if empty else choices

        super().__init__(choices=offered, **kwargs)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return date.fromisoformat(f"{text}-01") if text else None


class ProductField(forms.ChoiceField):
    """A product of the catalogue; the cleaned value is its id, None for none."""

    def offer(self, products: Sequence[Product]) -> None:
        self.choices = [
            ("", _("none of the catalogue: counts as one standard product")),
            *[
                (str(one.pk), f"{one.code} · {one.name} ({one.measure}, "
                 f"×{formats.number(one.coefficient, 3).rstrip('0').rstrip(',.')})")
                for one in products
            ],
        ]  # fmt: skip

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return int(text) if text else None


class PeopleField(forms.MultipleChoiceField):
    """Several people of the unit; the cleaned value is a list of ids."""

    widget = forms.CheckboxSelectMultiple

    def offer(self, people: Sequence[Person]) -> None:
        self.choices = [(str(one.pk), _named(one)) for one in people]

    def clean(self, value: Any) -> Any:
        return [int(one) for one in super().clean(value)]


class PersonField(forms.ChoiceField):
    """One person of the unit; the cleaned value is the id."""

    def offer(self, people: Sequence[Person]) -> None:
        self.choices = [("", "—"), *[(str(one.pk), _named(one)) for one in people]]

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return int(text) if text else None


def _named(person: Person) -> str:
    unit = person.home_unit.name if person.home_unit is not None else ""
    return " · ".join(part for part in (person.full_name, person.headline, unit) if part)


class VersionedForm(forms.Form):
    """A form that knows which state of the task it shows."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @property
    def seen(self) -> int | None:
        found: int | None = self.cleaned_data.get("version")
        return found


def reason_field(**kwargs: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea({"rows": 2}), **kwargs
    )


class ReasonForm(VersionedForm):
    reason = reason_field()


class PlainForm(VersionedForm):
    """Nothing to say: only the button."""


class ReportForm(VersionedForm):
    """What a person says of a task. The delay of a late day is counted by itself."""

    quantity = NumberField(label=_("Done"), min_value=Decimal(0))
    done_on = DayField(label=_("Done on"), required=False,
                       help_text=_("Empty while it is not finished."))  # fmt: skip
    failures = forms.IntegerField(
        label=_("Major faults"), min_value=0, max_value=999, initial=0, required=False,
        help_text=_("How often it was sent back for a major fault of its content."),
    )  # fmt: skip
    delays = forms.IntegerField(
        label=_("Delays"), min_value=0, max_value=999, initial=0, required=False,
        help_text=_("A day after the deadline counts one by itself."),
    )  # fmt: skip
    exceeds = forms.BooleanField(label=_("Above what was required"), required=False)
    note = forms.CharField(
        label=_("Note"), max_length=1000, required=False, widget=forms.Textarea({"rows": 2})
    )

    def report(self, task_id: int) -> Report:
        data = self.cleaned_data
        return Report(
            task_id, data["quantity"], data["done_on"], data["failures"] or 0,
            data["delays"] or 0, data["exceeds"], data["note"], self.seen,
        )  # fmt: skip

    @staticmethod
    def start(task: Task, day: date) -> dict[str, Any]:
        """Return what the form holds at first: what was said, else done today as assigned."""
        said = task.reported_at is not None
        return {
            "quantity": task.reported_quantity if said else task.quantity,
            "done_on": task.done_on if said else day, "failures": task.reported_failures,
            "delays": task.reported_delays, "exceeds": task.reported_exceeds,
            "note": task.reported_note, "version": task.version,
        }  # fmt: skip


class ConfirmForm(VersionedForm):
    """What a head confirms; it starts with what the person said."""

    quantity = NumberField(label=_("Done, confirmed"), min_value=Decimal(0))
    failures = forms.IntegerField(
        label=_("Major faults"), min_value=0, max_value=999, required=False
    )
    delays = forms.IntegerField(
        label=_("Delays"), min_value=0, max_value=999, required=False,
        help_text=_("Done after the deadline: at least one. An objective cause is judged apart."),
    )  # fmt: skip
    exceeds = forms.BooleanField(label=_("Above what was required"), required=False)
    answer = forms.CharField(label=_("Remark"), max_length=1000, required=False)

    def confirmation(self, task_id: int) -> Confirmation:
        data = self.cleaned_data
        return Confirmation(
            task_id, data["quantity"], data["failures"] or 0, data["delays"] or 0,
            data["exceeds"], data["answer"], self.seen,
        )  # fmt: skip

    @staticmethod
    def start(task: Task) -> dict[str, Any]:
        return {
            "quantity": task.reported_quantity, "failures": task.reported_failures,
            "delays": task.reported_delays, "exceeds": task.reported_exceeds,
            "version": task.version,
        }  # fmt: skip


class ProofField(FilesField):
    """Files that prove a report; the cleaned value is what was checked and may be kept."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Files"), **kwargs)
        self.widget.attrs.update({"accept": ACCEPT, "class": "form-control w-100"})
        self.help_text = _("PDF, JPEG, PNG, Word, Excel or plain text.")

    # The base returns uploads; here they are already looked at.
    def clean(self, data: Any, initial: Any = None) -> Any:
        return [_checked(one) for one in super().clean(data, initial)]


def _checked(upload: Any) -> Checked:
    try:
        return check(upload)
    except ValidationError as error:
        raise ValidationError(f"{(upload.name or '')[:60]}: {error.messages[0]}") from error


class EvidenceForm(VersionedForm):
    proof = ProofField(required=False)
    reference = forms.CharField(
        label=_("Or the number of a document"), max_length=300, required=False,
        help_text=_("For example 125/BC-SNV of 12/03/2026, kept in the document system."),
    )  # fmt: skip


class CauseForm(VersionedForm):
    cause = forms.CharField(
        label=_("What stood in the way"), max_length=1000, widget=forms.Textarea({"rows": 3}),
        help_text=_("Faults and delays that come from an objective cause do not count once the "
                    "competent authority confirms it."),
    )  # fmt: skip


class JudgeForm(VersionedForm):
    verdict = forms.ChoiceField(
        label=_("The cause is"), widget=forms.RadioSelect,
        choices=[("yes", _("objective: confirmed")), ("no", _("not objective: refused"))],
    )  # fmt: skip
    reason = reason_field(required=False, help_text=_("Needed when it is refused."))


class ChangeForm(VersionedForm):
    title = forms.CharField(label=_("Task"), max_length=500)
    quantity = NumberField(label=_("Quantity"), min_value=Decimal("0.01"))
    due = DayField(label=_("Deadline"))
    reason = reason_field()


class HandOverForm(VersionedForm):
    to = PersonField(label=_("Goes to"))
    kept = NumberField(
        label=_("Stays with the first"), min_value=Decimal(0), initial=Decimal(0),
        help_text=_("What is done already. Nothing: the whole task goes over."),
    )  # fmt: skip
    reason = reason_field()


class ShareForm(VersionedForm):
    to = PersonField(label=_("Part for"))
    quantity = NumberField(label=_("How much"), min_value=Decimal("0.01"))
    reason = reason_field()


class RepeatForm(VersionedForm):
    until = MonthField(label=_("Every month until"), back=0, ahead=24)


class WorkForm(forms.Form):
    """One task of a plan or a proposal."""

    title = forms.CharField(label=_("Task"), max_length=500)
    product = ProductField(label=_("Product"), required=False)
    quantity = NumberField(label=_("Quantity"), min_value=Decimal("0.01"), initial=Decimal(1))
    due = DayField(label=_("Deadline"))
    month = MonthField(
        label=_("Counts in month"), required=False, help_text=_("Empty: the month of the deadline.")
    )
    origin = forms.CharField(
        label=_("Comes from"), max_length=300, required=False,
        help_text=_("The resolution, programme or superior's task from which it follows."),
    )  # fmt: skip

    def __init__(self, *args: Any, products: Sequence[Product] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].offer(products)  # type: ignore[attr-defined]

    def work(self, **more: Any) -> Work:
        data = self.cleaned_data
        return Work(
            title=data["title"], due=data["due"], month=data["month"], quantity=data["quantity"],
            product_id=data["product"], origin=data["origin"], **more,
        )  # fmt: skip


class AssignForm(WorkForm):
    """One task for several people at once: to each the whole, or shared between them."""

    people = PeopleField(label=_("People"))
    how = forms.ChoiceField(
        label=_("Each of them gets"), widget=forms.RadioSelect, initial="each",
        choices=[("each", _("a task of their own, with the whole quantity")),
                 ("shared", _("an equal share of one task"))],
    )  # fmt: skip
    until = MonthField(
        label=_("Repeat every month until"), required=False, back=0, ahead=24,
        help_text=_("Empty: once."),
    )  # fmt: skip
    field_order = ("title", "product", "quantity", "due", "people", "how", "month",
                             "until", "origin")  # fmt: skip

    def __init__(self, *args: Any, people: Sequence[Person] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].offer(people)  # type: ignore[attr-defined]


class PartForm(WorkForm):
    """One part of a unit's task: for a person, or for a unit below."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    person = PersonField(label=_("Person"), required=False)
    unit = forms.ChoiceField(label=_("Or a unit below"), required=False)
    field_order = ("person", "unit", "title", "product", "quantity", "due", "month",
                             "origin", "version")  # fmt: skip

    def __init__(
        self, *args: Any, people: Sequence[Person] = (), units: Sequence[tuple[int, str]] = (),
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["person"].offer(people)  # type: ignore[attr-defined]
        self.fields["unit"].choices = [("", "—"), *units]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("person") and data.get("unit"):
            raise ValidationError(_("Choose a person or a unit, not both."))
        return data

    @property
    def part(self) -> Work:
        data = self.cleaned_data
        return self.work(
            person_id=data["person"], unit_id=int(data["unit"]) if data["unit"] else None
        )


class ProductForm(forms.Form):
    """One line of a catalogue."""

    code = forms.CharField(label=_("Code"), max_length=40)
    name = forms.CharField(label=_("Product or job"), max_length=300)
    measure = forms.CharField(
        label=_("Counted in"), max_length=60, help_text=_("For example report, file, meeting.")
    )
    coefficient = NumberField(
        label=_("Conversion coefficient"), decimal_places=3, max_digits=7,
        min_value=Decimal("0.001"), initial=Decimal(1),
        help_text=_("One of these counts as so many standard products."),
    )  # fmt: skip
    quality = forms.CharField(label=_("Expected quality"), max_length=500, required=False)
    basis = forms.CharField(
        label=_("Basis"), max_length=300, required=False,
        help_text=_("The decision by which the authority set the coefficient."),
    )  # fmt: skip
    first_day = DayField(label=_("In force from"))
    until = DayField(
        label=_("Until"), required=False, help_text=_("The first day on which it is not in force.")
    )

    @property
    def ware(self) -> Ware:
        data = self.cleaned_data
        return Ware(
            data["code"], data["name"], data["measure"], data["coefficient"], data["first_day"],
            data["until"], data["quality"], data["basis"],
        )  # fmt: skip

    @staticmethod
    def start(product: Product) -> dict[str, Any]:
        return {
            "code": product.code, "name": product.name, "measure": product.measure,
            "coefficient": product.coefficient, "quality": product.quality,
            "basis": product.basis, "first_day": product.valid.lower,
            "until": product.valid.upper,
        }  # fmt: skip


class ProductChangeForm(ProductForm):
    reason = reason_field()


class ProductEndForm(forms.Form):
    until = DayField(label=_("Ends on"), help_text=_("The first day on which it is not in force."))
    reason = reason_field(required=False)


class ImportForm(forms.Form):
    """A spreadsheet with one task a row."""

    file = forms.FileField(
        label=_("File"), widget=forms.ClearableFileInput({"accept": ".xlsx,.csv"}),
        help_text=_("Excel (.xlsx) or CSV, with the headings of the template."),
    )  # fmt: skip
