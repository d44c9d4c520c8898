"""How ``embeddings/model/`` was made; the installed program does without.

Run as ``python -m embeddings.training --data ../shared/data/train --out embeddings/model``:

tokenizer.py    the texts' words -> 16,384 pieces, Turkish letters folded
pairs.py        files -> pairs of texts that belong together
bags.py         texts -> the numbers of their pieces
start.py        pieces -> first vectors, from their letters and their rarity
align.py        first vectors of English pieces -> nearer to the Turkish ones
train.py        first vectors and pairs -> vectors, by contrast
measure.py      a model -> its figures; run as ``python -m embeddings.training.measure``
"""
