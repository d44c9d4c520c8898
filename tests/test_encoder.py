import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from embeddings.datatypes import Vectors
from embeddings.encoder import BUNDLED_FOLDER, BundledEncoder, load_encoder
from embeddings.errors import UnknownEncoder
from embeddings.hub import SentenceTransformerEncoder
from tests.encoders import save_tiny_model

TEXTS = [
    "Osmanlı Devleti'nin kuruluşu ne zamandır?",
    "Piri Reis dünya haritasını 1513 yılında Gelibolu'da çizdi.",
    "How do I restore a deleted workspace?",
    "I. Süleyman İSTANBUL'da öldü mü?",
]


@pytest.fixture(scope="module")
def bundled() -> BundledEncoder:
    return BundledEncoder()


def cosine(left: Vectors, right: Vectors) -> float:
    return float(left @ right / (np.linalg.norm(left) * np.linalg.norm(right)))


# The bundled model


def test_no_name_and_the_name_bundled_load_the_same_model(bundled: BundledEncoder) -> None:
    assert load_encoder().name == load_encoder("bundled").name == bundled.name


def test_bundled_vectors_are_those_of_sentence_transformers(bundled: BundledEncoder) -> None:
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(BUNDLED_FOLDER), device="cpu").encode(
        TEXTS, normalize_embeddings=True
    )
    assert reference.shape == (4, bundled.dim)
    np.testing.assert_allclose(bundled.encode_passages(TEXTS), reference, atol=1e-3)


def test_the_bundled_model_also_loads_as_a_sentence_transformers_folder(
    bundled: BundledEncoder,
) -> None:
    encoder = load_encoder(str(BUNDLED_FOLDER))
    assert encoder.dim == bundled.dim
    np.testing.assert_allclose(
        encoder.encode_query([*TEXTS, ""]), bundled.encode_query([*TEXTS, ""]), atol=1e-5
    )


def test_the_bundled_path_imports_neither_torch_nor_sentence_transformers() -> None:
    program = (
        "import sys\n"
        "from embeddings.encoder import load_encoder\n"
        "light = 'tokenizers' not in sys.modules\n"
        "load_encoder().encode_query(['soru'])\n"
        "heavy = {'torch', 'sentence_transformers', 'transformers'} & set(sys.modules)\n"
        "sys.exit(f'{light} {heavy}' if heavy or not light else 0)\n"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")


def test_bundled_vectors_are_float32_of_length_one(bundled: BundledEncoder) -> None:
    vectors = bundled.encode_passages(TEXTS)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), np.ones(4), atol=1e-6)


@pytest.mark.parametrize("text", ["", "   \n", "?!… —", "日本"])
def test_a_text_without_a_known_token_is_a_row_of_zeros(
    bundled: BundledEncoder, text: str
) -> None:
    vectors = bundled.encode_query([TEXTS[0], text])
    assert np.linalg.norm(vectors[0]) == pytest.approx(1)
    assert not vectors[1].any()


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("osmanli devletinin kurulusu", "Osmanlı Devletinin kuruluşu"),
        ("ISTANBUL'UN FETHI", "İstanbul'un fethi"),
        ("ilgin cag", "ılgın çağ"),
        ("hala kagit", "hâlâ kâğıt"),
        ("gozluk", "go\u0308zlu\u0308k"),  # the dots apart from their letters
        ("Ankara'nin", "Ankara’nın"),  # two apostrophes
        ("fi", "ﬁ"),  # a ligature, as PDF files have them
    ],
)
def test_a_question_typed_without_turkish_letters_has_the_same_vector(
    bundled: BundledEncoder, typed: str, written: str
) -> None:
    left, right = bundled.encode_query([typed, written])
    assert left.any()
    np.testing.assert_array_equal(left, right)


def test_the_suffix_behind_an_apostrophe_does_not_count(bundled: BundledEncoder) -> None:
    left, right = bundled.encode_query(["Ankara'dan 1920'de", "Ankara 1920"])
    np.testing.assert_array_equal(left, right)


def test_punctuation_and_the_order_of_words_do_not_count(bundled: BundledEncoder) -> None:
    left, right = bundled.encode_query(["Haritayı kim çizdi?", "çizdi: kim, haritayı"])
    np.testing.assert_allclose(left, right, atol=1e-6)


def test_a_suffixed_word_stays_near_its_stem(bundled: BundledEncoder) -> None:
    word, suffixed, other = bundled.encode_query(["padişah", "padişahın", "klavye"])
    assert cosine(word, suffixed) > 0.5 > cosine(word, other)


def test_a_question_is_nearest_to_the_passage_that_answers_it(bundled: BundledEncoder) -> None:
    passages = bundled.encode_passages(
        [
            "Silinen bir dosyayı geri yüklemek için geri dönüşüm kutusunu açın.",
            "Orhan Bey 1281 yılında Söğüt'te doğmuştur.",
            "Vergi, tahakkuk ettiği ayın sonuna kadar ödenir.",
        ]
    )
    questions = bundled.encode_query(
        ["Orhan Gazi nerede doğdu?", "Vergiyi ne zaman ödemeliyim?", "restore a deleted file"]
    )
    assert (questions @ passages.T).argmax(axis=1).tolist() == [1, 2, 0]


def test_vectors_come_in_the_order_of_the_texts_however_they_are_batched(
    bundled: BundledEncoder,
) -> None:
    texts = [f"{TEXTS[number % 4]} {number}" for number in range(1100)]
    together = bundled.encode_passages(texts)
    for number in (0, 511, 512, 1099):
        np.testing.assert_allclose(
            together[number], bundled.encode_passages([texts[number]])[0], atol=1e-6
        )


def test_a_very_long_text_is_read_to_its_end(bundled: BundledEncoder) -> None:
    long, end = bundled.encode_passages(["vergi " * 20_000 + "harita " * 20_000, "vergi harita"])
    np.testing.assert_allclose(long, end, atol=1e-4)


def test_no_texts_are_no_vectors(bundled: BundledEncoder) -> None:
    assert bundled.encode_query([]).shape == (0, bundled.dim)


def test_the_model_folder_stays_within_20_megabytes() -> None:
    assert sum(f.stat().st_size for f in BUNDLED_FOLDER.rglob("*") if f.is_file()) <= 20_000_000


def test_other_weights_have_another_name(bundled: BundledEncoder, tmp_path: Path) -> None:
    weights = bytearray((BUNDLED_FOLDER / "model.safetensors").read_bytes())
    weights[-1] ^= 1
    (tmp_path / "model.safetensors").write_bytes(weights)
    (tmp_path / "tokenizer.json").write_bytes((BUNDLED_FOLDER / "tokenizer.json").read_bytes())
    other = BundledEncoder(tmp_path)
    assert other.dim == bundled.dim
    assert other.name != bundled.name
    assert other.name.startswith("alinti-static-tr@")


def test_a_broken_bundled_model_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"no weights at all")
    with pytest.raises(UnknownEncoder, match="install the package again") as raised:
        BundledEncoder(tmp_path)
    assert "\n" not in str(raised.value)


# sentence-transformers models: a transformer of two layers with random weights


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder(save_tiny_model(tmp_path_factory.mktemp("hub") / "tiny"))


def raw(encoder: SentenceTransformerEncoder, texts: Sequence[str]) -> Any:
    """Encode texts as they stand, behind no prompt."""
    return encoder._model.encode(list(texts), prompt="", normalize_embeddings=True)


def test_a_folder_is_loaded_as_a_sentence_transformers_model(
    plain: SentenceTransformerEncoder,
) -> None:
    assert plain.dim == 16
    vectors = plain.encode_query(["kim", "harita", "vergi ne zaman"])
    assert vectors.shape == (3, 16)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), np.ones(3), atol=1e-6)
    assert plain.encode_query([]).shape == plain.encode_passages([]).shape == (0, 16)


def test_a_model_without_prompts_gets_none(plain: SentenceTransformerEncoder) -> None:
    np.testing.assert_allclose(plain.encode_query(["x"]), raw(plain, ["x"]), atol=1e-6)
    np.testing.assert_allclose(plain.encode_passages(["x"]), raw(plain, ["x"]), atol=1e-6)


def test_a_model_of_the_e5_family_gets_its_prompts(tmp_path: Path) -> None:
    encoder = SentenceTransformerEncoder(save_tiny_model(tmp_path / "multilingual-e5-small"))
    query, passage, bare = raw(encoder, ["query: x", "passage: x", "x"])
    np.testing.assert_allclose(encoder.encode_query(["x"])[0], query, atol=1e-6)
    np.testing.assert_allclose(encoder.encode_passages(["x"])[0], passage, atol=1e-6)
    assert np.abs(query - passage).max() > 0.01
    assert np.abs(query - bare).max() > 0.01


def test_a_model_of_the_bge_family_gets_a_prompt_for_questions_alone(tmp_path: Path) -> None:
    encoder = SentenceTransformerEncoder(save_tiny_model(tmp_path / "bge-small-en-v1.5"))
    prompt = "Represent this sentence for searching relevant passages: "
    query, bare = raw(encoder, [f"{prompt}x", "x"])
    np.testing.assert_allclose(encoder.encode_query(["x"])[0], query, atol=1e-6)
    np.testing.assert_allclose(encoder.encode_passages(["x"])[0], bare, atol=1e-6)
    assert np.abs(query - bare).max() > 0.01


@pytest.mark.parametrize("key", ["document", "passage"])
def test_a_model_keeps_the_prompts_that_it_carries(tmp_path: Path, key: str) -> None:
    folder = save_tiny_model(tmp_path / "e5-small", {"query": "kim ", key: "harita "})
    encoder = SentenceTransformerEncoder(folder)
    query, passage = raw(encoder, ["kim x", "harita x"])
    np.testing.assert_allclose(encoder.encode_query(["x"])[0], query, atol=1e-6)
    np.testing.assert_allclose(encoder.encode_passages(["x"])[0], passage, atol=1e-6)


def test_a_batch_of_mixed_lengths_comes_back_in_order(plain: SentenceTransformerEncoder) -> None:
    texts = [" ".join(["harita", "vergi", "x"][: 1 + number % 3]) for number in range(70)]
    together = plain.encode_passages(texts)
    for number in (0, 1, 2, 69):
        np.testing.assert_allclose(
            together[number], plain.encode_passages([texts[number]])[0], atol=1e-5
        )


def test_a_text_that_is_longer_than_the_model_reads_is_cut(
    plain: SentenceTransformerEncoder,
) -> None:
    # It has 32 places, two of them for the tokens that begin and end a text.
    long, cut = plain.encode_passages(["harita " * 5_000, "harita " * 30])
    np.testing.assert_allclose(long, cut, atol=1e-6)


def test_a_model_whose_files_set_no_limit_reads_512_tokens(tmp_path: Path) -> None:
    encoder = SentenceTransformerEncoder(save_tiny_model(tmp_path / "tiny", places=100_000))
    assert encoder._model.max_seq_length == 512
    long, cut = encoder.encode_passages(["harita " * 5_000, "harita " * 510])
    np.testing.assert_allclose(long, cut, atol=1e-6)


def test_a_transformer_name_tells_the_model_its_weights_and_its_prompts(
    plain: SentenceTransformerEncoder, tmp_path: Path
) -> None:
    import torch

    same = save_tiny_model(tmp_path / "copy" / "tiny")
    assert SentenceTransformerEncoder(same).name == plain.name
    assert plain.name.startswith("tiny@")
    prompted = save_tiny_model(tmp_path / "prompted" / "tiny", {"query": "kim "})
    assert SentenceTransformerEncoder(prompted).name != plain.name
    other = SentenceTransformerEncoder(same)._model
    with torch.no_grad():
        for weight in other.parameters():
            weight.add_(0.5)
    other.save(str(tmp_path / "tiny"), create_model_card=False)
    assert SentenceTransformerEncoder(str(tmp_path / "tiny")).name != plain.name


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    # The variable is read when the library is imported, which may have happened by now.
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)


@pytest.mark.usefixtures("offline")
@pytest.mark.parametrize(
    "model", ["nobody/no-such-model", "no-such-model", "no/such/folder", "a name?", ""]
)
def test_a_model_that_is_nowhere_is_unknown(model: str) -> None:
    with pytest.raises(UnknownEncoder) as raised:
        load_encoder(model)
    message = str(raised.value)
    assert repr(model) in message
    assert "correct the name" in message
    assert "\n" not in message


def test_a_folder_without_a_model_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no model", encoding="utf-8")
    with pytest.raises(UnknownEncoder, match="holds no sentence-transformers model") as raised:
        load_encoder(str(tmp_path))
    assert str(tmp_path) in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.usefixtures("offline")
def test_loading_says_nothing(
    plain: SentenceTransformerEncoder, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    load_encoder(save_tiny_model(tmp_path / "tiny"))
    capfd.readouterr()
    load_encoder(str(tmp_path / "tiny"))
    with pytest.raises(UnknownEncoder):
        load_encoder("nobody/no-such-model")
    assert capfd.readouterr() == ("", "")


def test_torch_threads_wait_without_spinning(plain: SentenceTransformerEncoder) -> None:
    program = (
        "import os, sys\n"
        "os.environ.pop('OMP_WAIT_POLICY', None)\n"
        "from embeddings.encoder import load_encoder\n"
        "from embeddings.errors import UnknownEncoder\n"
        "try:\n"
        "    load_encoder(sys.argv[1])\n"
        "except UnknownEncoder:\n"
        "    print(os.environ['OMP_WAIT_POLICY'])\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", program, str(BUNDLED_FOLDER.parent)], capture_output=True, text=True
    )
    assert result.stdout == "PASSIVE\n", result.stderr
