"""Conditions inside each other: groups of which all, any or none must hold, and related records."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from crmdesk.gui.lists.chip import FilterChip
from crmdesk.gui.lists.combo import Combo
from crmdesk.gui.lists.condition import ConditionBox, first_condition
from crmdesk.gui.lists.fields import RELATED, FieldPicker
from crmdesk.gui.lists.popover import Popover
from crmdesk.gui.lists.titles import RecordTitles
from crmdesk.gui.lists.tree import MATCHES, Match, group_of, grouped, pruned, related_of
from crmdesk.gui.theme.theme import theme
from crmdesk.i18n import _
from crmdesk.schema.query import All, Condition, Either, Has, Not, Where, ends_of, resolve
from crmdesk.schema.querywords import Wording

if TYPE_CHECKING:
    from crmdesk.gui.bridge import Bridge

_WIDE, _HIGH = 460, 420
Put = Callable[[Where | None], None]


class Builder(Popover):
    """Edits a group or a question about related records; `changed` tells it as one clicks.

    None is told where nothing is left of it.
    """

    changed = Signal(object)

    def __init__(
        self, parent: QWidget, bridge: Bridge, entity: str, titles: RecordTitles, where: Where
    ) -> None:
        super().__init__(parent, _("Conditions"), width=_WIDE)
        self._bridge = bridge
        self._entity = entity
        self._titles = titles
        self.where: Where = where
        self._pane: QWidget | None = None
        # The popover for one of the conditions inside.
        self.inner: ConditionBox | None = None
        self._scroll = QScrollArea(self)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.viewport().setAutoFillBackground(False)
        self.box.addWidget(self._scroll)
        foot = QHBoxLayout()
        remove = QPushButton(_("Remove"), self)
        remove.setProperty("look", "link")
        remove.clicked.connect(self._remove)
        done = QPushButton(_("Done"), self)
        done.clicked.connect(self.dismiss)
        foot.addWidget(remove)
        foot.addStretch()
        foot.addWidget(done)
        self.box.addLayout(foot)
        titles.came.connect(self._build)
        self._build()

    # -- building

    def _build(self) -> None:
        pane = QWidget()
        box = QVBoxLayout(pane)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._part(pane, self._entity, "", self.where, self._root))
        box.addStretch()
        self._pane = pane
        focus = QApplication.focusWidget()
        # Where it stood before is made anew.
        within = not self.isVisible() or (focus is not None and self._scroll.isAncestorOf(focus))
        old = self._scroll.takeWidget()
        if old is not None:
            # One of its buttons may be what was clicked just now.
            old.hide()
            old.deleteLater()
        self._scroll.setWidget(pane)
        # The scroll area has it filled again.
        pane.setAutoFillBackground(False)
        pane.adjustSize()
        self._scroll.setFixedHeight(min(pane.sizeHint().height() + 4, _HIGH))
        if within:
            for part in pane.findChildren(QWidget):
                if part.focusPolicy() & Qt.FocusPolicy.TabFocus:
                    part.setFocus()
                    break
        if self.isVisible():
            self.place()

    def _part(self, parent: QWidget, entity: str, link: str, where: Where, put: Put) -> QWidget:
        related = related_of(where)
        if related is not None:
            return self._related(parent, entity, *related, put)
        group = group_of(where)
        if group is not None:
            return self._group(parent, entity, link, *group, put)
        return self._condition(parent, entity, link, where, put)

    def _group(
        self, parent: QWidget, entity: str, link: str, match: Match, parts: tuple[Where, ...],
        put: Put,
    ) -> QWidget:  # fmt: skip
        frame = QFrame(parent)
        frame.setObjectName("group")
        frame.setStyleSheet(
            f"#group {{ border: 1px solid {theme().tokens.line}; border-radius: 8px; }}"
        )
        box = QVBoxLayout(frame)
        box.setContentsMargins(10, 8, 10, 8)
        box.setSpacing(6)
        words = {"all": _("All of these"), "either": _("Any of these"), "none": _("None of these")}
        how = Combo(frame)
        how.setAccessibleName(_("How the conditions go together"))
        for one in MATCHES:
            how.addItem(words[one], one)
        how.setCurrentIndex(MATCHES.index(match))
        how.activated.connect(lambda at: put(grouped(MATCHES[at], parts)))
        top = QHBoxLayout()
        top.addWidget(how)
        top.addStretch()
        box.addLayout(top)

        def put_part(at: int, part: Where | None) -> None:
            kept = parts[:at] + (() if part is None else (part,)) + parts[at + 1 :]
            put(grouped(match, kept))

        for at, part in enumerate(parts):
            box.addWidget(self._part(frame, entity, link, part, partial(put_part, at)))
        foot = QHBoxLayout()
        foot.setSpacing(0)
        end = len(parts)
        for text, act in (
            (_("+ Condition"), partial(self._choose, entity, link, partial(put_part, end))),
            (_("+ Group"), lambda _b: put_part(end, All(()) if match != "all" else Either(()))),
        ):
            button = QPushButton(text, frame)
            button.setProperty("look", "link")
            button.clicked.connect(lambda _on=False, act=act, button=button: act(button))
            foot.addWidget(button)
        foot.addStretch()
        if put != self._root:
            away = QPushButton(_("Remove group"), frame)
            away.setProperty("look", "link")
            away.clicked.connect(lambda: put(None))
            foot.addWidget(away)
        box.addLayout(foot)
        return frame

    def _related(self, parent: QWidget, entity: str, there: bool, has: Has, put: Put) -> QWidget:
        frame = QFrame(parent)
        box = QVBoxLayout(frame)
        box.setContentsMargins(0, 0, 0, 0)
        relation = self._bridge.registry.relation(entity, has.relation)
        top = QHBoxLayout()
        name = QLabel(relation.label.text(self._bridge.language), frame)
        name.setTextFormat(Qt.TextFormat.PlainText)
        name.setProperty("look", "strong")
        how = Combo(frame)
        how.setAccessibleName(_("Whether there are related records"))
        how.addItems([_("at least one"), _("none")])
        how.setCurrentIndex(0 if there else 1)
        how.activated.connect(lambda at: put(has if at == 0 else Not(has)))
        top.addWidget(name)
        top.addWidget(how)
        top.addStretch()
        box.addLayout(top)
        target, link = ends_of(relation)
        inner: Where = has.where or All(())
        if group_of(inner) is None:
            inner = All((inner,))

        def put_inner(part: Where | None) -> None:
            made = Has(has.relation, part)
            put(made if there else Not(made))

        box.addWidget(self._part(frame, target, link, inner, put_inner))
        return frame

    def _condition(
        self, parent: QWidget, entity: str, link: str, where: Where, put: Put
    ) -> QWidget:
        wording = Wording(self._bridge.registry, self._bridge.ctx, self._titles.title)
        line = QWidget(parent)
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        chip = FilterChip(line)
        chip.say(wording.words(entity, where, link))
        chip.removed.connect(lambda: put(None))
        chip.clicked.connect(lambda: self._open(entity, link, where, put, chip))
        row.addWidget(chip)
        row.addStretch()
        return line

    # -- changing

    def _root(self, where: Where | None) -> None:
        if where is None:
            self._remove()
            return
        self.where = where
        self._build()
        self.changed.emit(pruned(where))

    def _remove(self) -> None:
        self.changed.emit(None)
        self.dismiss()

    def _choose(self, entity: str, link: str, put: Put, anchor: QWidget) -> None:
        picker = FieldPicker(self, self._bridge, entity, related=True)

        def begin(path: str) -> None:
            if path.startswith(RELATED):
                put(Has(path.removeprefix(RELATED)))
                return
            field = resolve(self._bridge.registry, entity, path, link).field
            self._open(entity, link, first_condition(field, path), put, anchor)

        picker.picked.connect(begin)
        picker.open_under(anchor)

    def _open(self, entity: str, link: str, where: Where, put: Put, anchor: QWidget) -> None:
        if not isinstance(where, Condition):
            return
        box = ConditionBox(self, self._bridge, entity, self._titles, where, link=link)
        box.changed.connect(put)
        box.removed.connect(lambda: put(None))
        self.inner = box
        box.open_under(anchor)
        if box.condition is not None:
            put(box.condition)
