"""Settings from the environment and .env."""

import os
import re
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


def test_a_container_is_given_every_setting() -> None:
    """By compose.yaml; the folder and the port are those of the image."""
    root = Path(__file__).parent.parent
    composed = set(
        re.findall(r"^ +(ALINTI_\w+): \$\{\1:", (root / "compose.yaml").read_text("utf-8"), re.M)
    )
    of_image = set(re.findall(r"\b(ALINTI_\w+)=", (root / "Dockerfile").read_text("utf-8")))
    assert of_image == {"ALINTI_DATA", "ALINTI_WEBHOOK_LISTEN"}
    assert composed | of_image == {f"ALINTI_{name.upper()}" for name in Settings.model_fields}
    assert not composed & of_image


def test_without_variables_there_are_defaults() -> None:
    settings = load_settings()
    assert settings.token is None
    assert settings.data.name == "alinti"
    assert (settings.model, settings.backend) == ("bundled", "torch")
    assert (settings.api_url, settings.file_url) == (API_URL, FILE_URL)
    assert settings.operators == settings.allowed == frozenset()
    assert (settings.chat_passages, settings.free_mb) == (100_000, 500)
    assert (settings.webhook_url, settings.webhook_secret) == (None, None)
    assert settings.webhook_listen == "127.0.0.1:8080"
    assert (settings.webhook_certificate, settings.webhook_key) == (None, None)
    assert settings.language is None
    assert settings.log_level == "INFO"


def test_variables_of_the_environment_are_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pem = tmp_path / "server.pem"
    pem.touch()
    for name, value in {
        "ALINTI_TOKEN": f" {TOKEN} ",
        "ALINTI_DATA": str(tmp_path / "new"),
        "ALINTI_MODEL": "intfloat/multilingual-e5-small",
        "ALINTI_BACKEND": "OpenVINO",
        "ALINTI_API_URL": "http://127.0.0.1:8081/bot",
        "ALINTI_FILE_URL": "http://127.0.0.1:8081/file/bot",
        "ALINTI_OPERATORS": " 12, 345,",
        "ALINTI_ALLOWED": "12,-1001234567890, 7 ",
        "ALINTI_CHAT_PASSAGES": " 5000 ",
        "ALINTI_FREE_MB": "0",
        "ALINTI_WEBHOOK_URL": "https://example.org:8443/alinti",
        "ALINTI_WEBHOOK_SECRET": " quite_Secret ",
        "ALINTI_WEBHOOK_LISTEN": "[::]:8443",
        "ALINTI_WEBHOOK_CERTIFICATE": str(pem),
        "ALINTI_WEBHOOK_KEY": str(pem),
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
    assert settings.operators == {12, 345}
    assert settings.allowed == {12, 7, -1001234567890}
    assert settings.webhook_url == "https://example.org:8443/alinti"
    assert settings.webhook_secret
    assert settings.webhook_secret.get_secret_value() == "quite_Secret"
    assert settings.webhook_listen == "[::]:8443"
    assert settings.webhook_certificate == settings.webhook_key == pem
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
        "ALINTI_OPERATORS": "@ayse",
        "ALINTI_ALLOWED": " , ",
        "ALINTI_WEBHOOK_URL": "http://example.org/",
        "ALINTI_WEBHOOK_SECRET": "two words",
        "ALINTI_WEBHOOK_LISTEN": "8080",
        "ALINTI_WEBHOOK_KEY": "missing.pem",
        "ALINTI_TOKNE": TOKEN,
        "ALINTI_ZZZ": "1",
    }.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert complaints(raised) == [
        "ALINTI_ALLOWED: ' , ' is no list of people and chats. Give their numbers in Telegram, "
        "separated by commas, as in 123456789,-1001234567890; or leave it out, and everybody "
        "is served.",
        "ALINTI_API_URL: 'https://api.telegram.org' is not the address of a Bot API server. "
        "It begins with http:// or https:// and ends in /bot, "
        "as in https://api.telegram.org/bot and https://api.telegram.org/file/bot.",
        "ALINTI_BACKEND: 'cuda' is not among the choices. Use 'torch', 'onnx' or 'openvino'.",
        "ALINTI_DATA: 'file' is a file. Name a folder; it is made if needed.",
        "ALINTI_FILE_URL: not set, while ALINTI_API_URL is. Set both, or neither.",
        "ALINTI_LANGUAGE: 'fr' is not among the choices. Use 'en' or 'tr'.",
        "ALINTI_LOG_LEVEL: 'LOUD' is not among the choices. "
        "Use 'DEBUG', 'INFO', 'WARNING' or 'ERROR'.",
        "ALINTI_OPERATORS: '@ayse' is no list of people. Give their numbers in Telegram, "
        "separated by commas, as in 123456789,987654321.",
        "ALINTI_TOKEN: not a bot token. Copy all that @BotFather gave: digits, a colon, "
        "then letters, digits, - and _.",
        "ALINTI_TOKNE: no such setting. Did you mean ALINTI_TOKEN?",
        "ALINTI_WEBHOOK_CERTIFICATE: not set, while ALINTI_WEBHOOK_KEY is. "
        "Set it to the certificate of that key.",
        "ALINTI_WEBHOOK_KEY: 'missing.pem' cannot be read ([Errno 2] No such file or directory: "
        "'missing.pem'). Name a file in PEM format.",
        "ALINTI_WEBHOOK_LISTEN: '8080' is not a host and a port, as in 127.0.0.1:8080 or "
        "0.0.0.0:8443.",
        "ALINTI_WEBHOOK_SECRET: not a secret that Telegram takes. Use 1 to 256 letters, digits, "
        "- and _, or leave it out.",
        "ALINTI_WEBHOOK_URL: 'http://example.org/' is not an address for updates. It begins with "
        "https://, as in https://bot.example.org or https://example.org/a-path-nobody-guesses.",
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
        assert "secret_Part" not in text


def test_the_file_server_alone_is_not_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALINTI_FILE_URL", "http://127.0.0.1/file/bot")
    with pytest.raises(SettingsError, match="ALINTI_API_URL: not set, while ALINTI_FILE_URL is"):
        load_settings()


def test_a_place_for_the_token_in_an_address_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALINTI_API_URL", "https://api.telegram.org/bot{token}/test")
    monkeypatch.setenv("ALINTI_FILE_URL", "https://api.telegram.org/file/bot{token}/test")
    assert load_settings().api_url == "https://api.telegram.org/bot{token}/test"


@pytest.mark.parametrize(
    "url",
    [
        "example.org",
        "https://",
        "https://example.org:99999/",
        "https://example.org/?path=1",
        "https://me:word@example.org/",
        "http://[::2]/",
        "ftp://localhost/",
    ],
)
def test_an_address_at_which_telegram_cannot_deliver_is_refused(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("ALINTI_WEBHOOK_URL", url)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert complaints(raised)[0].startswith(f"ALINTI_WEBHOOK_URL: {url!r} is not an address")


@pytest.mark.parametrize("url", ["http://localhost:8080", "http://127.0.0.1/a", "http://[::1]:1"])
def test_updates_may_come_unencrypted_from_the_same_machine(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("ALINTI_WEBHOOK_URL", url)
    assert load_settings().webhook_url == url


@pytest.mark.parametrize("address", [":8080", "localhost:", "localhost:0", "::1:8080", "a:70000"])
def test_what_is_no_host_and_port_is_refused(
    monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("ALINTI_WEBHOOK_LISTEN", address)
    with pytest.raises(SettingsError, match=f"'{address}' is not a host and a port"):
        load_settings()


def test_a_certificate_is_of_use_only_with_an_address(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "server.pem").touch()
    monkeypatch.setenv("ALINTI_WEBHOOK_CERTIFICATE", "server.pem")
    with pytest.raises(SettingsError, match="ALINTI_WEBHOOK_URL: not set, while ALINTI_WEBHOOK_C"):
        load_settings()


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


@pytest.mark.parametrize("name", ["CHAT_PASSAGES", "FREE_MB"])
@pytest.mark.parametrize("limit", ["-1", "5 GB", "1e6", "١", "0.5"])
def test_a_limit_is_a_number(monkeypatch: pytest.MonkeyPatch, name: str, limit: str) -> None:
    monkeypatch.setenv(f"ALINTI_{name}", limit)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert complaints(raised) == [
        f"ALINTI_{name}: {limit!r} is not a number. Use digits alone; 0 is for no limit."
    ]


@pytest.mark.parametrize("numbers", ["-12", "0", "12;13", "1" * 19, "１２"])
def test_operators_are_people(monkeypatch: pytest.MonkeyPatch, numbers: str) -> None:
    monkeypatch.setenv("ALINTI_OPERATORS", numbers)
    with pytest.raises(SettingsError, match="is no list of people"):
        load_settings()


@pytest.mark.parametrize("numbers", ["@ayse", "--1", "-", "12 13", "t.me/grup"])
def test_a_list_that_cannot_be_read_does_not_open_the_bot_to_everybody(
    monkeypatch: pytest.MonkeyPatch, numbers: str
) -> None:
    monkeypatch.setenv("ALINTI_ALLOWED", numbers)
    with pytest.raises(SettingsError, match="is no list of people and chats"):
        load_settings()
