"""Draws how often answers are wrong: risk against coverage, and the reliability curve."""

import importlib.util
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from embeddings.errors import AlintiError
from embeddings.risk import (
    Example,
    area_under_risk,
    calibration_error,
    reliability,
    risk_at,
    risk_coverage,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ENDINGS = (".png", ".svg", ".pdf")

_DEFINITION = (
    "Every question is asked twice: with its paragraph in the library, and with it removed, where "
    "“not found” is nearly always the right reply.\nAn answer is right where the first quote is "
    "the question’s paragraph, or holds the words of an answer that the file gives."
)
_LEAST_COVERAGE = 0.01  # of fewer answers, one that is wrong is already a high share

# Of the palette of Okabe and Ito, whose colours are told apart by colour-blind people too; marks
# and lines differ in shape as well.
_BLUE, _VERMILION, _GREY = "#0072B2", "#D55E00", "#595959"
_SIZE_IN = (12.0, 6.0)
_DOTS_PER_INCH = 150


class CannotPlot(AlintiError):
    """A figure cannot be drawn or written."""


def check_plot(path: Path) -> None:
    """Make sure that a figure can be drawn and written, before minutes of measuring.

    Args:
        path: Of the figure to be; its ending is one of ENDINGS.

    Raises:
        CannotPlot: If the ending is another, matplotlib is not installed, or the place cannot be
            written.
    """
    if path.suffix.lower() not in ENDINGS:
        raise CannotPlot(f"{path}: a figure's name ends in {', '.join(ENDINGS[:-1])} or .pdf")
    if importlib.util.find_spec("matplotlib") is None:
        raise CannotPlot(f"{path}: figures need matplotlib: pip install 'alinti[plot]'")
    if not path.parent.is_dir():
        raise CannotPlot(f"{path}: there is no folder {path.parent}")
    if path.is_dir():
        raise CannotPlot(f"{path}: this is a folder; name a file")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise CannotPlot(f"{path}: this place cannot be written; name another one")


def save_plot(path: Path, examples: Sequence[Example], *, threshold: float, title: str) -> None:
    """Draw a figure and write it; the file's ending chooses its format.

    Args:
        path: See check_plot.
        examples: Both askings of every question.
        threshold: Least confidence that is answered; marked in the figure.
        title: What was measured.

    Raises:
        CannotPlot: If the file cannot be written.
    """
    drawn = io.BytesIO()  # whole before the first byte is written
    figure = draw(examples, threshold=threshold, title=title)
    figure.savefig(drawn, format=path.suffix.lower().removeprefix("."), dpi=_DOTS_PER_INCH)
    try:
        path.write_bytes(drawn.getvalue())
    except OSError as error:
        raise CannotPlot(f"{path}: the figure was not written ({error.strerror})") from error


def draw(examples: Sequence[Example], *, threshold: float, title: str) -> "Figure":
    """Draw risk against coverage, and beside it the reliability curve over its counts.

    A figure of its own: nothing is left in the state that pyplot keeps for a process.

    Args:
        examples: See save_plot.
        threshold: See save_plot.
        title: See save_plot.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=_SIZE_IN, layout="constrained")
    axes = figure.subplot_mosaic(
        [["risk", "reliability"], ["risk", "counts"]], height_ratios=[3, 1]
    )
    axes["counts"].sharex(axes["reliability"])
    _draw_risk(axes["risk"], examples, threshold)
    _draw_reliability(axes["reliability"], examples, threshold)
    _draw_counts(axes["counts"], examples)
    for one in axes.values():
        one.spines[["top", "right"]].set_visible(False)
    figure.suptitle(title, fontweight="bold")
    figure.supxlabel(_DEFINITION, fontsize=9, color=_GREY)
    return figure


def _draw_risk(axes: "Axes", examples: Sequence[Example], threshold: float) -> None:
    points = risk_coverage(examples)
    area = area_under_risk(points)
    drawn = [point for point in points if point.coverage >= _LEAST_COVERAGE]
    axes.set_title("How many answers are wrong, by how many are given", fontsize=11)
    if area is not None:
        coverages = [point.coverage for point in drawn]
        axes.plot(
            coverages,
            [point.risk for point in drawn],
            color=_BLUE,
            label=f"as the confidence orders them (mean {area:.1%})",
        )
        share_right = sum(example.is_right for example in examples) / len(examples)
        axes.plot(
            coverages,
            [max(0.0, 1 - share_right / coverage) for coverage in coverages],
            color=_GREY,
            linestyle="--",
            label="the least possible: every right answer first",
        )
    chosen = risk_at(examples, threshold)
    if chosen is not None:
        axes.plot(
            chosen.coverage,
            chosen.risk,
            color=_VERMILION,
            marker="D",
            markersize=9,
            linestyle="none",
            label=f"at the threshold of {threshold:.0%}: {chosen.coverage:.1%} answered,\n"
            f"{chosen.risk:.1%} of these answers wrong",
        )
    axes.set_xlabel(f"Coverage: share answered, of {len(examples):,} times asked")
    axes.set_ylabel("Risk: share of the answers given that are wrong")
    if area is not None:
        axes.legend(loc="upper left", fontsize=9)
    _percentages(axes)
    # Room above the curve for the legend.
    axes.set_ylim(0, min(1.02, max((point.risk for point in drawn), default=1.0) + 0.25))


def _draw_reliability(axes: "Axes", examples: Sequence[Example], threshold: float) -> None:
    curve = reliability(examples)
    error = calibration_error(curve)
    axes.set_title("What a confidence is worth", fontsize=11)
    axes.plot([0, 1], [0, 1], color=_GREY, linestyle="--", label="as promised")
    filled = [
        (part.confidence, part.share_right)
        for part in curve
        if part.confidence is not None and part.share_right is not None
    ]
    if error is not None:
        axes.plot(
            [confidence for confidence, _ in filled],
            [share for _, share in filled],
            color=_BLUE,
            marker="o",
            label=f"measured ({error:.1%} off on average)",
        )
    axes.axvline(threshold, color=_VERMILION, linestyle=":")
    for words, side in (("“not found” ", "right"), (" answered", "left")):
        axes.text(threshold, 0.02, words, color=_VERMILION, ha=side, va="bottom", fontsize=9)
    axes.tick_params(labelbottom=False)
    axes.set_ylabel("Share that is right")
    axes.legend(loc="upper left", fontsize=9)
    _percentages(axes)


def _draw_counts(axes: "Axes", examples: Sequence[Example]) -> None:
    curve = reliability(examples)
    bars = axes.bar(
        [part.start for part in curve],
        [part.size for part in curve],
        width=[part.end - part.start for part in curve],
        align="edge",
        color=_BLUE,
        alpha=0.35,
        edgecolor="white",
    )
    axes.bar_label(bars, fontsize=8)
    axes.margins(y=0.2)
    axes.set_xlabel("Confidence of the first quote, in ten bins")
    axes.set_ylabel("Times asked")


def _percentages(axes: "Axes") -> None:
    from matplotlib.ticker import MultipleLocator, PercentFormatter

    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(MultipleLocator(0.1))
        axis.set_major_formatter(PercentFormatter(xmax=1, decimals=0))
    axes.set(xlim=(0, 1), ylim=(0, 1.02))
    axes.grid(alpha=0.3)
