"""Several rankings to one: a weighted sum of scores that mean the same for every question."""

from collections.abc import Mapping

from embeddings.datatypes import Ranking

ENOUGH_WORDS = 0.3
"""Share of the greatest possible lexical score from which on words can be trusted."""

WITHOUT_WORDS = 50.0
"""How steeply the weight of meaning grows below that.

By it English headings of held-out documentation find their Turkish passages with nDCG@10 .53, by
words alone with .14 (``python -m embeddings.training.measure``); Turkish ones rank as before.
"""


def normalize(ranking: Ranking, *, least: float, greatest: float) -> Ranking:
    """Tell each score as its share of the way from one that says nothing to the greatest possible.

    So scores of different engines can be added up, and a ranking that found nothing special for a
    question, as words do not for one in another language, adds little. Dividing by the best score
    found instead would make its first passage as good as any.

    Args:
        ranking: Scores of one engine.
        least: Of a passage that has nothing to do with the question: 0 for BM25, and for cosines
            the mean over all passages, which some models have near 0 and some near 0.8.
        greatest: That no passage can pass for this question: 1 for cosines.

    Returns:
        The same passages in the same order, scores in [0, 1].
    """
    width = greatest - least
    if width <= 0:
        return [(passage_id, 0.0) for passage_id, _ in ranking]
    return [
        (passage_id, min(1.0, max(0.0, (score - least) / width))) for passage_id, score in ranking
    ]


def trust_meaning(found_by_words: float) -> float:
    """Tell how many times its weight meaning counts, where words find little.

    A question in another language than the text, or in other words, shares only names and chance
    letters with it, and the best of the lexical ranking is no better than the rest.

    Args:
        found_by_words: Greatest normalized score of the lexical ranking over grams. Its median is
            .44 for Turkish questions on Turkish paragraphs, .17 for English ones.

    Returns:
        1 from ENOUGH_WORDS on, below it more, up to 1 + ENOUGH_WORDS * WITHOUT_WORDS.
    """
    return 1 + WITHOUT_WORDS * max(0.0, ENOUGH_WORDS - found_by_words)


def fuse(rankings: Mapping[str, Ranking], weights: Mapping[str, float]) -> Ranking:
    """Fuse rankings of one question into their weighted sum.

    Unlike reciprocal ranks, this keeps how far the first is ahead: plain RRF with a weak encoder
    halves the recall of a good lexical ranking.

    Args:
        rankings: By name, normalized; a passage that one of them lacks has 0 in it.
        weights: By the same names; a name that is missing weighs 0.

    Returns:
        Every passage of any ranking, score in [0, sum of weights], best first; ties go to the
        lower id.
    """
    fused: dict[int, float] = {}
    for name, ranking in rankings.items():
        weight = weights.get(name, 0.0)
        for passage_id, score in ranking:
            fused[passage_id] = fused.get(passage_id, 0.0) + weight * score
    return sorted(fused.items(), key=lambda hit: (-hit[1], hit[0]))
