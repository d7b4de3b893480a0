"""Words for marks on papers, and for why a paper does not count."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from ngangtam.law.engine.counting_rules import CHOSEN, HIGH, LOW, NO, TRUST, YES

MARK_LABELS: Final = {
    CHOSEN: _("chosen"), YES: _("agree"), NO: _("do not agree"), HIGH: _("high confidence"),
    TRUST: _("confidence"), LOW: _("low confidence"),
}  # fmt: skip
WHY: Final = {
    "blank": _("blank"), "too_many": _("more names than allowed"),
    "too_few": _("fewer names than prescribed"), "unknown_option": _("a name that is not on it"),
    "unknown_mark": _("a mark that is none"), "unreadable": _("not readable"),
    "not_issued": _("not issued by the tellers"), "other": _("another reason"),
}  # fmt: skip
