"""Settings from the environment and .env."""

import os
from pathlib import Path

import pytest

from bot.settings import API_URL, FILE_URL, Settings, SettingsError, load_settings

TOKEN = "123456:AAF-secret_Part"


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable of ours is set, and there is no .env in the working folder."""
    for name in os.environ:
        if name.upper().startswith("ALINTI_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def complaints(capture: pytest.ExceptionInfo[SettingsError]) -> list[str]:
    head, *lines = str(capture.value).splitlines()
    assert head == "These settings cannot be used:"
    return [line.strip() for line in lines]


def test_without_variables_there_are_defaults() -> None:
    settings = load_settings()
    assert settings.token is None
    assert settings.data.name == "alinti"
    assert (settings.model, settings.backend) == ("bundled", "torch")
    assert (settings.api_url, settings.file_url) == (API_URL, FILE_URL)
    assert settings.language is None
    assert settings.log_level == "INFO"


def test_variables_of_the_environment_are_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in {
        "ALINTI_TOKEN": f" {TOKEN} ",
        "ALINTI_DATA": str(tmp_path / "new"),
        "ALINTI_MODEL": "intfloat/multilingual-e5-small",
        "ALINTI_BACKEND": "OpenVINO",
        "ALINTI_API_URL": "http://127.0.0.1:8081/bot",
        "ALINTI_FILE_URL": "http://127.0.0.1:8081/file/bot",
        "ALINTI_LANGUAGE": "EN",
        "ALINTI_LOG_LEVEL": "debug",
    }.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert settings.token
    assert settings.token.get_secret_value() == TOKEN
    assert settings.data == tmp_path / "new"
    assert (settings.model, settings.backend) == ("intfloat/multilingual-e5-small", "openvino")
    assert settings.api_url == "http://127.0.0.1:8081/bot"
    assert settings.file_url == "http://127.0.0.1:8081/file/bot"
    assert (settings.language, settings.log_level) == ("en", "DEBUG")


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("ALINTI_LANGUAGE=tr\nALINTI_LOG_LEVEL=ERROR\n", "utf-8")
    monkeypatch.setenv("ALINTI_LANGUAGE", "en")
    settings = load_settings()
    assert (settings.language, settings.log_level) == ("en", "ERROR")


def test_other_programs_variables_in_the_file_are_ignored() -> None:
    Path(".env").write_text("POSTGRES_PASSWORD=şifre\nALINTI_LANGUAGE=en\n", "utf-8")
    assert load_settings().language == "en"


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALINTI_LANGUAGE", "")
    monkeypatch.setenv("ALINTI_API_URL", "")
    assert load_settings().language is None


def test_a_home_folder_in_the_file_is_found() -> None:
    Path(".env").write_text("ALINTI_DATA=~/alinti\nALINTI_MODEL=~/e5\n", "utf-8")
    assert load_settings().data == Path.home() / "alinti"
    assert load_settings().model == str(Path.home() / "e5")


def test_all_bad_variables_are_reported_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("file").touch()
    Path(".env").write_text("ALINTI_LANGUAGE=fr\n", "utf-8")
    for name, value in {
        "ALINTI_TOKEN": "no token at all",
        "ALINTI_DATA": "file",
        "ALINTI_API_URL": "https://api.telegram.org",
        "ALINTI_LOG_LEVEL": "loud",
        "ALINTI_BACKEND": "cuda",
        "ALINTI_TOKNE": TOKEN,
        "ALINTI_ZZZ": "1",
    }.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert complaints(raised) == [
        "ALINTI_API_URL: 'https://api.telegram.org' is not the address of a Bot API server. "
        "It begins with http:// or https:// and ends in /bot, "
        "as in https://api.telegram.org/bot and https://api.telegram.org/file/bot.",
        "ALINTI_BACKEND: 'cuda' is not among the choices. Use 'torch', 'onnx' or 'openvino'.",
        "ALINTI_DATA: 'file' is a file. Name a folder; it is made if needed.",
        "ALINTI_FILE_URL: not set, while ALINTI_API_URL is. Set both, or neither.",
        "ALINTI_LANGUAGE: 'fr' is not among the choices. Use 'tr' or 'en'.",
        "ALINTI_LOG_LEVEL: 'LOUD' is not among the choices. "
        "Use 'DEBUG', 'INFO', 'WARNING' or 'ERROR'.",
        "ALINTI_TOKEN: not a bot token. Copy all that @BotFather gave: digits, a colon, "
        "then letters, digits, - and _.",
        "ALINTI_TOKNE: no such setting. Did you mean ALINTI_TOKEN?",
        "ALINTI_ZZZ: no such setting. Remove it.",
    ]


@pytest.mark.parametrize("token", ["123456", "123456:", ":abc", "12:a b", f"bot{TOKEN}", "١:abc"])
def test_what_is_no_token_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("ALINTI_TOKEN", token)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert len(complaints(raised)) == 1
    assert token not in str(raised.value)
    assert raised.value.__context__ is None


def test_the_token_is_in_no_representation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALINTI_TOKEN", TOKEN)
    settings = load_settings()
    for text in (repr(settings), str(settings), f"{settings.token}", settings.model_dump_json()):
        assert "secret" not in text


def test_the_file_server_alone_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALINTI_FILE_URL", "http://127.0.0.1/file/bot")
    with pytest.raises(SettingsError, match="ALINTI_API_URL: not set, while ALINTI_FILE_URL is"):
        load_settings()


def test_a_place_for_the_token_in_an_address_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALINTI_API_URL", "https://api.telegram.org/bot{token}/test")
    monkeypatch.setenv("ALINTI_FILE_URL", "https://api.telegram.org/file/bot{token}/test")
    assert load_settings().api_url == "https://api.telegram.org/bot{token}/test"


def test_a_folder_of_nobody_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALINTI_DATA", "~no-such-person/data")
    with pytest.raises(SettingsError, match="ALINTI_DATA: '~no-such-person/data' cannot be used"):
        load_settings()


def test_a_file_in_another_encoding_is_reported() -> None:
    Path(".env").write_bytes("# Alıntı\n".encode("windows-1254"))
    with pytest.raises(SettingsError, match=r"\.env cannot be read .* Save it as UTF-8 text"):
        load_settings()


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings().model = "other"
