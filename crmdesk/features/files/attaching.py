"""Files become attachments of a record: copied by their hash, then linked in one step."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from crmdesk.errors import KnownError
from crmdesk.features.files.names import shown_name, shown_size
from crmdesk.i18n import _, ngettext
from crmdesk.ops.changes import CreateMany, Outcome
from crmdesk.ops.workspace import Workspace
from crmdesk.schema.crm.facts import Attachments
from crmdesk.schema.query import USER
from crmdesk.schema.registry import Registry
from crmdesk.schema.values import FileRef
from crmdesk.store.blobs import LIMIT, AttachmentTooLarge, BlobFolder
from crmdesk.store.reading import Linked

MOST = 500
"""The most files that are attached at once."""

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Pasted:
    """Content that is no file yet, such as an image of the clipboard."""

    name: str
    content: bytes


Given = Path | Pasted


def can_attach(registry: Registry, entity: str) -> bool:
    """Whether files can hang on records of an entity."""
    attachment = registry.entity(Attachments.ENTITY)
    return any(one.target == entity and entity != USER for one in attachment.references)


def attach(
    workspace: Workspace,
    entity: str,
    id: str,
    given: Sequence[Given],
    *,
    limit: int = LIMIT,
    progress: Progress | None = None,
) -> Outcome:
    """Copy the files beside the store and hang them on a record, as one step.

    `progress` is told the bytes so far and may raise to cancel: nothing is linked then.
    Raises KnownError for a folder, a file beyond `limit` bytes, or one that cannot be read.
    """
    sizes = [_size(one, limit) for one in given]
    if len(given) > MOST:
        raise KnownError(
            _("{count} files are too many at once.").format(count=f"{len(given):,}"),
            kept=_("Nothing was changed."),
            hint=_("Attach a folder packed into one file, or fewer files."),
        )
    folder = BlobFolder(workspace.path, limit=limit)
    total, before = sum(sizes), 0
    links = _links(workspace, entity, id)
    rows: list[Mapping[str, Any]] = []
    for one, size in zip(given, sizes, strict=True):
        name = shown_name(one.name)

        def told(done: int, before: int = before, name: str = name) -> None:
            if progress is not None:
                progress(min(before + done, total), total, name)

        told(0)
        if isinstance(one, Path):
            stored = folder.add_file(one, told)
        else:
            stored = folder.add(BytesIO(one.content), name, told)
        before += size
        rows.append({
            Attachments.CONTENT: FileRef(stored.sha256, name),
            Attachments.NAME: name,
            Attachments.SIZE: stored.size,
            Attachments.MEDIA_TYPE: mimetypes.guess_type(name)[0],
            **links,
        })  # fmt: skip
    words = ngettext("Attach {name}", "Attach {count} files", len(rows))
    label = words.format(count=len(rows), name=rows[0][Attachments.NAME] if rows else "")
    return workspace.run(CreateMany(Attachments.ENTITY, rows), label)


def _size(one: Given, limit: int) -> int:
    """The bytes of a file, before anything is copied."""
    if isinstance(one, Pasted):
        size = len(one.content)
    elif one.is_dir():
        raise KnownError(
            _("{name} is a folder; only files can be attached.").format(name=one.name),
            kept=_("Nothing was changed."),
            hint=_("Pack the folder into one file, or choose the files in it."),
        )
    else:
        try:
            size = one.stat().st_size
        except OSError as error:
            raise KnownError(
                _("{name} cannot be read: {why}.").format(
                    name=one.name, why=error.strerror or error
                ),
                kept=_("Nothing was changed."),
            ) from error
    if size > limit:
        raise AttachmentTooLarge(
            _("{name} has {size}; an attachment may have {limit} at most.").format(
                name=shown_name(one.name), size=shown_size(size), limit=shown_size(limit)
            ),
            kept=_("Nothing was changed."),
            hint=_("Attach a link to where the file is, or a smaller file."),
        )
    return size


def _links(workspace: Workspace, entity: str, id: str) -> dict[str, str]:
    """What an attachment points at: the record, and what both have by name (its company…)."""
    attachment = workspace.registry.entity(Attachments.ENTITY)
    front = workspace.registry.entity(entity)
    fields = {one.name: one for one in attachment.references if one.target != USER}
    shared = [
        one.name
        for one in front.references
        if one.name in fields and fields[one.name].target == one.target
    ]
    with workspace.reader() as conn:
        row = workspace.select.by_id(conn, entity, id, shared)
    if row is None:
        raise KnownError(_("The record is not there any more."), kept=_("Nothing was changed."))
    made = {
        name: value.id
        for name, value in zip(shared, row.cells, strict=True)
        if isinstance(value, Linked)
    }
    own = next((name for name, one in fields.items() if one.target == entity), "")
    return {**made, own: id} if own else made
