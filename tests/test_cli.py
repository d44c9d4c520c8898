"""The command as people type it: in this process, but for what happens when a process dies."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from bot.localization import LANGUAGES, Language, say
from embeddings.ablation import MEASURES
from embeddings.datatypes import SHARED
from embeddings.findings import Findings
from embeddings.library import Library
from embeddings.typos import mistype
from tests.encoders import GatedEncoder, LetterEncoder
from tests.serving import Run

FUND = (
    "Ortak bir yatırım fonu kurulması kararlaştırıldı. Fonun merkezi Bakü olacak, kuralları da "
    "yazılacak."
)
RAIN = (
    "Yarın bütün yurtta yağmur bekleniyor. Kıyılarda rüzgâr kuvvetli esecek, deniz ulaşımı "
    "aksayacak."
)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "belgeler"
    (folder / "alt").mkdir(parents=True)
    (folder / "fon.txt").write_text(FUND, "utf-8")
    (folder / "alt" / "hava.md").write_text(f"# Hava\n\n{RAIN}", "utf-8")
    (folder / "resim.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    (folder / ".gizli.txt").write_text("gizli", "utf-8")
    return folder


def test_a_question_is_answered_from_what_was_added(run: Run, files: Path) -> None:
    code, out, err = run("add", str(files))
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        f"eklendi: {files / 'alt' / 'hava.md'} (1 parça)",
        f"eklendi: {files / 'fon.txt'} (1 parça)",
        "2 belge eklendi; kitaplıkta 2 parça var.",
        "Atlandı (bu tür okunmuyor): 1 dosya: resim.png",
    ]
    code, out, _ = run("ask", "Yatırım fonu hakkında ne kararlaştırıldı?")
    assert code == 0
    first, place = out.splitlines()
    assert first == f"│ ⟦{FUND.split('. ')[0]}.⟧ {FUND.split('. ')[1]}"
    assert place.startswith("— fon  (güven: %")


def test_not_found_has_an_exit_code_of_its_own(run: Run, files: Path) -> None:
    run("add", str(files))
    code, out, _ = run("ask", "Fransa'nın nüfusu kaç?")
    assert (code, out) == (1, "Belgelerde bu sorunun yanıtını bulamadım.\n")


def test_json_holds_the_quote_with_its_place(run: Run, files: Path) -> None:
    run("add", str(files))
    code, out, _ = run("ask", "--json", "Yarın hava nasıl, yağmur bekleniyor mu?")
    answer = json.loads(out)
    assert code == 0
    assert list(answer) == ["question", "answered", "confidence", "mended", "quotes"]
    quote = answer["quotes"][0]
    start, end = quote["highlight"]
    assert quote["quote"][start:end] == RAIN.split(". ")[0] + "."
    assert quote["document"] == {
        "id": 1,
        "title": "Hava",
        "source": str(files / "alt" / "hava.md"),
    }
    assert quote["location"] == {"start": 6, "end": 6 + len(RAIN), "heading": None, "page": None}
    assert answer["answered"] is True
    assert 0.5 <= answer["confidence"] <= 1


def test_questions_come_line_by_line_from_the_input(
    run: Run, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("add", str(files))
    lines = ["Yatırım fonu ne oldu?\n", "\n", "Fransa?\r\n", "Yağmur bekleniyor mu?"]
    monkeypatch.setattr("sys.stdin", iter(lines))
    code, out, _ = run("ask", "--json", "-")
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [a["question"] for a in answers] == [line.strip() for line in lines]
    assert [a["answered"] for a in answers] == [True, False, False, True]


@pytest.mark.parametrize("question", ["", "  ", "🤷🏽", "\u202e\u200f", "\0"])
def test_a_question_without_words_is_told_so(run: Run, files: Path, question: str) -> None:
    run("add", str(files))
    code, out, _ = run("ask", question)
    assert (code, out) == (1, "Burada bir soru göremedim; sorunuzu kelimelerle yazın.\n")


def test_courtesy_is_returned_and_not_answered_with_a_quote(
    run: Run, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (files / "selam.txt").write_text("Merhaba, hepiniz hoş geldiniz. Fon bugün açıldı.", "utf-8")
    run("add", str(files))
    greeting = say("tr", "telegram-courtesy-greeting")
    assert run("ask", "merhaba")[:2] == (1, f"{greeting}\n")
    answer = json.loads(run("ask", "--json", "merhaba")[1])
    assert (answer["answered"], answer["confidence"], answer["quotes"]) == (False, 0.0, [])
    shown = talk(run, monkeypatch, "Merhaba!", "", "Teşekkürler")
    assert shown[2:] == [
        greeting,
        say("tr", "terminal-no-more"),
        say("tr", "telegram-courtesy-thanks"),
    ]


@pytest.mark.parametrize("question", ["ما هو عدد سكان فرنسا؟", "שלום\u202e", "a" * 10_000])
def test_strange_questions_are_not_found_and_break_nothing(
    run: Run, files: Path, question: str
) -> None:
    run("add", str(files))
    assert run("ask", question)[:2] == (1, "Belgelerde bu sorunun yanıtını bulamadım.\n")


def test_an_empty_library_answers_from_the_samples(run: Run) -> None:
    code, out, _ = run("ask", "Ortak yatırım fonu hakkında ne söylendi?")
    assert code == 0
    assert "⟦Çavuşoğlu ortak bir yatırım fonu kurulmasının yararlı olacağını belirtti.⟧" in out
    assert run("documents")[1] == ""  # they are nobody's documents


def test_a_copy_of_the_quote_is_counted_instead_of_shown(run: Run, files: Path) -> None:
    (files / "fon-eski.txt").write_text(FUND.replace(", kuralları", " – kuralları"), "utf-8")
    run("add", str(files))
    code, out, _ = run("ask", "Yatırım fonu hakkında ne kararlaştırıldı?")
    assert code == 0
    assert out.splitlines()[2:] == ["Hemen hemen aynı metin 1 yerde daha var."]
    found = json.loads(run("ask", "--json", "Yatırım fonu hakkında ne kararlaştırıldı?")[1])
    assert found["quotes"][0]["copies"] == 1
    assert all("yağmur" in quote["quote"] for quote in found["quotes"][1:])


def test_a_mended_word_is_told_below_a_quote_only(run: Run, files: Path) -> None:
    run("add", str(files))
    mistyped = "Yatırım fonu hakkında ne karralaştırıldı?"
    code, out, _ = run("ask", mistyped)
    assert code == 0
    assert out.splitlines()[2:] == ["“kararlastirildi” olarak arandı (yazılan: “karralastirildi”)"]
    assert json.loads(run("ask", "--json", mistyped)[1])["mended"] == [
        ["karralastirildi", "kararlastirildi"]
    ]
    elsewhere = "Fransa'nın nüfusu ne zaman karralaştırıldı?"
    not_found = (1, "Belgelerde bu sorunun yanıtını bulamadım.\n")
    assert run("ask", elsewhere)[:2] == not_found
    assert json.loads(run("ask", "--json", elsewhere)[1])["mended"] == [
        ["karralastirildi", "kararlastirildi"]
    ]


def test_each_file_that_cannot_be_read_has_a_line(run: Run, files: Path, tmp_path: Path) -> None:
    (tmp_path / "bos.txt").touch()
    (tmp_path / "ikili.txt").write_bytes(bytes(range(256)))
    (tmp_path / "klasor").mkdir()
    names = ["bos.txt", "ikili.txt", "klasor", "yok.txt", str(files / "resim.png")]
    code, out, err = run("add", *names, str(files / "fon.txt"))
    assert code == 1
    lines = err.splitlines()
    assert len(lines) == 5
    assert lines[0] == "bos.txt: this file is empty"
    assert lines[1].startswith("ikili.txt: this is a binary file, not a text. What is read: PDF")
    assert lines[2].startswith("klasor: nothing in this folder can be read. What is read: PDF")
    assert lines[3] == "yok.txt: No such file or directory"
    assert "resim.png: this is a picture (PNG). What is read: PDF" in lines[4]
    assert out.endswith("\n1 belge eklendi, 5 okunamadı; kitaplıkta 1 parça var.\n")


def test_files_of_other_kinds_are_named_but_not_those_that_are_hidden(
    run: Run, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (files / ".git").mkdir()
    for name in (".git/config", ".gitignore", "a.mp3", "b.xls", "c.doc", "alt/d.odt", "e.xls"):
        (files / name).touch()
    monkeypatch.setenv("ALINTI_LANGUAGE", "en")
    # What is named by itself is reported by itself.
    code, out, err = run("add", str(files), str(files / "alt"), str(files / "e.xls"))
    assert (code, len(err.splitlines())) == (1, 1)
    names = "a.mp3, d.odt, b.xls, c.doc, resim.png"
    assert out.splitlines()[-1] == f"Skipped (this kind is not read): 5 files: {names}"
    (files / "f").touch()
    (files / "g").touch()
    monkeypatch.setenv("ALINTI_LANGUAGE", "tr")
    code, out, err = run("add", str(files))
    assert (code, err) == (0, "")
    names = "a.mp3, d.odt, b.xls, c.doc, e.xls ve 3 dosya daha"
    assert out.splitlines()[-1] == f"Atlandı (bu tür okunmuyor): 8 dosya: {names}"


def test_a_file_of_one_very_long_line_is_added(run: Run, tmp_path: Path) -> None:
    (tmp_path / "satir.txt").write_text("kelime " * 500_000, "utf-8")
    code, out, _ = run("add", "satir.txt")
    assert code == 0
    assert "eklendi: satir.txt (3.497 parça)" in out


def test_adding_again_says_so_and_a_changed_file_is_replaced(run: Run, files: Path) -> None:
    run("add", str(files))
    again = run("add", str(files))[1].splitlines()
    assert again[1:] == [
        f"zaten var: {files / 'fon.txt'}",
        "Yeni bir şey yok, 2 belge zaten vardı; kitaplıkta 2 parça var.",
        "Atlandı (bu tür okunmuyor): 1 dosya: resim.png",
    ]
    (files / "fon.txt").write_text(RAIN.replace("Yarın", "Cuma günü"), "utf-8")
    assert f"yenilendi: {files / 'fon.txt'} (1 parça)" in run("add", str(files))[1]
    assert len(run("documents")[1].splitlines()) == 2


def test_that_there_are_no_documents_is_said_beside_the_values(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = f"{say('tr', 'terminal-no-documents')}\n"
    assert run("documents") == (0, "", said)
    monkeypatch.setenv("FORCE_COLOR", "1")  # as on a terminal
    code, out, err = run("documents")
    assert (code, plain(out).replace("\n", " ").strip(), err) == (0, said.strip(), "")


def test_documents_are_listed_and_removed_by_their_ids(run: Run, files: Path) -> None:
    run("add", str(files))
    code, out, _ = run("documents")
    rows = [line.split("\t") for line in out.splitlines()]
    assert code == 0
    assert [(row[0], row[1], row[2]) for row in rows] == [("1", "Hava", "1"), ("2", "fon", "1")]
    code, out, _ = run("remove", "1", "7")
    assert code == 1
    assert out.splitlines() == [
        "1 numaralı belge kaldırıldı.",
        "7 numaralı bir belge yok. Numaralar için: alinti documents",
    ]
    assert run("ask", "Yağmur bekleniyor mu?")[0] == 1


def test_samples_are_neither_listed_nor_removed(run: Run) -> None:
    assert run("ask", "Ortak yatırım fonu hakkında ne söylendi?")[0] == 0
    assert run("remove", "1") == (
        1,
        "1 numaralı bir belge yok. Numaralar için: alinti documents\n",
        "",
    )
    assert "samples" not in run("collections")[1]
    assert run("ask", "Ortak yatırım fonu hakkında ne söylendi?")[0] == 0


def test_a_conversation_goes_on_until_it_is_left(
    run: Run, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("add", str(files))
    lines = iter(["Yatırım fonu ne oldu?", "", "", "Fransa?", "q"])
    monkeypatch.setattr("builtins.input", lambda *_: next(lines))
    code, out, _ = run("chat")
    assert code == 0
    assert "Alıntı · 2 belge." in out
    assert "⟦Ortak bir yatırım fonu kurulması kararlaştırıldı.⟧" in out
    assert out.index("⟦Ortak") < out.index("yağmur") < out.index("Gösterecek başka alıntı yok.")
    assert out.rstrip("\n ?").endswith("bulamadım.\n(Boş satır en yakın yerleri gösterir.)")


def talk(run: Run, monkeypatch: pytest.MonkeyPatch, *lines: str) -> list[str]:
    """Type lines in a conversation; the lines of its output, without the prompts."""
    typed = iter([*lines, "q"])
    monkeypatch.setattr("builtins.input", lambda *_: next(typed))
    code, out, _ = run("chat")
    assert code == 0
    return [line for part in out.split("\n") if (line := part.removeprefix("? "))]


def test_what_is_near_is_not_passed_off_as_an_answer(
    run: Run, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("add", str(files))
    shown = talk(run, monkeypatch, "Fransa deniz kıyısında mı?", "", "", "Fon?", "")
    assert shown[2:4] == [
        "Belgelerde bu sorunun yanıtını bulamadım.",
        "(Boş satır en yakın yerleri gösterir.)",
    ]
    assert shown[4] == "Yanıt sayılmaz; en yakın yerler:"
    assert shown[5].startswith("│ ")
    assert shown.count(shown[4]) == 1


@pytest.mark.parametrize("word", ["/help", "help", "yardım", "YARDIM", "Kimsin?", "?"])
def test_help_repeats_how_to_ask(run: Run, monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    shown = talk(run, monkeypatch, word)
    usage = "Sorunuzu yazın. Boş satır sıradaki alıntıyı gösterir, q bitirir."
    assert shown[0].startswith("Alıntı · ")
    assert shown[1].startswith("Henüz belge eklenmediği için")
    assert shown[2:] == [usage, usage]


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of 40 columns."""
    for name, value in {"FORCE_COLOR": "1", "TERM": "xterm", "COLUMNS": "40"}.items():
        monkeypatch.setenv(name, value)


def plain(shown: str) -> str:
    """What a terminal shows, without the codes for colours and for moving about."""
    return re.sub(r"\x1b\[[?0-9;]*[A-Za-z]", "", shown)


def test_sentences_are_broken_between_words_on_a_terminal_only(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = "Sorunuzu yazın. Boş satır sıradaki alıntıyı gösterir, q bitirir."
    monkeypatch.setenv("COLUMNS", "40")
    assert usage in talk(run, monkeypatch)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    shown = [plain(line).rstrip() for line in talk(run, monkeypatch)]
    start = shown.index("Sorunuzu yazın. Boş satır sıradaki")
    assert shown[start : start + 2] == [
        "Sorunuzu yazın. Boş satır sıradaki",
        "alıntıyı gösterir, q bitirir.",
    ]


@pytest.mark.usefixtures("narrow")
def test_on_a_terminal_errors_stand_above_the_progress_bar(run: Run, files: Path) -> None:
    """They come from the same console; two would write into each other's lines."""
    code, out, err = run("add", "yok.txt", str(files / "fon.txt"))
    assert (code, err) == (1, "")
    assert "\nyok.txt: No such file or directory\n" in plain(out).replace("\r", "\n")
    assert " 2/2" in plain(out)


@pytest.mark.usefixtures("narrow")
def test_the_table_of_documents_keeps_the_names_of_files(run: Run, files: Path) -> None:
    run("add", str(files))
    rows = plain(run("documents")[1]).splitlines()
    assert max(map(len, rows)) <= 40
    assert len(rows) == 3
    assert " hava.md" in rows[1]
    assert " fon.txt" in rows[2]
    assert rows[2].rstrip().endswith("…")


def test_the_same_content_under_another_name_is_told_so(run: Run, files: Path) -> None:
    run("add", str(files))
    (files / "fon2.txt").write_text(FUND, "utf-8")
    out = run("add", str(files / "fon2.txt"), str(files / "fon.txt"))[1]
    assert out.splitlines() == [
        f"içeriği zaten var: {files / 'fon2.txt'}",
        f"zaten var: {files / 'fon.txt'}",
        "Yeni bir şey yok, 2 belge zaten vardı; kitaplıkta 2 parça var.",
    ]


def test_the_summary_of_an_empty_library_says_that_it_is_empty(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    summary = run("add", "yok.txt")[1]
    assert summary == "Yeni bir şey yok, 1 belge okunamadı; kitaplık henüz boş.\n"
    monkeypatch.setenv("ALINTI_LANGUAGE", "en")
    summary = run("add", "yok.txt")[1]
    assert summary == "Nothing new, 1 could not be read; the library is still empty.\n"


def test_a_question_needs_no_quotation_marks(run: Run, files: Path) -> None:
    run("add", str(files))
    code, out, _ = run("ask", "Yatırım", "fonu", "ne", "oldu?", "--json")
    assert code == 0
    assert json.loads(out)["question"] == "Yatırım fonu ne oldu?"


def test_blank_lines_of_the_input_are_skipped(
    run: Run, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("add", str(files))
    monkeypatch.setattr("sys.stdin", iter(["\n", "Fransa?\n", "  \n"]))
    assert run("ask", "-")[1] == "Belgelerde bu sorunun yanıtını bulamadım.\n"


def test_bytes_that_are_no_text_are_replaced(
    run: Run, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("add", str(files))
    out = run("ask", "--json", "Fon\udcff ne oldu?")[1]
    assert json.loads(out)["question"] == "Fon? ne oldu?"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"Fon\xff?\n"), "utf-8"))
    out = run("ask", "--json", "-")[1]
    assert json.loads(out)["question"] == "Fon\ufffd?"


def test_a_path_that_cannot_be_looked_at_has_a_line(run: Run, files: Path) -> None:
    long = "a" * 300 + ".txt"
    code, out, err = run("add", long, str(files))
    assert (code, err) == (1, f"{long}: File name too long\n")
    assert "2 belge eklendi, 1 okunamadı" in out


def test_a_folder_inside_that_cannot_be_listed_has_a_line(
    run: Run, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir = os.scandir

    def refuse(path: str) -> object:
        if Path(path).name == "alt":
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr("os.scandir", refuse)
    code, out, err = run("add", str(files))
    assert code == 1
    assert err.startswith(f"{files / 'alt'}: nothing in this folder can be read.")
    assert "1 belge eklendi, 1 okunamadı" in out


def test_the_version_is_printed(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda name: f"1.2.3 of {name}")
    assert run("--version") == (0, "alinti 1.2.3 of alinti\n", "")


def test_without_the_systems_figures_the_benchmark_leaves_memory_out(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.bench._QUESTIONS", 100)
    assert "peak_memory_mb" in json.loads(run("bench", "--passages", "100", "--json")[1])
    monkeypatch.setitem(sys.modules, "resource", None)  # Windows has no such module
    assert "peak_memory_mb" not in json.loads(run("bench", "--passages", "100", "--json")[1])


def test_a_conversation_ends_with_the_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def ended(*_: object) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", ended)
    code, out, _ = run("chat")
    assert code == 0
    assert "örnek belgelerden yanıtlıyorum" in out


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_question_that_a_newcomer_is_told_to_try_is_answered(
    run: Run, monkeypatch: pytest.MonkeyPatch, language: Language
) -> None:
    monkeypatch.setenv("ALINTI_LANGUAGE", language)
    suggestion = say(language, "terminal-try")
    assert talk(run, monkeypatch, "")[1].endswith(f" · {suggestion}")
    assert run("ask", suggestion.partition(": ")[2])[0] == 0


def test_english_is_spoken_where_the_system_does(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert run("ask", "How tall is the Eiffel tower?")[1] == (
        "I found no answer to this in the documents.\n"
    )
    monkeypatch.setenv("ALINTI_LANGUAGE", "tr")
    assert run("ask", "How tall is the Eiffel tower?")[1].startswith("Belgelerde")


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    question = {"question": "Fon kurulacak mı?", "answers": [{"answer_start": 0}]}
    paragraphs = [{"context": FUND, "qas": [question]}, {"context": RAIN, "qas": []}]
    path = tmp_path / "q.json"
    path.write_text(json.dumps({"data": [{"paragraphs": paragraphs}]}), "utf-8")
    return path


@pytest.mark.parametrize("retriever", ["hybrid", "lexical", "dense"])
def test_quality_is_measured(run: Run, questions: Path, retriever: str) -> None:
    code, out, _ = run("evaluate", str(questions), "--json", "--retriever", retriever, "--ascii")
    assert code == 0
    assert json.loads(out)["questions"] == 1
    assert json.loads(out)["recall@3"] == 1.0


def test_quality_is_shown_as_a_table(run: Run, questions: Path) -> None:
    code, out, _ = run("evaluate", str(questions))
    assert code == 0
    assert "recall@1" in out
    assert "ms_per_question p95" in out


def test_typing_errors_are_the_same_with_the_same_seed(
    run: Run, questions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    collect = Library.collect

    def listen(library: Library, question: str, *args: Any, **named: Any) -> Findings:
        asked.append(question)
        return collect(library, question, *args, **named)

    monkeypatch.setattr(Library, "collect", listen)
    for words in ([], ["--typos"], ["--typos", "--seed", "1"], ["--typos", "--seed", "2"]):
        assert run("evaluate", str(questions), "--json", *words)[0] == 0
    first, again = asked[0::2], asked[1::2]  # each question is asked twice
    assert first == again
    assert first == [
        "Fon kurulacak mı?",
        mistype("Fon kurulacak mı?", seed=1),
        mistype("Fon kurulacak mı?", seed=1),
        mistype("Fon kurulacak mı?", seed=2),
    ]
    assert len(set(first)) == 3


def test_risk_is_told_and_drawn(run: Run, questions: Path, tmp_path: Path) -> None:
    code, out, err = run("evaluate", str(questions), "--plot", "risk.svg", "--ascii", "--typos")
    assert (code, err) == (0, "")
    assert "wrong_share_of_answers" in out
    drawn = (tmp_path / "risk.svg").read_text("utf-8")
    assert "<!-- q.json · 1 questions, each asked twice · hybrid" in drawn


@pytest.mark.parametrize("name", ["risk.jpg", "none/risk.png"])
def test_a_figure_that_cannot_be_written_stops_before_the_measuring(
    run: Run, questions: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("bot.quality.load_encoder", lambda *_: pytest.fail("measured"))
    code, out, err = run("evaluate", str(questions), "--plot", name)
    assert (code, out) == (2, "")
    assert err.startswith(f"alinti: {name}: ")
    assert err.count("\n") == 1


def test_an_unknown_retriever_is_refused(run: Run, questions: Path) -> None:
    code, _, err = run("evaluate", str(questions), "--retriever", "magic")
    assert code == 2
    assert "use one of hybrid, lexical, dense" in err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--save"], "--save: saves what --tune chose: give both"),
        (["--save", "--ablation"], "--save: saves what --tune chose: give both"),
        (["--tune", "--ablation"], "--ablation: is another task than --tune: give one"),
        (["--tune", "--retriever", "lexical"], "--tune: goes without --retriever,"),
        (["--tune", "--plot", "risk.svg"], "--tune: goes without --retriever,"),
        (["--ablation", "--typos"], "--ablation: goes without --retriever,"),
        (["--ablation", "--ascii"], "--ablation: goes without --retriever,"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    run: Run, questions: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], told: str
) -> None:
    monkeypatch.setattr("bot.quality.load_encoder", lambda *_: pytest.fail("measured"))
    code, out, err = run("evaluate", str(questions), *words)
    assert (code, out) == (2, "")
    assert f"Invalid value for {told}" in err


def test_weights_are_chosen_and_from_then_on_used(
    run: Run, questions: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.quality.load_encoder", lambda *_: LetterEncoder())
    code, out, err = run("evaluate", str(questions), "--tune", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)["encoder"] == "letters"
    assert not (tmp_path / "data").exists()
    code, out, err = run("evaluate", str(questions), "--tune", "--save")
    assert (code, out) == (2, "")
    assert err.startswith("alinti: 1 question is too few to save ")
    monkeypatch.setattr("bot.quality._FEW", 1)
    code, out, err = run("evaluate", str(questions), "--tune", "--save")
    assert (code, err) == (0, "")
    saved = tmp_path / "data" / "weights.json"
    assert out.endswith(f"\nSaved in {saved}: used from the next start on. Remove it to undo.\n")
    assert list(json.loads(saved.read_text("utf-8"))) == ["letters"]


def test_the_quality_without_each_part_is_shown(
    run: Run, questions: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.quality.load_encoder", lambda *_: LetterEncoder())
    measures = dict.fromkeys(MEASURES, 1.0)
    monkeypatch.setattr("embeddings.ablation.evaluate", lambda *_, **__: measures)
    code, out, err = run("evaluate", str(questions), "--ablation")
    assert (code, err) == (0, "")
    assert "\nranking: grams " in out
    assert "\nsignal: brevity " in out


@pytest.mark.parametrize("words", [[], ["--tune"], ["--ablation"]])
@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("none.json", None, "No such file or directory"),
        ("bad.json", "{", "not a file of SQuAD's format (JSONDecodeError: "),
        ("empty.json", '{"data": []}', "there is no question in this file"),
    ],
)
def test_a_file_that_cannot_be_asked_has_one_line(
    run: Run,
    questions: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    name: str,
    text: str | None,
    reason: str,
) -> None:
    monkeypatch.setattr("bot.quality.load_encoder", lambda *_: pytest.fail("measured"))
    if text is not None:
        (tmp_path / name).write_text(text, "utf-8")
    code, out, err = run("evaluate", str(questions), name, *words)
    assert (code, out) == (2, "")
    assert err.startswith(f"alinti: {name}: {reason}")
    assert err.count("\n") == 1


def test_the_benchmark_prints_its_figures(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.bench._QUESTIONS", 100)
    code, out, _ = run("bench", "--passages", "150", "--json")
    assert code == 0
    measured = json.loads(out)
    assert measured["paragraphs"] == 150
    assert measured["paragraphs_per_s"] > 0
    assert measured["ms_per_question"]["p50"] <= measured["ms_per_question"]["p95"]


def test_bad_settings_are_all_told_at_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALINTI_LANGUAGE", "xx")
    monkeypatch.setenv("ALINTI_LOG_LEVEL", "LOUD")
    code, out, err = run("documents")
    assert (code, out) == (2, "")
    assert "ALINTI_LANGUAGE" in err
    assert "ALINTI_LOG_LEVEL" in err
    assert "Traceback" not in err


def test_a_data_folder_that_cannot_be_written_is_told(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("ALINTI_DATA", str(tmp_path / "file" / "data"))
    code, _, err = run("ask", "soru")
    assert code == 2
    assert err.startswith("alinti: ")
    assert len(err.splitlines()) == 1


def test_another_model_answers_at_once_and_encodes_when_it_is_told_to(
    run: Run, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("add", str(files))
    gated = GatedEncoder(batches=99)
    monkeypatch.setattr("embeddings.encoder.load_encoder", lambda *_: gated)
    code, out, err = run("ask", "Yatırım fonu hakkında ne kararlaştırıldı?")
    assert code == 0
    assert "yatırım fonu" in out
    assert err == (
        "Bu model 2 parçadan 0 tanesini kodladı; hepsi kodlanana kadar gömülü model arar. "
        "Kalanı kodlamak için: alinti encode\n"
    )
    (files / "deniz.txt").write_text("Deniz feneri sisli gecelerde yanar ve söner.", "utf-8")
    assert "Bu model 3 parçadan 1 tanesini kodladı;" in run("add", str(files))[2]
    assert run("encode") == (0, "Bu modelle kodlanan: 3 parçadan 3.\n", "")
    assert gated.encoded == 3
    assert run("ask", "Yatırım fonu hakkında ne kararlaştırıldı?")[2] == ""


def test_a_prompt_encodes_in_the_background(
    run: Run, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("add", str(files))
    gated = GatedEncoder()
    monkeypatch.setattr("embeddings.encoder.load_encoder", lambda *_: gated)

    def lines() -> Any:
        assert gated.is_waiting.wait(20)
        yield "Yatırım fonu hakkında ne kararlaştırıldı?\n"
        gated.let_in(99)
        yield "q\n"

    typed = lines()
    monkeypatch.setattr("rich.console.Console.input", lambda *_, **__: next(typed))
    code, out, err = run("chat")
    assert (code, gated.encoded) == (0, 2)
    assert "yatırım fonu" in out
    assert err.startswith("Bu model 2 parçadan 0 tanesini kodladı. Kalanı arka planda kodlanıyor;")


def test_every_document_reported_before_a_kill_is_there_after_it(tmp_path: Path) -> None:
    folder = tmp_path / "belgeler"
    folder.mkdir()
    for number in range(400):
        (folder / f"{number:03}.txt").write_text(f"{number} numaralı belge. {FUND}", "utf-8")
    environment = {**os.environ, "ALINTI_DATA": str(tmp_path / "data"), "ALINTI_LANGUAGE": "en"}
    reported: set[str] = set()
    for lines_before_kill in (1, 7, 60):
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "bot.cli", "add", str(folder)],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        assert process.stdout
        for _ in range(lines_before_kill + len(reported)):
            reported |= _reported(process.stdout.readline())
        time.sleep(0.01 * lines_before_kill % 0.05)
        os.kill(process.pid, signal.SIGKILL)
        for line in process.stdout.read().splitlines(keepends=True):
            reported |= _reported(line) if line.endswith("\n") else set()
        process.stdout.close()
        process.wait(timeout=10)
        library = Library(tmp_path / "data", LetterEncoder())
        there = {Path(document.source).name for document in library.documents([SHARED])}
        assert reported <= there
        assert library.answer("yatırım fonu", [SHARED]).quotes
        library.close()
    assert len(reported) >= 60


def _reported(line: str) -> set[str]:
    is_there = line.startswith(("added: ", "already here: "))
    return {Path(line.split(": ", 1)[1].split(" (")[0].strip()).name} if is_there else set()
