"""What commands say, in the language of whoever runs them, also before Django is there.

`NGANGTAM_LANGUAGE` is `vi` or `en`; without the catalogue, or in another language, it is English.
"""

import gettext as catalogues
import os
from functools import lru_cache
from pathlib import Path
from typing import Final

_PLACE: Final = Path(__file__).resolve().parents[2] / "locale"


def gettext(text: str) -> str:
    """Return a message in the language of the command line."""
    return _catalogue(os.environ.get("NGANGTAM_LANGUAGE", "vi")).gettext(text)


@lru_cache(maxsize=4)
def _catalogue(language: str) -> catalogues.NullTranslations:
    return catalogues.translation("django", _PLACE, [language], fallback=True)
