"""The OpenAPI description as a page for people: HTML alone, every text escaped."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

Schema = Mapping[str, Any]

TYPES = {
    "string": "texte",
    "integer": "entier",
    "number": "nombre",
    "boolean": "vrai ou faux",
    "array": "liste",
    "object": "objet",
}


def page_of(schema: Schema) -> str:
    """Write the whole page."""
    skeleton = Template((files("api") / "static" / "docs.html").read_text(encoding="utf-8"))
    sections = [
        (tag, [operation for operation in _operations(schema) if operation.tag == tag["name"]])
        for tag in schema.get("tags", [])
    ]
    operations = [operation for _, found in sections for operation in found]
    return skeleton.substitute(
        title=escape(schema["info"]["title"]),
        description=paragraphs(schema["info"]["description"]),
        contents="\n".join(operation.link() for operation in operations),
        operations="\n".join(_section(tag, found, schema) for tag, found in sections if found),
    )


def paragraphs(text: str) -> str:
    """Turn blocks, dashes and back-quotes into HTML; everything else is plain text."""
    return "\n".join(_block(block) for block in re.split(r"\n\s*\n", text.strip()))


def _block(block: str) -> str:
    if block.startswith("- "):
        items = re.split(r"\n- ", block.removeprefix("- "))
        return "<ul>" + "".join(f"<li>{_inline(item)}</li>" for item in items) + "</ul>"
    return f"<p>{_inline(block)}</p>"


def _inline(text: str) -> str:
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(" ".join(text.split())))


class _Operation:
    """One method of one path."""

    def __init__(self, method: str, path: str, content: Schema) -> None:
        self.name = f"{method.upper()} {path}"
        self.anchor = re.sub(r"[^a-z]+", "-", self.name.lower()).strip("-")
        self.tag = content["tags"][0]
        self.content = content

    def link(self) -> str:
        summary = escape(self.content["summary"])
        return f'<li><a href="#{self.anchor}"><code>{escape(self.name)}</code></a> {summary}</li>'


def _operations(schema: Schema) -> Iterator[_Operation]:
    for path, methods in schema["paths"].items():
        for method, content in methods.items():
            yield _Operation(method, path, content)


def _section(tag: Schema, operations: list[_Operation], schema: Schema) -> str:
    head = f"<h2>{escape(tag['name'])}</h2>{paragraphs(tag['description'])}"
    return f"<section>{head}{''.join(_article(one, schema) for one in operations)}</section>"


def _article(operation: _Operation, schema: Schema) -> str:
    content = operation.content
    parts = [
        f'<article id="{operation.anchor}">',
        f"<h3><code>{escape(operation.name)}</code> {escape(content['summary'])}</h3>",
        paragraphs(content.get("description", "")),
        _parameters(content.get("parameters", [])),
        _body(content.get("requestBody", {}), schema),
        _responses(content["responses"]),
        "</article>",
    ]
    return "\n".join(part for part in parts if part)


def _parameters(parameters: list[Schema]) -> str:
    rows = [
        (
            f"<code>{escape(one['name'])}</code>" + (" (obligatoire)" if one["required"] else ""),
            _type(one["schema"]),
            _inline(one.get("description", "")),
        )
        for one in parameters
    ]
    return _table("Paramètres", ("Nom", "Type", "Sens"), rows)


def _body(body: Schema, schema: Schema) -> str:
    parts = []
    for media_type, content in body.get("content", {}).items():
        parts.append(f"<p>Corps : <code>{escape(media_type)}</code></p>")
        target = _resolved(content.get("schema", {}), schema)
        required = target.get("required", [])
        rows = [
            (
                f"<code>{escape(name)}</code>" + (" (obligatoire)" if name in required else ""),
                _type(field),
                _inline(field.get("description", "")),
            )
            for name, field in target.get("properties", {}).items()
        ]
        parts.append(_table("Champs du corps", ("Nom", "Type", "Sens"), rows))
        if "example" in content:
            parts.append(f"<pre>{escape(_example(content['example']))}</pre>")
    return "\n".join(parts)


def _example(example: object) -> str:
    if isinstance(example, str):
        return example
    return json.dumps(example, ensure_ascii=False, indent=2)


def _responses(responses: Schema) -> str:
    rows = [
        (f"<code>{escape(status)}</code>", _inline(content["description"]))
        for status, content in responses.items()
    ]
    return _table("Réponses", ("Statut", "Sens"), rows)


def _table(caption: str, headers: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    head = "".join(f'<th scope="col">{escape(header)}</th>' for header in headers)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return (
        f'<div class="wide" role="region" aria-label="{escape(caption)}" tabindex="0"><table>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return f"<code>{escape(schema['$ref'].rpartition('/')[2])}</code>"
    if "anyOf" in schema:
        names = [_type(one) for one in schema["anyOf"] if one.get("type") != "null"]
    else:
        names = [TYPES.get(schema.get("type", ""), "valeur")]
    accepted = [value for value in schema.get("enum", []) if value is not None]
    codes = ", ".join(f"<code>{escape(str(value))}</code>" for value in accepted)
    return " ou ".join(dict.fromkeys(names)) + (f" : {codes}" if codes else "")


def _resolved(reference: Schema, schema: Schema) -> Schema:
    if "$ref" not in reference:
        return reference
    found: Schema = schema["components"]["schemas"][reference["$ref"].rpartition("/")[2]]
    return found
