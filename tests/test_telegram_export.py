import io
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.datatypes import Document
from embeddings.encoder import BundledEncoder
from embeddings.errors import EmptyDocument, UnreadableDocument
from embeddings.library import Library
from embeddings.passages import split_passages
from embeddings.readers.conversations import (
    MOST_CHARACTERS,
    MOST_MESSAGES,
    MOST_OPEN,
    QUIET_S,
    Message,
    group_messages,
)
from embeddings.readers.telegram import chat_series, make_post, message_source, read_export
from tests.export_files import message, service, write_channel, write_group

GROUP = {"name": "Çamlık Sitesi", "type": "private_supergroup", "id": 1234567890}
LINK = "https://t.me/c/1234567890/"


def read(data: Any) -> list[Document]:
    raw = data if isinstance(data, bytes) else json.dumps(data, ensure_ascii=False).encode()
    return list(read_export(io.BytesIO(raw), "result.json"))


def read_chat(*messages: dict[str, Any], **chat: Any) -> list[Document]:
    return read({**GROUP, **chat, "messages": list(messages)})


def texts(*messages: dict[str, Any], **chat: Any) -> list[str]:
    return [document.text for document in read_chat(*messages, **chat)]


def reason_of(data: Any) -> str:
    with pytest.raises(UnreadableDocument, match=r"^result\.json: .*") as caught:
        read(data)
    assert "\n" not in str(caught.value)
    return caught.value.reason


def test_messages_of_one_talk_are_one_document_with_a_place_for_each() -> None:
    [document] = read_chat(
        message(7, "Anahtar nerede?", sender="Ayşe"),
        message(8, "Kapıcıda.", sender="Can", at=60),
    )
    assert document.text == "Ayşe: Anahtar nerede?\n\nCan: Kapıcıda."
    assert document.title == "Çamlık Sitesi"
    assert document.source == f"{LINK}7"
    assert document.series == "telegram:-1001234567890"
    assert [(p.start, p.label, p.date, p.link) for p in document.places] == [
        (0, "Ayşe", "2021-03-01T08:00:00+00:00", f"{LINK}7"),
        (23, "Can", "2021-03-01T08:01:00+00:00", f"{LINK}8"),
    ]


def test_who_speaks_alone_is_not_named_in_the_text() -> None:
    [document] = read_chat(message(1, "Asansör bozuk."), message(2, "Usta geliyor.", at=9))
    assert document.text == "Asansör bozuk.\n\nUsta geliyor."
    assert {place.label for place in document.places} == {"Ayşe"}


def test_silence_ends_a_conversation() -> None:
    late = QUIET_S + 61
    first = [message(1, "Bir."), message(2, "İki.", at=60)]
    assert texts(*first, message(3, "Üç.", at=late - 1)) == ["Bir.\n\nİki.\n\nÜç."]
    assert texts(*first, message(3, "Üç.", at=late)) == ["Bir.\n\nİki.", "Üç."]


def test_a_reply_stands_below_what_it_answers() -> None:
    [text] = texts(
        message(1, "Su ne zaman gelir?", sender="Ayşe"),
        message(2, "Kargo geldi mi?", sender="Can", at=10),
        message(3, "Akşama doğru.", sender="Elif", at=20, reply_to_message_id=1),
        message(4, "Sağ ol.", sender="Ayşe", at=25),
        message(5, "Geldi, bende.", sender="Elif", at=30, reply_to_message_id=2),
    )
    assert text.split("\n\n") == [
        "Ayşe: Su ne zaman gelir?",
        "Elif: Akşama doğru.",
        "Ayşe: Sağ ol.",
        "Can: Kargo geldi mi?",
        "Elif: Geldi, bende.",
    ]


def test_a_late_reply_still_joins_what_it_answers() -> None:
    late = 48 * 3600
    first, second = texts(
        message(1, "Su ne zaman gelir?", sender="Ayşe"),
        message(2, "Asansör bozuk.", sender="Can", at=late),
        message(3, "Akşama doğru.", sender="Elif", at=late + 5, reply_to_message_id=1),
    )
    assert first == "Ayşe: Su ne zaman gelir?\n\nElif: Akşama doğru."
    assert second == "Asansör bozuk."


def after_many(*late: dict[str, Any]) -> list[Document]:
    """Read a question and what is said when its conversation is closed already; the latter."""
    others = [message(n, "Söz.", at=n * (QUIET_S + 1)) for n in range(2, MOST_OPEN + 2)]
    question = message(1, "Su ne zaman gelir?", sender="Ayşe")
    documents = read_chat(question, *others, *late)
    assert documents[0].text == "Su ne zaman gelir?"
    return documents[MOST_OPEN + 1 :]


def test_a_reply_that_comes_too_late_brings_what_it_answers_as_its_heading() -> None:
    at = 1000 * QUIET_S
    [answer] = after_many(
        message(1002, "Akşama doğru.", sender="Elif", at=at, reply_to_message_id=1),
        message(1003, "Belki daha geç, kim bilir.", sender="Can", at=at, reply_to_message_id=1),
    )
    assert answer.source == f"{LINK}1002"
    [passage] = split_passages(answer)
    assert passage.heading == "Ayşe: Su ne zaman gelir?"
    assert passage.text == "Elif: Akşama doğru.\n\nCan: Belki daha geç, kim bilir."
    assert [place.link for place in passage.places] == [f"{LINK}1002", f"{LINK}1003"]


def test_what_stands_above_a_late_reply_is_cut_between_words() -> None:
    long = message(1, "uzun söz " * 100)
    others = [message(n, "Söz.", at=n * (QUIET_S + 1)) for n in range(2, MOST_OPEN + 2)]
    reply = message(999, "Kısa söz.", at=999 * QUIET_S, reply_to_message_id=1)
    answer = read_chat(long, *others, reply)[-1]
    [heading] = answer.headings
    assert answer.text[: heading.end] == ("uzun söz " * 33).rstrip()
    assert answer.text[heading.end :] == "\n\nKısa söz."


def test_the_topic_of_a_forum_is_the_heading_of_what_is_written_in_it() -> None:
    first, second = read_chat(
        service(1, "topic_created", title="Ulaşım"),
        service(2, "topic_created", title="Yemek"),
        message(3, "Otobüs geç kaldı.", at=5, reply_to_message_id=1),
        message(4, "Çorba var.", at=6, reply_to_message_id=2),
        message(5, "Tren de öyle.", at=7, reply_to_message_id=1),
    )
    assert first.text == "Ulaşım\n\nOtobüs geç kaldı.\n\nTren de öyle."
    assert second.text == "Yemek\n\nÇorba var."
    assert [p.text for p in split_passages(second)] == ["Çorba var."]


def test_what_is_written_in_no_topic_of_a_forum_stands_together() -> None:
    assert texts(
        service(1, "topic_created", title="Ulaşım"),
        message(2, "Hoş geldiniz.", at=4),
        message(3, "Otobüs geç kaldı.", at=5, reply_to_message_id=1),
        message(4, "Hoş bulduk.", at=6),
    ) == ["Hoş geldiniz.\n\nHoş bulduk.", "Ulaşım\n\nOtobüs geç kaldı."]


def test_a_reply_to_a_message_of_another_chat_is_none() -> None:
    [text] = texts(
        message(1, "Bir."),
        message(2, "İki.", at=5),
        message(3, "Üç.", at=6, reply_to_message_id=1, reply_to_peer_id="channel5"),
    )
    assert text == "Bir.\n\nİki.\n\nÜç."


def test_each_post_of_a_channel_is_a_document_and_the_same_as_posted_live() -> None:
    posts = read_chat(
        message(4, "Okullar tatil.", sender="Ova Haber"),
        message(
            5,
            "Yol kapalı.",
            sender="Ova Haber",
            at=3,
            author="Editör",
            edited_unixtime="1614592800",
        ),
        message(6, "Yol kapalı.", sender="Ova Haber", at=4, reply_to_message_id=4),
        name="Ova  Haber",
        type="public_channel",
    )
    assert [post.text for post in posts] == ["Okullar tatil.", "Yol kapalı.", "Yol kapalı."]
    assert len({post.content_hash for post in posts}) == 3
    live = make_post(
        -1001234567890,
        "Ova Haber",
        5,
        "Yol kapalı.\r\n",
        author="Editör",
        date="2021-03-01T08:00:03+00:00",
        changed_at="2021-03-01T10:00:00+00:00",
    )
    assert posts[1] == live
    assert posts[0].changed_at == "2021-03-01T08:00:00+00:00"
    assert [(p.label, p.link) for p in live.places] == [("Editör", f"{LINK}5")]


@pytest.mark.parametrize(
    ("kind", "id_", "series", "source"),
    [
        ("personal_chat", 55, "telegram:55", "telegram:55/9"),
        ("bot_chat", 55, "telegram:55", "telegram:55/9"),
        ("saved_messages", 55, "telegram:55", "telegram:55/9"),
        (None, 55, "telegram:55", "telegram:55/9"),
        ("private_group", 55, "telegram:-55", "telegram:-55/9"),
        ("private_supergroup", 1234567890, "telegram:-1001234567890", f"{LINK}9"),
        ("public_supergroup", 55, "telegram:-1000000000055", "https://t.me/c/55/9"),
        ("private_channel", 1234567890, "telegram:-1001234567890", f"{LINK}9"),
        ("public_channel", 2234567890, "telegram:-1002234567890", "https://t.me/c/2234567890/9"),
    ],
)
def test_each_type_of_chat_has_its_numbers(
    kind: str | None, id_: int, series: str, source: str
) -> None:
    [document] = read_chat(message(9, "Merhaba."), type=kind, id=id_)
    assert (document.series, document.source) == (series, source)
    assert document.places[0].link == (source if source.startswith("https") else "")


def test_nobody_knows_when_a_conversation_changed() -> None:
    """Its last message may have been deleted: that is to be followed, too."""
    [talk] = read_chat(message(1, "Merhaba."), message(2, "Selam.", at=3, sender="Can"))
    assert talk.changed_at == ""


def test_no_link_leads_to_a_message_from_before_the_group_was_a_supergroup() -> None:
    assert message_source(-1001234567890, -999_999_990) == "telegram:-1001234567890/-999999990"
    assert message_source(-1001234567890, 3) == f"{LINK}3"
    assert chat_series(-1001234567890) == "telegram:-1001234567890"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"text": "düz"}, "düz"),
        ({"text": ["Bkz. ", {"type": "link", "text": "a.org"}, " orada"]}, "Bkz. a.org orada"),
        ({"text": [{"type": "text_link", "text": "Burada", "href": "http://b"}]}, "Burada"),
        ({"text": "", "photo": "photos/1.jpg"}, ""),
        ({"text": "altyazı", "photo": "photos/1.jpg"}, "altyazı"),
        ({"text": "", "text_entities": [{"type": "plain", "text": "yeni"}]}, "yeni"),
        ({"text": "a\r\nb\u2028c\x00\x1b[31m"}, "a\nb\nc[31m"),
        (
            {
                "text": "",
                "poll": {"question": "Ne gün?", "answers": [{"text": "Salı", "voters": 3}]},
            },
            "Ne gün?\n- Salı",
        ),
        (
            {
                "text": "Oylayın",
                "poll": {"question": {"text": "Kim?"}, "answers": [{"text": "Can"}]},
            },
            "Oylayın\nKim?\n- Can",
        ),
        (
            {"text": "", "place_name": "Çay Bahçesi", "address": "Göl Sok. 3"},
            "Çay Bahçesi\nGöl Sok. 3",
        ),
        ({"text": 5, "poll": 6, "place_name": []}, ""),
        ({"text": [[["iç"]], {"text": ["içe"]}, None, 4]}, "içiçe"),
    ],
)
def test_a_message_says_its_text_its_poll_or_its_place(fields: dict[str, Any], text: str) -> None:
    [document] = read_chat(message(1, "", sender="A") | fields, message(2, "Son.", at=9))
    expected = [f"A: {text}", "Ayşe: Son."] if text else ["Son."]
    assert document.text.split("\n\n") == expected


def test_the_words_of_a_forwarded_message_are_its_first_writers() -> None:
    [document] = read_chat(
        message(1, "Sular kesik.", forwarded_from="Ova Belediyesi"),
        message(2, "Yine mi?", at=4, sender=None),
    )
    assert document.text == "Ova Belediyesi: Sular kesik.\n\nDeleted Account: Yine mi?"


def test_nothing_that_changes_with_time_is_in_the_document() -> None:
    poll = {"question": "Ne gün?", "answers": [{"text": "Salı", "voters": 1, "chosen": False}]}
    later = {"question": "Ne gün?", "answers": [{"text": "Salı", "voters": 9, "chosen": True}]}
    [before] = read_chat(message(1, "", poll=poll))
    [after] = read_chat(message(1, "", poll=later, reactions=[{"emoji": "👍", "count": 2}]))
    assert before == after


def test_an_export_without_unix_times_has_local_ones() -> None:
    old = message(1, "Eski.")
    del old["date_unixtime"]
    [document] = read_chat(old, message(2, "Tarihsiz.", date="?", date_unixtime="9" * 30))
    assert [place.date for place in document.places] == ["2021-03-01T11:00:00", ""]


def test_a_chat_without_a_name_has_one() -> None:
    [saved] = read_chat(message(1, "Not."), type="saved_messages", name=None)
    [lost] = read_chat(message(1, "Not."), type="personal_chat", name=None, id=5)
    assert (saved.title, lost.title) == ("Saved Messages", "Telegram 5")


def test_keys_may_come_in_any_order() -> None:
    turned = {"messages": [message(1, "Merhaba.")], "id": 1234567890, "type": "public_channel"}
    [document] = read(turned | {"name": "Ters"})
    assert (document.title, document.source) == ("Ters", f"{LINK}1")


def test_an_account_is_all_its_chats_and_those_that_were_left() -> None:
    other = {"messages": [message(3, "Selam.")], "name": "Can", "type": "personal_chat", "id": 8}
    left = GROUP | {"name": "Eski Site", "messages": [message(4, "Hoşça kal.")]}
    account = {
        "about": "Here is the data you requested.",
        "personal_information": {"user_id": 5, "first_name": "Ayşe"},
        "frequent_contacts": {"list": [{"id": 9, "type": "user", "name": "Hiç"}]},
        "left_chats": {"about": "", "list": [left]},
        "chats": {
            "about": "",
            "list": [
                GROUP | {"messages": [message(1, "Bir."), message(2, "İki.")]},
                {"type": "saved_messages", "id": 5, "messages": []},
                other,
            ],
        },
    }
    documents = read(account)
    assert [(d.title, d.series, d.text) for d in documents] == [
        ("Çamlık Sitesi", "telegram:-1001234567890", "Bir.\n\nİki."),
        ("Can", "telegram:8", "Selam."),
        ("Eski Site", "telegram:-1001234567890", "Hoşça kal."),
    ]


def test_control_characters_as_telegram_writes_them_are_read() -> None:
    raw = json.dumps(GROUP | {"messages": [message(1, "sekme@\\x5 son")]}).encode()
    [document] = read(b"\xef\xbb\xbf" + raw.replace(b"@", b"\\x0B"))
    assert document.text == "sekme\\x5 son"


@given(st.lists(st.sampled_from(["\\", "x", "@", "é", '"', "\n", "xAB"])), st.integers(1, 9))
def test_control_characters_are_mended_wherever_a_part_of_the_file_ends(
    letters: list[str], size: int
) -> None:
    text = f"a{''.join(letters)}b"
    raw = json.dumps(GROUP | {"messages": [message(1, text)]}, ensure_ascii=False).encode()
    file = _Slow(raw.replace(b"@", b"\\x1F"), size)
    [document] = read_export(file, "result.json")
    assert document.text == text.replace("@", "")


class _Slow(io.BytesIO):
    """Gives a few bytes at a time, whatever is asked for."""

    def __init__(self, data: bytes, most: int) -> None:
        super().__init__(data)
        self._most = most

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size or 0, self._most) if size and size > 0 else size)


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"{}x", b'{"messages": [{"id": 1, "type": "mess', b'{"a": "\xff"}', b"\x00" * 99],
)
def test_a_damaged_export_says_so(data: bytes) -> None:
    assert reason_of(data) == "damaged"


@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b"5",
        b'{"a": 1}',
        b'{"messages": []}',
        b'{"messages": [{"role": "user"}], "id": "no number"}',
        b'{"messages": {"item": {"id": 1}}, "id": 5}',
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"id": 5, "messages": [[' + b"1," * 200_000 + b"1]]}",
    ],
)
def test_json_that_is_no_export_says_so(data: bytes) -> None:
    assert reason_of(data) == "kind"


def test_nothing_of_a_damaged_export_is_given_out() -> None:
    raw = json.dumps(GROUP | {"messages": [message(n, "Söz.", at=n) for n in range(900)]})
    documents = read_export(io.BytesIO(raw.encode()[:-2]), "result.json")
    with pytest.raises(UnreadableDocument):
        next(documents)


@pytest.mark.parametrize(
    "items",
    [
        [],
        [service(1, "create_group")],
        [message(1, "👍"), message(2, "")],
        [5, None, "a", [], {}, {"id": 3}, {"id": "4", "type": "message", "text": "a"}],
        [{"id": 1, "type": "unsupported"}, {"id": True, "type": "message", "text": "a"}],
    ],
)
def test_an_export_without_words_is_empty(items: list[Any]) -> None:
    with pytest.raises(EmptyDocument) as caught:
        read(GROUP | {"messages": items})
    assert caught.value.reason == "empty"


def test_a_longer_export_has_the_same_documents_but_for_what_was_open(tmp_path: Path) -> None:
    with write_group(tmp_path / "a.json", 600).open("rb") as file:
        shorter = list(read_export(file, "a.json"))
    with write_group(tmp_path / "b.json", 700).open("rb") as file:
        longer = {d.source: d for d in read_export(file, "b.json")}
    changed = [d for d in shorter if longer[d.source] != d]
    assert len(shorter) > 50
    assert len(changed) <= 3
    assert all(longer[d.source].content_hash != d.content_hash for d in changed)
    assert len({d.content_hash for d in longer.values()}) == len(longer)


def test_every_message_with_words_is_in_one_document(tmp_path: Path) -> None:
    path = write_group(tmp_path / "a.json", 500)
    with path.open("rb") as file:
        documents = list(read_export(file, "a.json"))
    exported = json.loads(path.read_bytes())["messages"]
    above = {(d.source, d.places[0].link) for d in documents if d.headings}
    links = [p.link for d in documents for p in d.places if (d.source, p.link) not in above]
    assert len(links) == len(set(links))
    said = {f"{LINK}{m['id']}" for m in exported if m["type"] == "message" and m["text"]}
    assert said <= set(links)


def test_a_channel_is_read_post_by_post(tmp_path: Path) -> None:
    path = write_channel(tmp_path / "a.json", 50)
    with path.open("rb") as file:
        documents = list(read_export(file, "a.json"))
    assert {len(document.places) for document in documents} == {1}
    assert {document.series for document in documents} == {"telegram:-1001987654321"}


MESSAGES = st.lists(
    st.tuples(st.sampled_from([0, 1, 1000, 2000]), st.integers(0, 30), st.sampled_from("abc")),
    max_size=60,
)


def talk(drawn: list[tuple[int, int, str]]) -> Iterator[Message]:
    time_s = 0
    for number, (pause_s, back, author) in enumerate(drawn, 1):
        time_s += pause_s
        answers = number - back if 0 < back < number else None
        yield Message(number, author, "", float(time_s), f"söz {number}", answers)


@given(MESSAGES)
def test_every_message_is_in_one_conversation_below_what_it_answers(
    drawn: list[tuple[int, int, str]],
) -> None:
    conversations = list(group_messages(talk(drawn)))
    seen = [m.id for c in conversations for m in c.messages]
    assert sorted(seen) == list(range(1, len(drawn) + 1))
    for conversation in conversations:
        ids = [m.id for m in conversation.messages]
        assert ids[0] == min(ids)
        for place, written in enumerate(conversation.messages):
            if written.answers in ids:
                assert ids.index(written.answers) < place


@given(MESSAGES, MESSAGES)
def test_what_was_closed_stays_as_it_was(
    first: list[tuple[int, int, str]], more: list[tuple[int, int, str]]
) -> None:
    shorter = {c.messages[0].id: c for c in group_messages(talk(first))}
    longer = {c.messages[0].id: c for c in group_messages(talk([*first, *more]))}
    for id_, conversation in shorter.items():
        old = [m for m in longer[id_].messages if m.id <= len(first)]
        assert old == list(conversation.messages)
        assert longer[id_].answered == conversation.answered


def test_a_group_that_is_never_quiet_is_cut() -> None:
    words = [Message(n, "A", "", float(n), "söz") for n in range(250)]
    assert [len(c.messages) for c in group_messages(words)] == [MOST_MESSAGES] * 2 + [50]
    long = [Message(n, "A", "", float(n), "s" * (MOST_CHARACTERS // 2)) for n in range(3)]
    assert [len(c.messages) for c in group_messages(long)] == [2, 1]


def test_what_stays_open_is_bounded() -> None:
    lonely = (Message(n, "A", "", None, "söz", answers=-n) for n in range(1, 2000))
    first = next(group_messages(lonely))
    assert first.messages[0].id == 1
    assert next(lonely).id == MOST_OPEN + 2


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "data", BundledEncoder())
    yield library
    library.close()


@pytest.mark.parametrize("pause_s", [60, 3 * QUIET_S])
def test_the_reply_is_quoted_with_its_own_link_and_found_by_the_words_of_the_question(
    library: Library, pause_s: int
) -> None:
    documents = read_chat(
        message(1, "Asansör bakımı için usta yarın öğleden sonra gelecek.", sender="Can"),
        message(2, "Sitenin havuzu hangi gün temizlenecek?", sender="Ayşe", at=20),
        message(3, "Her perşembe, o gün kapalı olur.", sender="Elif", at=20 + pause_s)
        | {"reply_to_message_id": 2},
        message(4, "Otoparka yabancı araç giremeyecek.", sender="Can", at=40 + pause_s),
    )
    library.add_all(documents, "chat:1")
    quote = library.answer("Havuz hangi gün temizlenecek?", ["chat:1"]).quotes[0]
    start, end = quote.highlight
    assert quote.passage.text[start:end] == "Elif: Her perşembe, o gün kapalı olur."
    assert quote.place is not None
    assert (quote.place.label, quote.place.link) == ("Elif", f"{LINK}3")
    assert quote.title == "Çamlık Sitesi"


def test_a_second_import_of_a_longer_export_adds_what_is_new(
    library: Library, tmp_path: Path
) -> None:
    with write_group(tmp_path / "a.json", 300).open("rb") as file:
        first = library.add_all(read_export(file, "a.json"), "chat:1")
    with write_group(tmp_path / "b.json", 330).open("rb") as file:
        second = library.add_all(read_export(file, "b.json"), "chat:1")
    assert second.unchanged >= first.documents - 3
    assert second.documents <= 20
    [entry] = library.entries(["chat:1"])
    assert entry.documents == second.unchanged + second.documents
    assert (entry.document.title, entry.document.series) == (
        "Çamlık Sitesi",
        "telegram:-1001234567890",
    )


WHOLE = json.dumps(
    {"chats": {"list": [GROUP | {"messages": [message(1, ["a", {"type": "b", "text": "c"}])]}]}}
).encode()


@given(
    st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.sampled_from(list(b'{}[]":,\\0x9et ')))),
    st.integers(0, len(WHOLE)),
)
def test_whatever_happens_to_an_export_it_is_read_or_refused(
    changes: list[tuple[int, int]], kept: int
) -> None:
    damaged = bytearray(WHOLE)
    for position, value in changes:
        damaged[position] = value
    for data in (bytes(damaged), bytes(damaged[:kept])):
        with suppress(UnreadableDocument):
            assert all(document.text for document in read(data))
