from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.datatypes import Document, Hit
from embeddings.passages import split_passages
from embeddings.readers.subtitles import is_subtitles, read_subtitles

Cue = tuple[float, float, str]
Writer = Callable[..., str]


def time(seconds: float, comma: str = ",") -> str:
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{comma}{thousandths:03}"


def srt(*cues: Cue) -> str:
    """Write cues as (start, end, text) the way subtitle editors do."""
    return "\n".join(
        f"{number}\n{time(start)} --> {time(end)}\n{text}\n"
        for number, (start, end, text) in enumerate(cues, start=1)
    )


def vtt(*cues: Cue) -> str:
    return "WEBVTT\n\n" + "\n".join(
        f"{time(start, '.')} --> {time(end, '.')} align:start position:0%\n{text}\n"
        for start, end, text in cues
    )


def read(data: str | bytes) -> Document:
    return read_subtitles(data.encode() if isinstance(data, str) else data, "ders.srt", "kaynak")


def text_of(*cues: Cue) -> str:
    return read(srt(*cues)).text


def labels(document: Document) -> list[tuple[str, str]]:
    """List each place's label with the word that stands there."""
    return [(p.label, document.text[p.start :].split()[0]) for p in document.places]


FILM = [
    (1.0, 2.5, "Bugün hava\nçok güzel,"),
    (2.6, 4.0, "dışarı çıkalım mı?"),
    (725.5, 727.0, "Olur, çıkalım."),
]


@pytest.mark.parametrize("write", [srt, vtt])
def test_a_sentence_runs_over_cues_and_each_cue_keeps_its_time(write: Writer) -> None:
    text = write(*FILM)
    document = read(text)
    assert is_subtitles(text)
    assert document.text == "Bugün hava çok güzel, dışarı çıkalım mı?\n\nOlur, çıkalım."
    assert labels(document) == [("0:00:01", "Bugün"), ("0:00:02", "dışarı"), ("0:12:05", "Olur,")]
    assert {place.link for place in document.places} == {""}
    assert (document.title, document.source) == ("ders", "kaynak")


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "cp1254"])
def test_old_charsets_and_line_ends_are_read(charset: str) -> None:
    text = srt((1, 2, "Şişli'de ığdır ağaçları çiçek açtı."), (2, 3, "Çok güzel bir gündü."))
    expected = "Şişli'de ığdır ağaçları çiçek açtı. Çok güzel bir gündü."
    assert read(text.replace("\n", "\r\n").encode(charset)).text == expected


def test_doubled_line_ends_are_read() -> None:
    text = srt(*FILM)
    assert read(text.replace("\n", "\n\n")).text == read(text).text
    assert labels(read(text.replace("\n", "\r\r\n"))) == labels(read(text))


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("00:12:05,000 --> 00:12:06,000", "0:12:05"),
        ("00:12:05.000 --> 00:12:06.000", "0:12:05"),
        ("00:12:05:000 --> 00:12:06:000", "0:12:05"),
        ("12:05.000 --> 12:06.000", "0:12:05"),
        ("12:05,5-->12:06,5", "0:12:05"),
        ("0:12:05 -> 0:12:06", "0:12:05"),
        ("  00:12:05,000  -->  00:12:06,000  X1:1 X2:2", "0:12:05"),
        ("101:02:03.000 --> 101:02:04.000", "101:02:03"),
    ],
)
def test_times_are_read_as_they_are_written(line: str, label: str) -> None:
    text = f"1\n{line}\nMerhaba\n"
    assert is_subtitles(text)
    assert labels(read(text)) == [(label, "Merhaba")]


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("<i>eğik</i> ve <b>kalın</b>", "eğik ve kalın"),
        ('<font color="#fff">renkli</font>', "renkli"),
        ("<c.yellow.bg_blue>renkli</c>", "renkli"),
        ("{\\an8}üstte", "üstte"),
        ("{\\pos(192,180)\\fad(1,1)}yerinde", "yerinde"),
        ("{y:i}eğik", "eğik"),
        ("bir<00:00:01.500><c> iki</c>", "bir iki"),
        ("Tom &amp; Jerry &lt;3&nbsp;peynir", "Tom & Jerry <3 peynir"),
        ("seni <3 ve 1 < 2 > 0", "seni <3 ve 1 < 2 > 0"),
        ("<ruby>漢<rt>かん</rt></ruby>字", "漢字"),
        ("bir\\Niki", "bir iki"),
        ("-5 derece", "-5 derece"),
        ("[KAPI ÇALAR] ♪ la la ♪", "[KAPI ÇALAR] ♪ la la ♪"),
    ],
)
def test_tags_go_and_text_stays(raw: str, shown: str) -> None:
    assert text_of((1, 2, raw)) == shown


def test_what_webvtt_says_beside_cues_is_left_out() -> None:
    document = read(
        "WEBVTT - Ders\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:a\n\n"
        "NOTE çevirmen: Ali\n\ngiriş\n00:01.000 --> 00:02.000 line:0\nMerhaba.\n\n"
        "NOTE\nuzun\nnot\n\n2\n00:02.000 --> 00:03.000\nHoş geldiniz.\n\nNOTE son\n"
    )
    assert document.text == "Merhaba. Hoş geldiniz."


def test_broken_numbers_and_missing_empty_lines_are_mended() -> None:
    text = (
        "7\n00:00:01,000 --> 00:00:02,000\nBir\n7\n00:00:02,000 --> 00:00:03,000\n1984\n\n\n"
        "9\n00:00:03,000 --> 00:00:04,000\n\nüç\n\nve dört.\n"
    )
    assert read(text).text == "Bir 1984 üç ve dört."


def test_a_number_that_is_said_is_text_where_cues_have_none() -> None:
    text = (
        "00:01,000 --> 00:02,000\nYıl kaç?\n\n00:02,000 --> 00:03,000\n1984\n\n"
        "00:03,000 --> 00:04,000\nDoğru.\n\n00:04,000 --> 00:05,000\nGüzel.\n"
    )
    assert read(text).text == "Yıl kaç? 1984 Doğru. Güzel."


def test_an_empty_cue_is_no_place() -> None:
    assert labels(read(srt((1, 2, "<i></i>"), (2, 3, "Merhaba")))) == [("0:00:02", "Merhaba")]


@pytest.mark.parametrize(
    ("end", "start", "is_new"), [(2.0, 3.9, False), (2.0, 4.0, True), (2.0, 60.0, True)]
)
def test_a_pause_behind_a_sentence_ends_the_paragraph(
    end: float, start: float, is_new: bool
) -> None:
    text = text_of((1, end, "Bitti."), (start, start + 1, "Başladı."))
    assert text == ("Bitti.\n\nBaşladı." if is_new else "Bitti. Başladı.")


@pytest.mark.parametrize(("start", "is_new"), [(4.0, False), (7.0, True)])
def test_only_a_long_pause_ends_it_within_a_sentence(start: float, is_new: bool) -> None:
    text = text_of((1, 2, "Ben de"), (start, start + 1, "geldim."))
    assert text == ("Ben de\n\ngeldim." if is_new else "Ben de geldim.")


def test_a_paragraph_has_five_sentences() -> None:
    cues = [(float(i), i + 1.0, f"Cümle {i}.") for i in range(7)]
    assert [p.count(".") for p in text_of(*cues).split("\n\n")] == [5, 2]


def test_captions_without_full_stops_are_cut_too() -> None:
    cues = [(float(i), i + 1.0, f"{i:02} " + "kelime " * 10) for i in range(100)]
    lengths = [len(paragraph) for paragraph in text_of(*cues).split("\n\n")]
    assert max(lengths) < 900
    assert len(lengths) == 9  # twelve cues of 72 characters each, but the last


def test_a_dash_begins_another_speaker() -> None:
    cues = [(1, 2, "- Geldin mi?\n- Evet."), (2, 3, "Şimdi geldim."), (3, 4, "–Güzel.")]
    assert text_of(*cues) == "Geldin mi?\n\nEvet. Şimdi geldim.\n\nGüzel."


def test_the_voices_of_webvtt_are_named() -> None:
    text = vtt(
        (1, 2, "<v Ayşe Yılmaz>Ben geldim.</v>"),
        (2, 3, "<v Ayşe Yılmaz>Nasılsın?</v>"),
        (3, 4, "<v.loud Ali>İyiyim.</v> <v Ayşe Yılmaz>Güzel."),
    )
    document = read(text)
    assert document.text == (
        "Ayşe Yılmaz: Ben geldim. Nasılsın?\n\nAli: İyiyim.\n\nAyşe Yılmaz: Güzel."
    )
    assert [label for label, _ in labels(document)] == ["0:00:01", "0:00:02", "0:00:03"]


def test_a_cue_without_a_voice_is_nobodys() -> None:
    text = vtt((1, 2, "<v Ali>Geldim.\nAçım.</v>"), (2, 3, "Tamam,"), (3, 4, "otur."))
    assert read(text).text == "Ali: Geldim. Açım.\n\nTamam, otur."


def test_names_in_front_of_lines_are_speakers_where_they_come_again() -> None:
    minutes = [(1, 2, "Ali Can: Bütçe"), (2, 3, "Ali Can: onaylandı."), (3, 4, "Oya: Güzel.")]
    assert text_of(*minutes) == "Ali Can: Bütçe onaylandı.\n\nOya: Güzel."
    film = [(1, 2, "Bir şey diyeyim."), (2, 3, "Dikkat: kaygan."), (3, 4, "Tamam.")]
    assert text_of(*film) == "Bir şey diyeyim. Dikkat: kaygan. Tamam."


def test_nobody_is_named_after_a_long_pause_unless_the_file_does() -> None:
    cues = [(1, 2, "ALİ: Geldim."), (3, 4, "Açım."), (9, 10, "[kapı]"), (10, 11, "ALİ: Kim o?")]
    assert text_of(*cues) == "ALİ: Geldim. Açım.\n\n[kapı]\n\nALİ: Kim o?"


def test_captions_that_roll_are_read_once() -> None:
    # As video sites write them: a line grows word by word, then moves up.
    document = read(
        "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\n \nmerhaba<00:00:01.000><c> dünya</c>\n\n"
        "00:00:02.000 --> 00:00:02.010\nmerhaba dünya\n \n\n"
        "00:00:02.010 --> 00:00:04.000\nmerhaba dünya\nbugün<00:00:03.000><c> yeni</c>\n\n"
        "00:00:04.000 --> 00:00:04.010\nbugün yeni\n \n\n"
        "00:00:04.010 --> 00:00:06.000\nbugün yeni\nbir gün\n"
    )
    assert document.text == "merhaba dünya bugün yeni bir gün"
    assert labels(document) == [("0:00:00", "merhaba"), ("0:00:02", "bugün"), ("0:00:04", "bir")]


def test_a_caption_that_grows_is_read_once() -> None:
    cues = [(1, 2, "Bugün size yeni"), (2, 3, "Bugün size yeni bir şey"), (3, 4, "anlatayım.")]
    assert text_of(*cues) == "Bugün size yeni bir şey anlatayım."


def test_what_is_said_again_later_is_read_again() -> None:
    assert text_of((1, 2, "Hayır."), (2.5, 3, "Hayır.")) == "Hayır. Hayır."


def test_scripts_without_spaces_get_none_between_cues() -> None:
    assert text_of((1, 2, "今日は"), (2, 3, "良い天気。")) == "今日は良い天気。"


def test_a_quote_tells_the_time_of_its_sentence() -> None:
    document = read(
        srt((1, 3, "Kira nedir?"), (3, 6, "Kira, her ayın beşinde"), (6, 9, "ödenir."))
    )
    [passage] = split_passages(document)
    assert passage.text == document.text
    start = passage.text.index("ödenir")
    hit = Hit(passage, 1, "", "", 1.0, (start, len(passage.text)))
    assert hit.place is not None
    assert hit.place.label == "0:00:06"


@pytest.mark.parametrize(
    "text",
    [
        "WEBVTT",
        "\ufeffWEBVTT\r\n\r\n00:01.000 --> 00:02.000\r\nMerhaba",
        "\n\n1\n00:00:01,000 --> 00:00:02,000\nMerhaba",
        "00:00:01,000 --> 00:00:02,000\nMerhaba",
        "yarım cümle.\n\n" + srt(*FILM),
    ],
)
def test_cues_are_known(text: str) -> None:
    assert is_subtitles(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Merhaba, nasılsın?",
        "WEBVTTX",
        "1\n2\n3\n",
        "Saat 10:15 --> 11:00 arası toplantı var.",
        "Altyazı dosyası şöyle görünür:\n\n1\n00:00:01,000 --> 00:00:02,000\nMerhaba\n",
    ],
)
def test_other_texts_are_none(text: str) -> None:
    assert not is_subtitles(text)


def test_a_file_without_cues_has_no_text() -> None:
    assert read("WEBVTT\n\nNOTE boş\n").text == ""


LINES = st.text("abçğı ŞZ09.,:;!?<>{}&-–\\\n", max_size=40)
CUES = st.lists(st.tuples(st.floats(0, 9), st.floats(0, 9), LINES), max_size=12)


@given(CUES, st.sampled_from([srt, vtt]))
def test_places_follow_one_another_and_passages_are_verbatim(
    cues: list[Cue], write: Writer
) -> None:
    now, timed = 0.0, []
    for gap, length, text in cues:
        timed.append((now + gap, now + gap + length, text))
        now += gap + length
    document = read(write(*timed))
    starts = [place.start for place in document.places]
    assert starts == sorted(set(starts))
    assert starts[:1] == ([0] if document.text else [])
    assert all(start < len(document.text) for start in starts)
    for passage in split_passages(document):
        assert document.text[passage.start : passage.end] == passage.text


WORDS = st.lists(st.sampled_from("bir iki üç Dört. beş? altı!".split()), min_size=1, max_size=9)


@given(st.lists(WORDS, max_size=12))
def test_every_word_is_read_once_and_in_its_order(spoken: list[list[str]]) -> None:
    cues = [(2.0 * i, 2.0 * i + 1, " ".join(words)) for i, words in enumerate(spoken)]
    assert text_of(*cues).split() == [word for words in spoken for word in words]
