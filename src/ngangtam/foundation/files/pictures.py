"""Pictures: drawn anew, so that nothing but the picture itself is kept."""

import io
import warnings
from typing import Final

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from ngangtam.foundation.files.problems import FileRefusedError

# A page of A3 at 400 dots an inch has 31 million.
MOST_PIXELS: Final = 50_000_000
_QUALITY: Final = 90


def redrawn(data: bytes) -> bytes:
    """Return the picture without place, camera, comments or anything behind its end.

    Shape: JPEG stays JPEG, PNG stays PNG; turned the way its camera said; the first picture of
        several.
    Errors: FileRefusedError when it cannot be drawn or has more than `MOST_PIXELS`.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as picture:
                # Known from the head of the file, before anything is unpacked.
                if picture.width * picture.height > MOST_PIXELS:
                    raise FileRefusedError(_("The picture has too many dots."))
                return _drawn(picture)
    except FileRefusedError:
        raise
    except (
        UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning,
        OSError, ValueError, SyntaxError, MemoryError, EOFError,
    ) as error:  # fmt: skip
        raise FileRefusedError(_("The picture cannot be drawn.")) from error


def _drawn(picture: Image.Image) -> bytes:
    style = picture.format
    picture.load()
    upright = ImageOps.exif_transpose(picture)
    made = io.BytesIO()
    if style == "JPEG":
        plain = upright if upright.mode in {"L", "RGB"} else upright.convert("RGB")
        fresh = Image.frombytes(plain.mode, plain.size, plain.tobytes())
        fresh.save(made, "JPEG", quality=_QUALITY, optimize=True)
    else:
        seen = upright.mode in {"1", "L", "RGB", "RGBA"}
        plain = upright if seen else upright.convert("RGBA")
        fresh = Image.frombytes(plain.mode, plain.size, plain.tobytes())
        fresh.save(made, "PNG")
    return made.getvalue()
