"""The context processor of `ui/base.html`."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

import ngangtam
from ngangtam.foundation.ui.navigation import menu
from ngangtam.foundation.ui.shell import density_of, theme_of


# Values differ in type by key; templates read them.
def frame(request: HttpRequest) -> dict[str, Any]:
    """Give the frame of a page what it needs; the menu is built only when it is drawn."""
    return {
        "frame": {
            "theme": theme_of(request),
            "density": density_of(request),
            "menu": SimpleLazyObject(lambda: menu(request)),
            "version": ngangtam.__version__,
        }
    }
