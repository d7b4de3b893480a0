"""What each operation says of itself, by the name of its function."""

from typing import Final

from django.utils.translation import gettext_noop as _

DESCRIPTIONS: Final[dict[str, str]] = {
    # people
    "person_list": _(
        "The people whose files you may read, in the Vietnamese order of names. The filters "
        "are those of the page. Walk the list by `next` (also in `Link: rel=next`)."
    ),
    "person_detail": _(
        "Identity as it is known now, and the present post. Sensitive fields are asked for apart."
    ),
    "person_open": _(
        "Open a file for somebody who belongs to a unit, resting on a decision or a named source."
    ),
    "posting_list": _(
        "Every posting, struck-out ones too; `on` narrows to a day, `known` shows what was known."
    ),
    "record_list": _("Every record that is not sensitive, struck-out ones too, newest first."),
    "person_sensitive": _(
        "Read the parts that are asked for. The reading and its purpose are kept, and the "
        "person whose file it is can see them."
    ),
    "kind_list": _(
        "The kinds of record with their fields, and which part of a file each belongs to."
    ),
    "posting_detail": _("One posting; its ETag is what changing it asks for."),
    "record_detail": _("One record that is not sensitive; its ETag is what changing it asks for."),
    # changes
    "posting_add": _(
        "Put a person into a seat of a post. Seat 0 is for posts without a fixed number of seats."
    ),
    "posting_correct": _(
        "Strike a posting out and put the right one in its place; the answer is the new one."
    ),
    "posting_end": _("Let a posting end; `on` is the first day out of the post."),
    "posting_void": _("Strike out a posting that never was; it stays readable, with the reason."),
    "posting_restore": _("Add a struck-out posting anew, as it was; the answer is the new one."),
    "record_add": _(
        "Add one dated fact to a file. `kind` is one of `GET /kinds` that is not sensitive."
    ),
    "record_correct": _(
        "Strike a record out and put the right one in its place; the answer is the new one."
    ),
    "record_void": _("Strike out a record that is wrong; it stays readable, with the reason."),
    "record_restore": _("Add a struck-out record anew, as it was; the answer is the new one."),
    # exchange
    "exchange_read": _(
        "What stands in the file, grouped as the national database asks, without sensitive "
        "parts. Every group says what is withheld, what nobody recorded, and what is not held "
        "here at all."
    ),
    "exchange_ask": _(
        "The same with the sensitive parts that are asked for. The reading leaves a trace "
        "that the person can see."
    ),
    # units
    "unit_list": _(
        "Which units exist, by code. With `q` the best fits instead, without further pages."
    ),
    "unit_detail": _("One unit as it stands today."),
    "unit_tree": _(
        "The unit and what stood below it on a day. Refused when it would be more than 3,000 units."
    ),
    "post_list": _(
        "Posts, seats and vacancies on a day; who sits there, as far as you may read the files."
    ),
    "establishment": _("How many people a unit may have, has seats for, and has, by regime."),
    # facts
    "vocabulary": _("Every fact that the rulebook knows, with its type, catalogue and class."),
    "catalogue_list": _("Every list of codes with its words."),
    "catalogue_detail": _("One list of codes with its words."),
    "facts_of_person": _("What is known of one person on a day; null is unknown."),
    "facts_of_unit": _(
        "Facts of everybody who held a post in a unit or below on a day, one row a person. "
        "Needs the right to read the files of the whole unit."
    ),
    # findings
    "finding_of_person": _(
        "Every criterion with its reason and citations. Criteria that look at sensitive parts "
        "of the file are sealed without the scope sensitive.read; with it, the reading leaves "
        "its trace, as on the page."
    ),
    "finding_of_unit": _(
        "How many meet the standard and each criterion. Small groups are held back from those "
        "who may not read the files."
    ),
    # targets
    "target_list": _(
        "Every target of the resolutions in force, measured in a unit and all below it."
    ),
    "target_detail": _("One target in a unit and in every unit right below it."),
    "indicator_sets": _("Which sets of indicators the rulebook defines."),
    "indicator_list": _("Every figure of a set, for a unit and all below it."),
    # law
    "instrument_list": _(
        "The texts that the rulebook rests on, newest first; `on` narrows to those in force."
    ),
    "instrument_detail": _("One text with the places in it that the rulebook cites."),
    "parameter_list": _(
        "What every number of the law says on a day. One that is off waits to be confirmed."
    ),
    "parameter_detail": _("What a number says on a day, and all its values by their first days."),
    "standard_list": _("The standards of titles, with every criterion and its citations."),
    "standard_detail": _("One standard with every criterion and its citations."),
    # intake
    "roster_list": _("The rosters of units where you may bring rosters in, newest first."),
    "roster_open": _(
        "Take files in and have them checked. Ask for the roster again until it is `checked`."
    ),
    "roster_detail": _("Where a roster stands, and its counts."),
    "row_list": _(
        "Every row with every filled cell, its verdict and the reason. Nothing is lost silently."
    ),
    "match_list": _(
        "Rows and whom they may be; those with the status `must` wait before committing."
    ),
    "decide": _("Tie rows to files that you may read, or say that they are people of their own."),
    "commit": _(
        "Have a checked roster written, whole or not at all. Its ETag says which one is meant."
    ),
    "undo": _("Have everything that a roster wrote struck out, with a reason."),
    "discard": _("Give up a roster that was never committed; its files go."),
    # audit
    "event_list": _(
        "What was done where you may read the audit, newest first. Of people whose files you "
        "may not read, names and facts are left out."
    ),
    "bearer": _("Whose token this is, what it may be used for, and until when."),
}
