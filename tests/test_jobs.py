"""The queue of files and texts: each once, kept until its receipt is shown, then erased."""

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.jobs import FILE, IN_BURST, WAITING, Jobs, Task

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
TASK = Task(7, 1, "tr", "chat:7", file_id="F1", name="a.pdf")
SECRET = "Kimsenin bilmediği metin"


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Jobs]:
    with closing(Jobs.in_folder(tmp_path)) as kept:
        yield kept


def keep(jobs: Jobs, *messages: int, after_s: float = 0, chat_id: int = 7) -> None:
    for message in messages:
        task = replace(TASK, chat_id=chat_id, message_id=message)
        assert jobs.keep(task, NOW + dt.timedelta(seconds=after_s))


def test_a_job_outlives_the_process_as_it_was_kept(jobs: Jobs, tmp_path: Path) -> None:
    task = Task(-5, 9, "en", "chat:-5", 3, "F", "a.txt", "metin", "Ayşe", "2026", "l", "soru")
    jobs.keep(task, NOW)
    with closing(Jobs.in_folder(tmp_path)) as again:
        (job,) = again.first_waiting()
    assert (job.task, job.status_id, job.attempts, job.deaths) == (task, None, 0, 0)
    assert job.outcome is None


def test_the_same_message_is_one_job(jobs: Jobs) -> None:
    keep(jobs, 1, 1)
    assert len(jobs.of_burst(jobs.bursts()[0])) == 1


def test_of_each_chat_the_first_job_that_waits_is_told(jobs: Jobs) -> None:
    keep(jobs, 1, 2)
    keep(jobs, 1, chat_id=8)
    first, other = jobs.first_waiting()
    assert (first.task.message_id, other.task.chat_id) == (1, 8)
    jobs.finish(first.id, "{}")
    assert [job.task.message_id for job in jobs.first_waiting()] == [2, 1]


def test_files_that_come_together_share_a_message_and_ten_of_them_at_most(jobs: Jobs) -> None:
    keep(jobs, *range(1, IN_BURST + 2))
    first, second = jobs.bursts()
    assert (len(jobs.of_burst(first)), len(jobs.of_burst(second))) == (IN_BURST, 1)
    jobs.note_status(second, 77)
    keep(jobs, 50)
    assert [job.status_id for job in jobs.of_burst(second)] == [77, 77]


@pytest.mark.parametrize(
    "later",
    [{"chat_id": 8}, {"topic_id": 4}, {"language": "en"}],
    ids=["another chat", "another topic", "another language"],
)
def test_what_belongs_elsewhere_has_a_message_of_its_own(
    jobs: Jobs, later: dict[str, str | int]
) -> None:
    keep(jobs, 1)
    jobs.keep(replace(TASK, message_id=2, **later), NOW)  # type: ignore[arg-type]
    assert len(jobs.bursts()) == 2


def test_what_comes_later_or_when_all_is_done_has_a_message_of_its_own(jobs: Jobs) -> None:
    keep(jobs, 1)
    keep(jobs, 2, after_s=29)
    keep(jobs, 3, after_s=90)
    assert len(jobs.bursts()) == 2
    for job in jobs.of_burst(jobs.bursts()[1]):
        jobs.finish(job.id, "{}")
    keep(jobs, 4, after_s=91)
    assert len(jobs.bursts()) == 3


def test_attempts_and_deaths_are_counted_apart(jobs: Jobs) -> None:
    keep(jobs, 1)
    (job,) = jobs.first_waiting()
    for _ in range(3):
        jobs.begin(job.id)
    (job,) = jobs.first_waiting()
    assert (job.attempts, job.deaths) == (3, 0)
    jobs.note_death(job.id)
    (job,) = jobs.first_waiting()
    assert (job.attempts, job.deaths) == (1, 1)


def test_what_is_done_is_erased_off_the_disk(jobs: Jobs, tmp_path: Path) -> None:
    jobs.keep(replace(TASK, text=SECRET, question=SECRET), NOW)
    (job,) = jobs.first_waiting()
    jobs.erase(job.burst)
    assert len(jobs.of_burst(job.burst)) == 1  # it is not done yet
    jobs.finish(job.id, "{}")
    jobs.erase(job.burst)
    assert not jobs.bursts()
    files = [path.read_bytes() for path in tmp_path.iterdir() if path.name.startswith(FILE)]
    assert not any(SECRET.encode() in data for data in files)


def test_a_chat_has_so_many_jobs_and_another_one_still_gets_in(jobs: Jobs) -> None:
    keep(jobs, *range(1, WAITING + 1))
    assert not jobs.keep(replace(TASK, message_id=WAITING + 1), NOW)
    assert jobs.keep(replace(TASK, message_id=1), NOW)  # kept already
    keep(jobs, 1, chat_id=8)


def test_a_chat_is_forgotten_with_all_its_jobs(jobs: Jobs) -> None:
    keep(jobs, 1, 2)
    keep(jobs, 1, chat_id=8)
    jobs.forget_chat(7)
    assert [job.task.chat_id for job in jobs.first_waiting()] == [8]


def test_jobs_move_along_with_their_group_but_not_out_of_a_shared_collection(jobs: Jobs) -> None:
    jobs.keep(replace(TASK, chat_id=-7, collection="chat:-7", topic_id=3), NOW)
    jobs.keep(replace(TASK, chat_id=-7, message_id=2, collection="shared"), NOW)
    jobs.note_status(jobs.bursts()[0], 70)
    jobs.move_chat(-7, -100, "chat:-100")
    moved = [job for burst in jobs.bursts() for job in jobs.of_burst(burst)]
    assert [job.task.chat_id for job in moved] == [-100, -100]
    assert [job.task.collection for job in moved] == ["chat:-100", "shared"]
    assert all(job.task.message_id < 0 and job.status_id is None for job in moved)


def test_jobs_of_a_collection_that_is_erased_are_finished_and_others_wait(jobs: Jobs) -> None:
    for message, collection in enumerate(["shared:a", "shared:b", "shared:a"], 1):
        jobs.keep(replace(TASK, message_id=message, collection=collection, text=SECRET), NOW)
    first, *_ = jobs.of_burst(jobs.bursts()[0])
    jobs.finish(first.id, "{}")
    jobs.end_collection("shared:a", "gone")
    found = jobs.of_burst(jobs.bursts()[0])
    assert [job.outcome for job in found] == ["{}", None, "gone"]
    assert [job.task.text for job in found] == ["", SECRET, ""]


def test_jobs_follow_a_collection_to_its_new_name(jobs: Jobs) -> None:
    jobs.keep(replace(TASK, collection="shared:a"), NOW)
    keep(jobs, 2)
    jobs.rename_collection("shared:a", "shared:b")
    found = jobs.of_burst(jobs.bursts()[0])
    assert [job.task.collection for job in found] == ["shared:b", "chat:7"]
