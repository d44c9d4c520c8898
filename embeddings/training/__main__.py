"""Train the bundled model: ``python -m embeddings.training --data ... --out ...``."""

import argparse
import logging
import time
from pathlib import Path

import numpy as np
import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, StaticEmbedding
from tokenizers import Tokenizer

from embeddings.datatypes import Vectors
from embeddings.training.align import align
from embeddings.training.bags import Bags
from embeddings.training.pairs import Pair, read_pairs
from embeddings.training.start import compress, first_vectors, rarity
from embeddings.training.tokenizer import train_tokenizer
from embeddings.training.train import Settings, train

logger = logging.getLogger("embeddings.training")

PIECES = 16_384
DIM = 512
START_DIM = 2048
SEED = 0

# Texts that tell how rare a piece is: kind of pair, side of the pair, at most so many texts each.
_KINDS = (("heading", 1), ("law", 1), ("question", 1), ("question", 0), ("paraphrase", 0))
_TEXTS_A_KIND = 20_000
_TEXTS_COMPRESSED = 8_000

# Kinds of pairs whose sides say the same in English and in Turkish; kinds in Turkish alone.
_PARALLEL = ("terms", "python", "titles")
_TURKISH = ("heading", "law", "question", "paraphrase")


def main() -> None:
    """Train and save, in the format of sentence-transformers; ten minutes on two busy cores."""
    parser = argparse.ArgumentParser(prog="python -m embeddings.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the training files")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the model to")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(2)
    torch.manual_seed(SEED)

    begun = time.monotonic()
    pairs = read_pairs(arguments.data)
    texts = sorted({text for kind in pairs.values() for pair in kind for text in pair[:2]})
    logger.info("%d texts, %d characters", len(texts), sum(map(len, texts)))
    tokenizer = train_tokenizer(texts, size=PIECES)
    logger.info("tokenizer trained after %.0f s", time.monotonic() - begun)
    bags = Bags(tokenizer, texts)
    vectors = _start(tokenizer, bags, pairs)
    vectors = _align(vectors, bags, pairs)
    logger.info("training starts after %.0f s", time.monotonic() - begun)
    vectors = train(vectors, bags, pairs, Settings(), SEED)
    _save(tokenizer, vectors, arguments.out)
    logger.info("saved in %s after %.0f s", arguments.out, time.monotonic() - begun)


def _start(tokenizer: Tokenizer, bags: Bags, pairs: dict[str, list[Pair]]) -> Vectors:
    generator = np.random.default_rng(SEED)
    kinds = []
    for kind, side in _KINDS:
        texts = sorted({pair[side] for pair in pairs[kind]})
        chosen = generator.permutation(len(texts))[:_TEXTS_A_KIND]
        kinds.append([bags.of(bags.numbers[texts[number]]) for number in chosen])
    vocabulary = tokenizer.get_vocab()
    pieces = sorted(vocabulary, key=vocabulary.__getitem__)
    vectors = first_vectors(pieces, dim=START_DIM, seed=SEED)
    vectors *= rarity(kinds, len(pieces))[:, None]
    vectors[0] = 0.0
    return compress(vectors, [texts[:_TEXTS_COMPRESSED] for texts in kinds], dim=DIM)


def _align(vectors: Vectors, bags: Bags, pairs: dict[str, list[Pair]]) -> Vectors:
    parallel = dict.fromkeys(pair[:2] for kind in _PARALLEL for pair in pairs[kind])
    turkish = dict.fromkeys(text for kind in _TURKISH for pair in pairs[kind] for text in pair[:2])
    return align(
        vectors,
        bags,
        np.array([[bags.numbers[text] for text in pair] for pair in parallel]),
        [bags.numbers[text] for text in turkish],
    )


def _save(tokenizer: Tokenizer, vectors: Vectors, folder: Path) -> None:
    # Half precision: the ranking does not tell the difference, the package is half as large.
    static = StaticEmbedding(tokenizer, embedding_weights=vectors.astype(np.float16))
    model = SentenceTransformer(modules=[static, Normalize()], device="cpu")
    model.save(str(folder), create_model_card=False)
    (folder / "model.safetensors").chmod(0o644)


if __name__ == "__main__":
    main()
