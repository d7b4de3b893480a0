from django.urls import path, register_converter

from ngangtam.stages.ballots.views import publishing, running, telling, voting


class _FileStyle:
    regex = "json|csv"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class _PaperStyle(_FileStyle):
    regex = "docx|pdf"


register_converter(_FileStyle, "ballotfile")
register_converter(_PaperStyle, "minutesstyle")

urlpatterns = [
    path("", running.ballot_list, name="ballot-list"),
    path("mine/", voting.mine, name="ballot-mine"),
    path("people/", telling.people_options, name="ballot-people"),
    path("prepare/<str:code>/", running.prepare, name="ballot-prepare"),
    path("<int:pk>/", running.detail, name="ballot-detail"),
    path("<int:pk>/presence/", running.presence, name="ballot-presence"),
    path("<int:pk>/roll/", running.roll, name="ballot-roll"),
    path("<int:pk>/open/", running.open_, name="ballot-open"),
    path("<int:pk>/close/", running.close, name="ballot-close"),
    path("<int:pk>/unseat/", running.unseat, name="ballot-unseat"),
    path("<int:pk>/annul/", running.annul, name="ballot-annul"),
    path("<int:pk>/again/", running.again, name="ballot-again"),
    path("<int:pk>/seat/", telling.seat, name="ballot-seat"),
    path("<int:pk>/words/", telling.words, name="ballot-words"),
    path("<int:pk>/figures/", telling.figures, name="ballot-figures"),
    path("<int:pk>/vote/", voting.vote, name="ballot-vote"),
    path("<int:pk>/receipts/", voting.receipt_list, name="ballot-receipts"),
    path("<int:pk>/papers/", publishing.papers, name="ballot-papers"),
    path("<int:pk>/papers.<ballotfile:style>", publishing.papers_file, name="ballot-papers-file"),
    path("<int:pk>/minutes.<minutesstyle:style>", publishing.minutes_print,
         name="ballot-minutes"),
]  # fmt: skip
