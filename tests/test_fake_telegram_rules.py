"""What the fake makes of texts, and what it refuses: worded as the Bot API server words it."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.fake_telegram import ApiError, find_specification
from tests.fake_telegram.entities import cut
from tests.fake_telegram.formatting import formatted
from tests.fake_telegram.no_specification import NoSpecification
from tests.fake_telegram.rates import RateMeter
from tests.fake_telegram.rules import Rules, load_rules

Seen = tuple[str, list[tuple[str, ...]]]

needs_specification = pytest.mark.skipif(
    find_specification() is None, reason="the Bot API's specification is not at hand"
)


def seen(text: str, mode: str = "") -> Seen:
    """The text, and of each entity its kind, the part it covers, and what it carries."""
    text, entities = formatted(text, mode)
    carried = ("url", "language", "custom_emoji_id")
    return text, [(e["type"], cut(text, e), *(e[k] for k in carried if k in e)) for e in entities]


def refusal(text: str, mode: str = "", **kwargs: Any) -> str:
    with pytest.raises(ApiError) as caught:
        formatted(text, mode, **kwargs)
    return caught.value.description


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "<b>bold</b> &lt;x&gt; &amp;amp; 😀<i>ital</i>",
            ("bold <x> &amp; 😀ital", [("bold", "bold"), ("italic", "ital")]),
        ),
        (
            '<a href="https://example.com">l</a>',
            ("l", [("text_link", "l", "https://example.com/")]),
        ),
        (
            '<a href="http://x.org/a?b=1&amp;c=2">l</a>',
            ("l", [("text_link", "l", "http://x.org/a?b=1&c=2")]),
        ),
        ('<a href="notalink">l</a>', ("l", [])),
        (
            '<pre><code class="language-python">x=1</code></pre>',
            ("x=1", [("pre", "x=1", "python")]),
        ),
        ('<code class="language-c">x</code>', ("x", [("code", "x")])),
        ("<b>a<i>b</i></b>", ("ab", [("bold", "ab"), ("italic", "b")])),
        (
            "<blockquote expandable>q\nq</blockquote>z",
            ("q\nqz", [("expandable_blockquote", "q\nq")]),
        ),
        (
            '<span class="tg-spoiler">s</span> <tg-spoiler>t</tg-spoiler>',
            ("s t", [("spoiler", "s"), ("spoiler", "t")]),
        ),
        ('<tg-emoji emoji-id="123">👍</tg-emoji>', ("👍", [("custom_emoji", "👍", "123")])),
        ("  <b>x</b>  \n", ("x", [("bold", "x")])),
        ("<b></b>x", ("x", [])),
        ("&nbsp;&copy", ("&nbsp;&copy", [])),
        ("<B>up</B>", ("up", [("bold", "up")])),
        ("&#128512;&#x41;", ("😀A", [])),
        ("&#x110000;", ("&#x110000;", [("hashtag", "#x110000")])),
        (
            "hi @somebody /cmd@my_bot http://a.b/c, #tag me@x.io <code>@no</code>",
            (
                "hi @somebody /cmd@my_bot http://a.b/c, #tag me@x.io @no",
                [
                    ("mention", "@somebody"),
                    ("bot_command", "/cmd@my_bot"),
                    ("url", "http://a.b/c"),
                    ("hashtag", "#tag"),
                    ("email", "me@x.io"),
                    ("code", "@no"),
                ],
            ),
        ),
    ],
)
def test_html_becomes_text_and_entities(source: str, expected: Seen) -> None:
    assert seen(source, "HTML") == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("ş<foo>", 'Unsupported start tag "foo" at byte offset 2'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("a<b", "Unclosed start tag at byte offset 1"),
        ("</b>", "Unexpected end tag at byte offset 0"),
        (
            "<b>x</i>",
            'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"',
        ),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
        ("x <= y > z", 'Unsupported start tag "=" at byte offset 2'),
        ('<a href="x>l</a>', "Unclosed start tag at byte offset 0"),
        ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
    ],
)
def test_broken_html_is_refused(source: str, expected: str) -> None:
    assert refusal(source, "HTML") == f"Bad Request: can't parse entities: {expected}"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "*b* _i_ __u__ ~s~ ||sp|| `c`",
            (
                "b i u s sp c",
                [
                    ("bold", "b"),
                    ("italic", "i"),
                    ("underline", "u"),
                    ("strikethrough", "s"),
                    ("spoiler", "sp"),
                    ("code", "c"),
                ],
            ),
        ),
        ("*b _i_*", ("b i", [("bold", "b i"), ("italic", "i")])),
        ("1\\. a\\!", ("1. a!", [])),
        ("[l](https://a.b/c\\)d)", ("l", [("text_link", "l", "https://a.b/c)d")])),
        (
            "![👍](tg://emoji?id=5368324170671202286)",
            ("👍", [("custom_emoji", "👍", "5368324170671202286")]),
        ),
        ("```python\nx=1\n```", ("x=1", [("pre", "x=1", "python")])),
        ("```\nx\n```", ("x", [("pre", "x")])),
        ("```x```", ("x", [("pre", "x")])),
        (">q1\n>q2\nz", ("q1\nq2\nz", [("blockquote", "q1\nq2\n")])),
        (">q1\n>q2||\nz", ("q1\nq2\nz", [("expandable_blockquote", "q1\nq2\n")])),
        (">q||", ("q", [("expandable_blockquote", "q")])),
        ("_a\n_", ("a", [("italic", "a")])),
        ("__a *b*__", ("a b", [("underline", "a b"), ("bold", "b")])),
    ],
)
def test_markdown_v2_becomes_text_and_entities(source: str, expected: Seen) -> None:
    assert seen(source, "MarkdownV2") == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a.b", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("1-2", "Character '-' is reserved and must be escaped with the preceding '\\'"),
        ("|x", "Character '|' is reserved and must be escaped with the preceding '\\'"),
        ("ş*b", "Can't find end of Bold entity at byte offset 2"),
        ("`c", "Can't find end of Code entity at byte offset 0"),
        ("[l](x", "Can't find end of a URL at byte offset 4"),
        ("a_b", "Can't find end of Italic entity at byte offset 1"),
    ],
)
def test_broken_markdown_v2_is_refused(source: str, expected: str) -> None:
    assert refusal(source, "MarkdownV2") == f"Bad Request: can't parse entities: {expected}"


def test_legacy_markdown_becomes_text_and_entities() -> None:
    assert seen("*b* _i_ [l](http://a.b) `c` a\\_b", "Markdown") == (
        "b i l c a_b",
        [("bold", "b"), ("italic", "i"), ("text_link", "l", "http://a.b/"), ("code", "c")],
    )


def test_broken_legacy_markdown_is_refused() -> None:
    assert refusal("a_b", "Markdown") == (
        "Bad Request: can't parse entities: Can't find end of the entity starting at byte offset 1"
    )


def test_an_unknown_parse_mode_is_refused() -> None:
    assert refusal("x", "XML") == "Bad Request: unsupported parse_mode"


def test_markup_does_not_count_toward_the_length_of_a_message() -> None:
    text, _ = formatted(f"<b>{'x' * 4096}</b>", "HTML")

    assert text == "x" * 4096
    assert refusal("x" * 4097, "HTML") == "Bad Request: message is too long"


def test_a_caption_may_be_empty_and_is_shorter_than_a_message() -> None:
    assert formatted("", what="caption") == ("", [])
    assert refusal("x" * 1025, what="caption") == "Bad Request: message caption is too long"


def test_a_text_of_spaces_is_empty() -> None:
    assert refusal(" \n ") == "Bad Request: text must be non-empty"


def test_an_entity_beyond_the_end_of_the_text_is_refused() -> None:
    entity = {"type": "bold", "offset": 0, "length": 5}

    assert refusal("x", entities=[entity]) == (
        "Bad Request: entity beginning at UTF-16 offset 0 ends after the end of the text "
        "at UTF-16 offset 5"
    )


# ---- the arguments of a call


@pytest.fixture
def rules() -> Rules:
    return load_rules()


@pytest.fixture
def no_rules() -> Rules:
    return NoSpecification()


def button(**fields: Any) -> dict[str, str]:
    """The parameters of a message with one button."""
    keyboard = {"inline_keyboard": [[fields]]}
    return {"chat_id": "5", "text": "x", "reply_markup": json.dumps(keyboard)}


@needs_specification
def test_the_specification_is_found(rules: Rules) -> None:
    assert rules.in_use


@needs_specification
def test_the_specification_has_a_sample_of_each_type_that_the_fake_makes(rules: Rules) -> None:
    assert rules.sample("ForumTopic", name="Genel", icon_color=None) == {
        "message_thread_id": 1,
        "name": "Genel",
    }
    assert rules.sample("ChatMemberOwner", user={}, title="not a field") == {
        "status": "creator",
        "is_anonymous": False,
        "user": {},
    }
    assert rules.sample("Integer") == 1
    assert rules.sample("Array of Sticker") == []


@needs_specification
def test_form_fields_are_decoded_by_the_specification(rules: Rules) -> None:
    raw = {"chat_id": "5", "text": "7", "disable_notification": "true"}

    assert rules.decode("sendMessage", raw, {}, strict=True) == {
        "chat_id": 5,
        "text": "7",
        "disable_notification": True,
    }


@needs_specification
@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"text": "x"}, "chat_id is empty"),
        ({"chat_id": "5"}, "message text is empty"),
        (
            {"chat_id": "5", "text": "x", "txt": "y"},
            '[fake] unknown parameter "txt" of sendMessage',
        ),
        (
            {"chat_id": "5", "text": "x", "reply_markup": "{"},
            "can't parse reply keyboard markup JSON object",
        ),
        (
            button(callback_data="a"),
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            button(text="a", calback_data="a"),
            "can't parse inline keyboard button: "
            '[fake] unknown field "calback_data" of InlineKeyboardButton',
        ),
        (
            button(text=5, callback_data="a"),
            'can\'t parse inline keyboard button: Field "text" must be of type String',
        ),
        (
            {"chat_id": "5", "text": "x", "reply_parameters": '{"message_id":"x"}'},
            'field "message_id" must be of type Number',
        ),
        (
            {"chat_id": "5", "text": "x", "message_thread_id": "abc"},
            "can't parse message_thread_id JSON object",
        ),
        (
            {"chat_id": "5", "text": "x", "disable_notification": "5"},
            'field "disable_notification" must be of type Boolean',
        ),
    ],
)
def test_arguments_that_the_specification_does_not_allow_are_refused(
    rules: Rules, raw: dict[str, str], expected: str
) -> None:
    with pytest.raises(ApiError) as caught:
        rules.decode("sendMessage", raw, {}, strict=True)

    assert caught.value.description == f"Bad Request: {expected}"


@needs_specification
def test_unknown_parameters_are_ignored_where_the_fake_is_not_strict(rules: Rules) -> None:
    raw = {"chat_id": "5", "text": "x", "txt": "y"}

    assert rules.decode("sendMessage", raw, {}, strict=False) == {"chat_id": 5, "text": "x"}


@needs_specification
def test_methods_are_known_in_any_case_and_others_are_not(rules: Rules) -> None:
    assert rules.method_name("sendmessage") == "sendMessage"
    with pytest.raises(ApiError, match="Not Found: method not found"):
        rules.method_name("noSuchThing")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("chat_id", "-5", -5),
        ("chat_id", "@kanal", "@kanal"),
        ("text", "5", "5"),
        ("text", "true", "true"),
        ("text", '["x"]', '["x"]'),
        ("caption", "{", "{"),
        ("show_alert", "true", True),
        ("drop_pending_updates", "0", False),
        ("reaction", "[]", []),
        ("reply_parameters", '{"message_id": 3}', {"message_id": 3}),
        ("message_id", 3, 3),
    ],
)
def test_without_the_specification_form_fields_are_decoded_by_their_names(
    no_rules: Rules, name: str, value: Any, expected: Any
) -> None:
    assert no_rules.decode("anyMethod", {name: value}, {}, strict=True) == {name: expected}


def test_without_the_specification_unknown_methods_and_parameters_pass(no_rules: Rules) -> None:
    assert not no_rules.in_use
    assert no_rules.method_name("noSuchThing") == "noSuchThing"
    assert no_rules.decode("noSuchThing", {"what": "x"}, {}, strict=True) == {"what": "x"}
    assert no_rules.result_types("noSuchThing") == ["Boolean"]


def test_without_the_specification_an_argument_that_is_needed_is_missed(no_rules: Rules) -> None:
    args = no_rules.decode("sendMessage", {"chat_id": ""}, {}, strict=True)

    with pytest.raises(ApiError, match="Bad Request: chat_id is empty"):
        args["chat_id"]


def test_without_the_specification_broken_json_is_refused(no_rules: Rules) -> None:
    with pytest.raises(ApiError, match="can't parse reply keyboard markup JSON object"):
        no_rules.decode("sendMessage", {"reply_markup": "{"}, {}, strict=True)


@needs_specification
@pytest.mark.parametrize("kind", ["animation", "document", "photo", "sticker", "video_note"])
def test_both_rules_know_how_files_are_sent(rules: Rules, no_rules: Rules, kind: str) -> None:
    method = "send" + kind.title().replace("_", "")

    for each in (rules, no_rules):
        assert each.takes_file(method, kind)
        assert "Message" in each.result_types(method)
    assert rules.content_type(kind) == no_rules.content_type(kind)


@needs_specification
@pytest.mark.parametrize(
    "type_name",
    [
        "Animation",
        "Audio",
        "ChatMemberAdministrator",
        "ChatMemberBanned",
        "ChatMemberLeft",
        "ChatMemberMember",
        "ChatMemberOwner",
        "PhotoSize",
        "Sticker",
        "Video",
        "VideoNote",
        "Voice",
    ],
)
def test_both_rules_make_samples_with_the_same_fields(
    rules: Rules, no_rules: Rules, type_name: str
) -> None:
    known = {"file_id": "F", "file_unique_id": "U", "user": {"id": 1}}
    wanted = rules.sample(type_name, **known)

    assert set(no_rules.sample(type_name, **known)) >= set(wanted)
    assert no_rules.sample(type_name).get("status") == wanted.get("status")


def test_a_path_that_does_not_exist_turns_the_specification_off(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    absent = tmp_path / "absent.json"
    assert find_specification(absent) is None

    monkeypatch.setenv("FAKE_TG_SPEC", str(absent))
    assert find_specification() is None
    assert not load_rules().in_use


def test_the_path_of_the_specification_comes_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    present = tmp_path / "api.json"
    present.touch()
    monkeypatch.setenv("FAKE_TG_SPEC", str(present))

    assert find_specification() == present


# ---- rate limits


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock that stands still until a test sets its `now`."""
    clock = SimpleNamespace(now=100.0)
    clock.monotonic = lambda: clock.now
    monkeypatch.setattr("tests.fake_telegram.rates.time", clock)
    return clock


def test_a_chat_takes_one_message_a_second(clock: SimpleNamespace) -> None:
    meter = RateMeter()

    meter.count("sendMessage", 7, enforce=False)
    meter.count("sendMessage", 8, enforce=False)
    clock.now += 1
    meter.count("editMessageText", 7, enforce=False)
    assert meter.violations == []

    meter.count("sendMessage", 7, enforce=False)
    assert meter.violations == [
        {"limit": "1 per 1 s per chat", "chat_id": 7, "method": "sendMessage", "count": 2}
    ]


def test_a_group_takes_twenty_messages_a_minute(clock: SimpleNamespace) -> None:
    meter = RateMeter()
    for _ in range(20):
        meter.count("sendMessage", -7, enforce=True)
        clock.now += 2
    assert meter.violations == []

    with pytest.raises(ApiError, match="Too Many Requests: retry after 21") as caught:
        meter.count("sendMessage", -7, enforce=True)
    assert caught.value.parameters == {"retry_after": 21}

    clock.now += 20
    meter.count("sendMessage", -8, enforce=True)


def test_the_bot_sends_thirty_messages_a_second(clock: SimpleNamespace) -> None:
    meter = RateMeter()
    for chat_id in range(31):
        meter.count("sendMessage", chat_id, enforce=False)

    assert [violation["limit"] for violation in meter.violations] == ["30 per 1 s per bot"]


@pytest.mark.parametrize("method", ["getChat", "sendChatAction", "sendMessageDraft"])
def test_what_sends_nothing_is_not_counted(method: str) -> None:
    meter = RateMeter()
    for _ in range(2):
        meter.count(method, 7, enforce=True)

    assert meter.violations == []
