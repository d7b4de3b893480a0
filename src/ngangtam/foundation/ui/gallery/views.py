"""The gallery's pages. Open to everyone: it shows nothing that is real."""

from datetime import date

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from ngangtam.foundation.ui import charts
from ngangtam.foundation.ui.components.blocks import NOTICES, action
from ngangtam.foundation.ui.components.marks import CONFIDENCE, FINDINGS, VERDICTS
from ngangtam.foundation.ui.forms import DayField, FilesField
from ngangtam.foundation.ui.gallery import samples
from ngangtam.foundation.ui.http import done, page
from ngangtam.foundation.ui.shell import Shell


class Sample(forms.Form):
    """One field of every kind."""

    name = forms.CharField(label="Họ và tên", help_text="Đúng như trong giấy khai sinh.")
    born = DayField(label="Ngày sinh")
    gender = forms.ChoiceField(
        label="Giới tính", widget=forms.RadioSelect, choices=[("f", "Nữ"), ("m", "Nam")]
    )
    level = forms.ChoiceField(
        label="Lý luận chính trị", required=False,
        choices=[("", "Chưa rõ"), ("t", "Trung cấp"), ("c", "Cao cấp")],
    )  # fmt: skip
    note = forms.CharField(label="Ghi chú", widget=forms.Textarea, required=False)
    sure = forms.BooleanField(label="Đã đối chiếu với hồ sơ gốc")


class Sending(forms.Form):
    """The drop zone."""

    documents = FilesField(label="Danh sách cán bộ", required=False)


@login_not_required
def index(request: HttpRequest) -> HttpResponse:
    """Show every component. `?bad` fills the form wrongly, `?toast` sends messages."""
    query = samples.LISTING.read(request.GET)
    if "toast" in request.GET:
        messages.success(request, "Đã lưu hồ sơ.")
        messages.error(request, "Không hoàn tác được: đợt nhập đã có người sửa.")
    context = {
        "shell": Shell("Tỉnh Sông Thanh", unit_href="#", day=date(2026, 11, 21)),
        "table": query.show(samples.ROWS, total=1482),
        "nothing": query.show([], total=0),
        "charts": samples.pictures(),
        "empty_chart": charts.histogram([], title="Không có ai"),
        "moments": samples.MOMENTS,
        "tree": samples.TREE,
        "drawing": samples.DRAWING,
        "lit": samples.LIT,
        "tabs": samples.TABS,
        "findings": FINDINGS,
        "verdicts": VERDICTS,
        "confidences": CONFIDENCE,
        "notices": NOTICES,
        "tones": ("gray", "blue", "green", "amber", "red", "violet"),
        "form": Sample(request.GET if "bad" in request.GET else None),
        "sending": Sending(),
        "panel_action": action("Sửa", href="#", icon="pencil", small=True),
        "progress_url": reverse("ui-gallery-progress"),
        "ask_url": reverse("ui-gallery-ask"),
    }
    if request.headers.get("HX-Target") == "sample-table":
        return render(request, "ui/gallery/_table.html", context)
    return render(request, "ui/gallery/index.html", context)


@login_not_required
def progress(request: HttpRequest) -> HttpResponse:
    """Answer the polling of the progress sample: it is always done."""
    return render(request, "ui/gallery/_progress.html", {"url": reverse("ui-gallery-progress")})


@login_not_required
def branch(request: HttpRequest) -> HttpResponse:
    """Answer the opening of a branch of the tree."""
    return render(request, "ui/gallery/_branch.html", {"nodes": samples.BRANCH})


@login_not_required
def ask(request: HttpRequest) -> HttpResponse:
    """Show the page that asks before an act; a POST is the act."""
    back = reverse("ui-gallery")
    if request.method == "POST":
        return done(request, to=back, message="Đã hoàn tác.")
    context = {
        "title": "Hoàn tác đợt nhập?",
        "text": "868 hồ sơ do đợt này tạo ra sẽ được gỡ khỏi danh sách.",
        "label": "Hoàn tác",
        "back": back,
    }
    return page(request, "ui/confirm.html", "ui/_confirm.html", context)


@login_not_required
def form(request: HttpRequest) -> HttpResponse:
    """Show and check the sample form."""
    sample = Sample(request.POST or None)
    if sample.is_valid():
        return done(request, to=reverse("ui-gallery-form"), message="Đã lưu.")
    return page(request, "ui/gallery/form.html", "ui/gallery/_form.html", {"form": sample})


@login_not_required
def print_page(request: HttpRequest) -> HttpResponse:
    """Show the frame of a printed page."""
    query = samples.LISTING.read(request.GET)
    return render(request, "ui/gallery/print.html", {"table": query.show(samples.ROWS, total=5)})
