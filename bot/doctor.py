"""What works and what does not: facts in, lines out, each ok or with a step.

✓ is ok; ✗ is wrong, with the step that mends it; • is no fault but a choice, or what Telegram does
not tell: with the step for who wants it otherwise, or to know.

``checkup.py`` gathers the facts; ``handlers/doctor.py`` adds those of a chat.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

from telegram import User, WebhookInfo

from bot.localization import Language, say
from bot.settings import API_URL, Settings
from bot.webhook import webhook_address

# More than wait for a bot that is busy.
_MANY_WAITING = 100
# Telegram tells the last failed delivery for long after it is mended.
_RECENT = dt.timedelta(hours=1)


class Line(NamedTuple):
    """What is said of one thing.

    Attributes:
        text: What is, or the step that mends it.
        is_ok: Whether nothing has to be done.
        is_known: False where it could not be examined, which is not ok.
        has_step: Whether it names a step although it is ok.
    """

    text: str
    is_ok: bool = True
    is_known: bool = True
    has_step: bool = False

    def __str__(self) -> str:
        """Format it with its mark."""
        mark = "✗" if not self.is_ok else "•" if self.has_step else "✓"
        return f"{mark} {self.text}"


@dataclass(frozen=True, slots=True)
class TelegramFacts:
    """What Telegram tells of the bot.

    Attributes:
        me: The bot; None where Telegram could not be asked.
        webhook: How updates come; as me.
        trouble: Why it could not be asked, in Telegram's or the network's words.
        is_refused: Whether it is the token that is the trouble.
        has_feedback: Whether a choice from an inline list was ever reported, of late.
        doubles: Messages that may stand twice; None where nobody has counted.
    """

    me: User | None = None
    webhook: WebhookInfo | None = None
    trouble: str = ""
    is_refused: bool = False
    has_feedback: bool = False
    doubles: int | None = None


@dataclass(frozen=True, slots=True)
class ChatFacts:
    """What the bot is in a group.

    Attributes:
        is_admin: Whether it is an administrator.
        can_write: Whether it may send messages.
        has_topics: Whether the group has topics.
    """

    is_admin: bool
    can_write: bool
    has_topics: bool


@dataclass(frozen=True, slots=True)
class LibraryFacts:
    """What is there to be searched.

    Attributes:
        documents: In all collections but the samples'.
        encoded: Passages that the model of the settings has encoded.
        passages: In all collections.
        trouble: Why the model or the library cannot be used; says what to do.
        is_loading: Whether it is not there yet.
        samples: Passages of the samples, which no chat searches: they are among those above.
    """

    documents: int = 0
    encoded: int = 0
    passages: int = 0
    trouble: str = ""
    is_loading: bool = False
    samples: int = 0


@dataclass(frozen=True, slots=True)
class DiskFacts:
    """The room for the data folder.

    Attributes:
        free_bytes: On its disk.
        trouble: Why nothing can be written there; empty where it can.
    """

    free_bytes: int
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is examined; what is None is passed over.

    Attributes:
        settings: Of this process.
        now: With a time zone.
        telegram: None without a token.
        chat: The group where it is asked.
        library: Not for a group to see.
        disk: As library.
    """

    settings: Settings
    now: dt.datetime
    telegram: TelegramFacts | None
    chat: ChatFacts | None = None
    library: LibraryFacts | None = None
    disk: DiskFacts | None = None


def examine(facts: Facts, language: Language) -> list[Line]:
    """Say of each thing whether it works, or what mends it.

    In a group only what concerns it is said: not everybody there is to know the machine.
    """
    telegram = facts.telegram
    lines: list[Line] = []
    if telegram is None:
        lines.append(Line(say(language, "telegram-doctor-no-token"), is_ok=False))
    elif telegram.me is None:
        lines.append(_out_of_reach(telegram, facts.settings, language))
    else:
        lines += _switches(telegram.me, telegram, language)
    if facts.chat is not None:
        lines += _rights(facts.chat, language)
        return lines
    if telegram is not None and telegram.webhook is not None:
        lines.append(_arrivals(telegram.webhook, facts, language))
    if telegram is not None and telegram.doubles is not None:
        lines.append(_doubles(telegram.doubles, language))
    if facts.settings.allowed:
        lines.append(_closed(facts.settings.allowed, language))
    lines.append(_files(facts.settings, language))
    if facts.library is not None:
        lines += _library(facts.library, facts.settings, language)
    if facts.disk is not None:
        lines.append(_disk(facts.disk, facts.settings, language))
    return lines


def exit_code(lines: Sequence[Line]) -> int:
    """Sum lines up: 0 all is ok, 1 something is not, 2 something could not be examined."""
    if not all(line.is_known for line in lines):
        return 2
    return 0 if all(line.is_ok for line in lines) else 1


def _out_of_reach(telegram: TelegramFacts, settings: Settings, language: Language) -> Line:
    if telegram.is_refused:
        text = say(language, "telegram-doctor-refused", reason=telegram.trouble)
        return Line(text, is_ok=False)
    text = say(
        language,
        "telegram-doctor-unreachable",
        server=_host(settings.api_url),
        reason=telegram.trouble,
    )
    return Line(text, is_ok=False, is_known=False)


def _switches(me: User, telegram: TelegramFacts, language: Language) -> Iterator[Line]:
    """What is chosen in @BotFather."""
    bot = f"@{me.username}"
    yield Line(say(language, "telegram-doctor-token", bot=bot))
    privacy = "off" if me.can_read_all_group_messages else "on"
    yield Line(say(language, f"telegram-doctor-privacy-{privacy}"), has_step=privacy == "on")
    if me.supports_inline_queries:
        yield Line(say(language, "telegram-doctor-inline", bot=bot))
        if telegram.has_feedback:
            yield Line(say(language, "telegram-doctor-feedback"))
        else:
            text = say(language, "telegram-doctor-feedback-unknown", bot=bot)
            yield Line(text, has_step=True)
    else:
        yield Line(say(language, "telegram-doctor-inline-off", bot=bot), is_ok=False)
    if me.supports_guest_queries:
        yield Line(say(language, "telegram-doctor-guest", bot=bot))
    else:
        yield Line(say(language, "telegram-doctor-guest-off", bot=bot), is_ok=False)


def _rights(chat: ChatFacts, language: Language) -> Iterator[Line]:
    if not chat.can_write:
        yield Line(say(language, "telegram-doctor-silenced"), is_ok=False)
    elif chat.is_admin:
        yield Line(say(language, "telegram-doctor-admin"))
    else:
        yield Line(say(language, "telegram-doctor-member"))
    if chat.has_topics:
        yield Line(say(language, "telegram-doctor-topics"))


def _arrivals(webhook: WebhookInfo, facts: Facts, language: Language) -> Line:
    """How updates come, against how the settings would have them."""
    waiting, settings = webhook.pending_update_count, facts.settings
    if not settings.webhook_url:
        if webhook.url:
            text = say(language, "telegram-doctor-polling-blocked", host=_host(webhook.url))
            return Line(text, is_ok=False)
        if waiting > _MANY_WAITING:
            text = say(language, "telegram-doctor-polling-behind", waiting=waiting)
            return Line(text, is_ok=False)
        return Line(say(language, "telegram-doctor-polling", waiting=waiting))
    # Only the host: the path is a secret.
    host = _host(settings.webhook_url)
    if webhook.url != webhook_address(settings):
        return Line(say(language, "telegram-doctor-webhook-missing", host=host), is_ok=False)
    error_at = webhook.last_error_date
    if error_at and (waiting or facts.now - error_at < _RECENT):
        text = say(
            language,
            "telegram-doctor-webhook-error",
            host=host,
            time=error_at.isoformat(" ", "minutes"),
            reason=webhook.last_error_message or "?",
            waiting=waiting,
        )
        return Line(text, is_ok=False)
    return Line(say(language, "telegram-doctor-webhook", host=host, waiting=waiting))


def _doubles(count: int, language: Language) -> Line:
    if not count:
        return Line(say(language, "telegram-doctor-no-doubles"))
    return Line(say(language, "telegram-doctor-doubles", count=count), is_ok=False)


def _closed(allowed: frozenset[int], language: Language) -> Line:
    people = sum(number > 0 for number in allowed)
    text = say(language, "telegram-doctor-closed", people=people, chats=len(allowed) - people)
    return Line(text)


def _files(settings: Settings, language: Language) -> Line:
    host = _host(settings.api_url)
    if host == _host(API_URL):
        return Line(say(language, "telegram-doctor-files"), has_step=True)
    # How that server was started it does not tell.
    return Line(say(language, "telegram-doctor-files-local", server=host), has_step=True)


def _library(library: LibraryFacts, settings: Settings, language: Language) -> Iterator[Line]:
    if library.is_loading:
        yield Line(say(language, "telegram-doctor-loading"), is_ok=False, is_known=False)
        return
    if library.trouble:
        yield Line(library.trouble, is_ok=False, is_known=False)
        return
    has_all = library.encoded >= library.passages
    message = "telegram-doctor-model" if has_all else "telegram-doctor-model-behind"
    done, total = library.encoded, library.passages
    text = say(language, message, model=settings.model, done=done, total=total)
    yield Line(text, is_ok=has_all)
    if library.samples:
        yield Line(say(language, "telegram-doctor-samples", passages=library.samples))
    if library.documents:
        yield Line(say(language, "telegram-doctor-library", documents=library.documents))
    else:
        yield Line(say(language, "telegram-doctor-library-empty"), is_ok=False)


def _disk(disk: DiskFacts, settings: Settings, language: Language) -> Line:
    where, least = str(settings.data), settings.free_mb
    if disk.trouble:
        text = say(language, "telegram-doctor-disk-locked", folder=where, reason=disk.trouble)
        return Line(text, is_ok=False)
    is_enough = disk.free_bytes >= least << 20
    message = "telegram-doctor-disk" if is_enough else "telegram-doctor-disk-full"
    free = format_size(disk.free_bytes)
    return Line(say(language, message, folder=where, free=free, least=least), is_ok=is_enough)


def format_size(size: int) -> str:
    """Format bytes as people read them: 731 MB, 12 GB."""
    return f"{size >> 20} MB" if size < 10 << 30 else f"{size >> 30} GB"


def _host(url: str) -> str:
    return urlsplit(url).netloc
