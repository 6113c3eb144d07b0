"""Writing what a list shows to a file, with progress and a way to stop."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QDialog, QFileDialog

from crmdesk.features.exchange.sheets import XLSX, export_view
from crmdesk.gui.long_work import LongWork
from crmdesk.i18n import _, ngettext
from crmdesk.jobs import Job

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge
    from crmdesk.gui.cube.listing import ListFront

CSV = ".csv"


def choose_file(listing: ListFront, title: str) -> Path | None:
    """Ask where to write to; None where nothing was chosen."""
    sheets, tables = _("Spreadsheet (*.xlsx)"), _("Table of text (*.csv)")
    name, form = QFileDialog.getSaveFileName(
        listing, _("Export the list"), f"{title}{XLSX}", f"{sheets};;{tables}"
    )
    if not name:
        return None
    path = Path(name)
    if path.suffix.lower() not in (XLSX, CSV):
        path = path.with_name(path.name + (CSV if form == tables else XLSX))
    return path


def export_list(bridge: Bridge, listing: ListFront) -> bool:
    """Ask for a file and write what the list shows into it; whether it was done."""
    spec, search = listing.spec, listing.stand.find
    view = bridge.views.get(listing.stand.view)
    entity = bridge.registry.entity(spec.entity)
    title = view.title(bridge.language) if view else entity.plural.text(bridge.language)
    target = choose_file(listing, "".join(" " if one in '\\/:*?"<>|' else one for one in title))
    if target is None:
        return False
    workspace, ctx = bridge.workspace, bridge.ctx

    def do(job: Job[Any]) -> int:
        return export_view(
            workspace, spec, target, ctx, search=search, progress=job.progress, cancel=job
        )

    work = LongWork(bridge, _("Exporting the list"), do, listing)
    done = work.exec() == QDialog.DialogCode.Accepted
    count = work.result_of
    work.deleteLater()
    if done:
        words = ngettext("{count} record written to {file}", "{count} records written to {file}",
                         count)  # fmt: skip
        listing.said.emit(words.format(count=f"{count:,}", file=target))
    return done
