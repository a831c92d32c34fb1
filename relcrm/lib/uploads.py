"""Uploads that are too big, or more than the disk holds, end with a sentence instead of a crash."""

import shutil
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler

MARGIN_BYTES = 64 * 1024 * 1024  # the database must be able to write while we refuse


class CarefulUploadHandler(TemporaryFileUploadHandler):
    """Keeps an upload on disk. What cannot be kept leaves `request.upload_refusal` instead."""

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        free = shutil.disk_usage(settings.FILE_UPLOAD_TEMP_DIR).free - MARGIN_BYTES
        if content_length > settings.UPLOAD_MAX_BYTES:
            most = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
            self._refuse(
                f"The file is larger than the {most:,} MB that this installation takes. Pack it "
                "with gzip, cut it in two, or use the command: manage.py load purchases FILE."
            )
        elif content_length > free:
            self._refuse("The disk has no room for this file. Free some space, then try again.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if getattr(self.request, "upload_refusal", ""):
            raise StopUpload(connection_reset=False)
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as problem:
            self._refuse("The disk is full. Free some space, then try again.")
            raise StopUpload(connection_reset=False) from problem

    def _refuse(self, why: str) -> None:
        if self.request is not None:
            self.request.upload_refusal = why
