"""What people send is measured before it is read."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

from oms.kernel.files import most_bytes


class UploadTooLarge(RequestDataTooBig):
    """The request that carries this field's file is larger than we take."""

    def __init__(self, field: str, file_name: str, most_bytes: int) -> None:
        super().__init__(f"upload too large: {field}")
        self.field, self.file_name, self.most_bytes = field, file_name, most_bytes


class MeasuringHandler(FileUploadHandler):
    """First of the upload handlers: stops at the head of a file that could not be kept anyway.

    Only the fields before the file were read by then; the file itself stays on the wire.
    """

    announced = 0

    def handle_raw_input(
        self, input_data: Any, META: Any, content_length: int, boundary: Any, encoding: Any = None
    ) -> None:
        self.announced = content_length

    def new_file(self, field_name: str, file_name: str, *args: Any, **options: Any) -> None:
        most = most_bytes(self.request) if self.request else settings.UPLOAD_MAX_BYTES
        if self.announced > most:
            raise UploadTooLarge(field_name, file_name, most)
        super().new_file(field_name, file_name, *args, **options)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
