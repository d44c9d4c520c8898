"""Several rankings to one: a weighted sum of normalised scores."""

from collections.abc import Mapping

from embeddings.datatypes import Ranking


def fuse(rankings: Mapping[str, Ranking], weights: Mapping[str, float]) -> Ranking:
    """Fuse rankings of one question.

    Each ranking is divided by its greatest score, so that 1 is the best that it found and a
    passage it did not find has 0. Unlike reciprocal ranks, this keeps how far the first is ahead,
    and a ranking that finds nothing special adds little: plain RRF with a weak encoder halves the
    recall of a good lexical ranking.

    Args:
        rankings: By name; negative scores count as 0.
        weights: By the same names; a name that is missing weighs 0.

    Returns:
        Every passage of any ranking, score in [0, sum of weights], best first; ties go to the
        lower id.
    """
    fused: dict[int, float] = {}
    for name, ranking in rankings.items():
        weight = weights.get(name, 0.0)
        top = max((score for _, score in ranking), default=0.0)
        for passage_id, score in ranking:
            share = weight * max(0.0, score) / top if top > 0 else 0.0
            fused[passage_id] = fused.get(passage_id, 0.0) + share
    return sorted(fused.items(), key=lambda hit: (-hit[1], hit[0]))
