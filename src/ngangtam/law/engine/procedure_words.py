"""A step in words: who, what, how many must come, how many votes, by when. For page and command."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from ngangtam.law.engine.book import Rulebook
from ngangtam.law.engine.fields import Text2
from ngangtam.law.engine.procedures import BODIES, RESULT_WORDS, Procedure, StepRule

STAGE_WORDS: Final[Mapping[str, Text2]] = {
    "planning": {"vi": "Quy hoạch", "en": "Planning"},
    "appointment": {"vi": "Bổ nhiệm", "en": "Appointment"},
    "reappointment": {"vi": "Bổ nhiệm lại", "en": "Re-appointment"},
    "secondment": {"vi": "Biệt phái", "en": "Secondment"},
    "nomination": {"vi": "Giới thiệu ứng cử", "en": "Nomination for election"},
    "exam": {"vi": "Thi tuyển", "en": "Competitive examination"},
    "removal": {"vi": "Cho thôi giữ chức vụ", "en": "Removal"},
    "resignation": {"vi": "Từ chức", "en": "Resignation"},
    "dismissal": {"vi": "Miễn nhiệm", "en": "Dismissal"},
    "suspension": {"vi": "Tạm đình chỉ công tác", "en": "Suspension"},
    "retirement": {"vi": "Nghỉ hưu", "en": "Retirement"},
    "confidence": {"vi": "Lấy phiếu tín nhiệm", "en": "Vote of confidence"},
    "committee": {"vi": "Nhân sự cấp ủy", "en": "Committee personnel"},
}
KIND_WORDS: Final[Mapping[str, Text2]] = {
    "document": {"vi": "Văn bản", "en": "Document"},
    "opinion": {"vi": "Lấy ý kiến", "en": "Opinion"},
    "dossier": {"vi": "Hồ sơ", "en": "Dossier"},
    "gates": {"vi": "Kiểm tra điều kiện", "en": "Conditions"},
    "meeting": {"vi": "Hội nghị", "en": "Meeting"},
    "appraise": {"vi": "Thẩm định", "en": "Appraisal"},
    "decide": {"vi": "Quyết định", "en": "Decision"},
    "notice": {"vi": "Thông báo", "en": "Notice"},
    "record": {"vi": "Ghi nhận", "en": "Record"},
}
ROLE_WORDS: Final[Mapping[str, Text2]] = {
    "officer": {"vi": "Cán bộ tổ chức", "en": "Personnel officer"},
    "head": {"vi": "Người đứng đầu", "en": "The head"},
    "appraiser": {"vi": "Người thẩm định", "en": "Appraiser"},
    "decider": {"vi": "Người có thẩm quyền quyết định", "en": "Deciding authority"},
    "collective": {"vi": "Tập thể", "en": "The collective"},
    "body": {"vi": "Nơi được hỏi", "en": "The body asked"},
}
_SAYS: Final[Mapping[str, Text2]] = {
    "of": {"vi": "{share} {base}", "en": "{share} of {base}"},
    "convened": {"vi": "số người được triệu tập", "en": "those convened"},
    "present": {"vi": "số người có mặt", "en": "those present"},
    "ballots": {"vi": "số phiếu", "en": "the ballots"},
    "valid": {"vi": "số phiếu hợp lệ", "en": "the valid ballots"},
    "fixed": {"vi": "số do người nhập ghi", "en": "the figure entered"},
    "": {"vi": "mẫu số chờ xác nhận", "en": "a base to be confirmed"},
    ">": {"vi": "trên", "en": "more than"},
    ">=": {"vi": "từ", "en": "at least"},
    "half": {
        "vi": "đúng một nửa: người đứng đầu quyết định",
        "en": "exactly half: the head decides",
    },
    "zones": {"vi": "tín nhiệm thấp: {zones}", "en": "low votes: {zones}"},
    "open": {"vi": "tỷ lệ chờ xác nhận", "en": "threshold to be confirmed"},
    "days": {"vi": "{n} ngày làm việc", "en": "{n} working days"},
    "within": {
        "vi": "mọi việc từ bước này xong trong {n} ngày làm việc",
        "en": "everything from here within {n} working days",
    },
    "before": {"vi": "trước kỳ họp ít nhất {n} ngày", "en": "at least {n} days before the session"},
    "wait": {"vi": "chờ xác nhận", "en": "to be confirmed"},
    "announced": {"vi": "công bố kết quả tại chỗ", "en": "the result is announced there"},
    "unannounced": {"vi": "không công bố kết quả", "en": "the result is not announced"},
    "signed": {"vi": "phiếu ký hoặc không ký tên", "en": "the slip may be signed or not"},
    "unsigned": {"vi": "phiếu không ký tên", "en": "the slip is unsigned"},
    "secret": {"vi": "bỏ phiếu kín", "en": "secret ballot"},
    "not_by": {"vi": "không do người đã làm: {kinds}", "en": "not by whoever did: {kinds}"},
    "silent": {"vi": "hết hạn không trả lời thì ghi nhận", "en": "silence is recorded"},
}


@dataclass(frozen=True, slots=True)
class StepWords:
    """One step as people read it; '' where the rule says nothing."""

    who: str
    what: tuple[str, ...]
    quorum: str
    threshold: str
    deadline: tuple[str, ...]
    results: tuple[str, ...]


def step_words(step: StepRule, book: Rulebook, on: date, lang: str = "vi") -> StepWords:
    """Return a step in words on a day."""
    teller = _Teller(step, book, on, lang)
    return StepWords(
        who=teller.who(),
        what=tuple(teller.what()),
        quorum=teller.quorum(),
        threshold=teller.threshold(),
        deadline=tuple(teller.deadline()),
        results=tuple(RESULT_WORDS[word][lang] for word in step.results),
    )


LINES: Final[Mapping[str, tuple[str, ...]]] = {
    "vi": ("Ai làm", "Việc", "Số người dự", "Tỷ lệ", "Thời hạn", "Căn cứ", "Trạng thái"),
    "en": ("Who", "What", "Quorum", "Threshold", "Deadline", "Rests on", "State"),
}


def state_word(found: Procedure | StepRule, lang: str = "vi") -> str:
    """Return 'in use' or 'to be confirmed'."""
    words = {"vi": ("đang dùng", "chờ xác nhận"), "en": ("in use", "to be confirmed")}
    return words[lang][0 if found.is_on else 1]


@dataclass(frozen=True, slots=True)
class _Teller:
    step: StepRule
    book: Rulebook
    on: date
    lang: str

    def say(self, key: str, **values: object) -> str:
        return _SAYS[key][self.lang].format(**values)

    def who(self) -> str:
        role = ROLE_WORDS[self.step.role][self.lang]
        if not self.step.body:
            return role
        body = BODIES[self.step.body][self.lang]
        return body if self.step.role == "body" else f"{role} → {body}"

    def what(self) -> list[str]:
        step = self.step
        said = [KIND_WORDS[step.kind][self.lang]]
        if step.ballot:
            said.append(self.say("secret"))
        if step.announced is not None:
            said.append(self.say("announced" if step.announced else "unannounced"))
        if step.signed:
            said.append(self.say("signed" if step.signed == "optional" else "unsigned"))
        if step.not_by:
            kinds = ", ".join(KIND_WORDS[kind][self.lang].lower() for kind in step.not_by)
            said.append(self.say("not_by", kinds=kinds))
        return said

    def quorum(self) -> str:
        if self.step.quorum:
            base = self.say(self.step.quorum_of)
            return self.say(">=") + " " + self.say("of", share=self.step.quorum, base=base)
        return self.say("wait") if self._waits("quorum") else ""

    def threshold(self) -> str:
        """Return what elects, and of what."""
        counting = self.book.counting.get(self.step.ballot) if self.step.ballot else None
        rules = counting.on(self.on) if counting is not None else None
        if rules is None:
            return self.say("open") if self.step.ballot else ""
        if rules.zones:
            zones = "; ".join(
                f"{self.say(zone.share.compare)} {zone.share.numerator}/{zone.share.of}"
                for zone in rules.zones
            )
            return self.say("zones", zones=zones) + " " + self.say(rules.denominator)
        if rules.majority is None:
            return self.say("open")
        share = f"{rules.majority.numerator}/{rules.majority.of}"
        said = self.say(rules.majority.compare) + " "
        said += self.say("of", share=share, base=self.say(rules.majority.denominator))
        if rules.exactly_half == "head_decides":
            said += f"; {self.say('half')}"
        return said if rules.is_confirmed else f"{said} ({self.say('wait')})"

    def deadline(self) -> list[str]:
        said = []
        for name in ("days", "within", "before"):
            number = getattr(self.step, name)
            if number is not None:
                said.append(self.say(name, n=number))
            elif self._waits(name):
                said.append(self.say("wait"))
        if self.step.silence:
            said.append(self.say("silent"))
        return said

    def _waits(self, name: str) -> bool:
        return self.step.parameters.get(name, "") in self.step.waits
