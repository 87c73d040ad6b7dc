"""The picture of the last hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from desktop.pages.throughput_chart import Part, ThroughputChart, legend, nice_top
from desktop.theme.style import theme
from desktop.theme.tokens import Scheme
from desktop.wording.times import clock
from server.contract import Throughput, ThroughputPeriod, ThroughputSpan

START = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)


def hour(**last: int) -> Throughput:
    """Nothing, but for the last minute."""
    nothing = {"accepted": 0, "retried": 0, "failed": 0, "uncertain": 0}
    periods = [ThroughputPeriod(start=START + timedelta(minutes=n), **nothing) for n in range(59)]
    periods.append(ThroughputPeriod(start=START + timedelta(minutes=59), **(nothing | last)))
    return Throughput(span=ThroughputSpan.HOUR, period_seconds=60, periods=tuple(periods))


@pytest.fixture
def chart(qtbot: QtBot) -> ThroughputChart:
    chart = ThroughputChart()
    qtbot.addWidget(chart)
    chart.resize(600, 140)
    chart.show()
    return chart


@pytest.mark.parametrize(
    ("most", "top"), [(0, 1), (1, 1), (3, 4), (5, 10), (11, 20), (40, 40), (41, 100), (9999, 10000)]
)
def test_the_scale_ends_at_a_round_number(most: int, top: int) -> None:
    assert nice_top(most) == top


def test_the_legend_gives_up_its_names_before_it_is_cut(chart: ThroughputChart) -> None:
    parts, metrics = (Part("Fehlgeschlagen", "red", 123), Part("Angenommen", "green", 5)), chart.fontMetrics()
    assert legend(parts, metrics, 600) == ["Fehlgeschlagen 123", "Angenommen 5"]
    assert legend(parts, metrics, 150) == ["123", "5"]


def test_numbers_that_could_not_be_renewed_say_when_they_were_so(chart: ThroughputChart) -> None:
    chart.show_throughput(hour(accepted=20))
    now = chart.grab().toImage()
    assert "As of" not in chart.accessibleDescription()
    chart.show_throughput(hour(accepted=20), as_of=START)
    assert chart.accessibleDescription().endswith(f"As of {clock(START)}.")
    image, end = chart.grab().toImage(), chart._bars().bottomRight().toPoint()
    below = [(x, y) for x in range(end.x() - 40, end.x()) for y in range(end.y() + 3, end.y() + 18)]
    assert any(now.pixelColor(*place) != image.pixelColor(*place) for place in below)


@pytest.mark.parametrize("scheme", [Scheme.LIGHT, Scheme.DARK])
def test_each_ending_has_its_colour_in_the_bar(chart: ThroughputChart, qapp: QApplication, scheme: Scheme) -> None:
    theme.apply(qapp, scheme)
    chart.show_throughput(hour(accepted=20, retried=10, failed=10))
    image = chart.grab().toImage()
    bars = {image.pixelColor(x, y).name() for x in range(500, 560) for y in range(30, 115)}
    for name in ("success", "warning", "danger"):
        assert QColor(getattr(theme.colors, name)).name() in bars
    chart.show_throughput(hour())
    image = chart.grab().toImage()
    bars = {image.pixelColor(x, y).name() for x in range(500, 560) for y in range(30, 115)}
    assert QColor(theme.colors.success).name() not in bars


def test_it_says_in_words_what_it_shows(chart: ThroughputChart) -> None:
    chart.show_throughput(hour(accepted=20, retried=3, failed=1, uncertain=2))
    said = chart.accessibleDescription()
    assert said.startswith("Sent: 20, Retried: 5, Failed: 1. Most in one minute: 26, at ")
    chart.show_throughput(hour())
    assert chart.accessibleDescription() == "Nothing was sent in the last hour."
    chart.show_throughput(None, "Loading…")
    assert chart.accessibleDescription() == "Loading…"


def test_the_minute_under_the_pointer_tells_its_numbers(chart: ThroughputChart) -> None:
    chart.show_throughput(hour(accepted=20, uncertain=2))
    assert chart.period_at(QPointF(1, 60)) == 0
    assert chart.period_at(QPointF(558, 60)) == 59
    assert chart.period_at(QPointF(558, 5)) is None
    QTest.mouseMove(chart, QPoint(300, 60))
    QTest.mouseMove(chart, QPoint(558, 60))
    QTest.qWait(0)
    assert "Sent: 20" in QToolTip.text()
    assert "Retried, perhaps accepted: 2" in QToolTip.text()
    QTest.mouseMove(chart, QPoint(558, 5))
    assert chart.focusPolicy() == Qt.FocusPolicy.NoFocus
