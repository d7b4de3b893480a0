"""`{% csrf_token %}` as everywhere, and beside it the number of the form.

Built into every template: a form that somebody adds is sent once without anybody's doing.
"""

import secrets

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import CsrfTokenNode
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ngangtam.foundation.ui.once import FIELD

register = template.Library()


class FormMarks(CsrfTokenNode):
    """Both hidden fields of a form."""

    def render(self, context: Context) -> SafeString:
        against_forgery = super().render(context)
        return format_html("{}{}", against_forgery, number_of_form() if against_forgery else "")


def number_of_form() -> SafeString:
    """Return a hidden field with a number drawn for one form on one page."""
    return format_html(
        '<input type="hidden" name="{}" value="{}">', FIELD, secrets.token_urlsafe(16)
    )


@register.tag
def csrf_token(_parser: Parser, _token: Token) -> FormMarks:
    return FormMarks()
