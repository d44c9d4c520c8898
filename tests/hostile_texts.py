"""Texts, tables, subtitles and exports that are hardly what they claim to be."""

import json
import random
from collections.abc import Iterator

from tests.damage import Case, case


def text_cases() -> Iterator[Case]:
    """Bytes that are hardly text."""
    text = "Kiracı evi özenle kullanır. "
    for title, data, ends in (
        ("nothing", b"", "empty"),
        ("a zero", b"\0", "kind empty"),
        ("zeros", bytes(100_000), "kind"),
        ("a mark alone", b"\xff\xfe", "empty"),
        ("half a mark", b"\xff", ""),
        ("UTF-16 of odd length", text.encode("utf-16") + b"a", "ok"),
        ("UTF-16 of halves", b"\xff\xfe" + b"\x00\xd8" * 500 + text.encode("utf-16-le"), "ok"),
        ("UTF-32 beyond Unicode", b"\xff\xfe\0\0" + b"\xff\xff\xff\x7f" * 99, ""),
        ("UTF-8 of halves", b"\xed\xa0\x80\xed\xb0\x80" * 5 + text.encode() * 50, "ok"),
        ("broken UTF-8", b"\xf0\x9f\x98" * 500 + text.encode(), ""),
        ("zeros between", text.encode() * 500 + b"\0", "ok"),
        ("every byte", bytes(range(256)) * 40, "kind"),
        ("noise", random.Random(7).randbytes(50_000), "kind"),
        ("high noise", bytes(random.Random(8).choices(range(128, 256), k=50_000)), ""),
        ("one line of 8 MB", (text * 300_000).encode(), "ok"),
        ("line ends", b"a" + b"\n" * 8_000_000, "ok"),
        ("carriage returns", b"a" + b"\r" * 3_000_000, "ok"),
        ("accents on accents", ("a" + "\u0301" * 500_000).encode(), "ok"),
        ("turned around", ("\u202e\u2066" * 5_000 + text).encode(), "ok"),
        ("no width", ("\u200d\ufeff" * 100_000 + text).encode(), "ok"),
        ("what terminals obey", b"\x1b]0;x\x07\x1b[2J\x1b[31m" + text.encode() * 200, "ok"),
        ("headings only", "BAŞLIK BURADA\n\n".encode() * 100_000, "ok"),
        ("one letter", b"a", "ok"),
        ("signs only", b"*** --- ???", "empty"),
    ):
        yield case(title, "a.txt", data, ends)


def csv_cases(url: str) -> Iterator[Case]:
    """Tables with absurd cells."""
    for title, text in {
        "one row of a million cells": "," * 1_000_000,
        "a row of cells": "a," * 500_000,
        "a quote without end": 'soru,cevap\na,"' + "b\n" * 100_000,
        "a cell of 6 MB": "soru,cevap\nNe?," + "a" * 6_000_000,
        "a quoted cell of 6 MB": 'soru,cevap\nNe?,"' + "a " * 3_000_000 + '"\n',
        "a question of 1 MB": "soru,cevap\n" + "Ne? " * 250_000 + ",a\n",
        "quotes": '"' * 500_001,
        "quotes in quotes": 'soru,cevap\n"a""b"c"d,"e" "f"\n' * 9,
        "rows of every width": "soru,cevap\n" + "\n".join("a," * i for i in range(1_000)),
        "zeros": "soru,cevap\nNe?,a\0b\n" + "Ne?,Bu.\n" * 500,
        "only a header": "soru,cevap\n",
        "no answers": "soru,cevap\n" + "Ne?,\n" * 1_000,
        "two headers": "soru,soru,cevap,cevap\na,b,c,d\n",
        "formulas that call": (
            f'soru,cevap\nNe?,"=WEBSERVICE(""{url}/a"")"\nNe 2?,"=IMAGE(""{url}/b"")"\n'
        ),
        "sep of nothing": "sep=\nsoru,cevap\nNe?,Bu\n",
        "50,000 rows": "soru,cevap\n" + "Ne?,Bu.\n" * 50_000,
        "delimiters mixed": "soru;cevap,\tNe\n" * 1_000,
    }.items():
        yield case(title, "a.csv", text)


def subtitle_cases() -> Iterator[Case]:
    """Subtitles with absurd times and cues."""
    cue = "{}\n00:00:{:02},000 --> 00:00:{:02},000\n{}\n\n"
    start = "".join(cue.format(i, i, i + 1, "Merhaba, nasılsın?") for i in range(1, 5))
    silent = "".join(f"{i}\n00:00:01,000 --> 00:00:02,000\n\n" for i in range(1, 200_001))
    yield case("200,000 cues without text", "a.srt", silent, "empty")
    for title, text in {
        "times beyond any film": "9\n999:99:99,999 --> 999:99:99,999\nSon.\n\n" * 9,
        "times of many digits": "9\n" + "9" * 5_000 + ":00:00,000 --> 00:00:01,000\nSon.\n\n",
        "times backwards": "9\n00:09:00,000 --> 00:00:01,000\nSon.\n\n" * 2_000,
        "the same cue": "9\n00:00:09,000 --> 00:00:10,000\nSon.\n\n" * 10_000,
        "a cue of 1 MB": "9\n00:00:09,000 --> 00:00:10,000\n" + "ses " * 250_000,
        "arrows": "-->" * 200_000,
        "arrows in lines": "-->\n" * 50_000,
        "tags": "9\n00:00:09,000 --> 00:00:10,000\n" + "<i>" * 200_000,
        "tags without end": "9\n00:00:09,000 --> 00:00:10,000\n" + "<" * 300_000,
        "styles": "9\n00:00:09,000 --> 00:00:10,000\n" + "{\\an8" * 100_000,
        "dashes": "9\n00:00:09,000 --> 00:00:10,000\n" + "- " * 300_000,
        "spaces before a time": "9\n" + " " * 300_000 + "00:00:09,000 --> 00:00:10,000\nSon.\n",
        "numbers alone": "1\n" * 50_000,
        "names": "9\n00:00:09,000 --> 00:00:10,000\n" + "Ayşe: evet.\n" * 50_000,
        "lines that grow": "".join(
            f"{i}\n00:00:{i % 60:02},000 --> 00:00:{i % 60:02},900\n{'ses ' * i}\n\n"
            for i in range(1, 1_000)
        ),
    }.items():
        yield case(title, "a.srt", start + text)
    for title, text in {
        "notes": "NOTE\n" + "a\n" * 200_000,
        "a style without end": "STYLE\n" + "::cue{" * 100_000,
        "regions": "REGION\nid:a\n\n" * 100_000,
        "voices": "00:01.000 --> 00:02.000\n" + "<v Ayşe>evet " * 30_000,
        "settings": "00:01.000 --> 00:02.000 " + "line:0 " * 100_000 + "\nevet\n",
        "classes": "00:01.000 --> 00:02.000\n<c" + ".a" * 200_000 + ">evet\n",
        "nothing": "",
    }.items():
        yield case(title, "a.vtt", f"WEBVTT\n\n{text}")


# ---- Telegram's export


def _export(*messages: object, **changes: object) -> str:
    chat = {"name": "Kira", "type": "private_supergroup", "id": 12345, "messages": messages}
    return json.dumps({**chat, **changes}, ensure_ascii=True)


def _message(**changes: object) -> dict[str, object]:
    message = {
        "id": 1,
        "type": "message",
        "date": "2024-01-02T03:04:05",
        "date_unixtime": "1704164645",
        "from": "Ayşe",
        "from_id": "user7",
        "text": "Kiracı evi özenle kullanır.",
    }
    return message | changes


WRONG: tuple[object, ...] = (
    None,
    True,
    5,
    -1,
    10**40,
    1.5,
    "",
    "x",
    "\ud800",
    "\0",
    [],
    [[]],
    [5, None, {}, {"text": 5}, {"type": 5, "text": ["x"]}],
    {},
    {"text": {"text": "x"}},
)


def export_cases(url: str) -> Iterator[Case]:
    """Exports with the wrong things everywhere."""
    for field in _message():
        for number, value in enumerate(WRONG):
            text = _export(_message(id=1), _message(**{"id": 2, field: value}))
            if number % 5 == 0 or field == "text":
                yield case(f"{field} is {value!r}"[:60], "result.json", text)
    for field in ("name", "type", "id"):
        for value in WRONG[::4]:
            text = _export(_message(), **{field: value})
            yield case(f"chat's {field} is {value!r}"[:60], "result.json", text)
    for number, value in enumerate(WRONG):
        yield case(f"a message is thing {number}", "result.json", _export(value, _message()))
    for title, wild in {
        "NaN": '{"name": "a", "type": "x", "id": NaN, "messages": [{"id": Infinity}]}',
        "huge numbers": '{"id": 1e999999, "type": "x", "messages": [{"id": -1e400, "text": "a"}]}',
        "a number of 1 MB": '{"id": ' + "9" * 1_000_000 + ', "messages": []}',
        "lists in lists": '{"messages": ' + "[" * 300_000,
        "objects in objects": '{"messages": [' + '{"a":' * 300_000,
        "texts in texts": '{"messages": [{"id": 1, "text": ' + '[{"text": ' * 100_000,
        "a key of 3 MB": '{"' + "k" * 3_000_000 + '": 1, "messages": []}',
        "a text of 6 MB": _export(_message(text="ses " * 1_500_000)),
        "no messages": _export(),
        "300,000 messages of nothing": '{"messages": [' + "{}," * 299_999 + "{}]}",
        "messages twice": '{"messages": [], "messages": [{"id": 1, "text": "a"}]}',
        "messages that are a chat": '{"messages": {"list": [{"id": 1}]}}',
        "chats that are no list": '{"about": "Telegram", "chats": {"list": {"a": 1}}}',
        "chats of nothing": '{"about": "Telegram", "chats": {"list": [5, null, {"messages": 5}]}}',
        "replies to itself": _export(
            *(_message(id=i, reply_to_message_id=i % 50) for i in range(2_000))
        ),
        "one id for all": _export(*(_message() for _ in range(2_000))),
        "times backwards": _export(
            *(_message(id=i, date_unixtime=str(10**9 - i)) for i in range(500))
        ),
        "times beyond the calendar": _export(_message(date_unixtime="9" * 30, date="99999-99-99")),
        "a comma too much": _export(_message())[:-2] + ",]}",
        "two exports": _export(_message()) * 2,
        "no quotes": "{messages: [{id: 1}]}",
        "escapes": '{"messages": [{"id": 1, "text": "' + "\\ud83d\\ude00\\udead\\x" * 9 + '"}]}',
        "raw line ends": '{"messages": [{"id": 1, "text": "a\nb\0c"}]}',
        "links that call": _export(
            _message(photo=f"{url}/a.png", text=[{"type": "link", "text": f"{url}/b"}])
        ),
        "as UTF-16": _export(_message()),
    }.items():
        data = wild.encode("utf-16") if title == "as UTF-16" else wild.encode()
        yield Case(title, "result.json", data)
