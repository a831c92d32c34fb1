"""The API's own refusals beside those that REST framework knows."""

from rest_framework import status
from rest_framework.exceptions import APIException


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE

    def __init__(self, most_bytes: int) -> None:
        megabytes = most_bytes // 1024 // 1024
        super().__init__(f"The body is larger than {megabytes} MB; send it in several parts.")


class Unmeasured(APIException):
    """Sent in chunks: the server would take the body for an empty one."""

    status_code = status.HTTP_411_LENGTH_REQUIRED
    default_detail = "Send the body with a Content-Length, not in chunks (Transfer-Encoding)."


class LostUpdate(APIException):
    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_detail = (
        "This was changed after you read it. Read it again, apply your change, send the new ETag."
    )


class Contradiction(APIException):
    """Well formed, but it contradicts what we have: field → remedy, in the shape of the body."""

    status_code = status.HTTP_409_CONFLICT


class OtherRequest(APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_detail = (
        "This Idempotency-Key came with another request before. Use a new key for a new request."
    )
