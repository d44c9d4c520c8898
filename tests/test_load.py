"""Many people ask at once while the network fails; `python -m tests.load` is the long form."""

from pathlib import Path

from tests.load import measure


async def test_each_question_of_a_crowd_gets_its_answer_whatever_fails(
    tmp_path: Path, mode: str
) -> None:
    report = await measure(tmp_path, minutes=1 / 6, mode=mode)
    assert len(report.questions) == 67
    assert report.unanswered == 0, report
    assert report.wrong == 0, report
    assert report.disorder == []
    assert report.wrongly_doubled == 0, report
    assert report.reported == report.broken > 0
    assert report.violations == []
    assert report.errors == []
    assert len(report.unhindered) > 15
