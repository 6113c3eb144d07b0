"""Qt's own texts (dialog buttons, the context menu of a line) in the language of the program."""

from __future__ import annotations

import logging

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTranslator

log = logging.getLogger(__name__)

# Qt's own are English.
_CATALOGUES = {"zh": "qtbase_zh_CN"}
_NAME = "crmdesk.qttexts"


def install(language: str) -> None:
    """Let Qt speak `language` ("en" or "zh") from now on; widgets that are shown change too.

    Needs an application. Without Qt's catalogue, which PySide6 ships, its texts stay English.
    """
    application = QCoreApplication.instance()
    if application is None:
        return
    for old in application.findChildren(QTranslator, _NAME):
        application.removeTranslator(old)
        old.deleteLater()
    catalogue = _CATALOGUES.get(language)
    if catalogue is None:
        return
    translator = QTranslator(application)
    translator.setObjectName(_NAME)
    if translator.load(catalogue, QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        application.installTranslator(translator)
    else:
        log.warning("Qt's catalogue %s was not found; its own texts stay English.", catalogue)
        translator.deleteLater()
