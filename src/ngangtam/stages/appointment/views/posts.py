"""Posts without a holder, and opening a case to fill one."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.foundation.ui.tables import Column, Filter, Listing
from ngangtam.records.personnel.queries.reach import actor_of
from ngangtam.stages.appointment import forms, queries, shown, starts, vacancies

LISTING = Listing(
    columns=[Column("unit")],
    filters=[
        Filter("months", _("Falls vacant"), [
            ("3", _("within 3 months")), ("6", _("within 6 months")),
            ("12", _("within a year")), ("24", _("within two years"))],
            any_label=_("vacant now")),
        Filter("posts", _("Posts"), [("all", _("all posts"))], any_label=_("leading posts")),
        Filter("q", _("Unit or title")),
    ],
    default_sort="unit", target="vacancy-table",
)  # fmt: skip


@require_safe
def vacancy_list(request: Request) -> HttpResponse:
    if not queries.reads(request.user):
        raise Http404
    query = LISTING.read(request.GET)
    found = vacancies.vacancies(
        request.user, today(), words=query.values.get("q", ""),
        months=int(query.values.get("months") or 0), leading=query.values.get("posts") != "all",
    )  # fmt: skip
    context = {
        "table": query.cut(found, total=len(found)), "may_open": queries.runs(request.user),
        "free": sum(one.free for one in found), "tabs": shown.tabs("vacancies"),
    }  # fmt: skip
    return page(
        request, "appointment/vacancy_list.html", "appointment/_vacancy_table.html", context
    )


def _entered(data: QueryDict, stage: str) -> dict[str, dict[str, bool]]:
    """Return what the officer was told of each candidate: `told.CB01.healthy` is yes, no or ""."""
    found: dict[str, dict[str, bool]] = {}
    for key, value in data.items():
        head, _dot, rest = key.partition(".")
        number, _dot, fact = rest.partition(".")
        if head == "told" and fact in starts.ENTERED.get(stage, ()) and value in ("yes", "no"):
            found.setdefault(number, {})[fact] = value == "yes"
    return found


@require_http_methods(["GET", "POST"])
def appointment_start(request: Request, pk: int) -> HttpResponse:
    """Choose a procedure and people, look at the conditions, open the case."""
    found = vacancies.of_post(request.user, pk, today())
    if found is None:
        raise Http404
    data = request.POST if request.method == "POST" else request.GET
    ways = starts.roads(found.post.regime, list(starts.STAGES), today())
    chosen = next((one for one in ways if one.id == data.get("procedure")), None)
    stage = chosen.stage if chosen else ""
    form = forms.StartForm(request.POST or None, stage=stage)
    numbers = [*data.getlist("person"), *data.get("others", "").replace(",", " ").split()]
    looks, error = [], None
    sound = form.is_valid()
    if numbers and chosen:
        try:
            wish = shown.wish_of(form, chosen.id, numbers, _entered(data, stage))
            looks = shown.looks(wish, found.post, actor_of(request.user))
            if sound and "open" in request.POST:
                case = starts.open_for_post(
                    post=found.post, wish=wish, by=actor_of(request.user), today=today()
                )
                return done(request, to=case, message=str(_("The case is open.")))
        except (DomainError, PermissionDenied) as refusal:
            error = ValidationError(getattr(refusal, "messages", None) or [str(refusal)])
    if error is not None:
        form = shown.with_error(form, error)
    context = {
        "vacancy": found, "roads": ways, "chosen": chosen, "form": form, "looks": looks,
        "compared": starts.side_by_side(looks),
        "proposed": starts.proposed(found.post, today(), request.user),
        "found": starts.search(request.user, data.get("q", ""), today()), "q": data.get("q", ""),
        "numbers": list(dict.fromkeys(one.upper() for one in numbers)),
        "entered": shown.entered(stage, data, looks), "term": found.post and
        vacancies.term_note(found.post, today()),
    }  # fmt: skip
    return page(request, "appointment/appointment_start.html", "appointment/_start.html", context)
