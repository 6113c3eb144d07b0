"""How lists and faces were last looked at, as `viewdata.view_to_text` tells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_LONGEST = 200_000


class KeptLooks:
    """What was changed and not saved of each list, and how each face of a record is looked at.

    A list is known by its entity and its saved view, a face by the entity in front and the
    relation; where nothing was changed nothing is kept.
    """

    def __init__(self) -> None:
        self._lists: dict[tuple[str, str], str] = {}
        self._faces: dict[tuple[str, str], str] = {}

    def of_list(self, entity: str, view: str) -> str:
        """What was changed of a list, "" for nothing."""
        return self._lists.get((entity, view), "")

    def keep_list(self, entity: str, view: str, text: str) -> None:
        """Keep what was changed of a list."""
        _keep(self._lists, (entity, view), text)

    def of_face(self, entity: str, relation: str) -> str:
        """How a face is looked at, "" for as it is declared."""
        return self._faces.get((entity, relation), "")

    def keep_face(self, entity: str, relation: str, text: str) -> None:
        """Keep how a face is looked at."""
        _keep(self._faces, (entity, relation), text)

    def to_data(self) -> dict[str, Any]:
        """All of it as plain data for the settings."""
        return {
            "lists": [[*key, text] for key, text in self._lists.items()],
            "faces": [[*key, text] for key, text in self._faces.items()],
        }

    def restore(self, data: object) -> None:
        """Take up what `to_data` wrote; what is none of it is passed over."""
        if not isinstance(data, Mapping):
            return
        for kept, lines in ((self._lists, data.get("lists")), (self._faces, data.get("faces"))):
            for line in lines if isinstance(lines, list) else ():
                texts = line if isinstance(line, list) else ()
                if len(texts) == 3 and all(isinstance(one, str) for one in texts):
                    _keep(kept, (texts[0], texts[1]), texts[2])


def _keep(kept: dict[tuple[str, str], str], key: tuple[str, str], text: str) -> None:
    if text and len(text) <= _LONGEST:
        kept[key] = text
    else:
        kept.pop(key, None)
