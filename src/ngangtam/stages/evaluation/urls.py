"""Pages of the room: own sheet, the unit's month, cycles, results, petitions, comparison."""

from django.urls import URLPattern, path

from ngangtam.stages.evaluation.views import (
    comparison,
    cycles,
    petitions,
    proposals,
    regulations,
    results,
    sheets,
    team,
)

# Sheets and the unit's month.
_sheets: list[URLPattern] = [
    path("me/", sheets.my_month, name="my-month"),
    path("sheets/<int:pk>/", sheets.sheet_detail, name="sheet-detail"),
    path("sheets/<int:pk>/sheet.docx", sheets.sheet_paper, {"style": "docx"}, name="sheet-word"),
    path("sheets/<int:pk>/sheet.pdf", sheets.sheet_paper, {"style": "pdf"}, name="sheet-pdf"),
    path("sheets/<int:pk>/report/", sheets.sheet_report, name="sheet-report"),
    path("sheets/<int:pk>/confirm/", sheets.sheet_confirm, name="sheet-confirm"),
    path("sheets/<int:pk>/return/", sheets.sheet_return, name="sheet-return"),
    path("sheets/<int:pk>/reopen/", sheets.sheet_reopen, name="sheet-reopen"),
    path("sheets/<int:pk>/exempt/", sheets.sheet_exempt, name="sheet-exempt"),
    path("sheets/<int:pk>/rate/", sheets.sheet_rate, name="sheet-rate"),
    path("sheets/<int:pk>/particulars/", sheets.sheet_particulars, name="sheet-particulars"),
    path("team/", team.team_list, name="team-list"),
    path("units/<str:code>/points/", regulations.unit_points, name="unit-points"),
    path("units/<str:code>/fields/", regulations.unit_fields, name="unit-fields"),
    path("units/<str:code>/fields/<str:number>/", regulations.field_set, name="field-set"),
    path("units/<str:code>/<str:cycle>/", team.team_month, name="team-month"),
    path("units/<str:code>/<str:cycle>/print/", team.team_print, name="team-print"),
    path("units/<str:code>/<str:cycle>/team.xlsx", team.team_export, name="team-export"),
    path("units/<str:code>/<str:cycle>/team.docx", team.team_word, name="team-word"),
    path("units/<str:code>/<str:cycle>/group/", team.team_group, name="team-group"),
    path("units/<str:code>/<str:cycle>/confirm/", team.team_confirm, name="team-confirm"),
]

# Cycles: opening, progress, closing, deciding classes.
_AT = "cycles/<str:unit_code>/<str:code>"
_cycles: list[URLPattern] = [
    path("cycles/", cycles.cycle_list, name="cycle-list"),
    path("cycles/open/", cycles.cycle_open, name="cycle-open"),
    path(f"{_AT}/", cycles.cycle_detail, name="cycle-detail"),
    path(f"{_AT}/job/", cycles.cycle_job, name="cycle-job"),
    path(f"{_AT}/late/", cycles.cycle_late, name="cycle-late"),
    path(f"{_AT}/acts/<slug:act>/", cycles.cycle_act, name="cycle-act"),
    path(f"{_AT}/proposals/", proposals.proposal_list, name="class-proposal-list"),
    path(f"{_AT}/proposals/decide/", proposals.proposal_decide, name="class-proposal-decide"),
    path(f"{_AT}/proposals/<str:body>/<slug:scheme>/", proposals.proposal_detail,
         name="class-proposal-detail"),
    path(f"{_AT}/proposals/<str:body>/<slug:scheme>/export.xlsx", proposals.proposal_export,
         name="class-proposal-export"),
    path("sheets/<int:pk>/decide/", proposals.class_decide, name="class-decide"),
]  # fmt: skip

# Results, petitions, comparison.
_BODY = "bodies/<str:code>/<str:cycle>"
_results: list[URLPattern] = [
    path("classes/", results.mine, name="result-mine"),
    path("classes/<int:pk>/", results.detail, name="result-detail"),
    path("classes/<int:pk>/petition/", results.petition, name="petition-new"),
    path(f"{_BODY}/", results.publication, name="publication"),
    path(f"{_BODY}/notify/", results.notify, name="class-notify"),
    path(f"{_BODY}/publish/", results.publish, name="class-publish"),
    path(f"{_BODY}/calibration/", comparison.calibration, name="calibration"),
    path(f"{_BODY}/try/", comparison.try_scheme, name="scheme-try"),
    path("sheets/<int:pk>/equals/", comparison.equals, name="sheet-equals"),
    path("petitions/", petitions.petition_list, name="petition-list"),
    path("petitions/<int:pk>/", petitions.petition_detail, name="petition-detail"),
    path("petitions/<int:pk>/withdraw/", petitions.petition_withdraw, name="petition-withdraw"),
    path("petitions/<int:pk>/uphold/", petitions.petition_uphold, name="petition-uphold"),
    path("petitions/<int:pk>/replace/", petitions.petition_replace, name="petition-replace"),
    path("petitions/proofs/<str:token>/", petitions.proof, name="petition-proof"),
]

urlpatterns = [*_sheets, *_cycles, *_results]
