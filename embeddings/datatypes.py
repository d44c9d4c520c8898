"""The nouns that the other modules pass to one another."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

if TYPE_CHECKING:  # the bot's first poll does not wait for numpy
    import numpy as np
    from numpy.typing import NDArray

SHARED = "shared"
"""The operator's collection, which every chat may search."""

SHARED_PREFIX = f"{SHARED}:"
"""Before the name of another collection of the operator's, which a chat may join."""

Vectors: TypeAlias = "NDArray[np.float32]"
"""Unit vectors, one a row: shape (texts, dim), float32; zeros for a text of unknown words only."""

Span = tuple[int, int]
"""Half-open range of characters (start, end)."""

Ranking = list[tuple[int, float]]
"""(passage id, score) pairs for one query, best first; ties go to the lower id."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A line of a document that names what stands below it.

    Attributes:
        start: First character of the heading in the document's text.
        end: One past its last character.
        level: 1 is the highest; a heading ends all open ones of its own level and below.
    """

    start: int
    end: int
    level: int


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page begins in a document's text.

    Attributes:
        number: As printed for the reader, from 1.
        start: First character of the page.
    """

    number: int
    start: int


@dataclass(frozen=True, slots=True)
class Place:
    """What a reader goes back to where a text has no pages: a message, a moment of a film.

    Attributes:
        start: Its first character in the text that it belongs to.
        label: Who wrote it, or the time at which it is said: ``Ayşe Yılmaz``, ``0:12:05``.
        date: When it was written; ISO 8601, to the second; empty where nobody knows.
        link: Opens it; empty where nothing does.
    """

    start: int
    label: str = ""
    date: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A text as its reader extracted it; every quote is a span of ``text``.

    Attributes:
        title: What a person calls it: its first top heading or its file's name.
        text: The whole text. Never normalised after reading.
        source: Where it came from: an absolute path, a URL, a link to a message.
        content_hash: SHA-256 of the file's bytes, in hexadecimal; of a document that is a part of
            a file, of that part.
        headings: In the order of the text.
        pages: In the order of the text; empty where the format has none.
        places: In the order of the text; empty where the format has none.
        name: Of the file, as a person sees it; empty where there is none.
        series: What it is a part of, as a post is of its channel: all documents of one series in a
            collection are listed, renamed and removed together. Empty for one of its own.
        changed_at: When it last changed where it came from; ISO 8601, UTC, to the second. No later
            version is replaced by an earlier one. Empty where nobody knows.
    """

    title: str
    text: str
    source: str
    content_hash: str
    headings: tuple[Heading, ...] = ()
    pages: tuple[Page, ...] = ()
    places: tuple[Place, ...] = ()
    name: str = ""
    series: str = ""
    changed_at: str = ""

    @property
    def searched_title(self) -> str:
        """The title as far as it is searched: what all of a series share tells none apart."""
        return "" if self.series else self.title


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as the library lists it, without its text.

    Attributes:
        id: Given by the database, never used again after a removal.
        collection: What it is searched together with.
        title: See Document.
        source: See Document.
        passages: How many quotes it offers.
        characters: Length of its text.
        added_at: ISO 8601, UTC, to the second.
        name: See Document.
        series: See Document.
    """

    id: int
    collection: str
    title: str
    source: str
    passages: int
    characters: int
    added_at: str
    name: str = ""
    series: str = ""


class Entry(NamedTuple):
    """A line in the list of a collection: a document, or all of a series.

    Attributes:
        document: It, or the first of the series; its id stands for the entry.
        documents: How many: 1, or those of the series.
        passages: Of all of them.
        added_at: Of the newest of them.
    """

    document: StoredDocument
    documents: int
    passages: int
    added_at: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of a document that can be quoted.

    Attributes:
        start: First character in the document's text.
        end: One past the last character.
        text: ``document.text[start:end]``, always.
        heading: The headings above it, highest first, joined by `` › ``; may be empty.
        lead_in: The line that introduces the list of which this is an item: searched, not quoted.
        page: The page on which it starts, where the format has pages.
        places: Those that begin in it, and the one in which it begins, at 0; counted from its own
            start.
    """

    start: int
    end: int
    text: str
    heading: str = ""
    lead_in: str = ""
    page: int | None = None
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question: one quote with its source.

    Attributes:
        passage: The quote.
        document_id: Id of the passage's document.
        title: Title of that document.
        source: Source of that document.
        score: Fused score; comparable within one answer only.
        highlight: The sentence that answers, as a span of ``passage.text``.
        copies: Near-identical passages elsewhere that this one stands for, among those found.
        passage_id: Of the passage in the database.
        collection: Where its document stands.
        added_at: When its document was added; ISO 8601, UTC, to the second.
    """

    passage: Passage
    document_id: int
    title: str
    source: str
    score: float
    highlight: Span
    copies: int = 0
    passage_id: int = 0
    collection: str = ""
    added_at: str = ""

    @property
    def place(self) -> Place | None:
        """The place in which the sentence that answers begins; None where there are none."""
        before = [place for place in self.passage.places if place.start <= self.highlight[0]]
        return before[-1] if before else None

    @property
    def reference(self) -> "QuoteReference":
        """What it takes to find the quote again."""
        return QuoteReference(self.passage_id, self.highlight, self.copies)


@dataclass(frozen=True, slots=True)
class QuoteReference:
    """A quote without its text, as it is kept; Library.quotes finds it again.

    Attributes:
        passage_id: See Hit.
        highlight: See Hit.
        copies: See Hit.
    """

    passage_id: int
    highlight: Span
    copies: int = 0


class Surroundings(NamedTuple):
    """A quote in its place: the part of its document that a reader opens to see more.

    Attributes:
        text: ``document.text[start:end]`` for some start and end.
        quote: Where the passage stands in it, as a span of ``text``.
    """

    text: str
    quote: Span


@dataclass(frozen=True, slots=True)
class Answer:
    """What the library found for a question.

    Attributes:
        question: As asked.
        quotes: Best first. Not empty where something was near, even if it does not answer.
        confidence: Probability in [0, 1] that the first quote answers; 0 where there is none.
        answered: Whether the confidence reaches the threshold; if not, the reply is "not found".
        mended: (typed, looked for) words of the question whose spelling was mended, folded, in its
            order.
    """

    question: str
    quotes: tuple[Hit, ...]
    confidence: float
    answered: bool
    mended: tuple[tuple[str, str], ...] = ()


class Outcome(Enum):
    """What adding a document did."""

    ADDED = "added"
    REPLACED = "replaced"
    UNCHANGED = "unchanged"


class Encoder(Protocol):
    """Texts to unit vectors."""

    @property
    def name(self) -> str:
        """Identity of the model: vectors of different names never meet in one index."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    @property
    def is_light(self) -> bool:
        """Whether it encodes so fast that nobody need be told of the wait."""

    def encode_query(self, texts: Sequence[str]) -> Vectors:
        """Encode questions; shape (len(texts), dim)."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Encode passages; shape (len(texts), dim)."""
