"""Questions while files are being read; `python -m tests.reading_load` is the long form."""

from pathlib import Path

from tests.reading_load import measure


async def test_questions_are_answered_rightly_while_files_are_read(tmp_path: Path) -> None:
    report = await measure(tmp_path / "data", files=5)
    assert report.files == 5
    assert report.wrong == 0
    assert report.reading_s
    assert max(report.reading_s) < 5, report  # the ratio means little while tests run side by side
