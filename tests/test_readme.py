"""The README against the code: what it prints, its commands, its settings."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer

from bot.cli import app
from bot.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")


def test_the_example_runs_as_printed(tmp_path: Path) -> None:
    block = re.search(r"```console\n\$ ([^\n]+)\n(.+?)```", README, re.DOTALL)
    assert block
    command, *arguments = shlex.split(block[1])
    assert command == "alinti"
    ran = subprocess.run(
        [sys.executable, "-m", "bot.cli", *arguments],
        env={**os.environ, "ALINTI_DATA": str(tmp_path), "ALINTI_LANGUAGE": "tr"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == block[2]


def test_the_table_names_every_setting_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(ALINTI_\w+)` \|.*\| (.*) \|$", README, re.MULTILINE))
    assert list(rows) == [PREFIX + name.upper() for name in Settings.model_fields]
    for name, field in Settings.model_fields.items():
        if isinstance(field.default, str | int):
            assert rows[PREFIX + name.upper()] == f"`{field.default}`"


def test_every_command_it_types_exists() -> None:
    known = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined] # a group
    typed = set(re.findall(r"\balinti ([a-z]+)", README))
    assert typed <= known
    assert {"chat", "ask", "add", "documents", "remove", "run"} <= typed


@pytest.mark.parametrize(
    "command", ["pip install . && alinti chat", "pip install '.[test]' && pytest"]
)
def test_the_two_commands_stand_on_lines_of_their_own(command: str) -> None:
    assert f"```\n{command}\n```" in README


def test_continuous_integration_runs_the_readmes_test_command() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "\npip install --quiet '.[test]' && pytest || exit 1\n" in script


def test_files_that_it_links_to_are_there() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_torch_is_pinned_to_the_version_it_names() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert "torch==2.13.0" in project["dependencies"]
    assert "torch==2.13.0" in README
