"""The style sheet, written from the tokens."""

from __future__ import annotations

from crmdesk import paths
from crmdesk.gui.theme import tokens as sizes
from crmdesk.gui.theme.tokens import Tokens, mix


def style_sheet(tokens: Tokens) -> str:
    """The whole style sheet of the application for one theme."""
    values = {
        **{
            name: str(getattr(tokens, name))
            for name in Tokens.__dataclass_fields__
            if name not in {"name", "entities"}
        },
        "link": tokens.link,
        "check_image": _image(f"check-{tokens.name}.svg"),
        "down_image": _image(f"caret-down-{tokens.name}.svg"),
        "up_image": _image(f"caret-up-{tokens.name}.svg"),
        # One that reads on both grounds: a line asks for it once.
        "clear_image": _image("clear.svg"),
        "dot_image": _image(f"dot-{tokens.name}.svg"),
        "hover": mix(tokens.text, tokens.surface, 0.06),
        "pressed": mix(tokens.text, tokens.surface, 0.11),
        "accent_hover": mix("#000000", tokens.accent, 0.10),
        "accent_pressed": mix("#000000", tokens.accent, 0.20),
        "border": mix(tokens.text, tokens.surface, 0.24),
        "disabled": mix(tokens.faint, tokens.surface, 0.55),
        "thumb": mix(tokens.faint, tokens.surface, 0.35),
        "thumb_hover": mix(tokens.faint, tokens.surface, 0.70),
        "r": f"{sizes.RADIUS}px",
        "text_size": f"{sizes.TEXT}px",
        "title_size": f"{sizes.TITLE}px",
        "heading_size": f"{sizes.HEADING}px",
        "caption_size": f"{sizes.CAPTION}px",
    }
    sheet = _SHEET
    # Longest first, so that @text_size is not read as @text.
    for name in sorted(values, key=len, reverse=True):
        sheet = sheet.replace("@" + name, values[name])
    return sheet


def _image(name: str) -> str:
    return paths.resource("icons", name).as_posix()


_SHEET = """
QMainWindow, QDialog { background: @background; }
QWidget { color: @text; font-size: @text_size; }
QWidget:disabled { color: @disabled; }
QLabel { background: transparent; }
QLabel[look="title"] { font-size: @title_size; font-weight: 600; }
QLabel[look="heading"] { font-size: @heading_size; font-weight: 600; }
QLabel[look="strong"] { font-weight: 600; }
QLabel[look="muted"] { color: @muted; }
QLabel[look="caption"] { color: @faint; font-size: @caption_size; }
QLabel[look="error"] { color: @danger; }

#topBar { background: @surface; border-bottom: 1px solid @line; }
#statusLine { background: @surface; border-top: 1px solid @line; }
#statusLine QLabel { color: @faint; font-size: @caption_size; }
#statusLine QLabel[look="error"] { color: @danger; }
#statusLine QPushButton[look="link"] { font-size: @caption_size; min-height: 20px; }
#rail { background: @surface; border: 0; border-right: 1px solid @line; border-radius: 0; }
#faceArea { background: @background; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: @accent_soft; border-radius: 3px; }

QPushButton {
  background: @surface; border: 1px solid @line; border-radius: @r;
  padding: 0 14px; min-height: 28px;
}
QPushButton:hover { background: @hover; border-color: @border; }
QPushButton:pressed { background: @pressed; }
QPushButton:focus { border: 2px solid @accent; padding: 0 13px; min-height: 26px; }
QPushButton:disabled { background: @background; color: @disabled; border-color: @inner; }
QPushButton:default, QPushButton[look="primary"] {
  background: @accent; color: @on_accent; border-color: @accent; font-weight: 600;
}
QPushButton:default:hover, QPushButton[look="primary"]:hover { background: @accent_hover; }
QPushButton:default:pressed, QPushButton[look="primary"]:pressed { background: @accent_pressed; }
QPushButton:default:focus, QPushButton[look="primary"]:focus { border: 2px solid @text; }
QPushButton:default:disabled, QPushButton[look="primary"]:disabled {
  background: @inner; color: @disabled; border-color: @inner;
}
QPushButton[look="danger"] { color: @danger; }
QPushButton[look="danger"]:hover { background: @danger_soft; border-color: @danger; }
QPushButton[look="link"] {
  background: transparent; border-color: transparent; color: @link; padding: 0 6px;
}
QPushButton[look="link"]:hover { background: @accent_soft; }
QPushButton[look="link"]:focus { border: 2px solid @accent; padding: 0 5px; }
QPushButton[look="card"] {
  background: @surface; border: 1px solid @line; border-radius: 8px; padding: 0;
  min-height: 68px; text-align: left;
}
QPushButton[look="card"]:hover { border-color: @accent; background: @accent_soft; }
QPushButton[look="card"]:pressed { background: @selection; }
QPushButton[look="card"]:focus { border: 2px solid @accent; padding: 0; min-height: 66px; }

QToolButton {
  background: transparent; border: 2px solid transparent; border-radius: @r; color: @muted;
  padding: 0 4px; min-height: 24px; min-width: 18px;
}
QToolButton:hover { background: @hover; color: @text; }
QToolButton:pressed, QToolButton:checked { background: @pressed; color: @text; }
QToolButton:focus { border-color: @accent; }
QToolButton:disabled { color: @disabled; }
QToolButton::menu-indicator { image: none; width: 0; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox, QDateEdit {
  background: @surface; border: 1px solid @line; border-radius: @r; padding: 0 9px;
  selection-background-color: @accent; selection-color: @on_accent;
}
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QDateEdit { min-height: 28px; }
QPlainTextEdit, QTextEdit { padding: 4px 6px; }
QLineEdit:hover, QPlainTextEdit:hover, QTextEdit:hover, QSpinBox:hover, QDoubleSpinBox:hover,
QComboBox:hover, QDateEdit:hover { border-color: @border; }
QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus, QDateEdit:focus {
  border: 2px solid @accent; padding: 0 8px; min-height: 26px;
}
QPlainTextEdit:focus, QTextEdit:focus { border: 2px solid @accent; padding: 3px 5px; }
QLineEdit:read-only, QPlainTextEdit:read-only { background: @background; color: @muted; }
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled, QSpinBox:disabled,
QDateEdit:disabled { background: @background; color: @disabled; border-color: @inner; }
QLineEdit[refused="true"], QPlainTextEdit[refused="true"], QComboBox[refused="true"] {
  border: 2px solid @danger; background: @danger_soft; padding: 0 8px; min-height: 26px;
}
QLineEdit[look="secret"]:read-only {
  background: @sunken; color: @text; min-height: 44px; border-color: @line;
}
QLineEdit#search { background: @background; min-height: 26px; padding: 0 9px; }
QLineEdit#search:focus { background: @surface; min-height: 24px; padding: 0 8px; }
QLineEdit { lineedit-clear-button-icon: url(@clear_image); }
QLineEdit > QToolButton {
  border: 0; padding: 0; min-width: 0; min-height: 0; background: transparent;
}
QDialogButtonBox, QMessageBox { dialogbuttonbox-buttons-have-icons: 0; }
QComboBox { combobox-popup: 0; }
QLineEdit[look="quiet"] { border-color: transparent; min-height: 22px; }
QLineEdit[look="quiet"]:hover { border-color: @line; }
QLineEdit[look="quiet"]:focus { border: 2px solid @accent; min-height: 20px; }
QLabel[look="key"] {
  color: @faint; font-size: 11px; border: 1px solid @line; border-radius: 4px;
  background: @surface; padding: 0 5px;
}
QComboBox::drop-down { border: 0; width: 22px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
  border: 0; background: transparent; width: 18px; subcontrol-origin: border;
}
QAbstractSpinBox::up-button { subcontrol-position: top right; margin-top: 2px; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; margin-bottom: 2px; }
QAbstractSpinBox::up-arrow { image: url(@up_image); width: 12px; height: 12px; }
QAbstractSpinBox::down-arrow { image: url(@down_image); width: 12px; height: 12px; }
QDateEdit::drop-down { border: 0; width: 22px; }
QComboBox QAbstractItemView {
  background: @surface; border: 1px solid @line; border-radius: @r; outline: 0; padding: 4px;
  selection-background-color: @selection; selection-color: @text;
}
QComboBox QAbstractItemView::item { min-height: 26px; padding: 0 6px; border-radius: 4px; }
QComboBox QAbstractItemView::item:hover, QComboBox QAbstractItemView::item:selected {
  background: @selection; color: @text;
}

/* The grid paints its own cells; editors sit in them without a frame of their own. */
QTableView { background: @surface; border: 0; gridline-color: @inner; outline: 0; }
QLineEdit[look="cell"] {
  border: 2px solid @accent; border-radius: 0; padding: 0 6px; background: @surface;
  min-height: 0;
}
QPlainTextEdit[look="cell"] {
  border: 2px solid @accent; border-radius: 0; padding: 1px 3px; background: @surface;
}
QLineEdit[look="cell"][refused="true"], QPlainTextEdit[look="cell"][refused="true"] {
  border-color: @danger; background: @danger_soft; min-height: 0; padding: 0 6px;
}
QListView, QTreeView {
  background: @surface; border: 1px solid @line; border-radius: @r; outline: 0;
}
QListView#shortcuts { border: 0; border-radius: 0; }
QListView::item, QTreeView::item { min-height: 28px; padding: 0 6px; border-radius: 4px; }
QListView::item:hover, QTreeView::item:hover { background: @hover; }
QListView::item:selected, QTreeView::item:selected { background: @selection; color: @text; }
QHeaderView { background: @surface; border: 0; }
QHeaderView::section {
  background: @surface; color: @faint; border: 0; border-bottom: 1px solid @line;
  padding: 0 10px; font-size: @caption_size;
}
QTableCornerButton::section { background: @surface; border: 0; border-bottom: 1px solid @line; }

QMenu {
  background: @surface; border: 1px solid @line; border-radius: 8px; padding: 4px;
}
QMenu::item { padding: 5px 22px 5px 10px; border-radius: 4px; min-height: 18px; }
QMenu::item:selected { background: @selection; }
QMenu::item:disabled { color: @disabled; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: @inner; margin: 4px 6px; }
QMenuBar { background: @surface; }
QMenuBar::item { padding: 4px 8px; border-radius: 4px; }
QMenuBar::item:selected { background: @hover; }
QToolTip {
  background: @surface; color: @text; border: 1px solid @line; padding: 5px 8px;
  font-size: @caption_size;
}

QScrollBar { background: transparent; border: 0; margin: 0; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: @thumb; border-radius: 3px; margin: 2px; }
QScrollBar::handle:hover { background: @thumb_hover; }
QScrollBar::handle:vertical { min-height: 36px; }
QScrollBar::handle:horizontal { min-width: 36px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; }

QTabWidget::pane { border: 0; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab {
  color: @muted; background: transparent; border-radius: 12px; padding: 3px 10px;
  min-height: 18px; margin-right: 2px;
}
QTabBar::tab:hover { background: @hover; }
QTabBar::tab:selected { background: @accent_soft; color: @link; font-weight: 600; }
QTabBar::tab:focus { border: 2px solid @accent; padding: 1px 8px; }

QCheckBox, QRadioButton { spacing: 8px; min-height: 24px; }
QCheckBox::indicator, QRadioButton::indicator {
  width: 14px; height: 14px; border: 1px solid @faint; background: @surface;
}
QCheckBox::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 7px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: @accent; }
QCheckBox::indicator:checked, QRadioButton::indicator:checked {
  background: @accent; border-color: @accent;
}
QCheckBox::indicator:checked { image: url(@check_image); }
QRadioButton::indicator:checked { image: url(@dot_image); }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border: 2px solid @accent; }
QCheckBox::indicator:checked:focus, QRadioButton::indicator:checked:focus {
  border: 2px solid @text;
}
QGroupBox { border: 1px solid @line; border-radius: 8px; margin-top: 8px; padding: 10px; }
QGroupBox::title { subcontrol-origin: margin; left: 10px; color: @faint; }
QProgressBar {
  background: @line; border: 0; border-radius: 3px; min-height: 6px; max-height: 6px;
  color: transparent;
}
QProgressBar::chunk { background: @accent; border-radius: 3px; }
"""
