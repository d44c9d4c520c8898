import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.sentences import asks, split_sentences


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Prof. Dr. Ayşe Demir konuştu.",
        "Karar 11. madde gereğince alındı.",
        "Tahta III. Selim geçti.",
        "Yarışı 3. Ahmet kazandı.",
        "M. Kemal ve İ. İnönü geldi.",
        "T.C. Anayasası yürürlüktedir.",
        "Nüfus 1.250.000 kişidir, oran 3.14 olur.",
        "Elma, armut vb. meyveler satılır.",
        "Bkz. Madde 5.",
        '"Geldim!" dedi.',
        "“Nerede?” diye sordu.",
        "Bekledi... ama kimse gelmedi.",
        "Adres www.ornek.com ve dosya.txt oldu.",
        "Dr. Smith met Mr. Jones at 5 p.m. sharp.",
        "Ayşe Demir (d. 1956 İstanbul) Türk yazardır.",
        "Tiere, z. B. Hunde, sind i. d. R. Freunde.",
        "Er lebte um 300 v. Chr. in Rom.",
        "Das gilt ggf. Sonntags und evtl. Montags.",
        "Она жила на ул. Ленина.",
        "Музей им. Пушкина и проф. Иванов.",
        "جاء د. أحمد إلى المكتبة.",
        "Voir chap. III et Mme. Dupont.",
    ],
)
def test_one_sentence_stays_whole(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Geldi. Gitti.", ["Geldi.", "Gitti."]),
        ("Öyle mi? Evet! Tamam.", ["Öyle mi?", "Evet!", "Tamam."]),
        ("O yıl kuruldu.Başkent Ankara oldu.", ["O yıl kuruldu.", "Başkent Ankara oldu."]),
        ("Savaş 1922'de bitti. Barış geldi.", ["Savaş 1922'de bitti.", "Barış geldi."]),
        ("Yıl 1453. Fatih şehri aldı.", ["Yıl 1453.", "Fatih şehri aldı."]),
        ("Sayı 12. Bu da yeter.", ["Sayı 12.", "Bu da yeter."]),
        ('Dedi ki: "Gel." Ahmet geldi.', ['Dedi ki: "Gel."', "Ahmet geldi."]),
        ("Kalem, defter vb. Bunlar gerekir.", ["Kalem, defter vb.", "Bunlar gerekir."]),
        ("iPhone çıktı. iPad geldi.", ["iPhone çıktı.", "iPad geldi."]),
        ("Üstte\n\nAltta", ["Üstte", "Altta"]),
        ("Gerekenler:\n- elma\n- armut", ["Gerekenler:", "- elma", "- armut"]),
        ("これは本です。「はい。」と言った。", ["これは本です。", "「はい。」", "と言った。"]),
        ("ما اسمك؟ أنا علي.", ["ما اسمك؟", "أنا علي."]),
        ("У них коровы, овцы и т.д. Летом жарко.", ["У них коровы, овцы и т.д.", "Летом жарко."]),
        ("Кітап, қалам т.б. Олар керек.", ["Кітап, қалам т.б.", "Олар керек."]),
        ("Это было в 1924 г. Потом он уехал.", ["Это было в 1924 г.", "Потом он уехал."]),
        ("你好！请坐。谢谢？好", ["你好！", "请坐。", "谢谢？", "好"]),
        ("यह किताब है। वह कलम है।", ["यह किताब है।", "वह कलम है।"]),
        ("", []),
        (" \n ", []),
        ("başlıksız", ["başlıksız"]),
    ],
)  # fmt: skip
def test_sentences_end_where_a_reader_says(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize("text", ["Kim?", "Ne zaman? 😊", "“Nereye?”", "أين؟", "Geldi. Ne oldu?!"])
def test_a_question_mark_at_the_end_asks(text: str) -> None:
    assert asks(text)


@pytest.mark.parametrize("text", ["", "Geldi.", "Kim? Ali.", "“Nerede?” diye sordu."])
def test_a_question_mark_within_asks_nothing(text: str) -> None:
    assert not asks(text)


TURKISH = st.text(alphabet="aAıİğ12.!? \n\"'…”。:-")


@given(st.one_of(st.text(), TURKISH))
def test_spans_are_in_order_stripped_and_hold_every_letter(text: str) -> None:
    position = 0
    for start, end in split_sentences(text):
        assert position <= start < end <= len(text)
        assert not text[position:start].strip()
        assert text[start:end] == text[start:end].strip()
        position = end
    assert not text[position:].strip()
