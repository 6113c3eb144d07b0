"""Build hook: puts resources/ into the wheel as crmdesk/_data.

An editable install reads resources/ from the checkout, so nothing is copied for it
and an edited icon or translation shows at the next start.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ResourcesHook(BuildHookInterface[Any]):
    """Called by hatchling for each wheel; `version` is "standard" or "editable"."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        resources = Path(self.root, "resources")
        if not resources.is_dir():
            raise FileNotFoundError(f"{resources} is missing; a wheel without it cannot start")
        build_data["force_include"][str(resources)] = "crmdesk/_data"
