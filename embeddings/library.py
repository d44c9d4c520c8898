"""The two flows: a document into the library, and a question to its quotes."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from embeddings import confidence
from embeddings.analyzer import TermWeights, analyze
from embeddings.backlog import Progress, Report
from embeddings.datatypes import (
    Answer,
    Document,
    Encoder,
    Entry,
    Hit,
    Outcome,
    Passage,
    QuoteReference,
    Ranking,
    StoredDocument,
    Surroundings,
)
from embeddings.diversity import collapse
from embeddings.encoder import BundledEncoder
from embeddings.errors import EmptyDocument
from embeddings.findings import Findings, adapt, context, measure_trust, searched_text
from embeddings.fusion import fuse, normalize
from embeddings.greetings import read_courtesy, without_courtesy
from embeddings.highlight import Sought
from embeddings.lexical import greatest_score
from embeddings.passages import split_passages
from embeddings.questions import Question, parse_question
from embeddings.rows import Prepared
from embeddings.sentences import split_sentences
from embeddings.spelling import correct
from embeddings.store import Counts, Store, StoredPassage
from embeddings.views import Views
from embeddings.weights import DEFAULT, WEIGHTS_FILE, Weights, load_weights

DEPTH = 50
"""Passages taken from each ranking."""

CANDIDATES = 12
"""Passages that are read, sentence by sentence, for the final ranking: most of an answer's time.

More are read where more quotes are wanted.

On tquad_dev 30 ranked no better (nDCG@10 .885, 12 reached .886, both with an earlier ranking) and
took twice the time.
"""

SAME_VERSION = 0.5
"""Share of the shorter one's sentences that stand in both versions of a file."""

_ENCODED_AT_ONCE = 512
# A batch of add_all; with the bundled encoder it takes less than a second.
_DOCUMENTS_AT_ONCE = 1000
_CHARACTERS_AT_ONCE = 500_000


class Receipt(NamedTuple):
    """What stands in the library after an add."""

    outcome: Outcome
    document_id: int
    passages: int


class Added(NamedTuple):
    """What add_all has done.

    Attributes:
        documents: Added.
        passages: Of these.
        unchanged: Documents whose content was there already.
        replaced: Of those added, the ones that replaced an older version from their source.
        document_id: Of the last one that was added or found; 0 for none.
    """

    documents: int = 0
    passages: int = 0
    unchanged: int = 0
    replaced: int = 0
    document_id: int = 0


class Library:
    """Documents to ask. Safe for use from several threads; several processes may share a folder.

    Args:
        folder: Holds the database and the lexical index; made where it is missing.
        encoder: Its vectors are stored beside those of others. Where one that is not light lacks
            some, the standby's are searched until encode or encode_in_background has made them.
        load_standby: Loads a light encoder.
        weights: By the name of the encoder that is searched by, DEFAULT for others; None for those
            that the folder holds.

    Raises:
        StoreError: From every method, where the folder cannot be read or written.
    """

    def __init__(
        self,
        folder: Path,
        encoder: Encoder,
        *,
        load_standby: Callable[[], Encoder] = BundledEncoder,
        weights: Mapping[str, Weights] | None = None,
    ) -> None:
        self._encoder = encoder
        self._weights = load_weights(folder / WEIGHTS_FILE) if weights is None else weights
        self._store = Store.in_folder(folder)
        self._views = Views(folder, self._store, encoder, load_standby)

    def close(self) -> None:
        """End the encoding in the background and close the database."""
        self._views.close()
        self._store.close()

    def add(
        self,
        document: Document,
        collection: str,
        *,
        passages: Sequence[Passage] | None = None,
    ) -> Receipt:
        """Add a document; when this returns, no crash can lose it.

        The same content twice in a collection changes nothing; new content from the same source
        replaces the old. The next question finds it.

        Args:
            document: As a reader made it.
            collection: What it is searched together with.
            passages: Its quotable spans, where they are not to be found by split_passages.

        Raises:
            EmptyDocument: If nothing in it can be quoted.
        """
        item = _split(document, passages)
        (same,) = self._store.settle(collection, [document])
        if same is not None:
            return Receipt(Outcome.UNCHANGED, same, 0)
        if not item.passages:
            raise EmptyDocument(f"{document.source}: there is no text to quote in this document")
        ((document_id, outcome),) = self._store.add(
            collection, self._encode([item]), self._encoder.name
        )
        return Receipt(outcome, document_id, len(item.passages))

    def add_all(
        self,
        documents: Iterable[Document],
        collection: str,
        report: Callable[[Added], None] = lambda added: None,
    ) -> Added:
        """Add many documents, some at a time; each of these batches is there whole or not at all.

        As add, but the lexical index is level when it returns, so that no question has to do that.
        What the collection holds already costs little: what was interrupted goes on from there
        when it is done again.

        Args:
            documents: Read as they are needed.
            collection: What they are searched together with.
            report: Called after each batch with what was done so far.

        Returns:
            What was done. Documents without text to quote are left out.

        Raises:
            EmptyDocument: If there is no text to quote in any of them.
        """
        added = Added()
        last = ""
        for batch in _batches(documents):
            last = batch[-1].source
            added = self._add_batch(batch, collection, added)
            report(added)
        if not added.document_id:
            raise EmptyDocument(f"{last}: there is no text to quote in this document")
        return added

    def remove(self, document_id: int, collections: Sequence[str]) -> list[int]:
        """Remove the entry of a document; from then on none of it is quoted.

        Args:
            document_id: Of any document of the entry.
            collections: Where it may stand; no other is removed.

        Returns:
            The ids of all documents that were removed; none where there is no such document.
        """
        return self._store.remove(document_id, collections)

    def remove_source(self, source: str, collection: str) -> list[int]:
        """Remove the document that a collection has from a source; its id, in a list."""
        return self._store.remove_source(source, collection)

    def remove_collection(self, collection: str) -> list[int]:
        """Remove all documents of a collection; their ids."""
        return self._store.remove_collection(collection)

    def forget_removed(self) -> None:
        """Take what was removed off the disk, where logs may still hold it."""
        self._store.truncate_log()

    def rename(self, document_id: int, title: str, collections: Sequence[str]) -> bool:
        """Call an entry otherwise.

        Args:
            document_id: Of any document of the entry.
            title: The new one.
            collections: Where it may stand; no other is renamed.

        Returns:
            False where there is no such document.
        """
        return self._store.rename(document_id, title, collections)

    def rename_collection(self, old: str, new: str) -> None:
        """Hand all documents of a collection over to another, as when a chat gets a new number.

        The next question finds them there only, in every process. Doing it twice does no harm.
        Where the other one holds the same content or source already, its own document stays.
        """
        self._store.rename_collection(old, new)

    def collections(self) -> list[str]:
        """List the collections that hold documents, that of the newest document first."""
        return self._store.collections()

    def documents(self, collections: Sequence[str]) -> list[StoredDocument]:
        """List the documents of collections, in the order in which they were added."""
        return self._store.documents(collections)

    def entry(self, document_id: int, collections: Sequence[str]) -> Entry | None:
        """Describe the entry of a document; None where it stands in none of the collections."""
        found = self._store.entries(collections, of=document_id)
        return found[0] if found else None

    def entries(
        self, collections: Sequence[str], *, offset: int = 0, limit: int | None = None
    ) -> list[Entry]:
        """List the entries of collections, that of the newest document first.

        Args:
            collections: Where they stand.
            offset: How many of them are passed over.
            limit: How many are wanted at most; None for all.
        """
        return self._store.entries(collections, offset=offset, limit=limit)

    def count(self, collections: Sequence[str]) -> Counts:
        """Count the entries, documents and passages of collections."""
        return self._store.count(collections)

    def open_passages(
        self, document_id: int, collections: Sequence[str], *, offset: int, limit: int
    ) -> list[Hit]:
        """Read passages of an entry in the order of its text, as quotes without a highlight.

        Args:
            document_id: Of any document of the entry.
            collections: Where it may stand. No other collection's text is given out.
            offset: How many passages are passed over.
            limit: How many are wanted at most.
        """
        found = self._store.open_passages(document_id, collections, offset=offset, limit=limit)
        return [stored.hit((0, 0), score=0.0) for stored in found]

    def find_older_version(
        self, document_id: int, collections: Sequence[str]
    ) -> StoredDocument | None:
        """Find the document that another one seems to be a newer version of.

        Args:
            document_id: Of the newer one.
            collections: Where both stand.

        Returns:
            The newest older one of the same file name of which SAME_VERSION of the sentences, or
            of the newer one's, stand in both.
        """
        others = self._store.of_same_name(document_id, collections)
        if not others:
            return None
        sentences = self._sentences(document_id)
        for other in others:
            theirs = self._sentences(other.id)
            smaller = min(len(sentences), len(theirs))
            if other.id < document_id and len(sentences & theirs) >= SAME_VERSION * smaller > 0:
                return other
        return None

    def read_all(self, collection: str) -> Iterator[Document]:
        """Read the documents of a collection, in the order in which they were added."""
        return self._store.read_all(collection)

    def still_there(self, passage_ids: Sequence[int]) -> bool:
        """Whether all of some passages can be quoted now; quick, for the moment of sending."""
        return self._store.still_there(passage_ids)

    def is_empty(self, collections: Sequence[str]) -> bool:
        """Whether there is nothing to ask in any of the collections."""
        return self._store.is_empty(collections)

    def answer(
        self,
        question: str,
        collections: Sequence[str],
        *,
        limit: int = 5,
        retriever: str = "hybrid",
    ) -> Answer:
        """Find the quotes that answer a question.

        Args:
            question: As a person typed it; one without words is not answered, and no greeting.
            collections: Where to look. No other collection's text reaches the answer.
            limit: Quotes wanted at most; of near-identical passages one, see diversity.collapse.
                As many passages are read, and CANDIDATES at least.
            retriever: A key of weights.RETRIEVERS.
        """
        if read_courtesy(question):
            return Answer(question, (), 0.0, answered=False)
        findings = self.collect(
            question, collections, retriever=retriever, candidates=max(limit, CANDIDATES)
        )
        return self.conclude(question, findings, limit=limit, retriever=retriever)

    def quotes(
        self, references: Sequence[QuoteReference], collections: Sequence[str]
    ) -> list[Hit | None]:
        """Find quotes of earlier answers again.

        Args:
            references: Of which any part may be made up.
            collections: Where they may stand. No other collection's text is given out.

        Returns:
            In order, with a score of 0; None for what is removed, is not verbatim any more, stands
            in none of the collections or never was a quote.
        """
        passages = self._store.passages([item.passage_id for item in references], collections)
        verbatim = self._store.verbatim([stored.id for stored in passages])
        quotable = {stored.id: stored for stored in passages if stored.id in verbatim}
        return [_quote(quotable.get(item.passage_id), item) for item in references]

    def surroundings(self, passage_id: int, collections: Sequence[str]) -> Surroundings | None:
        """Read what stands around a passage: the paragraph before and the one after.

        Args:
            passage_id: See Hit.
            collections: Where it may stand. No other collection's text is given out.

        Returns:
            A part of its document, see surroundings.span_around; None where the passage is
            removed, is not verbatim any more, or stands in none of the collections.
        """
        return self._store.surroundings(passage_id, collections)

    def conclude(
        self, question: str, findings: Findings, *, limit: int = 5, retriever: str = "hybrid"
    ) -> Answer:
        """Weigh what was found for a question; the second half of answer.

        Args:
            question: See answer.
            findings: Of collect, for the same question and retriever.
            limit: See answer.
            retriever: See answer.
        """
        weights = findings.weights
        ranking = [hit for hit in findings.rank(weights.of(retriever)) if hit[1] > 0]
        # A quote is checked against its document once more before it is shown.
        verbatim = self._store.verbatim([passage_id for passage_id, _ in ranking])
        ranking = [hit for hit in ranking if hit[0] in verbatim]
        mended = findings.asked.mended
        if not ranking:
            return Answer(question, (), 0.0, answered=False, mended=mended)
        distinct = collapse(ranking, findings.passages)
        quotes = tuple(
            replace(findings.hit(id_, score), copies=distinct.copies.get(id_, 0))
            for id_, score in distinct.ranking[:limit]
        )
        # Without its copies, behind which the first would seem hardly ahead of the others.
        signals = findings.signals(distinct.ranking)
        probability = confidence.estimate(signals, weights.calibration)
        answered = probability >= confidence.THRESHOLD and not findings.asked.is_vague
        return Answer(question, quotes, probability, answered, mended)

    def collect(
        self,
        question: str,
        collections: Sequence[str],
        *,
        retriever: str = "hybrid",
        candidates: int = CANDIDATES,
        without: int | None = None,
    ) -> Findings:
        """Gather what the indexes and the sentences have for a question, before it is weighed.

        Args:
            question: See answer.
            collections: See answer.
            retriever: See answer.
            candidates: Passages that are read.
            without: A document to leave aside, as if it had never been there; only BM25's own
                scores still count its words.
        """
        self._views.catch_up()
        question = question.encode("utf-8", "replace").decode("utf-8")  # a broken byte of a shell
        question = without_courtesy(question)
        lexical = self._views.lexical

        def count(field: str, term: str) -> int:
            return lexical.count(field, term, collections)

        asked = parse_question(question, lambda word: correct(word, count))
        weights = self._weights.get(self._views.searched_by(), DEFAULT)
        aside = [] if without is None else list(self._store.passages_of([without]))
        frequencies = lexical.weigh(
            asked.terms, [analyze(searched_text(p.searched_title, p.passage)) for p in aside]
        )
        chosen = weights.of(retriever)
        unwanted = {p.id for p in aside}
        rankings = {
            name: [hit for hit in ranking if hit[0] not in unwanted]
            for name, ranking in self._search(
                question, asked, frequencies, collections, chosen
            ).items()
        }
        trust = measure_trust(rankings)
        # What only a ranking without weight has found is not found.
        fused = [id_ for id_, score in fuse(rankings, adapt(chosen, trust)) if score > 0]
        nearest = fused[:candidates]
        passages = {p.id: p for p in self._store.passages(nearest, collections)}
        sought = Sought(asked, frequencies)
        evidence = {
            p.id: sought.find_answer(p.passage.text, context(p.searched_title, p.passage))
            for p in passages.values()
        }
        kept = {
            name: [hit for hit in ranking if hit[0] in passages]
            for name, ranking in rankings.items()
        }
        kept["coverage"] = [(id_, found.coverage) for id_, found in evidence.items()]
        kept["sentence"] = [(id_, found.sentence) for id_, found in evidence.items()]
        return Findings(asked, weights, kept, passages, evidence, trust)

    def level(self) -> None:
        """Bring the indexes level with the database.

        The first question would do it; called before, it spares that one the wait.
        """
        self._views.level()

    def encoding_progress(self) -> Progress:
        """Tell how many passages the encoder has encoded, of how many; see encode."""
        return self._views.progress()

    def encode(self, report: Report = lambda done, total: None) -> None:
        """Encode the passages that another model has encoded, and search by this one's vectors.

        Interrupted, it goes on from there the next time. Questions are answered meanwhile.

        Args:
            report: Called with the passages done and in total.
        """
        self._views.encode(report)

    def encode_in_background(self) -> None:
        """As encode, in a thread, for all that is added until close."""
        self._views.encode_in_background()

    def _search(
        self,
        question: str,
        asked: Question,
        frequencies: TermWeights,
        collections: Sequence[str],
        weights: dict[str, float],
    ) -> dict[str, Ranking]:
        rankings: dict[str, Ranking] = {}
        if "prefixes" in weights:
            found = self._views.lexical.search(asked.terms, collections, DEPTH)
            for name, ranking, weighed, terms in zip(
                ("prefixes", "grams"), found, frequencies, asked.terms, strict=True
            ):
                greatest = greatest_score(weighed, terms)
                rankings[name] = normalize(ranking, least=0.0, greatest=greatest)
        if "dense" in weights:
            nearest = self._views.nearest(question, collections, DEPTH)
            rankings["dense"] = normalize(nearest.ranking, least=nearest.background, greatest=1.0)
        return rankings

    def _add_batch(self, batch: Sequence[Document], collection: str, added: Added) -> Added:
        settled = self._store.settle(collection, batch)
        new = [
            _split(document) for document, same in zip(batch, settled, strict=True) if same is None
        ]
        prepared = self._encode([item for item in new if item.passages])
        results: list[tuple[int, Outcome]] = []
        if prepared:
            with self._views.indexing():
                results = self._store.add(collection, prepared, self._encoder.name)
        outcomes = [outcome for _, outcome in results]
        unchanged = len(batch) - len(new) + outcomes.count(Outcome.UNCHANGED)
        known = [id_ for id_ in settled if id_ is not None]
        ids = [*known, *(id_ for id_, _ in results)]
        return Added(
            added.documents + len(results) - outcomes.count(Outcome.UNCHANGED),
            added.passages
            + sum(
                len(item.passages)
                for item, outcome in zip(prepared, outcomes, strict=True)
                if outcome is not Outcome.UNCHANGED
            ),
            added.unchanged + unchanged,
            added.replaced + outcomes.count(Outcome.REPLACED),
            ids[-1] if ids else added.document_id,
        )

    def _encode(self, items: Sequence[Prepared]) -> list[Prepared]:
        """Give each its vectors."""
        texts = [
            searched_text(item.document.searched_title, passage)
            for item in items
            for passage in item.passages
        ]
        if not texts:
            return []
        parts = [
            self._encoder.encode_passages(texts[start : start + _ENCODED_AT_ONCE])
            for start in range(0, len(texts), _ENCODED_AT_ONCE)
        ]
        ends = np.cumsum([len(item.passages) for item in items])[:-1]
        vectors = np.split(np.concatenate(parts), ends)
        return [item._replace(vectors=own) for item, own in zip(items, vectors, strict=True)]

    def _sentences(self, document_id: int) -> set[str]:
        return {
            " ".join(stored.passage.text[start:end].split())
            for stored in self._store.passages_of([document_id])
            for start, end in split_sentences(stored.passage.text)
        }


def _split(document: Document, passages: Sequence[Passage] | None = None) -> Prepared:
    found = split_passages(document) if passages is None else passages
    return Prepared(document, found, np.empty((0, 0), np.float32))


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """Yield documents, so many at a time that none of these takes long to write."""
    batch: list[Document] = []
    characters = 0
    for document in documents:
        batch.append(document)
        characters += len(document.text)
        if len(batch) >= _DOCUMENTS_AT_ONCE or characters >= _CHARACTERS_AT_ONCE:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _quote(stored: StoredPassage | None, reference: QuoteReference) -> Hit | None:
    start, end = reference.highlight
    if stored is None or not 0 <= start < end <= len(stored.passage.text):
        return None
    return stored.hit(reference.highlight, score=0.0, copies=reference.copies)
