"""What somebody in front of the screen can read at this moment."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QLabel, QPushButton

from desktop.app import Desk
from desktop.dialogs.progress import ProgressDialog
from desktop.models.emails import EmailColumn
from desktop.models.leads import LeadColumn
from desktop.shell.sidebar import Place
from server.contract import EmailState


@dataclass(frozen=True)
class Screen:
    """Texts of the real widgets; those that are not shown are empty, or None."""

    place: Place
    title: str
    badge: str
    failed_badge: str
    #: How sending stands: in the sidebar, and in the panel of the Email Queue page.
    headline: str
    caption: str
    panel: tuple[str, str] | None
    #: Heading of the Email Queue page, its tabs by state, and what it says instead of rows.
    note: str
    tabs: tuple[tuple[EmailState, str], ...]
    empty: tuple[str, str] | None
    chosen: EmailState | None
    #: When what waits is tried next, row by row.
    next_tries: tuple[str, ...]
    #: Status of the leads, row by row, and whether the list is said to be old.
    leads: tuple[str, ...]
    leads_age: str
    tray_menu: str
    tray_failed: str
    tray_tip: tuple[str, ...]
    online: str
    banner: str
    toasts: tuple[str, ...]
    #: Title, heading and label of the dialog that blocks while users are created.
    progress: tuple[str, str, str] | None

    @property
    def sentences(self) -> tuple[str, ...]:
        """All that is said, but for the dialog."""
        said = [self.headline, self.caption, self.note, self.banner, *self.toasts, *self.tray_tip]
        return tuple(said) + (self.panel or ()) + (self.empty or ())


def read(desk: Desk) -> Screen:
    """The texts of this moment. Nothing may run in between, so it does not wait for anything."""
    window, sidebar, tray = desk.window, desk.sidebar, desk.tray
    page = desk.queue_page if window.place is Place.EMAIL_QUEUE else None
    panel = desk.queue_page.panel
    dialogs = [dialog for dialog in window.findChildren(ProgressDialog) if dialog.isVisible()]
    return Screen(
        place=window.place,
        title=window.windowTitle(),
        badge=_text(sidebar.badge),
        failed_badge=_text(sidebar.failed_badge),
        headline=_text(sidebar.sending_line.headline),
        caption=_text(sidebar.sending_line.caption),
        panel=None
        if page is None
        else (panel.state.text(), " ".join(filter(None, (_text(panel.reason), _text(panel.left))))),
        note="" if page is None else page.heading.note.text(),
        tabs=() if page is None else tuple((state, button.text()) for state, button in page.tabs.buttons.items()),
        empty=_empty(desk) if page is not None else None,
        chosen=page.lists.model.state if page is not None and hasattr(page.lists.model, "state") else None,
        next_tries=_next_tries(desk) if page is not None else (),
        leads=_leads(desk) if window.place is Place.LEADS else (),
        leads_age="" if window.place is not Place.LEADS else desk.leads_page.freshness.label.text(),
        tray_menu=tray.queue_action.text(),
        tray_failed=tray.failed_action.text() if tray.failed_action.isVisible() else "",
        tray_tip=tuple(tray.icon.toolTip().splitlines()),
        online=sidebar.online.text(),
        banner=_text(window.banner.label),
        toasts=tuple(toast.label.text() for toast in window.toasts.shown),
        progress=(dialogs[0].windowTitle(), dialogs[0].heading.text(), dialogs[0].label.text()) if dialogs else None,
    )


def _text(widget: QLabel | QPushButton) -> str:
    return widget.text() if widget.isVisible() else ""


def _empty(desk: Desk) -> tuple[str, str] | None:
    lists = desk.queue_page.lists
    return (lists.empty.title.text(), lists.empty.text.text()) if lists.currentWidget() is lists.empty else None


def _next_tries(desk: Desk) -> tuple[str, ...]:
    model, table = desk.email_models[EmailState.PENDING], desk.queue_page.lists.tables[EmailState.PENDING]
    if desk.queue_page.lists.currentWidget() is not table:
        return ()
    if table.updates._joining.isActive() or model._loading:  # a part of a second behind what is announced
        return ()
    return tuple(model.text(email, EmailColumn.TIME) or "" for email in model.known_rows())


def _leads(desk: Desk) -> tuple[str, ...]:
    model = desk.leads_model
    return tuple(model.text(lead, LeadColumn.STATUS) or "" for lead in model.known_rows()[:10])
