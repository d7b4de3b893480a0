"""Switching a procedure on: the copy that an authority keeps in its local rulebook."""

from lxml import etree

from ngangtam.law.engine.bpmn import SPIFF, parse, qname
from ngangtam.law.engine.fields import Text2


def adopted(data: bytes, basis: str) -> bytes:
    """Return the drawing with the procedure switched on and the decision behind it in its note.

    Shape: only the procedure changes; a step that waits for confirmation keeps waiting.
    Errors: BadDrawing for a file that is no drawing.
    """
    root = parse(data)
    process = root.find(qname("process"))
    pairs = process.find(f"{qname('extensionElements')}/{{{SPIFF}}}properties")
    noted: Text2 = {
        "note_vi": f"Áp dụng theo {basis}.",
        "note_en": f"Applied by {basis}.",
    }
    for one in list(pairs):
        if one.get("name") == "status":
            one.set("value", "shipped")
        elif one.get("name") in noted:
            pairs.remove(one)
    for name, value in noted.items():
        etree.SubElement(pairs, f"{{{SPIFF}}}property", name=name, value=value)
    etree.indent(root, "  ")
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8")) + b"\n"
