"""The broker that is a folder: every message arrives once, whole, in order."""

import multiprocessing
import time
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from relcrm.lib.broker import OURS

MESSAGES, WRITERS, READERS = 400, 3, 3
BIG = "x" * 60_000  # longer than what is written in one go


def channel_in(folder: Path):
    (folder / "control").mkdir(exist_ok=True)
    places = {
        "data_folder_in": str(folder),
        "data_folder_out": str(folder),
        "control_folder": str(folder / "control"),
        "store_processed": False,
    }
    return Connection("filesystem://", transport=OURS, transport_options=places).channel()


def write(folder: Path, writer: int) -> None:
    channel = channel_in(folder)
    for number in range(MESSAGES // WRITERS):
        channel._put("jobs", {"body": BIG, "key": [writer, number]})


def read(folder: Path, found) -> None:
    channel, quiet = channel_in(folder), 0
    while quiet < 400:
        try:
            message = channel._get("jobs")
        except Empty:
            quiet += 1
            time.sleep(0.005)
        else:
            quiet = 0
            found.put((tuple(message["key"]), len(message["body"])))


@pytest.mark.slow  # six processes write and read at once, which is the point
def test_nothing_is_lost_doubled_or_read_half_written(tmp_path):
    start = multiprocessing.get_context("spawn")
    found = start.Queue()
    readers = [start.Process(target=read, args=(tmp_path, found)) for _ in range(READERS)]
    writers = [start.Process(target=write, args=(tmp_path, n)) for n in range(WRITERS)]
    for process in (*readers, *writers):
        process.start()
    expected = WRITERS * (MESSAGES // WRITERS)
    got = [found.get(timeout=120) for _ in range(expected)]
    for process in (*writers, *readers):
        process.join(60)
    assert found.empty()
    assert len({key for key, _ in got}) == expected
    assert {length for _, length in got} == {len(BIG)}
    assert list(tmp_path.glob("*.msg")) == list(tmp_path.glob(".*.taken")) == []


def test_messages_come_in_the_order_they_were_sent(tmp_path):
    channel = channel_in(tmp_path)
    for number in range(5):
        channel._put("jobs", {"number": number})
    assert [channel._get("jobs")["number"] for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(Empty):
        channel._get("jobs")


def test_a_message_for_another_queue_is_left_alone(tmp_path):
    channel = channel_in(tmp_path)
    channel._put("letters", {"number": 1})
    with pytest.raises(Empty):
        channel._get("jobs")
    assert channel._get("letters") == {"number": 1}
