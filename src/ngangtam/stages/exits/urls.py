"""Pages of the room: exits of a unit, proposals, people, letters, suspensions, retirements."""

from django.urls import path

from ngangtam.stages.exits.views import letters, overview, people, proposals, suspensions

urlpatterns = [
    path("", overview.start, name="exit-start"),
    path("mine/", letters.mine, name="exit-mine"),
    path("mine/letters/new/", letters.letter_new, name="exit-letter-new"),
    path("mine/letters/<int:pk>/withdraw/", letters.letter_withdraw, name="exit-letter-withdraw"),
    path("units/<str:code>/", overview.unit, name="exit-unit"),
    path("units/<str:code>/look/", overview.look, name="exit-look"),
    path("units/<str:code>/proposals/", proposals.proposal_list, name="exit-proposals"),
    path("units/<str:code>/retirements/", overview.retirements, name="exit-retirements"),
    path("units/<str:code>/retirements.xlsx", overview.retirements_excel,
         name="exit-retirements-excel"),
    path("proposals/<int:pk>/", proposals.proposal, name="exit-proposal"),
    path("proposals/<int:pk>/aside/", proposals.aside, name="exit-proposal-aside"),
    path("proposals/<int:pk>/back/", proposals.back, name="exit-proposal-back"),
    path("proposals/<int:pk>/tell/", proposals.tell, name="exit-proposal-tell"),
    path("proposals/<int:pk>/open/", proposals.open_case, name="exit-proposal-open"),
    path("people/<str:number>/", people.person, name="exit-person"),
    path("people/<str:number>/finding/", people.state, name="exit-state"),
    path("people/<str:number>/suspend/", suspensions.suspend, name="exit-suspend"),
    path("people/<str:number>/retire/", people.retire, name="exit-retire"),
    path("findings/<int:pk>/strike/", people.strike, name="exit-strike"),
    path("findings/<int:pk>/file/", people.file, name="exit-finding-file"),
    path("letters/<int:pk>/", letters.letter, name="exit-letter"),
    path("letters/<int:pk>/open/", letters.letter_open, name="exit-letter-open"),
    path("letters/<int:pk>/refuse/", letters.letter_refuse, name="exit-letter-refuse"),
    path("suspensions/<int:pk>/", suspensions.suspension, name="exit-suspension"),
    path("suspensions/<int:pk>/extend/", suspensions.extend, name="exit-suspension-extend"),
    path("suspensions/<int:pk>/end/", suspensions.end, name="exit-suspension-end"),
]  # fmt: skip
