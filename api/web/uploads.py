"""A file that a form of the desk sends."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from starlette.datastructures import UploadFile

from api.faults import refuse
from api.web.forms import check_origin, check_token

MOST_FIELDS, FIELD_BYTES = 8, 4096


@dataclass(frozen=True, slots=True)
class Upload:
    """What was sent: a file, empty where none was chosen, and the fields beside it."""

    file: str
    content: bytes
    fields: Mapping[str, str]


async def uploaded(request: Request) -> Upload:
    """The file and fields of a multipart form, once it is sure that a page of ours sent it.

    How much is read is bounded before, as the body arrives. Raises 403 ``foreign-form``, and 415
    for a body that is no such form.
    """
    check_origin(request)
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise refuse(415, "content-type-unsupported", accepted=("multipart/form-data",))
    limits = {"max_files": 1, "max_fields": MOST_FIELDS, "max_part_size": FIELD_BYTES}
    try:
        async with request.form(**limits) as form:
            fields = {name: value for name, value in form.items() if isinstance(value, str)}
            check_token(request, fields.pop("csrf", ""))
            sent = form.get("fichier")
            if isinstance(sent, UploadFile):
                return Upload(sent.filename or "", await sent.read(), fields)
            return Upload("", b"", fields)
    except HTTPException as error:  # a body that is cut short or has too many parts
        raise refuse(415, "content-type-unsupported", accepted=("multipart/form-data",)) from error


Uploaded = Annotated[Upload, Depends(uploaded)]
