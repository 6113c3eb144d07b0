# Made from ui/problem_report.ui by packaging/build_forms.py; change that file, not this one.
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
from PySide6.QtWidgets import (QApplication, QDialog, QHBoxLayout, QLabel,
    QPlainTextEdit, QPushButton, QSizePolicy, QSpacerItem,
    QVBoxLayout, QWidget)

class Ui_ProblemReport(object):
    def setupUi(self, ProblemReport):
        if not ProblemReport.objectName():
            ProblemReport.setObjectName(u"ProblemReport")
        ProblemReport.resize(620, 420)
        ProblemReport.setMinimumSize(QSize(460, 320))
        self.rows = QVBoxLayout(ProblemReport)
        self.rows.setSpacing(10)
        self.rows.setObjectName(u"rows")
        self.rows.setContentsMargins(24, 20, 24, 20)
        self.headRow = QHBoxLayout()
        self.headRow.setSpacing(12)
        self.headRow.setObjectName(u"headRow")
        self.icon = QLabel(ProblemReport)
        self.icon.setObjectName(u"icon")
        self.icon.setMinimumSize(QSize(24, 24))
        self.icon.setMaximumSize(QSize(24, 24))

        self.headRow.addWidget(self.icon)

        self.heading = QLabel(ProblemReport)
        self.heading.setObjectName(u"heading")
        self.heading.setProperty(u"look", u"heading")

        self.headRow.addWidget(self.heading)

        self.headGap = QSpacerItem(4, 4, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.headRow.addItem(self.headGap)


        self.rows.addLayout(self.headRow)

        self.words = QLabel(ProblemReport)
        self.words.setObjectName(u"words")
        self.words.setWordWrap(True)

        self.rows.addWidget(self.words)

        self.report = QPlainTextEdit(ProblemReport)
        self.report.setObjectName(u"report")
        self.report.setReadOnly(True)

        self.rows.addWidget(self.report)

        self.buttonRow = QHBoxLayout()
        self.buttonRow.setSpacing(8)
        self.buttonRow.setObjectName(u"buttonRow")
        self.place = QLabel(ProblemReport)
        self.place.setObjectName(u"place")
        self.place.setTextFormat(Qt.TextFormat.PlainText)
        self.place.setProperty(u"look", u"caption")

        self.buttonRow.addWidget(self.place)

        self.buttonGap = QSpacerItem(4, 4, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.buttonRow.addItem(self.buttonGap)

        self.copy = QPushButton(ProblemReport)
        self.copy.setObjectName(u"copy")
        self.copy.setAutoDefault(False)

        self.buttonRow.addWidget(self.copy)

        self.goOn = QPushButton(ProblemReport)
        self.goOn.setObjectName(u"goOn")

        self.buttonRow.addWidget(self.goOn)


        self.rows.addLayout(self.buttonRow)

        QWidget.setTabOrder(self.goOn, self.copy)
        QWidget.setTabOrder(self.copy, self.report)

        self.retranslateUi(ProblemReport)

        self.goOn.setDefault(True)

    # setupUi

    def retranslateUi(self, ProblemReport):
        ProblemReport.setWindowTitle(_(u"Something went wrong"))
        self.heading.setText(_(u"Something went wrong"))
        self.words.setText(_(u"This is a fault in the program, not yours. What was saved is safe, and the window goes on. The report below names what happened; it holds no record of yours unless you see it there."))
#if QT_CONFIG(accessibility)
        self.report.setAccessibleName(_(u"Report"))
#endif // QT_CONFIG(accessibility)
        self.copy.setText(_(u"Copy report"))
        self.goOn.setText(_(u"Go on"))
    # retranslateUi
