"""stub"""

from django.http import HttpResponse


def standard(request, ident):
    return HttpResponse()


def export(request, ident):
    return HttpResponse()


def finding(request, ident, number):
    return HttpResponse()


def standards_of(request, number):
    return HttpResponse()
