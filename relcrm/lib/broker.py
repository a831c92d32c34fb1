"""The broker of an embedded installation: a folder of messages, published whole or not at all.

kombu's own transport writes into the final name, so that a reader may find half a message and
lose it. Here a message is written aside and renamed: it is there completely or not yet.
"""

import os
from pathlib import Path
from queue import Empty
from time import time_ns
from typing import Any
from uuid import uuid4

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads

OURS = "relcrm.lib.broker:Transport"


class Channel(filesystem.Channel):
    def _put(self, queue: Any, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # kombu has no types
        folder, name = Path(self.data_folder_out), f"{time_ns():020d}_{uuid4().hex}"
        aside = folder / f".{name}"
        aside.write_text(dumps(payload))  # type: ignore[no-untyped-call]  # kombu has no types
        aside.rename(folder / f"{name}.{queue}.msg")

    def _get(self, queue: Any, timeout: Any = None) -> Any:
        """The oldest message, taken by renaming: of several readers exactly one succeeds."""
        folder = Path(self.data_folder_in)
        for name in sorted(n for n in os.listdir(folder) if n.partition(".")[2] == f"{queue}.msg"):
            taken = folder / f".{name}.taken"
            try:
                (folder / name).rename(taken)
            except FileNotFoundError:
                continue
            payload = taken.read_text()
            taken.unlink()
            return loads(payload)  # type: ignore[no-untyped-call]  # kombu has no types
        raise Empty


class Transport(filesystem.Transport):
    Channel = Channel
