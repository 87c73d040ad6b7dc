"""What became of emails in the last hour, as a picture: one stacked bar for each minute."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QEvent, QLocale, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop.theme.style import theme
from desktop.theme.tips import plain_tip
from desktop.theme.tokens import Space, Text
from desktop.wording.numbers import short
from desktop.wording.times import clock
from server.contract import Throughput, ThroughputPeriod

_LEGEND = 24
_SAMPLE = 8  # of a colour
_SAMPLE_GAP = Space.XS + 2
_LABELS = 18
_SCALE = 40
_TICKS = 4  # times below the bars
_BELOW = Qt.AlignmentFlag.AlignTop


@dataclass(frozen=True)
class Part:
    """One colour of the bars."""

    name: str
    color: str
    count: int


class ThroughputChart(QWidget):
    """Shows what it is given; the numbers of a minute when the pointer is on it."""

    def __init__(self) -> None:
        super().__init__()
        self._throughput: Throughput | None = None
        self._note = self.tr("Loading…")
        self._as_of: datetime | None = None
        self._pointed: int | None = None
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Emails of the last hour, by minute"))
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Wide, and as high as a card."""
        return QSize(520, 132)

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Narrower bars are not to be told apart."""
        return QSize(300, 116)

    def show_throughput(self, throughput: Throughput | None, note: str = "", *, as_of: datetime | None = None) -> None:
        """The numbers; ``note`` is shown in their place when there are none. ``as_of``: when they were so, if nobody
        knows whether they still are.
        """
        self._throughput = throughput
        self._note = note
        self._as_of = as_of
        self._pointed = None
        self.setAccessibleDescription(self._described())
        self.update()

    def parts_of(self, periods: tuple[ThroughputPeriod, ...]) -> tuple[Part, ...]:
        """What the bars are made of, from the bottom to the top."""
        colors = theme.colors
        return (
            Part(self.tr("Sent"), colors.success, sum(each.accepted for each in periods)),
            Part(self.tr("Retried"), colors.warning, sum(each.retried + each.uncertain for each in periods)),
            Part(self.tr("Failed"), colors.danger, sum(each.failed for each in periods)),
        )

    # --- What is told ---

    def _described(self) -> str:
        if self._throughput is None:
            return self._note
        told = self._numbers_told(self._throughput.periods)
        return told if self._as_of is None else f"{told} {self.tr('As of {0}.').format(clock(self._as_of))}"

    def _numbers_told(self, periods: tuple[ThroughputPeriod, ...]) -> str:
        locale = QLocale()
        text = ", ".join(f"{part.name}: {locale.toString(part.count)}" for part in self.parts_of(periods))
        most = max(periods, key=_total, default=None)
        if most is None or not _total(most):
            return self.tr("Nothing was sent in the last hour.")
        best = self.tr("Most in one minute: {0}, at {1}.").format(locale.toString(_total(most)), clock(most.start))
        return f"{text}. {best}"

    def _told(self, period: ThroughputPeriod) -> str:
        lines = [clock(period.start)]
        lines += [f"{part.name}: {QLocale().toString(part.count)}" for part in self.parts_of((period,))]
        if period.uncertain:
            lines.append(self.tr("Retried, perhaps accepted: {0}").format(QLocale().toString(period.uncertain)))
        return "\n".join(lines)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """The minute under the pointer."""
        pointed = self.period_at(event.position())
        if pointed != self._pointed:
            self._pointed = pointed
            self.update()
            if pointed is not None and self._throughput is not None:
                told = self._told(self._throughput.periods[pointed])
                QToolTip.showText(event.globalPosition().toPoint(), plain_tip(told), self)
            else:
                QToolTip.hideText()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """None."""
        super().leaveEvent(event)
        self._pointed = None
        self.update()

    def period_at(self, place: QPointF) -> int | None:
        """The minute whose bar is there."""
        area = self._bars()
        if self._throughput is None or not self._throughput.periods or not area.contains(place):
            return None
        count = len(self._throughput.periods)
        return min(count - 1, int((place.x() - area.x()) * count / area.width()))

    # --- What is painted ---

    def _bars(self) -> QRectF:
        return QRectF(0, _LEGEND, self.width() - _SCALE, self.height() - _LEGEND - _LABELS)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Everything."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self.font()
        font.setPixelSize(Text.CAPTION)
        painter.setFont(font)
        if self._throughput is None:
            painter.setPen(QColor(theme.colors.muted))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._note)
            return
        top = nice_top(max(map(_total, self._throughput.periods), default=0))
        self._paint_scale(painter, top)
        self._paint_bars(painter, self._throughput.periods, top)
        self._paint_times(painter, self._throughput.periods)
        self._paint_legend(painter, self._throughput.periods)

    def _paint_scale(self, painter: QPainter, top: int) -> None:
        area, colors = self._bars(), theme.colors
        for value in (0, top // 2, top) if top > 1 else (0, top):
            y = area.bottom() - area.height() * value / top
            painter.setPen(QPen(QColor(colors.border), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(colors.muted))
            place = QRectF(area.right() + Space.S, y - 8, _SCALE - Space.S, 16)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, short(value))

    def _paint_bars(self, painter: QPainter, periods: tuple[ThroughputPeriod, ...], top: int) -> None:
        area, colors = self._bars(), theme.colors
        step = area.width() / max(1, len(periods))
        gap = 2 if step > 5 else 1
        if self._pointed is not None and self._pointed < len(periods):
            pointed = QRectF(area.x() + self._pointed * step, area.y(), step, area.height())
            painter.fillRect(pointed, QColor(colors.hover))
        for number, period in enumerate(periods):
            y = area.bottom()
            for part in self.parts_of((period,)):
                if part.count:
                    height = max(2.0, area.height() * part.count / top)  # one of a thousand is seen, too
                    bar = QRectF(area.x() + number * step + gap / 2, y - height, step - gap, height)
                    painter.fillRect(bar, QColor(part.color))
                    y -= height

    def _paint_times(self, painter: QPainter, periods: tuple[ThroughputPeriod, ...]) -> None:
        if not periods:
            return
        area, metrics = self._bars(), painter.fontMetrics()
        end = self.tr("now") if self._as_of is None else clock(self._as_of)
        room = area.right() - metrics.horizontalAdvance(end) - Space.S
        painter.setPen(QColor(theme.colors.muted))
        step = area.width() / len(periods)
        ticks = _TICKS if area.width() > _TICKS * 100 else _TICKS - 1
        for tick in range(ticks):
            number = tick * len(periods) // ticks
            text, x = clock(periods[number].start), area.x() + number * step
            if x + metrics.horizontalAdvance(text) <= room:
                painter.drawText(
                    QRectF(x, area.bottom() + 3, 80, _LABELS - 3), _BELOW | Qt.AlignmentFlag.AlignLeft, text
                )
        place = QRectF(area.right() - 80, area.bottom() + 3, 80, _LABELS - 3)
        if self._as_of is not None:
            painter.setPen(QColor(theme.colors.warning))
        painter.drawText(place, _BELOW | Qt.AlignmentFlag.AlignRight, end)

    def _paint_legend(self, painter: QPainter, periods: tuple[ThroughputPeriod, ...]) -> None:
        x, metrics = 0.0, painter.fontMetrics()
        parts = self.parts_of(periods)
        for part, text in zip(parts, legend(parts, metrics, self.width()), strict=True):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(part.color))
            painter.drawRoundedRect(QRectF(x, 4, _SAMPLE, _SAMPLE), 2, 2)
            painter.setPen(QColor(theme.colors.muted))
            width = metrics.horizontalAdvance(text) + 2
            painter.drawText(QRectF(x + _SAMPLE + _SAMPLE_GAP, 0, width, 16), Qt.AlignmentFlag.AlignVCenter, text)
            x += _SAMPLE + _SAMPLE_GAP + width + Space.L
        title = self.tr("Last hour, by minute")
        if x + metrics.horizontalAdvance(title) <= self._bars().right():
            place = QRectF(x, 0, self._bars().right() - x, 16)
            painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, title)


def legend(parts: Sequence[Part], metrics: QFontMetrics, width: int) -> list[str]:
    """What stands beside the samples: names and numbers, or the numbers alone where there is no room for the names."""
    numbers = [QLocale().toString(part.count) for part in parts]
    named = [f"{part.name} {number}" for part, number in zip(parts, numbers, strict=True)]
    beside = _SAMPLE + _SAMPLE_GAP + 2 + Space.L
    needs = sum(beside + metrics.horizontalAdvance(text) for text in named) - Space.L
    return named if needs <= width else numbers


def nice_top(most: int) -> int:
    """The next of 1, 2, 4, 10, 20, 40, 100 and so on: the top of the scale, which its half is a whole number of."""
    size = 1
    while True:
        for step in (1, 2, 4):
            if step * size >= most:
                return step * size
        size *= 10


def _total(period: ThroughputPeriod) -> int:
    return period.accepted + period.retried + period.failed + period.uncertain
