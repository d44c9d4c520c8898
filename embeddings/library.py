"""A library to ask: from a question to its quotes. How documents get there: holdings.py."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from embeddings import confidence
from embeddings.analyzer import TermWeights, analyze
from embeddings.backlog import Progress, Report
from embeddings.datatypes import (
    Answer,
    Encoder,
    Hit,
    QuoteReference,
    Ranking,
    Surroundings,
)
from embeddings.diversity import collapse
from embeddings.encoder import BundledEncoder
from embeddings.findings import Findings, adapt, context, measure_trust, searched_text
from embeddings.fusion import fuse, normalize
from embeddings.greetings import read_courtesy, without_courtesy
from embeddings.highlight import Sought
from embeddings.holdings import Holdings
from embeddings.lexical import greatest_score
from embeddings.listing import StoredPassage
from embeddings.questions import Question, parse_question
from embeddings.spelling import correct
from embeddings.store import Store
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


class Library(Holdings):
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
        self._weights = load_weights(folder / WEIGHTS_FILE) if weights is None else weights
        store = Store.in_folder(folder)
        super().__init__(store, Views(folder, store, encoder, load_standby), encoder)

    def close(self) -> None:
        """End the encoding in the background and close the database."""
        self._views.close()
        self._store.close()

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
        probability = confidence.estimate(signals, weights.calibration, searched=findings.searched)
        asks_back = findings.evidence[distinct.ranking[0][0]].only_asks
        can_answer = not findings.asked.is_vague and not asks_back
        answered = can_answer and probability >= confidence.THRESHOLD
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
        # Every vector is near or far: a ranking that is not full holds all there are.
        found = len(rankings.get("dense", ()))
        searched = found if 0 < found < DEPTH - len(unwanted) else None
        return Findings(asked, weights, kept, passages, evidence, trust, searched)

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


def _quote(stored: StoredPassage | None, reference: QuoteReference) -> Hit | None:
    start, end = reference.highlight
    if stored is None or not 0 <= start < end <= len(stored.passage.text):
        return None
    return stored.hit(reference.highlight, score=0.0, copies=reference.copies)
