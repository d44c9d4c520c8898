"""Texts to word pieces, the same for every way to type a Turkish word."""

from collections.abc import Iterable

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers

UNKNOWN = "[UNK]"

# A word is not preceded by a letter, nor by an apostrophe that ends another word: behind it stands
# that word's suffix. Numbers are cut into groups of at most four digits, so that a year is whole.
_WORD = r"(?<!\p{L})(?<![\p{L}\p{N}]')[a-z]+|[0-9]{1,4}"


def train_tokenizer(texts: Iterable[str], *, size: int) -> Tokenizer:
    """Learn word pieces from texts.

    The normalizer takes accents off all letters and writes both i alike, so ``ISTANBUL'DA``,
    ``istanbulda`` typed with an apostrophe or not, and ``İstanbul`` share their pieces. What is
    no Latin letter and no digit is left out.

    Args:
        texts: Read once.
        size: Pieces wanted, the unknown one (number 0) included.

    Returns:
        A WordPiece tokenizer whose file carries the normalization with it.
    """
    tokenizer = Tokenizer(models.WordPiece(unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex("[‘’ʼ`´]"), "'"),
            normalizers.NFKD(),
            normalizers.StripAccents(),
            normalizers.Lowercase(),
            normalizers.Replace("ı", "i"),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(_WORD), "removed", invert=True)
    trainer = trainers.WordPieceTrainer(
        vocab_size=size, min_frequency=2, special_tokens=[UNKNOWN], show_progress=False
    )
    tokenizer.train_from_iterator(texts, trainer)
    # The trainer finds the same pieces each time, but numbers them as its hash table falls.
    pieces = sorted(tokenizer.get_vocab().keys() - {UNKNOWN})
    numbers = {piece: number for number, piece in enumerate([UNKNOWN, *pieces])}
    tokenizer.model = models.WordPiece(numbers, unk_token=UNKNOWN)
    return tokenizer
