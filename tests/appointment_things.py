"""What stands for each part of the addresses of appointment: terms, an examination in its round."""

from datetime import date

from ngangtam.stages.appointment.models import (
    Clock,
    Complaint,
    Entrant,
    Examination,
    Juror,
    Term,
)

SCHEME = {
    "label": {"vi": "Thử", "en": "Trial"}, "basis": "x", "council": 1, "complaint_days": 10,
    "answer_days": 10, "trimmed": False, "ties": [],
    "rounds": [{"id": "one", "label": {"vi": "Một", "en": "One"}, "most": "100", "passes": "50",
                "weight": "1", "fewest": 1}],
}  # fmt: skip


def made(person, posting, unit, *, juror, officer, name):
    """Make one of each. Shape: `juror` chairs the council of the examination that runs."""
    term = Term.objects.create(
        person=person, posting=posting, path=unit.path, kind="term", first=date(2024, 1, 1),
        until=date(2029, 1, 1), basis=name, recorded_by=officer,
    )  # fmt: skip
    exam = Examination.objects.create(
        unit=unit, path=unit.path, post=posting.post, title=f"Thi của {name}", scheme_id="thu",
        scheme=SCHEME, entries_until=date(2026, 1, 1), state="running", announced_by=officer,
    )  # fmt: skip
    Juror.objects.create(examination=exam, user=juror, chair=True)
    entrant = Entrant.objects.create(examination=exam, person=person, name=name, entered_by=officer)
    return {
        "term": term, "exam": exam, "entrant": entrant,
        "clock": Clock.objects.create(unit=unit, path=unit.path, set_by=officer),
        "complaint": Complaint.objects.create(
            entrant=entrant, text=name, filed_on=date(2026, 1, 1), due=date(2026, 2, 1),
            filed_by=juror,
        ),
    }  # fmt: skip


def rules(held):
    """Return the parts of these addresses; the first rule that fits a route wins."""
    return {
        r"appointment/terms/postings/": {"pk": held["term"].posting_id},
        r"appointment/terms/clocks/": {"pk": held["clock"].pk},
        r"appointment/terms/": {"pk": held["term"].pk},
        r"appointment/exams/entrants/": {"pk": held["entrant"].pk},
        r"appointment/exams/complaints/": {"pk": held["complaint"].pk},
        r"appointment/exams/": {"pk": held["exam"].pk},
        r"appointment/posts/": {"pk": held["exam"].post_id},
    }
