"""Every address of the site, crawled from the URL list: who may meet it, and a specimen of it.

A URL that nobody classified counts as *granted*: it must answer 404 to whoever holds no grant
there, and open for somebody who does. What is open to more people stands in `OPEN`, with the
reason. What needs a real thing in its address finds one in `Specimens`.
"""

import re

from django.urls import URLPattern, URLResolver, get_resolver

_PART = re.compile(r"<(?:(\w+):)?(\w+)>")

# route → why everybody who signs in may open it (or everybody at all).
OPEN = {
    r"$": "the start page says what the viewer may reach",
    r"health$": "a load balancer asks; it says nothing more",
    r"language/$": "one's own language",
    r"sign-(in|out)/": "the door itself; tests/sign_in try it",
    r"account/": "one's own account; tests/sign_in try it",
    r"ui/": "how pages look; the gallery is never in production",
    r"api/": "answers nobody without a token; tests/api try it with tokens of Lan, Minh and Hoa",
    r"roles/$": "what roles may do is for everybody to know",
    r"areas/": "the map of the country is public",
    r"law/(?!people/|standards/.+/)": "the law is public",
    r"law/standards/<str:ident>/$": "a standard is public; people stand on it only within reach",
    # Of their people they say nothing without a grant, not even how many:
    # tests/personnel/test_pages.py.
    r"units/$": "which units exist is no secret",
    r"units/<str:code>/(branch/|chart/|history/)?$": "which units exist is no secret",
    r"unit-suggest/$": "which units exist is no secret",
    r"evaluation/classes/": "one's own classes; tests/evaluation/test_results.py tries others",
    r"evaluation/petitions/<int:pk>/withdraw/": "one's own petition; as above",
    r"evaluation/petitions/proofs/": "a name that nobody guesses; as above",
    r"surveys/mine/": "what oneself is asked; tests/surveys try the tickets of others",
    r"ballots/mine/": "the votes to which oneself is called; tests/ballots try those of others",
    r"confidence/mine/": "one's own results; tests/confidence try those of others",
    r"plans/mine/": "one's own places in plans; tests/planning try those of others",
    r"appointment/terms/mine/": "one's own posts; tests/appointment try those of others",
    r"exits/mine/": "one's own letters; tests/exits try those of others",
    r"cases/tasks/": "what waits for oneself; tests/procedure try the cases of others",
    r"cases/calendar": "one's own calendar, by a secret; tests/procedure try other secrets",
    r"surveys/answer/": "who has a slip of paper needs no account; tests/surveys try codes",
}


def patterns(resolver=None, prefix=""):
    """Yield (route, pattern) of every URL, as the resolver itself knows them."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern).removeprefix("^")
        if isinstance(entry, URLResolver):
            yield from patterns(entry, route)
        elif isinstance(entry, URLPattern):
            yield route, entry


def parts_of(route):
    """Return the names of the parts that a route takes, none for a plain address."""
    return [name for _converter, name in _PART.findall(route)]


def is_open(route):
    return any(re.match(rule, route) for rule in OPEN)


class Specimens:
    """What stands for each part of an address: the nearest rule that knows the route."""

    def __init__(self, rules):
        self.rules = rules

    def fill(self, route):
        """Return the address of a route, every part replaced by something that exists."""
        found = route
        for converter, name in _PART.findall(route):
            value = self._value(route, converter, name)
            found = re.sub(rf"<(?:\w+:)?{name}>", lambda _match, it=value: str(it), found, count=1)
        return "/" + found.replace("^", "").replace("$", "").replace("\\Z", "")

    def _value(self, route, converter, name):
        for rule, values in self.rules.items():
            if re.match(rule, route) and name in values:
                return values[name]
        return 1 if converter == "int" else "x"
