"""What is kept of a channel's post, and which post a reply means."""

from typing import Any

import pytest
from telegram import Message

from bot.posts import PostKey, find_file, find_replied, read_post, read_source
from embeddings.datatypes import Place
from embeddings.readers.telegram import make_post

CHANNEL_ID = -1001234567890
CHANNEL = {"id": CHANNEL_ID, "type": "channel", "title": "Kıyı"}
PUBLIC = {**CHANNEL, "username": "kiyi"}
GROUP = {"id": -1009, "type": "supergroup", "title": "Sohbet"}
POST = {"message_id": 7, "date": 1_700_000_000, "chat": CHANNEL, "sender_chat": CHANNEL}
LINK = "https://t.me/c/1234567890/7"
WHEN = "2023-11-14T22:13:20+00:00"
ORIGIN = {"type": "channel", "date": 1, "chat": CHANNEL, "message_id": 7}
FILE = {"file_id": "1", "file_unique_id": "1"}


def message(**fields: Any) -> Message:
    return Message.de_json({**POST, **fields}, None)


def test_a_post_is_the_document_that_an_export_makes_of_it() -> None:
    read = read_post(message(text="Tekne kalktı.", author_signature="Ayşe"))
    made = make_post(
        CHANNEL_ID, "Kıyı", 7, "Tekne kalktı.", author="Ayşe", date=WHEN, changed_at=WHEN
    )
    assert read == made
    assert read.source == LINK
    assert read.series == "telegram:-1001234567890"
    assert read.places == (Place(0, "Ayşe", WHEN, LINK),)


def test_a_public_channels_post_has_its_link_by_name_and_the_same_source_and_content() -> None:
    private = read_post(message(text="Tekne kalktı."))
    public = read_post(message(text="Tekne kalktı.", chat=PUBLIC))
    assert private
    assert public
    assert public.places == (Place(0, "", WHEN, "https://t.me/kiyi/7"),)
    assert (public.source, public.content_hash) == (private.source, private.content_hash)


def test_an_edited_post_is_as_old_as_its_last_change_and_dated_as_it_was_posted() -> None:
    edited = read_post(message(text="Tekne döndü.", edit_date=1_700_003_600))
    assert edited
    assert edited.changed_at == "2023-11-14T23:13:20+00:00"
    assert edited.places[0].date == WHEN


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"text": "Tekne kalktı."}, "Tekne kalktı."),
        ({"caption": "Tekne kalktı.", "photo": []}, "Tekne kalktı."),
        ({"text": "😀 5"}, "😀 5"),
        ({"text": "🎉 …"}, None),
        ({"photo": []}, None),
        ({"new_chat_title": "Kıyı"}, None),
    ],
)
def test_what_a_post_says_is_its_text_or_caption(fields: dict[str, Any], text: str | None) -> None:
    document = read_post(message(**fields))
    assert (document.text if document else None) == text


@pytest.mark.parametrize(
    ("fields", "is_file"),
    [
        ({"document": {**FILE, "file_name": "plan.pdf", "mime_type": "application/pdf"}}, True),
        ({"document": {**FILE, "file_name": "resim.png", "mime_type": "image/png"}}, False),
        ({"text": "Tekne"}, False),
    ],
)
def test_a_file_that_may_be_read_is_found(fields: dict[str, Any], is_file: bool) -> None:
    assert (find_file(message(**fields)) is not None) == is_file


def replied(**fields: Any) -> dict[str, Any]:
    return {"reply_to_message": {"message_id": 3, "date": 1, "chat": CHANNEL, **fields}}


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({}, None),
        (replied(), (-1001234567890, 3)),
        # In a channel, what was forwarded to it is a post of its own.
        (replied(forward_origin={**ORIGIN, "chat": GROUP}), (-1001234567890, 3)),
        ({"chat": GROUP, **replied(forward_origin=ORIGIN)}, (-1001234567890, 7)),
        ({"chat": GROUP, **replied()}, (-1009, 3)),
        ({"chat": GROUP, "external_reply": {"origin": ORIGIN}}, (-1001234567890, 7)),
        (
            {
                "chat": GROUP,
                "external_reply": {
                    "origin": {"type": "hidden_user", "date": 1, "sender_user_name": "A"}
                },
            },
            None,
        ),
    ],
)
def test_a_reply_means_the_original_post(
    fields: dict[str, Any], key: tuple[int, int] | None
) -> None:
    assert find_replied(message(**fields)) == key


@pytest.mark.parametrize("key", [PostKey(-1001234567890, 7), PostKey(-1000000000009, 1)])
def test_a_source_tells_the_post_and_so_does_that_of_its_file(key: PostKey) -> None:
    assert read_source(key.source) == key
    assert read_source(key.file_source) == key


@pytest.mark.parametrize(
    "source", ["telegram:5/7", "/belge.txt", "https://t.me/kiyi/7", "https://t.me/c/1/2/3", ""]
)
def test_another_source_tells_no_post(source: str) -> None:
    assert read_source(source) is None
