# Made from ui/first_start.ui by packaging/build_forms.py; change that file, not this one.
# ruff: noqa
# mypy: ignore-errors
from __future__ import annotations

from crmdesk.i18n import _
from PySide6.QtCore import (QCoreApplication, QDate, QDateTime, QLocale,
    QMetaObject, QObject, QPoint, QRect,
    QSize, QTime, QUrl, Qt)
from PySide6.QtGui import (QBrush, QColor, QConicalGradient, QCursor,
    QFont, QFontDatabase, QGradient, QIcon,
    QImage, QKeySequence, QLinearGradient, QPainter,
    QPalette, QPixmap, QRadialGradient, QTransform)
from PySide6.QtWidgets import (QApplication, QCheckBox, QDialog, QHBoxLayout,
    QLabel, QLineEdit, QPushButton, QSizePolicy,
    QSpacerItem, QStackedWidget, QToolButton, QVBoxLayout,
    QWidget)

class Ui_FirstStart(object):
    def setupUi(self, FirstStart):
        if not FirstStart.objectName():
            FirstStart.setObjectName(u"FirstStart")
        FirstStart.resize(560, 480)
        FirstStart.setMinimumSize(QSize(520, 0))
        self.whole = QVBoxLayout(FirstStart)
        self.whole.setSpacing(0)
        self.whole.setObjectName(u"whole")
        self.whole.setContentsMargins(0, 0, 0, 0)
        self.pages = QStackedWidget(FirstStart)
        self.pages.setObjectName(u"pages")
        self.choose = QWidget()
        self.choose.setObjectName(u"choose")
        self.rows = QVBoxLayout(self.choose)
        self.rows.setSpacing(8)
        self.rows.setObjectName(u"rows")
        self.rows.setContentsMargins(32, 28, 32, 24)
        self.headRow = QHBoxLayout()
        self.headRow.setSpacing(4)
        self.headRow.setObjectName(u"headRow")
        self.heading = QLabel(self.choose)
        self.heading.setObjectName(u"heading")
        self.heading.setProperty(u"look", u"title")

        self.headRow.addWidget(self.heading)

        self.english = QToolButton(self.choose)
        self.english.setObjectName(u"english")
        self.english.setText(u"English")
        self.english.setCheckable(True)
        self.english.setAutoExclusive(True)
        self.english.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

        self.headRow.addWidget(self.english)

        self.chinese = QToolButton(self.choose)
        self.chinese.setObjectName(u"chinese")
        self.chinese.setText(u"\u4e2d\u6587")
        self.chinese.setCheckable(True)
        self.chinese.setAutoExclusive(True)
        self.chinese.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

        self.headRow.addWidget(self.chinese)

        self.headRow.setStretch(0, 1)

        self.rows.addLayout(self.headRow)

        self.words = QLabel(self.choose)
        self.words.setObjectName(u"words")
        self.words.setWordWrap(True)
        self.words.setProperty(u"look", u"muted")

        self.rows.addWidget(self.words)

        self.gap = QSpacerItem(10, 8, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)

        self.rows.addItem(self.gap)

        self.sample = QPushButton(self.choose)
        self.sample.setObjectName(u"sample")
        self.sample.setMinimumSize(QSize(0, 68))
        self.sample.setProperty(u"look", u"card")
        self.sample.setAutoDefault(False)
        self.sampleRow = QHBoxLayout(self.sample)
        self.sampleRow.setSpacing(14)
        self.sampleRow.setObjectName(u"sampleRow")
        self.sampleRow.setContentsMargins(16, 10, 16, 10)
        self.sampleIcon = QLabel(self.sample)
        self.sampleIcon.setObjectName(u"sampleIcon")
        self.sampleIcon.setMinimumSize(QSize(24, 24))
        self.sampleIcon.setMaximumSize(QSize(24, 24))

        self.sampleRow.addWidget(self.sampleIcon)

        self.sampleWords = QVBoxLayout()
        self.sampleWords.setSpacing(2)
        self.sampleWords.setObjectName(u"sampleWords")
        self.sampleTitle = QLabel(self.sample)
        self.sampleTitle.setObjectName(u"sampleTitle")
        self.sampleTitle.setAlignment(Qt.AlignmentFlag.AlignBottom|Qt.AlignmentFlag.AlignLeading)
        self.sampleTitle.setProperty(u"look", u"strong")

        self.sampleWords.addWidget(self.sampleTitle)

        self.sampleHint = QLabel(self.sample)
        self.sampleHint.setObjectName(u"sampleHint")
        self.sampleHint.setAlignment(Qt.AlignmentFlag.AlignTop|Qt.AlignmentFlag.AlignLeading)
        self.sampleHint.setWordWrap(True)
        self.sampleHint.setProperty(u"look", u"muted")

        self.sampleWords.addWidget(self.sampleHint)

        self.sampleWords.setStretch(0, 1)
        self.sampleWords.setStretch(1, 1)

        self.sampleRow.addLayout(self.sampleWords)

        self.sampleRow.setStretch(1, 1)

        self.rows.addWidget(self.sample)

        self.bringIn = QPushButton(self.choose)
        self.bringIn.setObjectName(u"bringIn")
        self.bringIn.setMinimumSize(QSize(0, 68))
        self.bringIn.setProperty(u"look", u"card")
        self.bringIn.setAutoDefault(False)
        self.bringInRow = QHBoxLayout(self.bringIn)
        self.bringInRow.setSpacing(14)
        self.bringInRow.setObjectName(u"bringInRow")
        self.bringInRow.setContentsMargins(16, 10, 16, 10)
        self.bringInIcon = QLabel(self.bringIn)
        self.bringInIcon.setObjectName(u"bringInIcon")
        self.bringInIcon.setMinimumSize(QSize(24, 24))
        self.bringInIcon.setMaximumSize(QSize(24, 24))

        self.bringInRow.addWidget(self.bringInIcon)

        self.bringInWords = QVBoxLayout()
        self.bringInWords.setSpacing(2)
        self.bringInWords.setObjectName(u"bringInWords")
        self.bringInTitle = QLabel(self.bringIn)
        self.bringInTitle.setObjectName(u"bringInTitle")
        self.bringInTitle.setAlignment(Qt.AlignmentFlag.AlignBottom|Qt.AlignmentFlag.AlignLeading)
        self.bringInTitle.setProperty(u"look", u"strong")

        self.bringInWords.addWidget(self.bringInTitle)

        self.bringInHint = QLabel(self.bringIn)
        self.bringInHint.setObjectName(u"bringInHint")
        self.bringInHint.setAlignment(Qt.AlignmentFlag.AlignTop|Qt.AlignmentFlag.AlignLeading)
        self.bringInHint.setWordWrap(True)
        self.bringInHint.setProperty(u"look", u"muted")

        self.bringInWords.addWidget(self.bringInHint)

        self.bringInWords.setStretch(0, 1)
        self.bringInWords.setStretch(1, 1)

        self.bringInRow.addLayout(self.bringInWords)

        self.bringInRow.setStretch(1, 1)

        self.rows.addWidget(self.bringIn)

        self.startEmpty = QPushButton(self.choose)
        self.startEmpty.setObjectName(u"startEmpty")
        self.startEmpty.setMinimumSize(QSize(0, 68))
        self.startEmpty.setProperty(u"look", u"card")
        self.startEmpty.setAutoDefault(False)
        self.startEmptyRow = QHBoxLayout(self.startEmpty)
        self.startEmptyRow.setSpacing(14)
        self.startEmptyRow.setObjectName(u"startEmptyRow")
        self.startEmptyRow.setContentsMargins(16, 10, 16, 10)
        self.startEmptyIcon = QLabel(self.startEmpty)
        self.startEmptyIcon.setObjectName(u"startEmptyIcon")
        self.startEmptyIcon.setMinimumSize(QSize(24, 24))
        self.startEmptyIcon.setMaximumSize(QSize(24, 24))

        self.startEmptyRow.addWidget(self.startEmptyIcon)

        self.startEmptyWords = QVBoxLayout()
        self.startEmptyWords.setSpacing(2)
        self.startEmptyWords.setObjectName(u"startEmptyWords")
        self.startEmptyTitle = QLabel(self.startEmpty)
        self.startEmptyTitle.setObjectName(u"startEmptyTitle")
        self.startEmptyTitle.setAlignment(Qt.AlignmentFlag.AlignBottom|Qt.AlignmentFlag.AlignLeading)
        self.startEmptyTitle.setProperty(u"look", u"strong")

        self.startEmptyWords.addWidget(self.startEmptyTitle)

        self.startEmptyHint = QLabel(self.startEmpty)
        self.startEmptyHint.setObjectName(u"startEmptyHint")
        self.startEmptyHint.setAlignment(Qt.AlignmentFlag.AlignTop|Qt.AlignmentFlag.AlignLeading)
        self.startEmptyHint.setWordWrap(True)
        self.startEmptyHint.setProperty(u"look", u"muted")

        self.startEmptyWords.addWidget(self.startEmptyHint)

        self.startEmptyWords.setStretch(0, 1)
        self.startEmptyWords.setStretch(1, 1)

        self.startEmptyRow.addLayout(self.startEmptyWords)

        self.startEmptyRow.setStretch(1, 1)

        self.rows.addWidget(self.startEmpty)

        self.gap2 = QSpacerItem(10, 8, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding)

        self.rows.addItem(self.gap2)

        self.fileRow = QHBoxLayout()
        self.fileRow.setSpacing(8)
        self.fileRow.setObjectName(u"fileRow")
        self.fileLabel = QLabel(self.choose)
        self.fileLabel.setObjectName(u"fileLabel")
        self.fileLabel.setProperty(u"look", u"caption")

        self.fileRow.addWidget(self.fileLabel)

        self.file = QLineEdit(self.choose)
        self.file.setObjectName(u"file")
        self.file.setReadOnly(True)

        self.fileRow.addWidget(self.file)

        self.change = QPushButton(self.choose)
        self.change.setObjectName(u"change")
        self.change.setAutoDefault(False)

        self.fileRow.addWidget(self.change)


        self.rows.addLayout(self.fileRow)

        self.lastRow = QHBoxLayout()
        self.lastRow.setSpacing(8)
        self.lastRow.setObjectName(u"lastRow")
        self.encrypt = QCheckBox(self.choose)
        self.encrypt.setObjectName(u"encrypt")

        self.lastRow.addWidget(self.encrypt)

        self.openOther = QPushButton(self.choose)
        self.openOther.setObjectName(u"openOther")
        self.openOther.setAutoDefault(False)
        self.openOther.setProperty(u"look", u"link")

        self.lastRow.addWidget(self.openOther)

        self.lastRow.setStretch(0, 1)

        self.rows.addLayout(self.lastRow)

        self.message = QLabel(self.choose)
        self.message.setObjectName(u"message")
        self.message.setTextFormat(Qt.TextFormat.PlainText)
        self.message.setWordWrap(True)
        self.message.setVisible(False)
        self.message.setProperty(u"look", u"error")

        self.rows.addWidget(self.message)

        self.pages.addWidget(self.choose)

        self.whole.addWidget(self.pages)

        QWidget.setTabOrder(self.sample, self.bringIn)
        QWidget.setTabOrder(self.bringIn, self.startEmpty)
        QWidget.setTabOrder(self.startEmpty, self.file)
        QWidget.setTabOrder(self.file, self.change)
        QWidget.setTabOrder(self.change, self.encrypt)
        QWidget.setTabOrder(self.encrypt, self.openOther)
        QWidget.setTabOrder(self.openOther, self.english)
        QWidget.setTabOrder(self.english, self.chinese)

        self.retranslateUi(FirstStart)
    # setupUi

    def retranslateUi(self, FirstStart):
        FirstStart.setWindowTitle(_(u"Welcome to CRMDesk"))
        self.heading.setText(_(u"Welcome to CRMDesk"))
        self.words.setText(_(u"Everything you enter stays in one file on this computer. How would you like to begin?"))
#if QT_CONFIG(accessibility)
        self.sample.setAccessibleName(_(u"Try it with sample data"))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(accessibility)
        self.sample.setAccessibleDescription(_(u"A plausible pipeline of Western and Chinese firms, three years of it. You can throw it away later."))
#endif // QT_CONFIG(accessibility)
        self.sampleTitle.setText(_(u"Try it with sample data"))
        self.sampleHint.setText(_(u"A plausible pipeline of Western and Chinese firms, three years of it. You can throw it away later."))
#if QT_CONFIG(accessibility)
        self.bringIn.setAccessibleName(_(u"Import files"))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(accessibility)
        self.bringIn.setAccessibleDescription(_(u"CSV or Excel tables from another program; afterwards you see what was made of them, and can undo it."))
#endif // QT_CONFIG(accessibility)
        self.bringInTitle.setText(_(u"Import files"))
        self.bringInHint.setText(_(u"CSV or Excel tables from another program; afterwards you see what was made of them, and can undo it."))
#if QT_CONFIG(accessibility)
        self.startEmpty.setAccessibleName(_(u"Start empty"))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(accessibility)
        self.startEmpty.setAccessibleDescription(_(u"An empty store; type or paste your first company."))
#endif // QT_CONFIG(accessibility)
        self.startEmptyTitle.setText(_(u"Start empty"))
        self.startEmptyHint.setText(_(u"An empty store; type or paste your first company."))
        self.fileLabel.setText(_(u"Your data"))
#if QT_CONFIG(accessibility)
        self.file.setAccessibleName(_(u"Where your data is kept"))
#endif // QT_CONFIG(accessibility)
        self.change.setText(_(u"Change\u2026"))
        self.encrypt.setText(_(u"Encrypt the file"))
#if QT_CONFIG(tooltip)
        self.encrypt.setToolTip(_(u"A key in this computer's keyring opens it; a recovery passphrase, shown once, opens it anywhere."))
#endif // QT_CONFIG(tooltip)
        self.openOther.setText(_(u"Open a store I have\u2026"))
    # retranslateUi
