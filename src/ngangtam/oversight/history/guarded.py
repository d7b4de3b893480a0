"""The tables in which a fact or a right lives, and the columns of each that count.

Named by text: a list that the database kept could be cut there, and a column that some room adds
later starts a new version here instead of making every older row look forged. A column is listed
in a version, or in `reckoned`; a test holds the lists and the tables together. Rooms that came
later declare their own tables in a `guarded.py` of theirs; no table is declared twice.
"""

from typing import Final

from ngangtam.foundation.audit.guards import guard

_DATED: Final = ("valid", "voided_at")
_RECORDED: Final = (
    *_DATED, "decision_id", "source_id", "recorded_at", "recorded_by", "voided_by", "void_reason",
)  # fmt: skip


def declare() -> None:
    """Put every table under guard."""
    _people()
    _organisation()
    _rights()


def _people() -> None:
    guard(
        "personnel_person",
        (
            "number", "full_name", "other_names", "name_key", "name_plain", "birth_raw",
            "birth_day", "birth_precision", "gender", "ethnicity", "ethnicity_raw", "religion",
            "religion_raw", "nationality", "hometown_raw", "hometown_id", "birthplace_raw",
            "personal_number", "source_id", "recorded_at", "voided_at",
        ),
        # Follow from postings and records, anew every night.
        reckoned=("home_unit_id", "home_path", "headline", "left_on", "level", "leadership",
                  "party", "degree"),
        by_row=True,
    )  # fmt: skip
    guard(
        "personnel_posting",
        ("person_id", "post_id", "seat", "main", "title_raw", "workplace_raw", *_RECORDED),
    )
    guard(
        "personnel_record",
        ("person_id", "kind", "code", "raw", "precision", "detail", *_RECORDED),
    )
    guard("personnel_identitychange", ("person_id", "field", "old", "new", "reason", "at", "by"))


def _organisation() -> None:
    decision = ("number", "day", "body", "signer", "kind", "summary", "effects")
    guard("organisation_decision", decision, (*decision, "recorded_by_id"))
    guard("organisation_source", ("kind", "name", "day", "reference"))
    guard(
        "organisation_unit",
        ("code", "name", "name_plain", "kind", "level", "parent_id", "area_id", "position",
         "ended_on"),
        reckoned=("path", "holders", "seats"),
        by_row=True,
    )  # fmt: skip
    guard("organisation_unitversion",
          ("unit_id", "name", "kind", "level", "parent_id", "area_id", *_RECORDED))  # fmt: skip
    guard("organisation_unitsuccession",
          ("before_id", "after_id", "kind", "day", "decision_id", "source_id"))  # fmt: skip
    guard(
        "organisation_post",
        ("unit_id", "title", "title_kind", "seats", "level", "regime", "managed_by", "area_id",
         "leadership", "head", "key_leader", "committee_member", "standing_committee_member",
         "deputy_elected", "full_time", "position", *_RECORDED),
    )  # fmt: skip
    guard("organisation_establishment", ("unit_id", "regime", "number", *_RECORDED))
    guard("organisation_area",
          ("code", "level", "kind", "name", "name_plain", "parent_id", *_DATED))  # fmt: skip
    guard("organisation_areasuccession",
          ("before_id", "after_id", "extent", "day", "raw", "voided_at"))  # fmt: skip


def _rights() -> None:
    guard(
        "access_grant",
        ("user_id", "role", "path", "unit_label", "reason", "given_by_id", "given_at", "waiting",
         "confirmed_by_id", "confirmed_at", "ending", "ended_by_id", "ended_at", "end_reason",
         "kept_by_id", "kept_at", *_DATED),
    )  # fmt: skip
    guard(
        "access_user",
        ("username", "full_name", "position", "email", "is_active", "is_staff", "is_superuser"),
        # Secrets and the traces of signing in are the framework's, and change at every sign-in.
        reckoned=("password", "last_login", "first_name", "last_name", "date_joined"),
        by_row=True,
    )
    guard(
        "api_token",
        ("user_id", "name", "digest", "ending", "scopes", "networks", "made_at", "made_by",
         "expires_at", "revoked_at", "revoked_by"),
        reckoned=("used_at", "used_from"),
        by_row=True,
    )  # fmt: skip
    guard("access_reading", ("at", "reader_id", "reader_label", "subject_type", "subjects",
                             "parts", "purpose"))  # fmt: skip
