"""Facts about the settings: what they default to, what they refuse, and that no refusal shows a secret."""

import re
from pathlib import Path

import pytest

from bot.settings import Address, Settings, SettingsError, load_settings, unknown_variables

TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"
EXAMPLE = Path(__file__).parents[2] / ".env.example"
ASSIGNMENT = re.compile(r"(?:# )?(TUTOR_[A-Z_]+)=(.*)")


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(f"TUTOR_{field.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)


def refusal() -> str:
    with pytest.raises(SettingsError) as caught:
        load_settings()
    return str(caught.value)


def test_without_any_variable_every_setting_has_a_default() -> None:
    settings = load_settings()
    assert settings.telegram_token is None
    assert settings.bot_api_url == "https://api.telegram.org"
    assert settings.listen == Address(host="127.0.0.1", port=8080)
    assert (settings.sweep_seconds, settings.send_per_second, settings.send_per_chat) == (30, 30, 1)
    assert (settings.mode, settings.log_format, settings.log_level) == ("polling", "console", "INFO")
    assert settings.backups == 7
    assert settings.admin_ids == frozenset()
    assert settings.secrets == ()


def test_the_default_data_folder_is_absolute_and_not_the_working_directory(tmp_path: Path) -> None:
    data_dir = load_settings().data_dir
    assert data_dir.is_absolute()
    assert not data_dir.is_relative_to(tmp_path)


def test_the_default_database_is_a_file_of_that_name_in_the_data_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_DATA_DIR", "/srv/tertulia")
    assert load_settings().database("chat") == "sqlite:////srv/tertulia/chat.sqlite3"


@pytest.mark.parametrize("url", ["sqlite:////srv/bot.sqlite3", "postgresql://ana:pass@db:5432/tertulia"])
def test_a_chosen_database_wins_over_every_default_name(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("TUTOR_DATABASE_URL", url)
    assert load_settings().database("chat") == url


def test_every_variable_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_TELEGRAM_TOKEN", f" {TOKEN}\n")
    monkeypatch.setenv("TUTOR_BOT_API_URL", "http://127.0.0.1:8081/")
    monkeypatch.setenv("TUTOR_ADMIN_IDS", "7, 42,7,")
    monkeypatch.setenv("TUTOR_BACKUPS", "0")
    monkeypatch.setenv("TUTOR_LISTEN", "[::1]:0")
    monkeypatch.setenv("TUTOR_SEND_PER_CHAT", "0")
    monkeypatch.setenv("TUTOR_LOG_LEVEL", "debug")
    settings = load_settings()
    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() == TOKEN
    assert settings.bot_api_url == "http://127.0.0.1:8081"
    assert settings.backups == 0
    assert settings.admin_ids == {7, 42}
    assert settings.listen == Address(host="::1", port=0)
    assert settings.send_per_chat == 0
    assert settings.log_level == "DEBUG"


def test_a_listen_address_is_explicit_only_when_the_operator_set_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not load_settings().listen_is_explicit
    monkeypatch.setenv("TUTOR_LISTEN", "127.0.0.1:8080")
    assert load_settings().listen_is_explicit


def test_the_environment_wins_over_the_env_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TUTOR_SWEEP_SECONDS=5\nTUTOR_SEND_PER_CHAT=2\nOTHER=1\n", encoding="utf-8")
    monkeypatch.setenv("TUTOR_SWEEP_SECONDS", "7")
    settings = load_settings()
    assert (settings.sweep_seconds, settings.send_per_chat) == (7, 2)


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for field in Settings.model_fields:
        monkeypatch.setenv(f"TUTOR_{field.upper()}", "")
    assert load_settings().model_fields_set == set()


def test_the_token_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    monkeypatch.setenv("TUTOR_TELEGRAM_TOKEN_FILE", str(tmp_path / "token"))
    settings = load_settings()
    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() == TOKEN


def test_a_token_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN, encoding="utf-8")
    monkeypatch.setenv("TUTOR_TELEGRAM_TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("TUTOR_TELEGRAM_TOKEN", TOKEN)
    message = refusal()
    assert message.startswith("TUTOR_TELEGRAM_TOKEN: is set and TUTOR_TELEGRAM_TOKEN_FILE too")
    assert TOKEN not in message


@pytest.mark.parametrize("content", [b"", b"hunter2 is not a token", b"\xff\xfe"])
def test_a_token_file_without_a_token_is_named_and_not_quoted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "token").write_bytes(content)
    monkeypatch.setenv("TUTOR_TELEGRAM_TOKEN_FILE", str(tmp_path / "token"))
    message = refusal()
    assert message.startswith("TUTOR_TELEGRAM_TOKEN_FILE: ")
    assert "hunter2" not in message


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("telegram_token", ["x", f"{TOKEN} {TOKEN}", "bot123/abc", f"{TOKEN}/getMe"]),
        ("telegram_token_file", ["/there/is/no/such/file", "/"]),
        (
            "bot_api_url",
            ["api.telegram.org", "https://a.example/bot", "ftp://a", "https://", "http://a:b@c", "http://a?b"],
        ),
        ("data_dir", ["data", "./data", "~nobody-of-that-name/data"]),
        ("database_url", ["sqlite://", "sqlite:///relative", "sqlite:////", "mysql://a", "x", "postgresql://[a", " "]),
        ("admin_ids", ["@ana", "1;2", "1.5", "-1", "²"]),
        ("mode", ["pull"]),
        (
            "webhook_url",
            [
                "bot.example.org/telegram",
                "http://bot.example.org/telegram",
                "ftp://bot.example.org",
                "https:///telegram",
                "https://ana:pass@bot.example.org/t",
                "https://bot.example.org/t?x=1",
                "https://bot.example.org/t#x",
                "https://bot.example.org:8080/t",
                "https://bot.example.org:http/t",
                "https://bot.example.org/{t}",
                "https://bot.example.org/metrics",
                "https://[bot/t",
            ],
        ),
        ("webhook_secret", ["with space", "señal", "x" * 257, "a:b"]),
        ("listen", ["8080", ":8080", "localhost", "localhost:", "localhost:65536", "localhost:-1", "localhost:http"]),
        ("sweep_seconds", ["0", "-1", "nan", "inf", "often"]),
        ("send_per_second", ["-1", "nan", "fast"]),
        ("send_per_chat", ["-0.5", "inf", "fast"]),
        ("log_format", ["xml"]),
        ("log_level", ["LOUD"]),
    ],
)
def test_a_bad_value_is_refused_in_one_line_that_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, field: str, values: list[str]
) -> None:
    for value in values:
        monkeypatch.setenv(f"TUTOR_{field.upper()}", value)
        message = refusal()
        assert message.startswith(f"TUTOR_{field.upper()}: "), value
        assert "\n" not in message
        assert TOKEN not in message


def test_webhook_mode_without_an_address_is_refused_in_one_line_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_MODE", "webhook")
    message = refusal()
    assert message.startswith("TUTOR_WEBHOOK_URL: is needed")
    assert "\n" not in message


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://bot.example.org", "/"),
        ("https://bot.example.org:8443/a/b", "/a/b"),
        ("http://127.0.0.1:9000/telegram", "/telegram"),
        ("http://localhost:9000/telegram", "/telegram"),
        ("http://[::1]:9000/telegram", "/telegram"),
    ],
)
def test_the_path_of_the_webhooks_address_is_where_updates_are_taken(
    monkeypatch: pytest.MonkeyPatch, url: str, path: str
) -> None:
    monkeypatch.setenv("TUTOR_MODE", "webhook")
    monkeypatch.setenv("TUTOR_WEBHOOK_URL", url)
    settings = load_settings()
    assert (settings.webhook_url, settings.webhook_path) == (url, path)


def test_a_bot_api_server_of_ones_own_may_send_updates_without_https(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_BOT_API_URL", "http://telegram:8081")
    monkeypatch.setenv("TUTOR_WEBHOOK_URL", "http://bot:8080/telegram")
    assert load_settings().webhook_url == "http://bot:8080/telegram"


def test_the_webhooks_secret_follows_from_the_token_and_is_kept_out_of_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("TUTOR_MODE", "webhook")
    monkeypatch.setenv("TUTOR_WEBHOOK_URL", "https://bot.example.org/telegram")
    first, again = load_settings(), load_settings()
    assert first.webhook_token == again.webhook_token
    assert re.fullmatch(r"[0-9a-f]{64}", first.webhook_token)
    assert first.webhook_token in first.secrets
    monkeypatch.setenv("TUTOR_TELEGRAM_TOKEN", f"{TOKEN}x")
    assert load_settings().webhook_token != first.webhook_token


def test_a_chosen_webhook_secret_is_used_and_kept_out_of_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_WEBHOOK_SECRET", "open-Sesame_1")
    settings = load_settings()
    assert settings.webhook_token == "open-Sesame_1"
    assert "open-Sesame_1" in settings.secrets
    assert "open-Sesame_1" not in f"{settings!r} {settings}"


def test_every_bad_variable_gets_its_own_line_and_good_secrets_stay_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("TUTOR_LISTEN", "nowhere")
    monkeypatch.setenv("TUTOR_MODE", TOKEN)
    message = refusal()
    assert [line.partition(":")[0] for line in message.splitlines()] == ["TUTOR_MODE", "TUTOR_LISTEN"]
    assert TOKEN not in message


def test_an_env_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"TUTOR_MODE=\xff\xfe\n")
    assert refusal().startswith(".env: ")


def test_settings_show_neither_token_nor_database_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUTOR_TELEGRAM_TOKEN", TOKEN)
    monkeypatch.setenv("TUTOR_DATABASE_URL", "postgresql://ana:s%40l@db/tertulia")
    settings = load_settings()
    assert TOKEN not in f"{settings!r} {settings}"
    assert "s%40l" not in f"{settings!r} {settings}"
    assert settings.secrets == (TOKEN, ":s%40l@", ":s@l@")


def test_an_unknown_variable_is_warned_about_in_one_line_with_the_closest_known_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TUTOR_TELEGRAM_TOCKEN", TOKEN)
    (tmp_path / ".env").write_text("TUTOR_SWEEP_SECOND=5\n", encoding="utf-8")
    lines: list[str] = []
    assert load_settings(lines.append).sweep_seconds == 30
    assert lines == [
        "TUTOR_SWEEP_SECOND: there is no such setting; the closest is TUTOR_SWEEP_SECONDS",
        "TUTOR_TELEGRAM_TOCKEN: there is no such setting; the closest is TUTOR_TELEGRAM_TOKEN",
    ]


def test_known_foreign_and_test_variables_are_not_warned_about() -> None:
    assert unknown_variables(["TUTOR_LISTEN", "tutor_listen", "PATH", "TUTOR_TEST_POSTGRES_URL"]) == []


def test_the_example_file_lists_exactly_the_settings_each_under_a_sentence() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    found = [(index, match[1]) for index, line in enumerate(lines) if (match := ASSIGNMENT.fullmatch(line))]
    assert sorted(name for _, name in found) == sorted(f"TUTOR_{field.upper()}" for field in Settings.model_fields)
    assert all(re.fullmatch(r"# .*\.", lines[index - 1]) for index, _ in found)


def test_the_example_file_shows_the_defaults(tmp_path: Path) -> None:
    shown = EXAMPLE.read_text(encoding="utf-8").replace("# TUTOR_", "TUTOR_")
    (tmp_path / ".env").write_text(shown, encoding="utf-8")
    from_example = load_settings().model_dump()
    (tmp_path / ".env").unlink()
    assert from_example == load_settings().model_dump()


def test_the_example_file_copied_as_it_is_sets_nothing(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    assert load_settings().model_fields_set == set()


def test_a_folder_of_own_scenes_must_be_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TUTOR_CONTENT_DIR", str(tmp_path))
    assert load_settings().content_dir == tmp_path
    for wrong in (str(tmp_path / "nowhere"), "scenes"):
        monkeypatch.setenv("TUTOR_CONTENT_DIR", wrong)
        assert refusal().startswith("TUTOR_CONTENT_DIR: must be the absolute path")
