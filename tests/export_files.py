"""Exports as Telegram Desktop writes them, of any size, with chats that never took place.

The same seed gives the same messages, and a longer export of it begins with the shorter one.
"""

import datetime
import json
import random
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

START = datetime.datetime(2021, 3, 1, 8, 0, tzinfo=datetime.UTC)

_PEOPLE = ["Ayşe", "Mehmet", "Zeynep", "Can", "Elif", "Deniz Y.", "Hüseyin Amca", "Işıl", "ömer"]
_NOUNS = (
    "anahtar aidat asansör bahçe balkon bisiklet çatı çocuk doktor dolap dükkan ekmek elektrik "
    "fatura fırın gazete hastane ilaç kapı kargo kedi kira kitap komşu köpek kurs lamba market "
    "masa musluk müze okul otobüs otopark park pazar pencere postane randevu servis sigorta su "
    "şemsiye tamirci tatil telefon toplantı tren usta vapur yağmur yemek yol yönetici"
).split()
_SUFFIXES = ["", "ı", "da", "dan", "lar", "ların", "ımız", "ımızda", "a", "la", "mız", "lık"]
_VERBS = "geldi bozuldu açıldı kapandı değişti bulundu bitti başladı ertelendi kaldı".split()
_WHEN = ["dün", "bugün", "yarın", "sabah", "akşam", "pazartesi", "cuma günü", "öğleden sonra"]
_SYLLABLES = "ka ra bel göl dağ tepe su lar çam lı ova köy gün taş ba çay ır mak".split()
_QUESTIONS = ["{0} ne zaman {1}?", "{0} nerede?", "{0} kaçta?", "Kim {0} gördü?", "{0} {1} mi?"]
_SHORT = ["Tamam", "Teşekkürler", "Evet", "👍", "Olur", "Bakarım", "Sağ olun 🙏", "Yok"]


def write_export(path: Path, chat: dict[str, Any], messages: Iterable[dict[str, Any]]) -> Path:
    """Write the export of one chat: what is said of it, then its messages."""
    with path.open("w", encoding="utf-8") as file:
        head = json.dumps(chat, ensure_ascii=False, indent=1).removesuffix("\n}")
        file.write(f'{head},\n "messages": [\n')
        for number, message in enumerate(messages):
            file.write(",\n" if number else "")
            file.write(json.dumps(message, ensure_ascii=False, indent=1))
        file.write("\n ]\n}")
    return path


def write_group(path: Path, messages: int, *, seed: int = 1) -> Path:
    """Write the export of a supergroup in which people have talked for years."""
    chat = {"name": "Çamlık Sitesi", "type": "private_supergroup", "id": 1234567890}
    return write_export(path, chat, islice(talk(seed), messages))


def write_channel(path: Path, messages: int, *, seed: int = 2) -> Path:
    """Write the export of a channel."""
    chat = {"name": "Ova Haber", "type": "public_channel", "id": 1987654321}
    posts = (m | {"from": "Ova Haber", "from_id": "channel1987654321"} for m in talk(seed))
    return write_export(path, chat, islice(posts, messages))


def channel_export(number: int, title: str, *texts: str) -> bytes:
    """Make the export of a private channel with a few posts, numbered from 1."""
    posts = [
        message(post, text, sender=title, from_id=f"channel{number}")
        for post, text in enumerate(texts, 1)
    ]
    chat = {"name": title, "type": "private_channel", "id": number, "messages": posts}
    return json.dumps(chat, ensure_ascii=False).encode()


def message(number: int, text: Any, *, at: float = 0.0, **others: Any) -> dict[str, Any]:
    """Make a message as the export has it.

    Args:
        number: Its id.
        text: A string, or a list of parts.
        at: Seconds since START.
        **others: More of its fields; ``sender`` for from.
    """
    date = START + datetime.timedelta(seconds=at)
    sender = others.pop("sender", "Ayşe")
    parts = text if isinstance(text, list) else [text] if text else []
    entities = [p if isinstance(p, dict) else {"type": "plain", "text": p} for p in parts]
    return {
        "id": number,
        "type": "message",
        "date": date.astimezone(datetime.timezone(datetime.timedelta(hours=3)))
        .replace(tzinfo=None)
        .isoformat(),
        "date_unixtime": str(int(date.timestamp())),
        "from": sender,
        "from_id": f"user{1000 + sum(map(ord, sender or ''))}",
        **others,
        "text": text,
        "text_entities": entities,
    }


def service(number: int, action: str, *, at: float = 0.0, **others: Any) -> dict[str, Any]:
    """Make what Telegram itself says in a chat."""
    made = message(number, "", at=at) | {"type": "service", "action": action, **others}
    made["actor"], made["actor_id"] = made.pop("from"), made.pop("from_id")
    return made


def talk(seed: int) -> Iterator[dict[str, Any]]:
    """Talk without end: questions, answers, replies, polls, pictures with and without words."""
    chance = random.Random(seed)
    places = [_place_name(chance) for _ in range(3000)]
    at, number = 0.0, 0
    while True:
        at += 3600 * chance.uniform(1, 8)
        for _ in range(chance.randint(1, 14)):
            at += chance.expovariate(1 / 90)
            number += chance.choice([1, 1, 1, 1, 2])  # some have been deleted
            sender = chance.choice(_PEOPLE)
            others: dict[str, Any] = {"sender": sender}
            if number > 30 and chance.random() < 0.25:
                back = chance.randint(1, 6) if chance.random() < 0.9 else chance.randint(1, 3000)
                others["reply_to_message_id"] = max(1, number - back)
            yield _something(chance, number, at, places, others)


def _something(
    chance: random.Random, number: int, at: float, places: list[str], others: dict[str, Any]
) -> dict[str, Any]:
    kind = chance.random()
    if kind < 0.01:
        return service(number, "pin_message", at=at, message_id=max(1, number - 3))
    if kind < 0.05:
        missing = "(File not included. Change data exporting settings to download.)"
        return message(number, "", at=at, photo=missing, width=1280, height=960, **others)
    if kind < 0.055:
        answers = [{"text": when, "voters": 3, "chosen": False} for when in _WHEN[:3]]
        poll = {"question": _question(chance), "closed": False, "total_voters": 9}
        return message(number, "", at=at, poll=poll | {"answers": answers}, **others)
    if kind < 0.2:
        return message(number, chance.choice(_SHORT), at=at, **others)
    if kind < 0.4:
        return message(number, _question(chance), at=at, **others)
    sentences = " ".join(_sentence(chance, places) for _ in range(chance.choice([1, 1, 2, 3])))
    if kind < 0.45:
        link = {"type": "link", "text": f"https://example.org/{number}"}
        return message(number, [sentences + " ", link, ""], at=at, **others)
    if kind < 0.47:
        others["forwarded_from"] = "Ova Belediyesi"
    return message(number, sentences, at=at, **others)


def _question(chance: random.Random) -> str:
    return chance.choice(_QUESTIONS).format(_thing(chance).capitalize(), chance.choice(_VERBS))


def _sentence(chance: random.Random, places: list[str]) -> str:
    words = [chance.choice(_WHEN), chance.choice(places), _thing(chance), _thing(chance)]
    if chance.random() < 0.3:
        words.append(f"saat {chance.randint(7, 22)}.{chance.randint(10, 59)}'de")
    sentence = " ".join([*words, chance.choice(_VERBS)])
    return sentence[:1].upper() + sentence[1:] + chance.choice([".", ".", "", "!"])


def _thing(chance: random.Random) -> str:
    return chance.choice(_NOUNS) + chance.choice(_SUFFIXES)


def _place_name(chance: random.Random) -> str:
    return "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))).capitalize()
