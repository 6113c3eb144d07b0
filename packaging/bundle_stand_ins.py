"""Runs first in the bundle: empty modules in place of what jionlp imports and does not use.

CRMDesk asks jionlp for dates alone (`parse_time`). jionlp imports all of its other features at
once, and these import jiojio (a word segmenter, 148 MB with its models), numpy (70 MB),
requests and zipfile36. `parse_time` calls none of them, so names are enough.
"""

from __future__ import annotations

import sys
from types import ModuleType

for _name in ("jiojio", "numpy", "requests", "zipfile36"):
    sys.modules[_name] = ModuleType(_name)
