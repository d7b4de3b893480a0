"""Reading the two layers of the rulebook: the national one in the package, the local one beside
the instance. A local file replaces the national object of the same path."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Final, TypeVar

from ngangtam.law.engine import readers, scheme_reader
from ngangtam.law.engine.book import Rulebook
from ngangtam.law.engine.catalogues import Catalogue, read_catalogue
from ngangtam.law.engine.citations import check_citations
from ngangtam.law.engine.counting_reader import read_counting
from ngangtam.law.engine.fields import Fields
from ngangtam.law.engine.gates import read_gate
from ngangtam.law.engine.model import Conflict, Instrument, Parameter
from ngangtam.law.engine.procedure_room import (
    DOSSIER_ITEMS,
    procedure_problems,
    read_procedures,
)
from ngangtam.law.engine.procedures import Versions
from ngangtam.law.engine.readers import Context
from ngangtam.law.engine.scheme_vocabulary import read_scoring
from ngangtam.law.engine.schemes import Scoring
from ngangtam.law.engine.syntax import BadExpression, expand
from ngangtam.law.engine.vocabulary import Fact, Type, Vocabulary, read_facts
from ngangtam.law.engine.yamls import BadYaml, Problem, Seq, read

PACKAGE: Final = Path(__file__).parent.parent / "rulebook"
EXAMPLES: Final = ".examples.yaml"
ROOMS: Final = (
    "instruments", "parameters", "standards", "targets", "indicators", "schemes", "counting",
    "gates",
)  # fmt: skip
_NAMED: Final = ("counting",)  # rooms whose name is part of the id
PROCEDURES: Final = "procedures"
_LATER: Final = ("signs", PROCEDURES, "exchange", "examinations", "grounds")
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Source:
    """One file: where it stands, its path inside the rulebook, and of which layer."""

    path: Path
    inside: str
    local: bool

    @property
    def name(self) -> str:
        """How messages name the file."""
        return f"{'local' if self.local else 'rulebook'}/{self.inside}"

    @property
    def ident(self) -> str:
        """The id that the path asks for."""
        bare = self.inside.removesuffix(".yaml").removesuffix(".bpmn")
        room, _, rest = bare.partition("/")
        return (bare if room in _NAMED else rest).replace("/", ".")


def sources(package: Path, local: Path | None) -> dict[str, Source]:
    """Return every file by its path inside the rulebook, the local layer on top."""
    found = {source.inside: source for source in _layer(package, is_local=False)}
    for source in _layer(local, is_local=True):
        if not _national_only(source.inside):
            found[source.inside] = source
    return dict(sorted(found.items()))


def _layer(root: Path | None, *, is_local: bool) -> Iterator[Source]:
    if root is not None and root.is_dir():
        for path in (*root.rglob("*.yaml"), *(root / PROCEDURES).rglob("*.bpmn")):
            yield Source(path, path.relative_to(root).as_posix(), is_local)


def _national_only(inside: str) -> bool:
    """Whether snapshots or scores depend on the file: what its names mean is one for all."""
    words = ("facts.yaml", "case_facts.yaml", "scoring.yaml")
    return inside in words or inside.startswith("catalogues/")


def fingerprint(files: Mapping[str, Source]) -> str:
    """Return a digest of names, sizes and times of all files: cheap, and changes with any edit."""
    digest = sha256()
    for inside, source in files.items():
        status = source.path.stat()
        digest.update(f"{inside}|{source.local}|{status.st_mtime_ns}|{status.st_size}\n".encode())
    return digest.hexdigest()[:16]


@dataclass(slots=True)
class _Loader:
    files: Mapping[str, Source]
    problems: list[Problem] = field(default_factory=list)

    def load(self) -> Rulebook:
        vocabulary = self._vocabulary()
        instruments = self._room("instruments", readers.read_instrument)
        types: dict[str, Type] = {}
        parameters = self._room("parameters", lambda f, local: _typed(f, local, types))
        context = Context(vocabulary, types)
        self._derived(vocabulary, types)
        scoring = self._scoring(vocabulary)
        case_words = self._case_vocabulary(vocabulary, types)
        case_context = Context(case_words, types)
        book = Rulebook(
            vocabulary=vocabulary,
            scoring=scoring,
            instruments=instruments,
            parameters=parameters,
            parameter_types=types,
            standards=self._room(
                "standards", lambda f, local: readers.read_standard(f, local, context)
            ),
            targets=self._room("targets", lambda f, local: readers.read_target(f, local, context)),
            indicators=self._room(
                "indicators", lambda f, local: readers.read_indicators(f, local, context)
            ),
            schemes=self._room(
                "schemes",
                lambda f, local: scheme_reader.Reader(f, local, vocabulary, scoring, types).read(),
            ),
            counting_texts=self._room(
                "counting", lambda f, local: read_counting(f, local, parameters, types)
            ),
            gates=self._room("gates", lambda f, local: read_gate(f, local, case_context)),
            case_facts={
                name: fact
                for name, fact in case_words.facts.items()
                if name not in vocabulary.facts
            },
            case_vocabulary=case_words,
            conflicts=self._conflicts(),
            fingerprint=fingerprint(self.files),
            files={source.name: str(source.path) for source in self.files.values()},
        )
        book.procedures = read_procedures(self._in(PROCEDURES), book.lookup, self.problems)
        self._places()
        self.problems += check_citations(book)
        self.problems += procedure_problems(
            book.procedures,
            book.gates,
            book.parameters,
            book.counting_texts,
            self._codes(vocabulary, DOSSIER_ITEMS),
        )
        bad = {problem.file for problem in self.problems}
        _drop(book, bad)
        book.problems = tuple(sorted(dict.fromkeys(self.problems)))
        return book

    def _read(self, source: Source) -> object:
        try:
            return read(source.path)
        except BadYaml as error:
            self.problems.append(Problem(source.name, error.line, error.message))
            return None

    def _in(self, room: str) -> Iterator[Source]:
        for inside, source in self.files.items():
            if inside.startswith(f"{room}/") and not inside.endswith(EXAMPLES):
                yield source

    def _vocabulary(self) -> Vocabulary:
        catalogues: dict[str, Catalogue] = {}
        for source in self._in("catalogues"):
            node = self._read(source)
            found = None if node is None else read_catalogue(node, source.name, self.problems)
            if found is not None:
                catalogues[found.id] = found
                self._same_id(source, found.id, 1)
        facts = self.files.get("facts.yaml")
        if facts is None:
            self.problems.append(Problem("rulebook/facts.yaml", 0, "the vocabulary is missing"))
            return Vocabulary({}, catalogues)
        return Vocabulary(
            read_facts(self._read(facts), facts.name, catalogues, self.problems), catalogues
        )

    def _case_vocabulary(self, words: Vocabulary, types: Mapping[str, Type]) -> Vocabulary:
        """Return the facts about people and those about a person, a post and a day."""
        source = self.files.get("case_facts.yaml")
        if source is None:
            return words
        facts = read_facts(self._read(source), source.name, words.catalogues, self.problems)
        for name in sorted(set(facts) & set(words.facts)):
            message = f"the fact '{name}' stands in facts.yaml too"
            self.problems.append(Problem(source.name, facts.pop(name).line, message))
        both = Vocabulary({**words.facts, **facts}, words.catalogues)
        self._derived(both, types, only=facts, file=source.name)
        return both

    @staticmethod
    def _codes(vocabulary: Vocabulary, catalogue: str) -> frozenset[str]:
        entries = vocabulary.catalogues.get(catalogue)
        return frozenset(entry.code for entry in entries) if entries is not None else frozenset()

    def _scoring(self, vocabulary: Vocabulary) -> Scoring:
        source = self.files.get("scoring.yaml")
        if source is None:
            for stray in self._in("schemes"):
                self.problems.append(Problem(stray.name, 0, "scoring.yaml is missing"))
            return Scoring({}, {})
        return read_scoring(self._read(source), source.name, vocabulary.catalogues, self.problems)

    def _derived(
        self,
        vocabulary: Vocabulary,
        types: Mapping[str, Type],
        *,
        only: Mapping[str, Fact] | None = None,
        file: str = "rulebook/facts.yaml",
    ) -> None:
        for name, fact in (vocabulary.facts if only is None else only).items():
            if fact.derived:
                try:
                    expand(name, vocabulary, types)
                except BadExpression as error:
                    message = f"{name}: {fact.derived!r}: {error}"
                    self.problems.append(Problem(file, fact.line, message))

    def _room(self, room: str, reader: Callable[[Fields, bool], Found]) -> dict[str, Found]:
        found: dict[str, Found] = {}
        for source in self._in(room):
            node = self._read(source)
            if node is None:
                if not any(problem.file == source.name for problem in self.problems):
                    self.problems.append(Problem(source.name, 1, "the file is empty"))
                continue
            fields = Fields(node, source.name, self.problems)
            read_object = reader(fields, source.local)
            self._same_id(source, str(fields.node.get("id")), fields.line_of("id"))
            found[source.ident] = read_object
        return found

    def _same_id(self, source: Source, ident: str, line: int) -> None:
        if ident != source.ident:
            message = f"the id '{ident}' is not the path; it must be '{source.ident}'"
            self.problems.append(Problem(source.name, line, message))

    def _conflicts(self) -> dict[str, Conflict]:
        source = self.files.get("conflicts.yaml")
        node = self._read(source) if source else None
        if source is None or node is None:
            return {}
        found: dict[str, Conflict] = {}
        if not isinstance(node, Seq):
            self.problems.append(Problem(source.name, 1, "a list of conflicts is expected"))
            return {}
        for item, line in zip(node, node.lines, strict=True):
            fields = Fields(item, source.name, self.problems, line)
            conflict = readers.read_conflict(fields, source.local)
            if conflict.id in found:
                fields.problem(f"the conflict '{conflict.id}' stands twice", "id")
            found[conflict.id] = conflict
        return found

    def _places(self) -> None:
        """Refuse files that nothing reads."""
        top = {"facts.yaml", "case_facts.yaml", "conflicts.yaml", "scoring.yaml"}
        for inside, source in self.files.items():
            room = inside.partition("/")[0]
            if inside not in top and room not in (*ROOMS, "catalogues", *_LATER):
                self.problems.append(Problem(source.name, 0, "no part of the rulebook reads this"))


def _typed(fields: Fields, local: bool, types: dict[str, Type]) -> Parameter:
    parameter = readers.read_parameter(fields, local)
    types[parameter.id] = parameter.expression_type
    return parameter


def _drop(book: Rulebook, bad: set[str]) -> None:
    """Take out what stands in a refused file: a wrong rule is worse than no rule."""

    def good(room: Mapping[str, Found]) -> dict[str, Found]:
        return {key: one for key, one in room.items() if one.place.file not in bad}  # type: ignore[attr-defined]  # each object of a room has its place

    instruments: Mapping[str, Instrument] = book.instruments
    book.instruments = good(instruments)
    book.parameters = good(book.parameters)
    book.standards = good(book.standards)
    book.targets = good(book.targets)
    book.indicators = good(book.indicators)
    book.schemes = good(book.schemes)
    book.counting_texts = good(book.counting_texts)
    book.gates = good(book.gates)
    book.procedures = _good_versions(book.procedures, bad)


def _good_versions(procedures: Mapping[str, Versions], bad: set[str]) -> dict[str, Versions]:
    kept: dict[str, Versions] = {}
    for ident, one in procedures.items():
        versions = tuple(version for version in one.versions if version.place.file not in bad)
        if versions:
            kept[ident] = Versions(ident, versions, one.lookup)
    return kept


def load(package: Path = PACKAGE, local: Path | None = None) -> Rulebook:
    """Read both layers. Refused objects are left out and told in `problems`."""
    book = _Loader(sources(package, local)).load()
    stray = [
        Problem(source.name, 0, "only the national layer has this")
        for source in _layer(local, is_local=True)
        if _national_only(source.inside)
    ]
    book.problems = (*book.problems, *stray)
    return book
