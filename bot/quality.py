"""What ``alinti evaluate`` does: measure, choose weights, leave parts out."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rich.table import Table
from rich.text import Text

from bot import terminal
from bot.plot import check_plot, save_plot
from bot.settings import Settings
from embeddings import ablation, evaluation, tuning
from embeddings.confidence import THRESHOLD, Signals
from embeddings.datatypes import Encoder
from embeddings.encoder import load_encoder
from embeddings.question_sets import InvalidQuestionSet, QuestionSet, load_questions
from embeddings.weights import DEFAULT, WEIGHTS_FILE, Weights, load_weights, save_weights

_FEW = 100  # questions, below which a choice of weights is mostly chance


class Asking(NamedTuple):
    """How questions are asked; see evaluation.ask_twice."""

    retriever: str = "hybrid"
    is_ascii: bool = False
    typo_seed: int | None = None


def evaluate(
    files: Sequence[Path], settings: Settings, asking: Asking, *, plot: Path | None, as_json: bool
) -> None:
    """Measure the questions of each file, and draw those of one."""
    sets = _load_sets(files)
    if plot is not None:
        check_plot(plot)
    encoder, weights = _load_model(settings)
    for name, questions in sets.items():
        with terminal.counted(len(questions.questions)) as progress:
            asked = evaluation.ask_twice(
                questions,
                encoder,
                retriever=asking.retriever,
                is_ascii=asking.is_ascii,
                typo_seed=asking.typo_seed,
                weights=weights,
                progress=progress,
            )
        measures = evaluation.measure(asked, passages=len(questions.paragraphs))
        named = {"file": name} if len(sets) > 1 else {}
        terminal.show_measures({**named, **measures}, as_json=as_json)
        if plot is not None:  # after the measures: should the disk be full, they are not lost
            title = _title(name, len(questions.questions), asking)
            save_plot(plot, evaluation.risk_examples(asked), threshold=THRESHOLD, title=title)


def tune(files: Sequence[Path], settings: Settings, *, save: bool, as_json: bool) -> None:
    """Choose weights for the model of the settings; keep them where that is wanted.

    Raises:
        InvalidQuestionSet: If there are too few questions to keep what is chosen on them.
    """
    sets = _load_sets(files)
    count = sum(len(questions.questions) for questions in sets.values())
    if save and count < _FEW:
        raise InvalidQuestionSet(
            f"{_count_few(count)} too few to save what is chosen on so little. "
            f"Give at least {_FEW}, or leave --save out to see the choice only"
        )
    encoder, there = _load_model(settings)
    present = there.get(encoder.name, DEFAULT)
    with terminal.counted(2 * count) as progress:
        whole, small = tuning.ask_all(sets, encoder, there, progress)
        tuned = tuning.tune(whole, small, present)
    if as_json:
        _write_json(_tuning_json(encoder.name, tuned))
    else:
        _show_tuning(encoder.name, present, tuned, count)
    file = settings.data / WEIGHTS_FILE
    told = "Nothing was changed. With --save the chosen weights are used from then on."
    if save:  # after the tables: should the disk be full, they are not lost
        save_weights(file, {**load_weights(file), encoder.name: tuned.weights})
        told = f"Saved in {file}: used from the next start on. Remove it to undo."
    if not as_json:
        terminal.print_sentence(terminal.make_console(), told)


def ablate(files: Sequence[Path], settings: Settings, *, as_json: bool) -> None:
    """Show the quality without each part of the answering."""
    sets = _load_sets(files)
    encoder, weights = _load_model(settings)
    with terminal.counted(ablation.count_askings(sets)) as progress:
        rows = list(ablation.ablate(sets, encoder, weights.get(encoder.name, DEFAULT), progress))
    if as_json:
        for row in rows:
            _write_json({"without": row.part, **row.measures})
        return
    console = terminal.make_console()
    for name in sets:
        terminal.print_sentence(console, f"{name}:\n")
        console.print(_ablation_table(rows, name))
        console.print()
    terminal.print_sentence(
        console, "For the rows of signals the confidence is fitted anew on these questions."
    )


def _load_sets(files: Sequence[Path]) -> dict[str, QuestionSet]:
    """Load question sets by what tells their files apart: the name, or else the path."""
    names = [file.name for file in files]
    is_told = len(set(names)) == len(names)
    sets = {}
    for file in files:
        questions = load_questions(file)
        if not questions.questions:
            raise InvalidQuestionSet(f"{file}: there is no question in this file")
        sets[file.name if is_told else str(file)] = questions
    return sets


def _load_model(settings: Settings) -> tuple[Encoder, dict[str, Weights]]:
    """Load the encoder, and the weights that were measured here, by the encoder's name."""
    weights = load_weights(settings.data / WEIGHTS_FILE)
    return load_encoder(settings.model, settings.backend), weights


def _title(name: str, count: int, asking: Asking) -> str:
    typed = ["typed without Turkish letters"] * asking.is_ascii
    typed += ["with typing errors"] * (asking.typo_seed is not None)
    asked = f"{count:,} questions, each asked twice"
    return " · ".join([name, asked, asking.retriever, *typed])


def _show_tuning(encoder: str, present: Weights, tuned: tuning.Tuning, count: int) -> None:
    console = terminal.make_console()
    terminal.print_sentence(console, f"Weights with {encoder}:\n")
    console.print(_weights_table(present, tuned.weights))
    terminal.print_sentence(
        console,
        "\nQuality now, and of a choice made on one half of the paragraphs and tested on the "
        "other, both ways:\n",
    )
    console.print(_quality_table(tuned))
    console.print()
    if count < _FEW:
        terminal.print_sentence(
            console, f"{_count_few(count)} few: what is chosen on so little is mostly chance."
        )


def _count_few(count: int) -> str:
    return "1 question is" if count == 1 else f"{count} questions are"


def _weights_table(present: Weights, chosen: Weights) -> Table:
    table = _table("", "now", "chosen", "change")
    pairs = [
        *((f"ranking {name}", now, chosen.ranking[name]) for name, now in present.ranking.items()),
        *(
            (f"confidence {name}", now, then)
            for name, now, then in zip(
                Signals._fields,
                present.calibration.weights,
                chosen.calibration.weights,
                strict=True,
            )
        ),
        ("confidence bias", present.calibration.bias, chosen.calibration.bias),
    ]
    for name, now, then in pairs:
        change = round(then, 2) - round(now, 2)
        table.add_row(
            name, f"{now:z.2f}", f"{then:z.2f}", f"{change:+.2f}" if abs(change) > 0.005 else ""
        )
    return table


def _quality_table(tuned: tuning.Tuning) -> Table:
    table = _table("", "", "nDCG@10", "recall@1", "AUROC", "wrong answers")
    table.columns[1].justify = "left"
    for name in tuned.before:
        table.add_row(Text(name), "now", *map(_number, tuned.before[name]))
        table.add_row("", "chosen", *map(_number, tuned.after[name]))
    return table


def _ablation_table(rows: Sequence[ablation.Row], name: str) -> Table:
    table = _table("without", "nDCG@10", "recall@1", "sentence", "AUROC")
    for row in rows:
        measures = row.measures[name]
        table.add_row(
            row.part or "nothing", *(_number(measures[key]) for key in ablation.MEASURES)
        )
    return table


def _table(first: str, *others: str) -> Table:
    """Make a table of names and, to their right, numbers."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(first, overflow="fold")
    for name in others:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def _tuning_json(encoder: str, tuned: tuning.Tuning) -> dict[str, Any]:
    return {
        "encoder": encoder,
        "ranking": tuned.weights.ranking,
        "confidence": tuned.weights.calibration.weights._asdict(),
        "bias": tuned.weights.calibration.bias,
        "before": {name: quality._asdict() for name, quality in tuned.before.items()},
        "after": {name: quality._asdict() for name, quality in tuned.after.items()},
    }


def _write_json(measured: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(measured, ensure_ascii=False) + "\n")
