"""Word documents that officials go on editing, filled from .docx templates with `{{ names }}`."""

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

from ngangtam.foundation.papers.clean import cleaned
from ngangtam.foundation.papers.layouts import Layout
from ngangtam.foundation.papers.pdf import BadTemplate
from ngangtam.foundation.papers.shelves import Shelf


def render(
    shelf: Shelf, name: str, data: Mapping[str, Any], *, layout: Layout, at: datetime, title: str,
    pictures: Mapping[str, tuple[bytes, float]] | None = None,
) -> bytes:  # fmt: skip
    """Return the filled document.

    Shape: texts are put in as text, never as markup or as template; a line break in one stays.
        `pictures` maps a name of the template to (content, height in mm).
    Errors: BadTemplate when the template names what does not exist or is broken.
    """
    from docx.shared import Mm
    from docxtpl import DocxTemplate, InlineImage
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import SandboxedEnvironment

    template = DocxTemplate(shelf.find(name))
    told = cleaned(dict(data))
    assert isinstance(told, dict)
    for key, (content, height) in (pictures or {}).items():
        told[key] = InlineImage(template, BytesIO(content), height=Mm(height))
    # A deployment's own template may compute and choose, and reach nothing of the machine.
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    try:
        template.render(told, jinja_env=environment, autoescape=True)
    except (TemplateError, ValueError, TypeError) as error:
        raise BadTemplate(f"{name}: {error}") from error
    document = template.docx
    _lay_out(document, layout)
    # Word takes no longer title.
    document.core_properties.title = title[:255]
    document.core_properties.author = ""
    document.core_properties.created = document.core_properties.modified = at.replace(tzinfo=None)
    out = BytesIO()
    template.save(out)
    return out.getvalue()


# python-docx is untyped.
def _lay_out(document: Any, layout: Layout) -> None:
    """Give the document the margins, letters and lines of the layout."""
    from docx.oxml.ns import qn
    from docx.shared import Mm, Pt

    for section in document.sections:
        for side in ("top", "bottom", "left", "right"):
            setattr(section, f"{side}_margin", Mm(layout[side]))
    style = document.styles["Normal"]
    style.font.name = layout["font"]
    style.element.rPr.rFonts.set(qn("w:eastAsia"), layout["font"])
    style.font.size = Pt(layout["body"])
    style.paragraph_format.line_spacing = float(layout["line"])
