"""The own month: what is to be done, by when, how it stands; reported in one tap."""

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from ngangtam.foundation.files.serving import download
from ngangtam.foundation.kernel.days import today
from ngangtam.foundation.kernel.problems import DomainError
from ngangtam.foundation.ui.http import Request, done, page
from ngangtam.records.personnel.queries.reach import actor_of, own_person
from ngangtam.stages.work import actions_own, forms, queries, queries_products
from ngangtam.stages.work.views import frame


@require_safe
def own_work(request: Request) -> HttpResponse:
    if own_person(request.user) is None:
        raise Http404
    day = today()
    month = queries.month_of(request.GET.get("month", ""), day)
    tasks = queries.own_tasks(request.user, month)
    context = {
        "lines": queries.lines(request.user, tasks, day), "sums": queries.sums(tasks, day),
        "months": frame.months(month), "today": day,
        "elsewhere": queries.overdue_elsewhere(request.user, month, day),
        "back": request.get_full_path(),
    }  # fmt: skip
    return page(request, "work/own_work.html", "work/_own_work.html", context)


@require_http_methods(["GET", "POST"])
def propose(request: Request) -> HttpResponse:
    """Propose an own task to the head."""
    person = queries.own_file(request.user)
    if person is None:
        raise Http404
    month = today().replace(day=1)
    products = queries_products.in_month(person.home_path, month) if person.home_path else []
    form = forms.WorkForm(request.POST or None, products=products)
    if form.is_valid():
        try:
            task = actions_own.propose(work=form.work(), by=actor_of(request.user))
            return done(request, to=task, message=str(_("The task is proposed to the head.")))
        except DomainError as error:
            form.add_error(None, ValidationError(error.messages))
    context = {
        "form": form, "title": _("Propose a task"), "button": _("Propose"), "icon": "send",
        "lead": _("It counts once the head accepts it."), "back": reverse("own-work"),
        "crumb": _("My work"), "crumb_href": reverse("own-work"),
    }  # fmt: skip
    return page(request, "work/act.html", "work/_act.html", context)


@require_safe
def evidence(request: Request, token: str) -> HttpResponse:
    """One proof, always as a download."""
    found = queries.get_evidence(request.user, token)
    if found is None or found.file is None:
        raise Http404
    return download(found.file)
