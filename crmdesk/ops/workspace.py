"""The one door to a store: every change goes through it, whole or not at all."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from crmdesk.i18n import _
from crmdesk.jobs import CancelToken
from crmdesk.ops import checking, customfields, doing, following, history, labels, undo
from crmdesk.ops.changes import Announcement, Command, Outcome, UndoRefused
from crmdesk.ops.checking import Progress
from crmdesk.ops.history import Entry, Trashed
from crmdesk.ops.reading import Shown
from crmdesk.ops.undo import Step
from crmdesk.ops.work import Work
from crmdesk.schema.crm import choices
from crmdesk.schema.crm.system import CUSTOM_FIELD
from crmdesk.schema.query import QueryContext
from crmdesk.schema.registry import Registry
from crmdesk.schema.textcontext import ChoiceItem, TextContext
from crmdesk.schema.values import FileRef
from crmdesk.store import capture, changelog, driver, failures, layout, rows, search
from crmdesk.store.blobs import BlobFolder
from crmdesk.store.driver import raw_of
from crmdesk.store.engine import Store
from crmdesk.store.search import Hit
from crmdesk.store.select import Select

log = logging.getLogger(__name__)

Listener = Callable[[Announcement], None]


class Workspace:
    """An open store and its user. All methods may be called from any thread.

    Commands run one after the other, each in one transaction with its log, its search
    index and its undo step; listeners are called afterwards on the thread that ran it.
    `open_workspace` makes one.
    """

    def __init__(
        self, store: Store, user: str, zone: str = "UTC", *, seen: int | None = None
    ) -> None:
        """Work on `store`; `seen` is the number of the log up to which it was followed."""
        self.store = store
        self.user = user
        self.zone = zone
        self._lock = threading.RLock()
        self._listeners: list[Listener] = []
        self._watch = driver.connect(store.path, key=store.key, readonly=True)
        self._use(store.registry)
        # Before anything is read of it: asked for the first time, it compares log and schema.
        self._version = -1
        self._schema = self._pragma("schema_version")
        self._seen = seen if seen is not None else self._last()

    # ------------------------------------------------------------ what there is

    @property
    def path(self) -> Path:
        """The file of the store."""
        return self.store.path

    @property
    def registry(self) -> Registry:
        """The declaration with the custom fields of this store."""
        return self.store.registry

    @property
    def select(self) -> Select:
        """What answers queries by the present registry."""
        return self._select

    @contextmanager
    def reader(self, cancel: CancelToken | None = None) -> Iterator[Any]:
        """A connection that reads one state of the store; see `Store.reader`."""
        with self.store.reader(cancel) as conn:
            yield conn

    def query_context(self, now: datetime | None = None) -> QueryContext:
        """Who asks, when and where, for queries."""
        return QueryContext(user=self.user, zone=self.zone, now=now)

    def text_context(
        self,
        language: str = "en",
        locale: str = "en_US",
        *,
        zone: str = "",
        currency: str = "USD",
        region: str = "US",
        now: datetime | None = None,
        strict: bool = False,
    ) -> TextContext:
        """How values are typed and shown, with the choices and titles of this store."""
        return TextContext(
            locale, language, zone or self.zone, now, currency, region,
            self._all_choices, self._title, self._find,
            strict,
        )  # fmt: skip

    def choices(self, list_name: str) -> tuple[ChoiceItem, ...]:
        """The entries of a choice list that are offered, in order."""
        return self._shown.choices(list_name)

    def search(
        self, text: str, entities: Sequence[str] | None = None, limit: int = 50
    ) -> list[Hit]:
        """The records that have what was typed, best first."""
        with self.store.reader() as conn:
            return search.search(
                raw_of(conn), self.registry, text,
                entities=entities, user=self.user or None, limit=limit,
            )  # fmt: skip

    def get(self, entity: str, id: str) -> dict[str, Any] | None:
        """The values of a record by field, None where there is none."""
        return self._shown.record(entity, id)

    def history(self, entity: str, id: str) -> list[Entry]:
        """What happened to a record, newest first; of deleted ones too."""
        with self.store.reader() as conn:
            return history.of_record(raw_of(conn), self.registry, entity, id)

    def field_history(self, entity: str, id: str, field: str) -> list[Entry]:
        """The changes of one field of a record, newest first."""
        with self.store.reader() as conn:
            return history.of_field(raw_of(conn), self.registry, entity, id, field)

    def trash(self, limit: int = 100, entity: str | None = None) -> list[Trashed]:
        """What was deleted and can be restored, newest first."""
        with self.store.reader() as conn:
            return history.trash(raw_of(conn), self.registry, limit, entity)

    # ------------------------------------------------------------ doing and undoing

    def run(self, command: Command, label: str | None = None) -> Outcome:
        """Do a command as one step, or nothing of it.

        Raises CommandRefused with the reasons by record and field, or the KnownError of
        the store (locked, full, read-only).
        """
        named = label or labels.label_of(self.registry, command)

        def do(work: Work, txn: str, first: int) -> str:
            doing.perform(work, command)
            last = changelog.last(work.raw)
            if last >= first:
                undo.record(work, txn, named, undo.OWN, first, last)
            return named

        return self._write(do)

    def undo(self) -> Outcome:
        """Take the newest step back; raises UndoRefused where something changed since."""
        return self._turn(back=True)

    def redo(self) -> Outcome:
        """Do the step again that was undone last; raises UndoRefused."""
        return self._turn(back=False)

    def _turn(self, *, back: bool) -> Outcome:
        def do(work: Work, txn: str, first: int) -> str:
            step = undo.to_undo(work.raw) if back else undo.to_redo(work.raw)
            if step is None:
                raise UndoRefused(
                    _("There is nothing to undo.") if back else _("There is nothing to redo.")
                )
            records = undo.apply_step(work, step, back=back)
            undo.set_state(work.raw, step, undo.UNDONE if back else undo.DONE)
            work.turned = undo.Turned(step, back, records)
            return labels.undo_label(step.label) if back else labels.redo_label(step.label)

        return self._write(do)

    @property
    def undo_label(self) -> str | None:
        """What `undo` would take back, None where there is nothing."""
        with self.store.reader() as conn:
            step = undo.to_undo(raw_of(conn))
        return step.label if step else None

    @property
    def redo_label(self) -> str | None:
        """What `redo` would do again, None where there is nothing."""
        with self.store.reader() as conn:
            step = undo.to_redo(raw_of(conn))
        return step.label if step else None

    def undo_steps(self, limit: int = 100) -> list[Step]:
        """The steps that can be undone or redone, newest first."""
        with self.store.reader() as conn:
            return undo.steps(raw_of(conn), limit)

    def _write(self, do: Callable[[Work, str, int], str]) -> Outcome:
        """Run what changes the store in a transaction; then let everybody know."""
        with self._lock:
            others: Announcement | None = None
            registry = self.registry
            with self.store.write() as conn:
                raw = raw_of(conn)
                before = changelog.last(raw)
                work = Work(raw, registry, self.user, self.zone)
                if before > self._seen:
                    others = self._take_in(work, before)
                txn = rows.new_id()
                with capture.signed(raw, txn, self.user):
                    label = do(work, txn, before + 1)
                after = changelog.last(raw)
                if after > before or others is not None:
                    self._settle(work, before, after)
                changes, everything = following.touched(raw, work.registry, before, after)
            self._seen = after
            if work.registry is not registry:
                self._use(work.registry)
        turned = work.turned
        made = Outcome(
            txn, label, tuple(dict.fromkeys(work.created)), changes, everything,
            tuple(dict.fromkeys(work.duplicates)),
            turned.step.label if turned else "", turned.records if turned else 0,
        )  # fmt: skip
        if others is not None:
            self._announce(others)
        if after > before:
            undone = (turned.step.txn or "") if turned and turned.back else ""
            self._announce(
                Announcement(changes, "own", label, everything, undone, turned is not None)
            )
        return made

    def _take_in(self, work: Work, upto: int) -> Announcement:
        """Follow what others wrote since we last looked."""
        following.take_in(work, upto)
        changes, everything = following.touched(work.raw, work.registry, self._seen, upto)
        self._settle(work, self._seen, upto)
        return Announcement(changes, "other", labels.outside_label(), everything)

    def _settle(self, work: Work, before: int, after: int) -> None:
        """Bring columns and search index up to the log, and note how far it was followed."""
        raw = work.raw
        if raw.execute(
            "SELECT 1 FROM change_log WHERE n > ? AND n <= ? AND entity = ? LIMIT 1",
            (before, after, CUSTOM_FIELD),
        ).fetchone():
            wanted = customfields.extended(raw, work.registry)
            if not customfields.same(wanted, work.registry):
                customfields.bring_up(raw, work.registry, wanted)
                work.registry = wanted
        search.catch_up(raw, work.registry, found=work.found)
        following.mark(raw, changelog.last(raw))

    # ------------------------------------------------------------ hearing

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after every change; the answer ends that."""
        self._listeners.append(listener)

        def end() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return end

    def _announce(self, what: Announcement) -> None:
        touched = {one.entity for one in what.changes}
        if what.everything or touched & {choices.LISTS, choices.ITEMS}:
            self._shown.forget()
        for listener in tuple(self._listeners):
            try:
                listener(what)
            except Exception:
                # What was done is done; one listener must not keep others from hearing of it.
                log.exception("A listener failed.")

    def poll(self) -> bool:
        """Whether others wrote something since; it is then indexed, undoable and announced.

        Costs some microseconds where nothing has changed. While another program holds the
        store the answer waits for the next time.
        """
        with self._lock:
            version = self._pragma("data_version")
            if version == self._version:
                return False
            schema = self._pragma("schema_version")
            if self._last() == self._seen and schema == self._schema:
                self._version = version
                return False
            try:
                news = self._follow(schema != self._schema)
            except failures.StoreLocked:
                return False
            self._version = version
            self._schema = self._pragma("schema_version")
        if news is not None:
            self._announce(news)
        return True

    def _follow(self, rebuilt: bool) -> Announcement | None:
        if rebuilt:
            # Another program made or rebuilt a table: keys, columns and triggers come back.
            layout.mend(self.store.connections, self.registry)
        registry = self.registry
        news: Announcement | None = None
        with self.store.write() as conn:
            raw = raw_of(conn)
            if rebuilt:
                layout.bring_up(conn, registry)
            last = changelog.last(raw)
            work = Work(raw, registry, self.user, self.zone)
            if last > self._seen:
                news = self._take_in(work, last)
            after = changelog.last(raw)
        self._seen = after
        if work.registry is not registry:
            self._use(work.registry)
        return news

    # ------------------------------------------------------------ the rest

    def attach(self, content: Path | bytes, name: str = "") -> FileRef:
        """Keep a file's content beside the store; the answer goes into a field of kind file."""
        folder = BlobFolder(self.path)
        if isinstance(content, bytes):
            return FileRef(folder.add(BytesIO(content), name or _("file")).sha256, name)
        return FileRef(folder.add_file(content).sha256, name or content.name)

    def check(self, progress: Progress | None = None) -> list[str]:
        """What is wrong with the store, one line each; empty where it is sound."""
        return checking.problems(self.store, progress)

    def reindex(self, progress: Progress | None = None) -> int:
        """Make the search index anew; how many records it holds."""
        with self._lock:
            with self.store.write() as conn:
                raw = raw_of(conn)
                work = Work(raw, self.registry, self.user, self.zone)
                following.take_in(work, changelog.last(raw))
                count = search.rebuild(raw, self.registry, checking.told(progress))
                following.mark(raw, changelog.last(raw))
            return count

    def close(self) -> None:
        """Close the store; may be called twice."""
        with self._lock:
            self._watch.close()
            self.store.close()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Not the methods of what is shown now: the context outlives a new registry.
    def _all_choices(self, list_name: str) -> Sequence[ChoiceItem]:
        return self._shown.all_choices(list_name)

    def _title(self, entity: str, record: str) -> str:
        return self._shown.title(entity, record)

    def _find(self, entity: str, text: str) -> Sequence[str]:
        return self._shown.find(entity, text)

    def _use(self, registry: Registry) -> None:
        self.store.registry = registry
        self._select = Select(registry)
        self._shown = Shown(self.store.reader, registry)

    def _pragma(self, name: str) -> int:
        return int(self._watch.execute(f"PRAGMA {name}").fetchone()[0])

    def _last(self) -> int:
        return changelog.last(self._watch)
