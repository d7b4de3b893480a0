"""Proving the audit and the records: every changed, removed or inserted row is named.

Reads one snapshot, so that people may work on meanwhile. Memory stays bounded: leaves are walked
in stretches, tables are compared inside the database.
"""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils import timezone

from ngangtam.foundation.audit import guards, sealing, shelf, tree
from ngangtam.foundation.audit.canonical import canonical, instant
from ngangtam.foundation.audit.findings import Finding, Report
from ngangtam.foundation.audit.models import Event, Verification
from ngangtam.foundation.audit.seals import BadNoteError, Head, is_sealed, opened, seal
from ngangtam.foundation.audit.steps import body
from ngangtam.foundation.audit.verifying_rows import compare_rows, unaccounted

_CHUNK: Final = 5000


@dataclass(slots=True)
class Work:
    """What a verification gathers on its way."""

    cursor: Any
    report: Report
    wanted: dict[int, list[Finding]] = field(default_factory=dict)
    signed: dict[int, list[tuple[bytes, Finding]]] = field(default_factory=dict)
    bad_events: set[int] = field(default_factory=set)
    bare_until: int = 0

    def found(self, finding: Finding) -> None:
        self.report.findings.append(finding)

    def expect(self, size: int, root: bytes, otherwise: Finding) -> None:
        """Have the root at `size` compared on the way through the tree."""
        self.signed.setdefault(size, []).append((root, otherwise))


def verify(against: Iterable[tuple[str, str]] = ()) -> Report:
    """Look at everything and return what was found; changes nothing.

    Shape: `against` are (name, note) of checkpoints that were kept elsewhere.
    """
    begun = time.monotonic()
    report = Report()
    with sealing.one_snapshot(read_only=True) as cursor:
        work = Work(cursor, report)
        cursor.execute("set local enable_nestloop = on")
        for one, fault in guards.faults():
            work.found(Finding("broken", one.table, None, f"guard_{fault}"))
        _locks(work)
        _checkpoints(work, against)
        _bare_until(work)
        _sealed(work)
        _unsealed(work)
        _named(work)
        _passes(work)
        for finding in unaccounted(cursor, work.bad_events):
            work.found(finding)
        for one in guards.guards():
            rows, findings = compare_rows(cursor, one)
            report.rows += rows
            report.findings += findings
        _counts(work)
    report.seconds = round(time.monotonic() - begun, 2)
    report.findings = list({str(one): one for one in report.findings}.values())
    return report


def note_result(report: Report) -> None:
    """Keep the result of a verification for the page of the audit."""
    now = timezone.now()
    values: dict[str, Any] = {
        "at": now, "seconds": report.seconds, "events": report.events,
        "changes": report.changes, "rows": report.rows, "found": len(report.findings),
        "findings": [one.as_json() for one in report.findings[:200]],
    }  # fmt: skip
    mark = seal("verification", canonical({**values, "at": instant(now)}))
    Verification.objects.create(**values, seal=mark)


# --- locks and checkpoints -------------------------------------------------------------------

_ADD_ONLY: Final = (
    "audit_change", "audit_sealing", "audit_leaf", "audit_node", "audit_checkpoint",
    "audit_verification", "audit_event",
)  # fmt: skip
_LOCKS: Final = """
select c.relname, count(*) from pg_trigger t join pg_class c on c.oid = t.tgrelid
where c.relname = any (%s) and c.relnamespace = 'public'::regnamespace
  and t.tgname in ('audit_stands', 'audit_stands_whole',
                   'audit_event_stands', 'audit_event_stands_whole')
  and t.tgenabled <> 'D'
group by c.relname
"""


def _locks(work: Work) -> None:
    work.cursor.execute(_LOCKS, [list(_ADD_ONLY)])
    held = dict(work.cursor.fetchall())
    for table in _ADD_ONLY:
        if held.get(table, 0) != 2:
            work.found(Finding("broken", table, None, "stands"))


def _checkpoints(work: Work, against: Iterable[tuple[str, str]]) -> None:
    """Check every signature, and have every root that was ever signed compared."""
    work.cursor.execute("select id, at, size, root, note from audit_checkpoint order by id")
    held: set[str] = set()
    for pk, at, size, root, note in work.cursor.fetchall():
        work.report.checkpoints += 1
        held.add(note.strip())
        wrong = Finding("changed", "audit_checkpoint", pk, "signature")
        try:
            head = opened(note)
        except BadNoteError:
            work.found(wrong)
            continue
        if (head.size, head.root, head.at) != (size, bytes(root), instant(at)):
            work.found(wrong)
        _expect(work, head, Finding("broken", "audit_checkpoint", pk, "root", {"size": head.size}))
    for note in sealing.kept_notes():
        _kept(work, note, held)
    for name, note in against:
        _against(work, name, note)
    _head(work)


def _expect(work: Work, head: Head, otherwise: Finding) -> None:
    work.expect(head.size, head.root, otherwise)


def _kept(work: Work, note: str, held: set[str]) -> None:
    try:
        head = opened(note)
    except BadNoteError:
        return  # what stands beside the database is a help, no evidence against it
    missing = Finding("removed", "audit_checkpoint", None, "kept_note", {"size": head.size})
    if note.strip() not in held:
        work.found(missing)
    work.expect(head.size, head.root, missing)


def _against(work: Work, name: str, note: str) -> None:
    try:
        head = opened(note)
    except BadNoteError as error:
        more = {"file": name, "why": str(error)}
        work.found(Finding("broken", "audit_checkpoint", None, "against", more))
        return
    more = {"file": name, "why": f"root of {head.size} leaves"}
    work.expect(head.size, head.root, Finding("broken", "audit_checkpoint", None, "against", more))


def _head(work: Work) -> None:
    held = sealing.kept_head()
    if held is None:
        return
    told = {name: held[name] for name in ("size", "root", "key")}
    if not is_sealed("head", canonical(told), bytes.fromhex(held["seal"])):
        return  # as above: somebody else's home, or a damaged file
    broken = Finding("broken", "audit_leaf", None, "head")
    work.expect(held["size"], bytes.fromhex(held["root"]), broken)


# --- the tree --------------------------------------------------------------------------------

_EVENT_COLUMNS: Final = (
    "id, at, type, actor_id, actor, subject_type, subject_id, subject, path, what, cites, xact,"
    " previous, seal"
)


def _sealed(work: Work) -> None:
    """Walk the leaves in order: what they stand for, their seals, the nodes and roots above."""
    growth, nodes = tree.Growth(), {}
    whole, at = True, 0
    _roots(work, growth)
    while True:
        work.cursor.execute(
            "select index, kind, ref, sealing, hash, seal from audit_leaf"
            " where index >= %s order by index limit %s", [at, _CHUNK],
        )  # fmt: skip
        part = work.cursor.fetchall()
        if not part:
            break
        hashes = _leaves_of(work, part)
        for index, kind, ref, pass_id, held, mark in part:
            for missing in range(at, min(index, at + 1000)):
                whole = False
                work.found(Finding("removed", "audit_leaf", missing, "line_gone"))
            at = index + 1
            _leaf(work, (index, kind, ref, pass_id, bytes(held)), bytes(mark), hashes[kind])
            if whole:
                for band, number, node in growth.append(bytes(held)):
                    nodes[band, number] = node
                _roots(work, growth)
    work.report.size = at
    for size, expected in work.signed.items():
        if not whole or size > growth.size:
            for _root, otherwise in expected:
                work.found(otherwise)
    if whole:
        _nodes(work, nodes)


def _roots(work: Work, growth: tree.Growth) -> None:
    """Compare the root at a size at which one was signed."""
    expected = work.signed.get(growth.size)
    if expected is None:
        return
    root = growth.root()
    for signed, otherwise in expected:
        if root != signed:
            work.found(otherwise)


def _leaves_of(work: Work, part: list[Any]) -> dict[str, dict[int, bytes]]:
    """Return the hashes that the rows of a stretch give now; events are checked on the way."""
    events = [row[2] for row in part if row[1] == "e"]
    changes = [row[2] for row in part if row[1] == "c"]
    work.report.changes += len(changes)
    found = {}
    for event in Event.objects.filter(pk__in=events).order_by():
        _event(work, event)
        found[event.pk] = tree.leaf_hash(shelf.event_data(event))
    return {"e": found, "c": shelf.change_leaves(changes)}


def _leaf(
    work: Work, line: tuple[int, str, int, int, bytes], mark: bytes, hashes: dict[int, bytes]
) -> None:
    index, kind, ref, _pass, held = line
    table = "audit_event" if kind == "e" else "audit_change"
    if shelf.leaf_seal(*line) != mark:
        work.found(Finding("changed", "audit_leaf", index, "line_seal"))
        return
    now = hashes.get(ref)
    if now is None:
        work.found(Finding("removed", table, ref, "in_tree", {"index": index}))
    elif now != held and not (kind == "e" and ref in work.bad_events):
        work.found(Finding("changed", table, ref, "leaf"))


def _nodes(work: Work, nodes: dict[tuple[int, int], bytes]) -> None:
    work.cursor.execute("select band, index, hash from audit_node order by band, index")
    while part := work.cursor.fetchmany(_CHUNK):
        for band, index, held in part:
            expected = nodes.pop((band, index), None)
            if expected is None:
                work.found(Finding("inserted", "audit_node", index, "node_new"))
            elif expected != bytes(held):
                work.found(Finding("changed", "audit_node", index, "node"))
    for _band, index in nodes:
        work.found(Finding("removed", "audit_node", index, "node_gone"))


# --- events and passes -------------------------------------------------------------------------


def _bare_until(work: Work) -> None:
    """Find up to which event there were no seals yet; a sealed event says so."""
    for event in Event.objects.filter(type="audit.baseline", seal__isnull=False).order_by("id"):
        if event.seal and is_sealed("event", canonical(body(event)), bytes(event.seal)):
            work.bare_until = max(work.bare_until, int(event.what.get("bare_until") or 0))


def _event(work: Work, event: Event) -> None:
    work.report.events += 1
    if event.seal is None:
        if event.pk > work.bare_until:
            work.bad_events.add(event.pk)
            work.found(Finding("inserted", "audit_event", event.pk, "bare"))
    elif not is_sealed("event", canonical(body(event)), bytes(event.seal)):
        work.bad_events.add(event.pk)
        work.found(Finding("changed", "audit_event", event.pk, "seal"))


_UNSEALED: Final = """
select {columns} from audit_{table} t
where t.id > %s and not exists (select from audit_leaf l where l.kind = %s and l.ref = t.id)
order by t.id limit %s
"""


def _unsealed(work: Work) -> None:
    """Check the tail that is not in the tree yet: events by their seals."""
    at = -(2**62)
    while True:
        work.cursor.execute(_UNSEALED.format(table="event", columns="t.id"), [at, "e", _CHUNK])
        ids = [row[0] for row in work.cursor.fetchall()]
        if not ids:
            break
        at = ids[-1]
        work.report.unsealed += len(ids)
        for event in Event.objects.filter(pk__in=ids).order_by("id"):
            _event(work, event)
    work.cursor.execute(
        "select count(*) from audit_change t"
        " where not exists (select from audit_leaf l where l.kind = 'c' and l.ref = t.id)"
    )
    count = work.cursor.fetchone()[0]
    work.report.unsealed += count
    work.report.changes += count


_NAMED: Final = """
select e.id, e.previous from audit_event e
where e.previous is not null and not exists (select from audit_event p where p.id = e.previous)
order by e.id limit 1000
"""


def _named(work: Work) -> None:
    work.cursor.execute(_NAMED)
    for by, previous in work.cursor.fetchall():
        work.found(Finding("removed", "audit_event", previous, "named", {"by": by}))


def _passes(work: Work) -> None:
    """Each pass begins where the one before ended, and fits its seal."""
    work.cursor.execute(
        "select id, first, size, seen_event, seen_change, horizon, settled_event, settled_change,"
        " seal from audit_sealing order by id"
    )
    number, reached = 0, 0
    while part := work.cursor.fetchmany(_CHUNK):
        for *values, mark in part:
            one = sealing.Pass(*values)
            if one.seal() != bytes(mark) or (one.id, one.first) != (number + 1, reached):
                work.found(Finding("changed", "audit_sealing", one.id, "pass"))
            number, reached = one.id, one.size
    if reached != work.report.size:
        work.found(Finding("removed", "audit_sealing", number + 1, "pass"))


def _counts(work: Work) -> None:
    """Check the seals of earlier results, so that nobody writes a good one by hand."""
    work.cursor.execute(
        "select id, at, seconds, events, changes, rows, found, findings, seal"
        " from audit_verification order by id"
    )
    names = ("at", "seconds", "events", "changes", "rows", "found", "findings")
    for pk, *values, mark in work.cursor.fetchall():
        told = dict(zip(names, values, strict=True))
        told["at"] = instant(told["at"])
        told["findings"] = json.loads(told["findings"])
        if not is_sealed("verification", canonical(told), bytes(mark)):
            work.found(Finding("changed", "audit_verification", pk, "seal"))


def verify_and_seal(against: Iterable[tuple[str, str]] = ()) -> Report:
    """Verify, keep the result, and seal what is new when nothing is wrong.

    A tail that does not hold is left as it is: it is evidence.
    """
    report = verify(against)
    note_result(report)
    if report.sound:
        sealing.seal_new()
    return report
