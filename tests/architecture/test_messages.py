"""Every text that the user sees goes through gettext, at the time when it is shown."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, ROOT, package_files, relative, tree
from tests.architecture.test_setup import load

GETTEXT = {"_", "ngettext", "pgettext"}

# Calls of Qt whose text is on the screen or read out, and which of their arguments are texts.
SHOWN = {
    "addAction": (0, 1),
    "addButton": (0,),
    "addItem": (0, 1),
    "addMenu": (0, 1),
    "addRow": (0,),
    "addTab": (1, 2),
    "critical": (1, 2),
    "getExistingDirectory": (1,),
    "getOpenFileName": (1, 3),
    "getOpenFileNames": (1, 3),
    "getSaveFileName": (1, 3),
    "getText": (1, 2),
    "information": (1, 2),
    "question": (1, 2),
    "setAccessibleDescription": (0,),
    "setAccessibleName": (0,),
    "setInformativeText": (0,),
    "setPlaceholderText": (0,),
    "setPrefix": (0,),
    "setStatusTip": (0,),
    "setSuffix": (0,),
    "setText": (0,),
    "setTitle": (0,),
    "setToolTip": (0,),
    "setWhatsThis": (0,),
    "setWindowTitle": (0,),
    "showMessage": (0,),
    "warning": (1, 2),
}
# Widgets and actions that take their text when they are made.
MADE = {
    "QAction": (0, 1),
    "QCheckBox": (0,),
    "QGroupBox": (0,),
    "QLabel": (0,),
    "QMenu": (0,),
    "QPushButton": (0,),
    "QRadioButton": (0,),
}
LOGGERS = {"log", "logger", "logging"}

# The program's own name and those of keys are the same in every language.
_NAMES = re.compile(r"\b(CRMDesk|Ctrl|Alt|Shift|Enter|Esc|Tab)\b")
_WORD = re.compile(r"[^\W\d_]{2,}")


def words(text: str) -> bool:
    """Whether a text says something: two letters in a row that are no name."""
    return _WORD.search(_NAMES.sub("", text)) is not None


def unwrapped(source: ast.AST) -> Iterator[tuple[int, str]]:
    """The literals that are shown as they stand, with their lines."""
    for node in ast.walk(source):
        if not isinstance(node, ast.Call):
            continue
        function = node.func
        if isinstance(function, ast.Attribute):
            owner = function.value
            if isinstance(owner, ast.Name) and owner.id in LOGGERS:
                continue
            places = SHOWN.get(function.attr, ())
        elif isinstance(function, ast.Name):
            places = MADE.get(function.id, ())
        else:
            continue
        for place in places:
            if place < len(node.args):
                yield from literals(node.args[place])


def literals(node: ast.expr) -> Iterator[tuple[int, str]]:
    """The texts that an argument may be; what a call gives is the call's own business."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and words(node.value):
        yield node.lineno, node.value
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            yield from literals(part)
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for part in node.values:
            yield from literals(part)
    elif isinstance(node, ast.BinOp):
        yield from literals(node.left)
        yield from literals(node.right)
    elif (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("format", "join")
    ):
        yield from literals(node.func.value)


def calls(source: ast.AST) -> Iterator[ast.Call]:
    """The calls of gettext's functions."""
    for node in ast.walk(source):
        if isinstance(node, ast.Call) and called(node) in GETTEXT:
            yield node


def called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def at_import(source: ast.AST) -> Iterator[ast.Call]:
    """The calls of gettext's functions that run when the module is imported."""
    for node in ast.iter_child_nodes(source):
        if isinstance(node, ast.Call) and called(node) in GETTEXT:
            yield node
        # The body of a function runs later, its defaults and decorators at once.
        if isinstance(node, ast.Lambda):
            yield from at_import(node.args)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from at_import(node.args)
            yield from at_import(ast.Tuple(node.decorator_list))
        else:
            yield from at_import(node)


def hiding(source: ast.AST) -> Iterator[int]:
    """The lines that give `_` another value in a function (or module) that calls it."""
    scopes = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Module)
    for scope in ast.walk(source):
        if isinstance(scope, scopes) and any(called(call) == "_" for call in calls(scope)):
            yield from others(scope, scopes)


def others(node: ast.AST, scopes: tuple[type[ast.AST], ...]) -> Iterator[int]:
    """The lines where `_` becomes a value in the scope itself, not in one within it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.comprehension):
            continue
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store) and child.id == "_":
            yield child.lineno
        if isinstance(child, ast.arg) and child.arg == "_":
            yield child.lineno
        if not isinstance(child, scopes):
            yield from others(child, scopes)


def written() -> list[Path]:
    """The modules with messages: all but the one that declares gettext's functions."""
    return [path for path in package_files() if path != PACKAGE / "i18n.py"]


def test_the_window_says_nothing_untranslated() -> None:
    found = [
        f"{relative(path)}:{line} {text!r}"
        for path in written()
        if PACKAGE / "gui" in path.parents or path == PACKAGE / "app.py"
        for line, text in unwrapped(tree(path))
    ]
    assert not found, "wrap these in _()"


def test_messages_are_literals_that_can_be_collected() -> None:
    """gettext looks at the source: a name, a computed text or an f-string is never found."""
    found = []
    for path in written():
        for call in calls(tree(path)):
            takes = 1 if len(call.args) == 1 else 2
            plain = all(
                isinstance(one, ast.Constant) and isinstance(one.value, str)
                for one in call.args[:takes]
            )
            if not call.args or not plain:
                found.append(f"{relative(path)}:{call.lineno} {ast.unparse(call)[:80]}")
    assert not found


def test_no_message_stands_inside_an_f_string() -> None:
    """Before Python 3.12 an f-string is one token: what is fetched in it is not collected."""
    found = [
        f"{relative(path)}:{call.lineno} {ast.unparse(call)[:80]}"
        for path in written()
        for string in ast.walk(tree(path))
        if isinstance(string, ast.JoinedStr)
        for call in calls(string)
    ]
    assert not found


def test_no_message_is_fetched_at_import() -> None:
    """At import no language is set yet, so such a text would stay English."""
    found = [
        f"{relative(path)}:{call.lineno} {ast.unparse(call)[:80]}"
        for path in written()
        for call in at_import(tree(path))
    ]
    assert not found


def test_gettext_is_not_hidden_by_a_value_of_no_interest() -> None:
    """`for _, row in rows` makes `_("...")` in the same function call a value."""
    found = []
    for path in written():
        found += [f"{relative(path)}:{line}" for line in hiding(tree(path))]
    assert not found


def test_translations_are_up_to_date_and_complete() -> None:
    messages = load("build_messages")
    assert [line for language in messages.LANGUAGES for line in messages.stale(language)] == []


def test_catalogues_name_no_date_and_no_place() -> None:
    for path in (ROOT / "resources" / "i18n").rglob("*.po"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^#:|-Date:|Last-Translator|Generated-By", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ('label.setText("Save it")', ["Save it"]),
        ('label.setText("Save" if on else _("Keep"))', ["Save"]),
        ('label.setText(f"{count} rows")', [" rows"]),
        ('label.setText("Delete {n}".format(n=1))', ["Delete {n}"]),
        ('menu.addAction(icon, "Open")', ["Open"]),
        ('box = QLabel("Name", parent)', ["Name"]),
        ('QMessageBox.warning(self, "Oh", _("No"))', ["Oh"]),
        ('label.setText(_("Save it"))', []),
        ('label.setText(_("{n} rows").format(n=1))', []),
        ('label.setText("…")', []),
        ('label.setText("Ctrl+Shift+P")', []),
        ('window.setWindowTitle(f"{title} - CRMDesk")', []),
        ('window.setWindowTitle("About CRMDesk")', ["About CRMDesk"]),
        ('log.warning("No %s", "such file", "here")', []),
        ('thing.setObjectName("topBar")', []),
    ],
)
def test_the_scan_sees_what_is_shown(code: str, seen: list[str]) -> None:
    assert [text for _line, text in unwrapped(ast.parse(code))] == seen


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ('NAME = _("Name")', 1),
        ('class A:\n    names = {"a": _("A"), "b": ngettext("b", "c", 2)}', 2),
        ('def f(name=_("Name")):\n    return _("Late")', 1),
        ('@shown(_("Name"))\ndef f():\n    return _("Late")', 1),
        ('NAME = lambda: _("Late")', 0),
        ('if True:\n    def f():\n        return _("Late")', 0),
        ('async def f():\n    class A:\n        name = _("Late")', 0),
    ],
)
def test_the_scan_sees_what_runs_at_import(code: str, count: int) -> None:
    assert len(list(at_import(ast.parse(code)))) == count


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ('def f():\n    for _, row in rows:\n        say(_("Save"))', [2]),
        ('def f(*_):\n    return _("Save")', [1]),
        ('_, row = rows\ndef f():\n    return _("Save")', [1]),
        ("def f():\n    for _, row in rows:\n        say(row)", []),
        ('def f():\n    return [_("Save"), *(row for _, row in rows)]', []),
        ('def f(*_):\n    pass\ndef g():\n    return _("Save")', []),
    ],
)
def test_the_scan_sees_what_hides_gettext(code: str, lines: list[int]) -> None:
    assert list(hiding(ast.parse(code))) == lines
