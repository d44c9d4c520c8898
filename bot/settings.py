"""What the operator decides, from the environment and ``.env``: read once, checked at once.

Variables carry the prefix ``ALINTI_``; those of the environment go before those of the file.
"""

import difflib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, SettingsConfigDict

from bot.localization import Language
from embeddings.errors import AlintiError

PREFIX = "ALINTI_"
ENV_FILE = ".env"
API_URL = "https://api.telegram.org/bot"
FILE_URL = "https://api.telegram.org/file/bot"


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
        language: Spoken where Telegram does not tell the reader's language.
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
    language: Language | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    def required_token(self) -> str:
        """Give the token as it is, for Telegram alone.

        Raises:
            SettingsError: If it is not set.
        """
        if self.token is None:
            raise SettingsError(f"{PREFIX}TOKEN is not set. Set it to what @BotFather gave you.")
        return self.token.get_secret_value()

    @field_validator("token")
    @classmethod
    def _is_a_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is None:
            return None
        secret = token.get_secret_value().strip()
        if not re.fullmatch(r"\d+:[\w-]+", secret, re.ASCII):
            raise ValueError(
                "not a bot token. Copy all that @BotFather gave: digits, a colon, then letters, "
                "digits, - and _."
            )
        return SecretStr(secret)

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

    @field_validator("language", "backend", mode="before")
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
    problems = [*_misspelt(given), *_half_a_server(given)]
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
