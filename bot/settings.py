"""What the operator decides, from the environment and ``.env``: read once, checked at once.

Variables carry the prefix ``ALINTI_``; those of the environment go before those of the file.
"""

import difflib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    NoDecode,
    SettingsConfigDict,
)

from bot.localization import LANGUAGES, Language
from embeddings.errors import AlintiError

PREFIX = "ALINTI_"
ENV_FILE = ".env"
API_URL = "https://api.telegram.org/bot"
FILE_URL = "https://api.telegram.org/file/bot"

# What a word of each looks like, and what is said of one that does not.
_SECRETS = {
    "token": (
        r"\d+:[\w-]+",
        "not a bot token. Copy all that @BotFather gave: digits, a colon, then letters, digits, - "
        "and _.",
    ),
    "webhook_secret": (
        r"[\w-]{1,256}",
        "not a secret that Telegram takes. Use 1 to 256 letters, digits, - and _, or leave it "
        "out.",
    ),
}
# As _SECRETS, of each number between the commas: people have positive ones, chats negative ones.
_NUMBERS = {
    "operators": (
        r"[1-9]\d{0,17}",
        "is no list of people. Give their numbers in Telegram, separated by commas, as in "
        "123456789,987654321.",
    ),
    "allowed": (
        r"-?[1-9]\d{0,17}",
        "is no list of people and chats. Give their numbers in Telegram, separated by commas, as "
        "in 123456789,-1001234567890; or leave it out, and everybody is served.",
    ),
}


class SettingsError(AlintiError):
    """The environment or ``.env`` holds settings that cannot be used: the message lists all."""


class Settings(BaseSettings):
    """The settings of one process.

    Attributes:
        token: What @BotFather gave; only ``alinti run`` needs it.
        data: Folder of the library and of the inbox.
        model: "bundled", or a sentence-transformers model by name or folder.
        backend: What runs a model of the hub; the bundled one needs none.
        api_url: Address of the Bot API's methods; the token is appended, or replaces ``{token}``.
        file_url: Address of the files people send; as api_url.
        operators: Ids of the people who run the bot: its state and the shared collections are
            theirs.
        allowed: Ids of the people and chats that are served, and of the people whose groups and
            channels are; none where everybody is. Operators always are.
        chat_passages: The most that a chat's own collection may hold; 0 for no limit.
        free_mb: Room on the disk of the data folder below which nothing is taken in; 0 for none.
        webhook_url: Where Telegram is to deliver updates; without it they are polled.
        webhook_secret: Known to Telegram and the bot alone; by default made from the token.
        webhook_listen: Host and port at which updates are taken. Only this machine, by default: a
            reverse proxy stands before it. A container has to listen on 0.0.0.0.
        webhook_certificate: Self-signed certificate, in PEM; Telegram is told to trust it.
        webhook_key: Its key: with it the bot itself serves https, without a proxy.
        language: Spoken where Telegram does not tell the reader's language.
        profile: Whether the bot's name and descriptions are set in each language, or kept as the
            operator has made them; the menu of commands is set in both cases.
        log_level: The least severity that is logged.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        # Compose files pass variables on as empty strings where they are not set.
        env_ignore_empty=True,
        # The file may serve other programs too; misspelt names of ours are found by load_settings.
        extra="ignore",
        frozen=True,
        str_strip_whitespace=True,
    )

    token: SecretStr | None = None
    data: Path = Field(default_factory=lambda: user_data_path("alinti", appauthor=False))
    model: str = "bundled"
    backend: Literal["torch", "onnx", "openvino"] = "torch"
    api_url: str = API_URL
    file_url: str = FILE_URL
    # Not JSON, as the settings library would have it.
    operators: Annotated[frozenset[int], NoDecode] = frozenset()
    allowed: Annotated[frozenset[int], NoDecode] = frozenset()
    chat_passages: int = 100_000
    free_mb: int = 500
    webhook_url: str | None = None
    webhook_secret: SecretStr | None = None
    webhook_listen: str = "127.0.0.1:8080"
    webhook_certificate: Path | None = None
    webhook_key: Path | None = None
    language: Language | None = None
    profile: Literal["set", "keep"] = "set"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    def required_token(self) -> str:
        """Give the token as it is, for Telegram alone.

        Raises:
            SettingsError: If it is not set.
        """
        if self.token is None:
            raise SettingsError(f"{PREFIX}TOKEN is not set. Set it to what @BotFather gave you.")
        return self.token.get_secret_value()

    @field_validator("token", "webhook_secret")
    @classmethod
    def _is_a_secret(cls, secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if secret is None:
            return None
        pattern, problem = _SECRETS[str(info.field_name)]
        word = secret.get_secret_value().strip()
        if not re.fullmatch(pattern, word, re.ASCII):
            raise ValueError(problem)  # without the word
        return SecretStr(word)

    @field_validator("model")
    @classmethod
    def _is_at_home(cls, model: str) -> str:
        # A shell expands ~, a file does not.
        return str(Path(model).expanduser()) if model.startswith("~/") else model

    @field_validator("data")
    @classmethod
    def _is_no_file(cls, data: Path) -> Path:
        try:
            # A shell expands ~, a file does not.
            folder = data.expanduser()
            taken = folder.exists() and not folder.is_dir()
        except (OSError, RuntimeError) as error:
            raise ValueError(
                f"{str(data)!r} cannot be used ({error}). Name another folder."
            ) from None
        if taken:
            raise ValueError(f"{str(data)!r} is a file. Name a folder; it is made if needed.")
        return folder

    @field_validator("api_url", "file_url")
    @classmethod
    def _takes_a_token(cls, url: str) -> str:
        complete = url.endswith("/bot") or "{token}" in url
        if not complete or not re.match(r"https?://[^/\s]+/\S*$", url):
            raise ValueError(
                f"{url!r} is not the address of a Bot API server. It begins with http:// or "
                f"https:// and ends in /bot, as in {API_URL} and {FILE_URL}."
            )
        return url

    @field_validator("operators", "allowed", mode="before")
    @classmethod
    def _are_numbers(cls, given: object, info: ValidationInfo) -> object:
        if not isinstance(given, str):
            return given
        pattern, problem = _NUMBERS[str(info.field_name)]
        numbers = [part.strip() for part in given.split(",") if part.strip()]
        # An empty list would open what is to be closed.
        if not numbers or not all(re.fullmatch(pattern, one, re.ASCII) for one in numbers):
            raise ValueError(f"{given!r} {problem}")
        return frozenset(map(int, numbers))

    @field_validator("chat_passages", "free_mb", mode="before")
    @classmethod
    def _is_a_limit(cls, number: object) -> object:
        if isinstance(number, str) and not re.fullmatch(r"\d{1,12}", number.strip(), re.ASCII):
            raise ValueError(f"{number!r} is not a number. Use digits alone; 0 is for no limit.")
        return number

    @field_validator("webhook_url")
    @classmethod
    def _is_an_address(cls, url: str | None) -> str | None:
        if url is None:
            return None
        try:
            parts = urlsplit(url)
            is_known = parts.hostname is not None and (parts.port or 1) > 0
        except ValueError:
            is_known = False
        local = is_known and parts.hostname in ("localhost", "127.0.0.1", "::1")
        is_plain = is_known and not (parts.query or parts.fragment or "@" in parts.netloc)
        if not is_plain or parts.scheme not in (("http", "https") if local else ("https",)):
            raise ValueError(
                f"{url!r} is not an address for updates. It begins with https://, as in "
                "https://bot.example.org or https://example.org/a-path-nobody-guesses."
            )
        return url

    @field_validator("webhook_listen")
    @classmethod
    def _is_host_and_port(cls, address: str) -> str:
        host, _, port = address.rpartition(":")
        is_port = re.fullmatch(r"\d{1,5}", port, re.ASCII) and 0 < int(port) < 2**16
        if not (is_port and re.fullmatch(r"\[[\da-fA-F:.]+\]|[^:\s/]+", host)):
            raise ValueError(
                f"{address!r} is not a host and a port, as in 127.0.0.1:8080 or 0.0.0.0:8443."
            )
        return address

    @field_validator("webhook_certificate", "webhook_key")
    @classmethod
    def _can_be_read(cls, path: Path | None) -> Path | None:
        if path is None:
            return None
        try:
            path = path.expanduser()
            with path.open("rb"):
                return path
        except (OSError, RuntimeError) as error:
            raise ValueError(
                f"{str(path)!r} cannot be read ({error}). Name a file in PEM format."
            ) from None

    @field_validator("language")
    @classmethod
    def _has_a_file(cls, language: Language | None) -> Language | None:
        if language is not None and language not in LANGUAGES:
            *others, last = map(repr, LANGUAGES)
            choices = f"{', '.join(others)} or {last}" if others else last
            raise ValueError(f"{language!r} is not among the choices. Use {choices}.")
        return language

    @field_validator("language", "backend", "profile", mode="before")
    @classmethod
    def _in_small_letters(cls, word: object) -> object:
        return word.strip().lower() if isinstance(word, str) else word

    @field_validator("log_level", mode="before")
    @classmethod
    def _in_capitals(cls, level: object) -> object:
        return level.strip().upper() if isinstance(level, str) else level


def load_settings() -> Settings:
    """Read the settings of this process, from its environment and the working folder's ``.env``.

    Raises:
        SettingsError: With a line for each variable that cannot be used: its name, what is wrong
            and what to do.
    """
    try:
        in_file = DotEnvSettingsSource(Settings).env_vars
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{ENV_FILE} cannot be read ({error}). Save it as UTF-8 text, or remove it."
        ) from None
    given = {name.upper() for name, value in {**in_file, **os.environ}.items() if value}
    problems = [*_misspelt(given), *_half_a_server(given), *_half_a_webhook(given)]
    try:
        settings = Settings()
    except ValidationError as error:
        problems += _explained(error)
    if problems:
        lines = "".join(f"\n  {problem}" for problem in sorted(problems))
        # Outside of the except block: pydantic's own error repeats the values, the token's too.
        raise SettingsError(f"These settings cannot be used:{lines}")
    return settings


def _misspelt(given: set[str]) -> Iterator[str]:
    known = [name.upper() for name in Settings.model_fields]
    for variable in given:
        name = variable.removeprefix(PREFIX)
        if name != variable and name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"Did you mean {PREFIX}{near[0]}?" if near else "Remove it."
            yield f"{variable}: no such setting. {hint}"


def _half_a_server(given: set[str]) -> Iterator[str]:
    """With one address alone, methods would go to one server and downloads to the other."""
    pair = (f"{PREFIX}API_URL", f"{PREFIX}FILE_URL")
    for one, other in (pair, pair[::-1]):
        if one in given and other not in given:
            yield f"{other}: not set, while {one} is. Set both, or neither."


def _half_a_webhook(given: set[str]) -> Iterator[str]:
    url, certificate, key = (f"{PREFIX}WEBHOOK_{part}" for part in ("URL", "CERTIFICATE", "KEY"))
    if key in given and certificate not in given:
        yield f"{certificate}: not set, while {key} is. Set it to the certificate of that key."
    if certificate in given and url not in given:
        yield f"{url}: not set, while {certificate} is. Set it, or remove the certificate."


def _explained(error: ValidationError) -> Iterator[str]:
    for problem in error.errors(include_url=False):
        name = str(problem["loc"][0])
        if problem["type"] == "value_error":
            explanation = str(problem["ctx"]["error"])
        else:
            # Only choices among words are left to pydantic, so that the token never gets here.
            choices = problem["msg"].removeprefix("Input should be ")
            explanation = f"{problem['input']!r} is not among the choices. Use {choices}."
        yield f"{PREFIX}{name.upper()}: {explanation}"
