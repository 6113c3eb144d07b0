"""The store that is measured: made once by the project's own sample data, and kept."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from crmdesk.features.samples.sample import make_sample
from crmdesk.ops.opening import open_workspace

FOLDER = Path(__file__).parents[2] / "build" / "bench"
FULL = 100_000
"""Contacts of the store that the budgets are for."""

SEED = 7


def sample_store(contacts: int, folder: Path = FOLDER) -> Path:
    """A store with so many contacts, made now unless it was made before."""
    path = folder / f"sample-{contacts}" / "store.sqlite3"
    if path.exists():
        return path
    print(f"Making a store with {contacts:,} contacts in {path.parent} …", flush=True)
    began = time.perf_counter()
    # Under another name until it is whole: a run that was broken off leaves no half store.
    part = path.parent.with_name(path.parent.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    workspace = open_workspace(part / path.name, create=True)
    try:
        make_sample(workspace, contacts=contacts, seed=SEED)
    finally:
        workspace.close()
    part.rename(path.parent)
    print(f"Made in {time.perf_counter() - began:.0f} s.", flush=True)
    return path
