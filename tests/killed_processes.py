"""Processes that act in a case, or drop a paper, as the web's role, and are killed while they do.

Run as a program this is a nursery: it knows the product, holds no connection to the database, and
makes one new process for each line that it is told. Where a line says so, that process sends
itself SIGKILL: behind a statement of the transaction, or behind its commit, before anybody has
the answer. Neither depends on who is faster.
"""

import json
import os
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

TESTS = Path(__file__).resolve().parent
BEHIND_COMMIT = "behind the commit"
KILLED = -signal.SIGKILL
FOR = {
    "meeting": "passed", "appraise": "agreed", "decide": "approved", "opinion": "agreed",
    "gates": "met", "dossier": "complete",
}  # fmt: skip


class Nursery:
    """The other end of the line."""

    def __init__(self, database):
        self.process = subprocess.Popen(
            [sys.executable, __file__, database], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, cwd=TESTS,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])},
        )  # fmt: skip

    def ask(self, act, user, *, dies=None, **told):
        """Let a new process act.

        Shape: `dies` is nothing, how many statements of the transaction it lives through, or
            `BEHIND_COMMIT`. Returns what it said, None when it was killed.
        """
        line = {"act": act, "user": user.pk, "dies": dies, **told}
        self.process.stdin.write(json.dumps(line) + "\n")
        self.process.stdin.flush()
        status, said = json.loads(self.process.stdout.readline())
        if dies is not None and status == KILLED:
            return None
        assert status == 0, (line, status, said)
        return said

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=20)


# -- the other process ---------------------------------------------------------------------------


class Death:
    """Counts the statements of a transaction, and ends the process where it was told to."""

    def __init__(self, dies):
        self.dies, self.seen, self.armed = dies, 0, False

    def __enter__(self):
        from django.db import connection

        self.armed, self.seen = True, 0
        self.connection, self.commit = connection, connection._commit
        connection._commit = self.end
        self.watch = connection.execute_wrapper(self.pass_on)
        self.watch.__enter__()
        return self

    def __exit__(self, *_error):
        self.watch.__exit__(None, None, None)
        self.connection._commit = self.commit
        self.armed = False

    def pass_on(self, execute, sql, params, many, context):
        done = execute(sql, params, many, context)
        self.seen += self.connection.in_atomic_block
        if isinstance(self.dies, int) and self.seen >= self.dies:
            fall()
        return done

    def end(self):
        if isinstance(self.dies, int):
            fall()
        self.commit()
        if self.dies == BEHIND_COMMIT:
            fall()


def fall():
    os.kill(os.getpid(), signal.SIGKILL)


def open_case(death, user, *, procedure, unit, subjects, payload=None, title="Thử"):
    from ngangtam.stages.procedure import actions
    from ngangtam.stages.procedure.values import SubjectValues

    people = [SubjectValues(one) for one in subjects]
    with death:
        actions.open_case(
            procedure=procedure, unit_id=unit, title=title, by=user, today=date.today(),
            subjects=people or [SubjectValues(None, name="Người tưởng tượng")],
            fictional=not people, payload=payload,
        )  # fmt: skip
    return death.seen


def make_ready(_death, user, *, case):
    """Do what the step needs on which the case waits, before it can be completed."""
    found, step, _rule = at(case)
    return get_ready(found, step, user)


def complete(death, user, *, case):
    """Complete the step on which the case waits."""
    from ngangtam.stages.procedure import actions

    found, step, rule = at(case)
    with death:
        actions.complete_step(
            case_id=case, step_id=step.pk, version=found.version, by=user, today=date.today(),
            answers=answers_to(rule),
        )  # fmt: skip
    return death.seen


def complete_again(_death, user, *, case, step, version):
    """Send once more what was sent before: the answer to it never came."""
    from ngangtam.foundation.kernel.problems import DomainError
    from ngangtam.stages.procedure import actions

    try:
        actions.complete_step(
            case_id=case, step_id=step, version=version, by=user, today=date.today(),
            answers={"number": "1", "day": date.today(), "signer": "Ký", "body": "Cơ quan"},
        )  # fmt: skip
    except DomainError as error:
        return str(error)
    return "done"


def walk(_death, user, *, case):
    """Walk to the end of a simulation; return how many statements each step took."""
    took = []
    while (there := at(case))[1] is not None:
        get_ready(there[0], there[1], user)
        took.append(complete(Death(None), user, case=case))
    return took


def check_papers(_death, user, *, case):
    """Give the second look to every paper that was attached."""
    from ngangtam.stages.procedure import actions_dossier
    from ngangtam.stages.procedure.models import DossierItem

    for item in DossierItem.objects.filter(case=case, state="attached"):
        actions_dossier.check(item_id=item.pk, by=user)


def cast(death, user, *, poll, sealed):
    from ngangtam.stages.ballots import actions, receipts

    paper = bytes.fromhex(sealed)
    with death:
        done = actions.cast(
            poll_id=poll, sealed=paper, proof=receipts.vouch(poll, user.pk, paper), by=user
        )
    return {"receipt": done.receipt.hex(), "again": done.again, "took": death.seen}


def at(case):
    from ngangtam.stages.procedure import steps
    from ngangtam.stages.procedure.models import Case, Step

    found = Case.objects.get(pk=case)
    step = Step.objects.filter(case=case, state="waiting").order_by("pk").first()
    return found, step, steps.drawing_of(found).rule(step.bpmn) if step is not None else None


def get_ready(case, step, by):
    from ngangtam.stages.procedure import actions_dossier, actions_gates, actions_opinions
    from ngangtam.stages.procedure.models import DossierItem, GateFinding, Opinion

    today = date.today()
    if step.kind == "opinion" and not Opinion.objects.filter(step=step).exists():
        actions_opinions.ask_opinion(
            case_id=case.pk, step_id=step.pk, body="Cơ quan", question="Hỏi", version=None, by=by,
            today=today, due=today + timedelta(days=10),
        )  # fmt: skip
        actions_opinions.answer_opinion(
            opinion_id=Opinion.objects.get(step=step).pk, verdict="agrees", text="",
            reference="CV", by=by, today=today,
        )  # fmt: skip
    for item in DossierItem.objects.filter(step=step, state="missing"):
        actions_dossier.attach(item_id=item.pk, file=None, reference="Bản giấy", by=by)
        if case.fictional:
            actions_dossier.check(item_id=item.pk, by=by)
    for finding in GateFinding.objects.filter(step=step, ruling="", outcome="unknown"):
        actions_gates.rule_on(finding_id=finding.pk, met=True, reason="Thử", by=by)


def answers_to(rule):
    result = FOR.get(rule.kind)
    return {
        "number": "1", "day": date.today(), "signer": "Ký", "body": "Cơ quan", "reason": "Lý do",
        "note": "Đã làm", "text": "Thông báo", "minutes": "Thống nhất", "convened": 9,
        "present": 9, "result": result if result in rule.results else rule.results[0],
    }  # fmt: skip


ACTS = {
    one.__name__: one
    for one in (open_case, make_ready, complete, complete_again, walk, check_papers, cast)
}


def live(line, pipe):
    """What a new process does: connect, be seen as its user by the wall, act, say what came."""
    from ngangtam.foundation.access.models import User
    from ngangtam.foundation.access.wall import see_as

    user, act, death = line.pop("user"), line.pop("act"), Death(line.pop("dies"))
    see_as(user)
    said = ACTS[act](death, User.objects.get(pk=user), **line)
    os.write(pipe, json.dumps(said).encode())


def answer(line):
    """Make a process; return how it ended and what it said."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            live(line, theirs)
        except BaseException:
            import traceback

            os.write(theirs, json.dumps(traceback.format_exc()).encode())
            os._exit(1)
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        said = pipe.read()
    _pid, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), json.loads(said) if said else None


def warm_up():
    """Load what every child would load again, and keep its pages shared."""
    import gc

    from django.utils.translation import gettext

    from ngangtam.stages.ballots import actions as ballots
    from ngangtam.stages.procedure import actions_dossier, actions_gates, actions_opinions

    assert all((ballots, actions_dossier, actions_gates, actions_opinions, gettext("case")))
    gc.collect()
    gc.freeze()


def main():
    import django

    django.setup()
    from django.db import connection

    connection.settings_dict["NAME"] = sys.argv[1]
    from ngangtam.law.engine import rulebook
    from ngangtam.stages.procedure import drawings

    for versions in rulebook().procedures.values():
        for one in versions.versions:
            drawings.spec_of(one.digest, one.xml, one.id)
    warm_up()
    assert connection.connection is None, "a connection shared with a child would break both"
    # No block of the iterator: each line waits for the answer to the one before.
    while text := sys.stdin.readline():
        sys.stdout.write(json.dumps(answer(json.loads(text))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
