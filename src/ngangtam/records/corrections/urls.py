"""Pages of the room: the own file, requests, what two officers change, links of accounts."""

from django.urls import path

from ngangtam.records.corrections.views import links, own, proposals, requests

urlpatterns = [
    path("my-file/", own.own_file, name="own-file"),
    path("my-file/ask/", own.ask, name="request-ask"),
    path("requests/", requests.request_list, name="request-list"),
    path("requests/<int:pk>/", requests.request_detail, name="request-detail"),
    path("requests/<int:pk>/accept/", requests.request_accept, name="request-accept"),
    path("requests/<int:pk>/refuse/", requests.request_refuse, name="request-refuse"),
    path("requests/<int:pk>/withdraw/", requests.request_withdraw, name="request-withdraw"),
    path("requests/<int:pk>/attach/", requests.request_attach, name="request-attach"),
    path("files/<str:token>/", requests.attachment, name="attachment"),
    path("proposals/", proposals.proposal_list, name="proposal-list"),
    path("proposals/<int:pk>/", proposals.proposal_detail, name="proposal-detail"),
    path("proposals/<int:pk>/confirm/", proposals.proposal_confirm, name="proposal-confirm"),
    path("proposals/<int:pk>/refuse/", proposals.proposal_refuse, name="proposal-refuse"),
    path("proposals/<int:pk>/withdraw/", proposals.proposal_withdraw, name="proposal-withdraw"),
    path("people/<str:number>/identity/propose/", proposals.identity_propose,
         name="identity-propose"),
    path("people/<str:number>/records/propose/<str:kind>/", proposals.proposal_add,
         name="proposal-add"),
    path("records/<int:pk>/propose/<str:act>/", proposals.proposal_record,
         name="proposal-record"),
    path("people/<str:number>/account/", links.account_link, name="account-link"),
    path("account-links/", links.link_list, name="link-list"),
    path("account-links/<int:pk>/confirm/", links.link_confirm, name="link-confirm"),
    path("account-links/<int:pk>/refuse/", links.link_refuse, name="link-refuse"),
    path("account-links/<int:pk>/end/", links.link_end, name="link-end"),
]  # fmt: skip
