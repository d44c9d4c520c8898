"""The figure of risk and reliability: what is drawn, and what is refused before any measuring."""

import importlib.util
import os
import re
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bot.plot import CannotPlot, check_plot, draw, save_plot
from embeddings.risk import Example

FOUR = [Example(0.95, True), Example(0.75, True), Example(0.55, False), Example(0.15, False)]
MAGIC = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}


@pytest.mark.parametrize("ending", MAGIC)
def test_the_ending_chooses_the_format(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"risk{ending.upper()}"
    check_plot(path)
    save_plot(path, FOUR, threshold=0.5, title="q.json")
    assert path.read_bytes().startswith(MAGIC[ending])


def axes_of(figure: Figure) -> tuple[Axes, Axes, Axes]:
    risk, trust, counts = figure.axes
    return risk, trust, counts


def lines(axes: Axes) -> dict[str, list[tuple[float, float]]]:
    """The points of each line, by the line's label."""
    return {
        str(line.get_label()): [(x, y) for x, y in np.array(line.get_xydata(), float).tolist()]
        for line in axes.get_lines()
    }


def test_risk_stands_against_coverage_with_the_threshold_marked() -> None:
    risk, _, _ = axes_of(draw(FOUR, threshold=0.5, title="q.json"))
    assert lines(risk) == {
        "as the confidence orders them (mean 20.8%)": [
            (0.25, 0.0),
            (0.5, 0.0),
            (0.75, pytest.approx(1 / 3)),
            (1.0, 0.5),
        ],
        "the least possible: every right answer first": [
            (0.25, 0.0),
            (0.5, 0.0),
            (0.75, pytest.approx(1 / 3)),
            (1.0, 0.5),
        ],
        "at the threshold of 50%: 75.0% answered,\n33.3% of these answers wrong": [
            (0.75, pytest.approx(1 / 3))
        ],
    }


def test_reliability_stands_over_the_counts_of_its_bins() -> None:
    _, trust, counts = axes_of(draw(FOUR, threshold=0.5, title="q.json"))
    drawn = lines(trust)
    assert drawn["measured (25.0% off on average)"] == [(0.15, 0), (0.55, 0), (0.75, 1), (0.95, 1)]
    assert drawn["as promised"] == [(0, 0), (1, 1)]
    heights = [bar.get_height() for bar in counts.patches]  # type: ignore[attr-defined] # bars
    assert heights == [0, 1, 0, 0, 0, 1, 0, 1, 0, 1]


def test_the_figure_says_what_it_shows() -> None:
    figure = draw(FOUR, threshold=0.5, title="q.json · 2 questions")
    assert figure.get_suptitle() == "q.json · 2 questions"
    assert figure.get_supxlabel().startswith("Every question is asked twice: with its paragraph")
    risk, trust, counts = axes_of(figure)
    assert risk.get_xlabel() == "Coverage: share answered, of 4 times asked"
    assert risk.get_ylabel() == "Risk: share of the answers given that are wrong"
    assert trust.get_ylabel() == "Share that is right"
    assert counts.get_xlabel() == "Confidence of the first quote, in ten bins"
    figure.draw_without_rendering()
    shown = [label.get_text() for label in risk.get_xticklabels()]
    assert shown[1:-1] == [f"{percent}%" for percent in range(0, 101, 10)]


@pytest.mark.parametrize(
    "examples", [[], [Example(0.1, False)], [Example(0.9, True)]], ids=["none", "wrong", "right"]
)
def test_little_can_be_drawn_too(tmp_path: Path, examples: list[Example]) -> None:
    save_plot(tmp_path / "risk.png", examples, threshold=0.5, title="")
    assert (tmp_path / "risk.png").stat().st_size > 0


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("risk.jpg", "a figure's name ends in .png, .svg or .pdf"),
        ("risk", "a figure's name ends in .png, .svg or .pdf"),
        ("none/risk.png", "there is no folder"),
        ("folder.png", "this is a folder; name a file"),
    ],
)
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "folder.png").mkdir()
    path = tmp_path / name
    with pytest.raises(CannotPlot, match=f"{re.escape(str(path))}: {said}"):
        check_plot(path)


def test_a_folder_without_permission_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def refuse(path: object, mode: int) -> bool:
        asked.append(path)
        return mode != os.W_OK

    monkeypatch.setattr(os, "access", refuse)  # root may write anywhere
    (tmp_path / "old.png").touch()
    for name in ("new.png", "old.png"):
        with pytest.raises(CannotPlot, match="cannot be written; name another one"):
            check_plot(tmp_path / name)
    assert asked == [tmp_path, tmp_path / "old.png"]


def test_without_matplotlib_it_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(CannotPlot, match=r"need matplotlib: pip install 'alinti\[plot\]'"):
        check_plot(tmp_path / "risk.png")


def test_a_figure_that_cannot_be_written_after_all_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotPlot, match=r"risk\.png: the figure was not written \(No such file"):
        save_plot(tmp_path / "gone" / "risk.png", FOUR, threshold=0.5, title="")
