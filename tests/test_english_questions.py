"""English questions on a Turkish document, found by the bundled model's aligned English words."""

from collections.abc import Iterator

import pytest

from embeddings.datatypes import Document, Passage
from embeddings.encoder import load_encoder
from embeddings.library import Library

HANDBOOK = """Parolanızı unuttuysanız giriş sayfasındaki bağlantıya tıklayın.

Yeni bir kullanıcı eklemek için yönetim sayfasını açın. Kullanıcıya bir rol verin.

Raporlar dosya olarak dışarı aktarılabilir. Aktarılan dosya elektronik tabloda açılır.

Veritabanı her gece yedeklenir. Yedekler otuz gün boyunca saklanır.

Müşteriye gönderilen fatura sonradan değiştirilemez. Yanlış faturayı iptal edin.

Ürünün fiyatı para birimine göre hesaplanır. Fiyat listesini ayarlardan seçin.
"""
PARAGRAPHS = HANDBOOK.strip().split("\n\n")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    library = Library(tmp_path_factory.mktemp("handbook"), load_encoder())
    starts = [HANDBOOK.index(paragraph) for paragraph in PARAGRAPHS]
    passages = [
        Passage(start, start + len(paragraph), paragraph)
        for start, paragraph in zip(starts, PARAGRAPHS, strict=True)
    ]
    document = Document("El kitabı", HANDBOOK, "/el-kitabi.txt", "a" * 64)
    library.add(document, "c", passages=passages)
    yield library
    library.close()


@pytest.mark.parametrize(
    ("question", "held"),
    [
        ("I forgot my password", "Parolanızı"),
        ("How do I add a new user?", "kullanıcı eklemek"),
        ("Can reports be exported to a file?", "Raporlar"),
        ("How long are backups of the database kept?", "yedeklenir"),
        ("Can I change an invoice after sending it to the customer?", "fatura"),
        ("How is the price of a product calculated?", "fiyatı"),
    ],
)
def test_the_turkish_passage_comes_first(library: Library, question: str, held: str) -> None:
    assert held in library.answer(question, ["c"]).quotes[0].passage.text
