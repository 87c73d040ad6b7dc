"""The number painted on the icon."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from desktop.shell.badge import Standing, badge_icon, badge_pixmap, badge_text

RED = QColor("#d92d3a")
TRAY_SIZES = (16, 22, 32, 64)


@pytest.mark.parametrize(("count", "text"), [(0, ""), (1, "1"), (7, "7"), (99, "99"), (100, "99+"), (12_345, "99+")])
def test_the_text_is_short_enough_for_an_icon(count: int, text: str) -> None:
    assert badge_text(count) == text


@pytest.mark.parametrize("size", TRAY_SIZES)
def test_a_badge_is_painted_only_when_something_waits(qapp: QApplication, size: int) -> None:
    assert red_pixels(badge_pixmap(0, size).toImage()) == 0
    for count in (1, 42, 100, 1000):
        image = badge_pixmap(count, size).toImage()
        assert (image.width(), image.height()) == (size, size)
        assert red_pixels(image) >= size, f"{count} at {size} pixels"


@pytest.mark.parametrize("size", TRAY_SIZES)
def test_other_numbers_look_different(qapp: QApplication, size: int) -> None:
    counts = (0, 1, 7, 42, 99, 100)
    images = [badge_pixmap(count, size).toImage() for count in counts]
    for position, image in enumerate(images):
        for other in range(position):
            assert image != images[other], f"{counts[other]} and {counts[position]} at {size} pixels"


def test_the_icon_has_the_badge_at_every_size_of_a_tray(qapp: QApplication) -> None:
    icon = badge_icon(12)
    for size in TRAY_SIZES:
        image = icon.pixmap(size, size).toImage()
        assert image.width() == size
        assert red_pixels(image) > 0, f"at {size} pixels"


@pytest.mark.parametrize("size", TRAY_SIZES)
@pytest.mark.parametrize("count", [0, 5, 100])
def test_each_state_of_sending_looks_different(qapp: QApplication, size: int, count: int) -> None:
    images = [badge_pixmap(count, size, standing).toImage() for standing in Standing]
    for position, image in enumerate(images):
        assert all(image != other for other in images[:position]), f"{list(Standing)[position]} at {size} pixels"


def test_the_number_can_be_read_on_a_tray_of_any_size(qapp: QApplication) -> None:
    """White strokes on the badge: as many as a digit needs, and none cut off at the icon's edge."""
    for size in TRAY_SIZES:
        for count in (8, 42, 100):
            image = badge_pixmap(count, size).toImage()
            white = [
                (x, y)
                for x in range(size)
                for y in range(round(size * 0.4), size)
                if image.pixelColor(x, y).lightness() > 215 and image.pixelColor(x, y).alpha() > 200
            ]
            assert len(white) >= 5 * len(badge_text(count)), f"{count} at {size} pixels"
            assert all(x < size - 1 or count == 100 for x, _ in white), f"{count} at {size} pixels"


def red_pixels(image: QImage) -> int:
    """How many pixels have the badge's colour."""
    return sum(image.pixelColor(x, y).rgba() == RED.rgba() for x in range(image.width()) for y in range(image.height()))
