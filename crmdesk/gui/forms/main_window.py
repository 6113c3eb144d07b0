# Made from ui/main_window.ui by packaging/build_forms.py; change that file, not this one.
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
from PySide6.QtWidgets import (QApplication, QFrame, QHBoxLayout, QLabel,
    QMainWindow, QSizePolicy, QSpacerItem, QToolButton,
    QVBoxLayout, QWidget)

from crmdesk.gui.shell.bell import Bell
from crmdesk.gui.shell.rail import Rail
from crmdesk.gui.shell.search_box import SearchBox
from crmdesk.gui.shell.trail import Trail

class Ui_MainWindow(object):
    def setupUi(self, MainWindow):
        if not MainWindow.objectName():
            MainWindow.setObjectName(u"MainWindow")
        MainWindow.resize(1440, 900)
        MainWindow.setMinimumSize(QSize(720, 440))
        self.centre = QWidget(MainWindow)
        self.centre.setObjectName(u"centre")
        self.rows = QVBoxLayout(self.centre)
        self.rows.setSpacing(0)
        self.rows.setObjectName(u"rows")
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.topBar = QFrame(self.centre)
        self.topBar.setObjectName(u"topBar")
        self.topBar.setMinimumSize(QSize(0, 44))
        self.topBar.setMaximumSize(QSize(16777215, 44))
        self.topRow = QHBoxLayout(self.topBar)
        self.topRow.setSpacing(4)
        self.topRow.setObjectName(u"topRow")
        self.topRow.setContentsMargins(12, 0, 12, 0)
        self.back = QToolButton(self.topBar)
        self.back.setObjectName(u"back")
#if QT_CONFIG(shortcut)
        self.back.setShortcut(u"Alt+Left")
#endif // QT_CONFIG(shortcut)
        self.back.setEnabled(False)

        self.topRow.addWidget(self.back)

        self.forward = QToolButton(self.topBar)
        self.forward.setObjectName(u"forward")
#if QT_CONFIG(shortcut)
        self.forward.setShortcut(u"Alt+Right")
#endif // QT_CONFIG(shortcut)
        self.forward.setEnabled(False)

        self.topRow.addWidget(self.forward)

        self.home = QToolButton(self.topBar)
        self.home.setObjectName(u"home")
#if QT_CONFIG(shortcut)
        self.home.setShortcut(u"Alt+Home")
#endif // QT_CONFIG(shortcut)

        self.topRow.addWidget(self.home)

        self.trail = Trail(self.topBar)
        self.trail.setObjectName(u"trail")

        self.topRow.addWidget(self.trail)

        self.search = SearchBox(self.topBar)
        self.search.setObjectName(u"search")
        self.search.setMinimumSize(QSize(200, 0))
        self.search.setMaximumSize(QSize(340, 16777215))
        sizePolicy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        sizePolicy.setHorizontalStretch(0)
        sizePolicy.setVerticalStretch(0)
        sizePolicy.setHeightForWidth(self.search.sizePolicy().hasHeightForWidth())
        self.search.setSizePolicy(sizePolicy)

        self.topRow.addWidget(self.search)

        self.add = QToolButton(self.topBar)
        self.add.setObjectName(u"add")
        self.add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

        self.topRow.addWidget(self.add)

        self.bell = Bell(self.topBar)
        self.bell.setObjectName(u"bell")

        self.topRow.addWidget(self.bell)


        self.rows.addWidget(self.topBar)

        self.middle = QWidget(self.centre)
        self.middle.setObjectName(u"middle")
        sizePolicy1 = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        sizePolicy1.setHorizontalStretch(0)
        sizePolicy1.setVerticalStretch(1)
        sizePolicy1.setHeightForWidth(self.middle.sizePolicy().hasHeightForWidth())
        self.middle.setSizePolicy(sizePolicy1)
        self.middleRow = QHBoxLayout(self.middle)
        self.middleRow.setSpacing(0)
        self.middleRow.setObjectName(u"middleRow")
        self.middleRow.setContentsMargins(0, 0, 0, 0)
        self.rail = Rail(self.middle)
        self.rail.setObjectName(u"rail")

        self.middleRow.addWidget(self.rail)

        self.faceArea = QWidget(self.middle)
        self.faceArea.setObjectName(u"faceArea")
        sizePolicy2 = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        sizePolicy2.setHorizontalStretch(1)
        sizePolicy2.setVerticalStretch(0)
        sizePolicy2.setHeightForWidth(self.faceArea.sizePolicy().hasHeightForWidth())
        self.faceArea.setSizePolicy(sizePolicy2)
        self.faceBox = QVBoxLayout(self.faceArea)
        self.faceBox.setSpacing(8)
        self.faceBox.setObjectName(u"faceBox")
        self.faceBox.setContentsMargins(8, 8, 8, 8)

        self.middleRow.addWidget(self.faceArea)


        self.rows.addWidget(self.middle)

        self.statusLine = QFrame(self.centre)
        self.statusLine.setObjectName(u"statusLine")
        self.statusLine.setMinimumSize(QSize(0, 28))
        self.statusLine.setMaximumSize(QSize(16777215, 28))
        self.statusRow = QHBoxLayout(self.statusLine)
        self.statusRow.setSpacing(18)
        self.statusRow.setObjectName(u"statusRow")
        self.statusRow.setContentsMargins(12, 0, 12, 0)
        self.saved = QLabel(self.statusLine)
        self.saved.setObjectName(u"saved")
        self.saved.setTextFormat(Qt.TextFormat.PlainText)

        self.statusRow.addWidget(self.saved)

        self.place = QLabel(self.statusLine)
        self.place.setObjectName(u"place")
        self.place.setTextFormat(Qt.TextFormat.PlainText)

        self.statusRow.addWidget(self.place)

        self.statusGap = QSpacerItem(20, 10, QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

        self.statusRow.addItem(self.statusGap)

        self.storeState = QLabel(self.statusLine)
        self.storeState.setObjectName(u"storeState")
        self.storeState.setTextFormat(Qt.TextFormat.PlainText)

        self.statusRow.addWidget(self.storeState)


        self.rows.addWidget(self.statusLine)

        MainWindow.setCentralWidget(self.centre)

        self.retranslateUi(MainWindow)
    # setupUi

    def retranslateUi(self, MainWindow):
        MainWindow.setWindowTitle(_(u"CRMDesk"))
#if QT_CONFIG(tooltip)
        self.back.setToolTip(_(u"Back (Alt+Left)"))
#endif // QT_CONFIG(tooltip)
#if QT_CONFIG(accessibility)
        self.back.setAccessibleName(_(u"Back"))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(tooltip)
        self.forward.setToolTip(_(u"Forward (Alt+Right)"))
#endif // QT_CONFIG(tooltip)
#if QT_CONFIG(accessibility)
        self.forward.setAccessibleName(_(u"Forward"))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(tooltip)
        self.home.setToolTip(_(u"Home (Alt+Home)"))
#endif // QT_CONFIG(tooltip)
#if QT_CONFIG(accessibility)
        self.home.setAccessibleName(_(u"Home"))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(accessibility)
        self.trail.setAccessibleName(_(u"The way here"))
#endif // QT_CONFIG(accessibility)
        self.search.setPlaceholderText(_(u"Search or do anything\u2026"))
#if QT_CONFIG(accessibility)
        self.search.setAccessibleName(_(u"Search"))
#endif // QT_CONFIG(accessibility)
#if QT_CONFIG(tooltip)
        self.add.setToolTip(_(u"New (Ctrl+N)"))
#endif // QT_CONFIG(tooltip)
#if QT_CONFIG(accessibility)
        self.add.setAccessibleName(_(u"New"))
#endif // QT_CONFIG(accessibility)
    # retranslateUi
