"""Carry a case through its procedure in the browser, by the hands of those who may.

What is next is read from the page of the case, as its people read it. Scripts are left out: every
form works without them, and a long way is walked quickly.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

# Tried in this order: officers, the appraiser, those who decide.
HANDS = ("lan", "khanh", "thamdinh", "truongban", "uyvien")
DECIDER = "truongban"
# Whom the page calls to a step, and who of the demonstration that is.
CALLED = {
    "Cán bộ thẩm định": "thamdinh", "Cấp có thẩm quyền quyết định": DECIDER,
    "Người đứng đầu đơn vị": DECIDER,
}  # fmt: skip
CONVENED, PRESENT, YES = 24, 22, 20
MOST_STEPS = 40
_LINK = re.compile(r'href="([^"]*/(?:step|paper|condition)/\d+/([a-z-]+)/)"')
_OPINION = re.compile(r'href="([^"]*/opinions/\d+/)"')
_VOTE = re.compile(r'href="([^"]*/steps/\d+/vote/)"')
_MISSING = re.compile(r'<tr data-state="(?:missing|returned)".*?</tr>', re.S)
_BALLOT = re.compile(r'href="([^"]*/ballots/\d+/)"')
# What is answered where several answers are offered and the walk names none.
LIKELY = ("passed", "met", "agreed", "agrees", "approved", "complete", "done", "yes", "ended")
_FIELDS = """form => [...form.querySelectorAll('[name]')].map(one => ({
  name: one.name, type: one.type, value: one.value, checked: one.checked,
}))"""

Told = Mapping[str, Any]


class Walk:
    """The people of one case, each at a screen of their own."""

    def __init__(self, visit):
        self._visit = visit
        self._screens: dict[str, Any] = {}
        self._papers = 0
        # Who looked last at which case: what they see is as it stands.
        self._fresh = ("", "")

    def screen(self, who: str):
        """Return the screen of somebody; the same one every time."""
        if who not in self._screens:
            screen = self._screens[who] = self._visit(who, scripts=False)
            # Pages may be slow; what stands on one stands there at once.
            screen.page.set_default_navigation_timeout(60_000)
            screen.page.set_default_timeout(10_000)
        return self._screens[who]

    def at(self, who: str, path: str):
        """Let somebody look at a page; return the screen."""
        self._fresh = ("", "")
        screen = self.screen(who)
        answer = screen.go(path)
        if answer.status == 404:
            screen.complaints[:] = [text for text in screen.complaints if "404" not in text]
        return screen

    def carry(
        self, case: str, *, until: str = "", answers: Mapping[str, Told] | None = None,
        hands: Sequence[str] = HANDS,
    ):  # fmt: skip
        """Walk on until a step waits, or to the end; return the officer's screen at the case.

        Shape: `case` is the address of the case; `answers` is step → field → what is entered.
        """
        for _turn in range(MOST_STEPS):
            office = self._at_case(hands[0], case)
            waiting = self.waiting(office)
            if not waiting or until in waiting:
                assert until in waiting or not until, (
                    f"the case never came to {until}:\n{office.text()}"
                )
                return office
            self.take(case, waiting[0], (answers or {}).get(waiting[0], {}), hands=hands)
        raise AssertionError(f"the case goes round and round:\n{office.text()}")

    def waiting(self, screen) -> list[str]:
        """Return the steps that the page says are next."""
        parts = screen.page.locator("main section[id^=step-]")
        return [
            str(parts.nth(at).get_attribute("id")).removeprefix("step-")
            for at in range(parts.count())
        ]

    def take(
        self, case: str, step: str, told: Told | None = None, *, hands: Sequence[str] = HANDS
    ) -> None:
        """Bring one step behind us, by whoever is offered something to do there."""
        for _round in range(MOST_STEPS):
            moved = False
            for who in self._order(case, step, hands):
                done, acted = self._act(who, case, step, told or {})
                if done:
                    return
                moved = moved or acted
                if acted and who != hands[0]:
                    break
            if not moved:
                break
        said = {who: self.section(who, case, step) for who in hands}
        raise AssertionError(
            f"at {step} the page of {case} offers nobody a way on:\n"
            + "\n".join(f"{who}: {text}" for who, text in said.items())
        )

    def _order(self, case: str, step: str, hands: Sequence[str]) -> list[str]:
        """Return the hands, those first whom the page calls to a step."""
        office = self._at_case(hands[0], case)
        part = office.page.locator(f"section#step-{step}")
        text, html = (part.inner_text(), part.inner_html()) if part.count() else ("", "")
        first = [who for words, who in CALLED.items() if words in text and who in hands]
        if not first and "data-stands" in html:
            first = [hands[0], DECIDER]
        return list(dict.fromkeys([*first, *hands]))

    def _at_case(self, who: str, case: str):
        """Let somebody look at the case, unless what was sent led there just now."""
        screen = self.screen(who)
        here = screen.page.url.partition("#")[0] == screen.url + case
        if not (here and self._fresh == (who, case)):
            self.at(who, case)
        self._fresh = (who, case)
        return screen

    def section(self, who: str, case: str, step: str) -> str:
        """Return what the page tells somebody at a step."""
        part = self.at(who, case).page.locator(f"#step-{step}")
        return " ".join(part.inner_text().split()) if part.count() else "(not there)"

    # -- one hand at one step --------------------------------------------------------------------

    def _act(self, who: str, case: str, step: str, told: Told) -> tuple[bool, bool]:
        """Do what somebody is offered at a step. Return: is it behind us, was anything done."""
        moved = False
        for _turn in range(200):
            screen = self._at_case(who, case)
            if step not in self.waiting(screen):
                return moved, moved
            part = screen.page.locator(f"section#step-{step}")
            offer = self._offer(part.inner_html(), told)
            if offer is None:
                return False, moved
            act, href = offer
            if act == "ballot":
                return self._count(case, step, href, told), True
            self._send(screen, href, self._paper(told) if act == "vote" else told)
            moved = True
        raise AssertionError(f"{who} never comes to an end at {step} of {case}")

    def _offer(self, html: str, told: Told) -> tuple[str, str] | None:
        """Return what is done first of all that a step offers."""
        links: dict[str, list[str]] = {}
        for href, act in _LINK.findall(html):
            links.setdefault(act, []).append(href)
        for act, pattern in (("answer", _OPINION), ("vote", _VOTE), ("ballot", _BALLOT)):
            links.setdefault(act, []).extend(pattern.findall(html))
        asked = "<tbody" in html and "ask" in links
        if links["answer"]:
            return "answer", links["answer"][0]
        links["attach"] = [
            href for row in _MISSING.findall(html) for href, act in _LINK.findall(row)
            if act == "attach"
        ]  # fmt: skip
        order = ["rule-open", "rule", "special", "check-many", "check", "attach-many", "attach"]
        if not asked:
            order.append("ask")
        for act in order:
            if links.get(act) and act not in told.get("leave", ()):
                return act, links[act][0]
        if links["ballot"]:
            for act in ("take-result", "half"):
                if links.get(act) and act not in told.get("leave", ()):
                    return act, links[act][0]
            return ("ballot", links["ballot"][0]) if "convene" in links else None
        for act in ("vote", "convene"):
            if links.get(act):
                return act, links[act][0]
        stands = "data-stands" in html and told.get("result") != "not_met"
        # Another hand checks what this one attached.
        unchecked = 'data-state="attached"' in html
        if links.get("complete") and not stands and not unchecked:
            return "complete", links["complete"][0]
        return None

    def _send(self, screen, href: str, told: Told) -> None:
        """Open a form, fill it as shown, send it; a refusal is told with its words."""
        screen.go(href)
        self.fill(screen, told)
        self.submit(screen)
        wrong = screen.page.locator("main .form-errors")
        assert not wrong.count(), f"{href} was refused: {wrong.first.inner_text()}"

    def fill(self, screen, told: Told) -> None:
        """Fill the form of the page: what is told, else what is likely."""
        form = screen.page.locator("main form[method=post]").last
        fields = form.evaluate(_FIELDS)
        radios: dict[str, list[str]] = {}
        for field in fields:
            name, kind = field["name"], field["type"]
            if kind == "radio":
                radios.setdefault(name, []).append(field["value"])
            elif kind == "checkbox":
                if name in told and isinstance(told[name], bool):
                    form.locator(f"[name={name}]").set_checked(told[name])
            elif kind in ("hidden", "file", "select-multiple", "select-one"):
                if name in told and kind == "file":
                    form.locator(f"[name={name}]").set_input_files(told[name])
                elif name in told and kind == "select-one":
                    form.locator(f"[name={name}]").select_option(told[name])
            else:
                kin = name.rpartition("_")[0] if name.startswith("reference_") else name
                value = told.get(name, self._likely(kin, field["value"]))
                if value is not None:
                    form.locator(f"[name={name}]").fill(str(value))
        for name, offered in radios.items():
            likely = next((one for one in LIKELY if one in offered), offered[0])
            form.locator(f"[name={name}][value='{told.get(name, likely)}']").check()

    def _likely(self, name: str, shown: str) -> str | None:
        """Return what somebody would write into a field; None leaves what is shown."""
        if name == "number":
            self._papers += 1
            return f"{self._papers}-{id(self) % 10_000_000}/QĐ-HC"
        if shown:
            return None
        return {
            "day": f"{date.today():%d/%m/%Y}", "due": f"{date.today():%d/%m/%Y}",
            "signer": "Nguyễn Văn Ký",
            "body": "Ban Thường vụ Tỉnh ủy (hư cấu)", "document": "45-TB/TU (hư cấu)",
            "authority": "Ban Thường vụ Tỉnh ủy (hư cấu)", "question": "Xin ý kiến về nhân sự",
            "text": "Thống nhất với nội dung được trình", "reference": "12-CV/ĐU, bản giấy",
            "reason": "Đã đối chiếu hồ sơ giấy", "note": "Đã thực hiện đầy đủ",
            "minutes": "Hội nghị thống nhất", "place": "Phòng họp số 1",
            "convened": str(CONVENED), "present": str(PRESENT),
        }.get(name)  # fmt: skip

    def submit(self, screen) -> None:
        """Press the first button of the form."""
        form = screen.page.locator("main form[method=post]").last
        with screen.page.expect_navigation():
            form.locator("button:not([type=button])").first.click()

    # -- a vote on paper -------------------------------------------------------------------------

    def prepare(self, case: str, step: str, told: Told | None = None, *, who: str = "lan"):
        """Note who came and prepare the vote of a step on paper; return the screen at the vote."""
        html = ""
        for _turn in range(3):
            screen = self.at(who, case)
            html = screen.page.locator(f"section#step-{step}").inner_html()
            if found := _BALLOT.findall(html):
                return self.at(who, found[0])
            href = _VOTE.findall(html) or [
                one for one, act in _LINK.findall(html) if act == "convene"
            ]
            assert href, f"{who} is offered no vote at {step}"
            self._send(screen, href[0], self._paper(told or {}))
        raise AssertionError(f"the vote of {step} was not prepared:\n{html}")

    def _paper(self, told: Told) -> dict[str, Any]:
        return {"on_paper": True, "more_tellers": "lan\nkhanh", **told}

    def _count(self, case: str, step: str, poll: str, told: Told) -> bool:
        """Hold a vote on paper: opened, and two tellers say what they counted."""
        self.count(poll, told)
        return step not in self.waiting(self.at("lan", case))

    def count(self, poll: str, told: Told, *, tellers: Sequence[str] = ("khanh", "lan")) -> None:
        """Open a vote on paper if it waits for it, and let each teller enter the figures."""
        office = self.at("lan", poll)
        opens = office.page.locator("main a[href$='/open/'], main [formaction$='/open/']")
        if opens.count() or office.page.locator("main form[action$='/open/']").count():
            self._send(office, f"{poll}open/", told)
        for who in tellers:
            screen = self.at(who, f"{poll}figures/")
            form = screen.page.locator("main form[method=post]").last
            names = [field["name"] for field in form.evaluate(_FIELDS)]
            for name, value in self._figures(names, told).items():
                form.locator(f"[name={name}]").fill(str(value))
            self.submit(screen)
            wrong = screen.page.locator("main .form-errors")
            assert not wrong.count(), f"figures were refused: {wrong.first.inner_text()}"

    def _figures(self, names: Sequence[str], told: Told) -> dict[str, int]:
        """Return what was counted: `votes` for each name in turn, the others against."""
        present = int(told.get("present", PRESENT))
        found = {
            name: int(told.get(name, present)) for name in ("issued", "returned", "valid")
            if name in names
        }  # fmt: skip
        marks: dict[str, list[str]] = {}
        for name in names:
            if name.startswith("v_"):
                marks.setdefault(name.split("_")[1], []).append(name)
        votes = list(told.get("votes", ()))
        for at, cells in enumerate(marks.values()):
            likely = YES if at == 0 or len(cells) > 1 else present - YES
            yes = votes[at] if at < len(votes) else min(likely, present)
            rest = found.get("valid", present) - yes
            found |= {cells[0]: yes, **dict.fromkeys(cells[1:], 0)}
            if len(cells) > 1:
                found[cells[1]] = rest
        return found
