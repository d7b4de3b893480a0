"""What may be done with votes; each verb stands in the module of its stage."""

from ngangtam.stages.ballots.actions_counting import (
    Compared,
    Entered,
    enter_figures,
    enter_words,
)
from ngangtam.stages.ballots.actions_preparing import (
    OptionValues,
    hold_again,
    note_presence,
    prepare_poll,
    take_seat,
    unseat,
)
from ngangtam.stages.ballots.actions_printing import print_minutes
from ngangtam.stages.ballots.actions_voting import Cast, annul, cast, close_poll, open_poll

__all__ = [
    "Cast", "Compared", "Entered", "OptionValues", "annul", "cast", "close_poll",
    "enter_figures", "enter_words", "hold_again", "note_presence", "open_poll", "prepare_poll",
    "print_minutes", "take_seat", "unseat",
]  # fmt: skip
