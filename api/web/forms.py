"""What a form of ours sends: few and short fields, read without a parser of files."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends, Request

from api.faults import refuse

MOST_BYTES, MOST_FIELDS = 16_384, 12


async def form_of(request: Request) -> Mapping[str, str]:
    """The fields of a urlencoded body, the last of each name; of any other body, none.

    A body that is no form is no error: who stops mails by one click may send what it likes.
    """
    raw = await request.body()
    if len(raw) > MOST_BYTES:
        raise refuse(413, "body-too-large", maximum=1)
    try:
        fields = parse_qsl(raw.decode("ascii"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return {}
    return dict(fields)


Form = Annotated[Mapping[str, str], Depends(form_of)]
