"""A notification service of its own, on the session bus: prints what it is told, one JSON line each.

Each line on its standard input, ``<id> <action>``, is a click that it announces, as the real ones do.
"""

from __future__ import annotations

import json
import sys
import threading

from jeepney import DBusAddress, HeaderFields, MessageType, new_error, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

NAME = "org.freedesktop.Notifications"
ADDRESS = DBusAddress("/org/freedesktop/Notifications", interface=NAME)


def main() -> None:
    connection = open_dbus_connection(bus="SESSION")
    connection.send_and_get_reply(message_bus.RequestName(NAME))
    print("ready", flush=True)
    clicks = open_dbus_connection(bus="SESSION")
    clicks.send_and_get_reply(message_bus.RequestName(NAME + ".Clicks"))
    threading.Thread(target=announce_clicks, args=(clicks,), daemon=True).start()
    last = 40
    while True:
        message = connection.receive()
        if message.header.message_type is not MessageType.method_call:
            continue
        signature = message.header.fields.get(HeaderFields.signature)
        if message.header.fields.get(HeaderFields.member) != "Notify" or signature != "susssasa{sv}i":
            connection.send(new_error(message, "org.freedesktop.DBus.Error.InvalidArgs", "s", (str(signature),)))
            continue
        _, replaces, _, title, text, actions, hints, _ = message.body
        last = replaces or last + 1
        told = {"id": last, "title": title, "text": text, "actions": actions, "urgency": hints["urgency"][1]}
        print(json.dumps(told), flush=True)
        connection.send(new_method_return(message, "u", (last,)))


def announce_clicks(connection: object) -> None:
    for line in sys.stdin:
        number, action = line.split()
        connection.send(new_signal(ADDRESS, "ActionInvoked", "us", (int(number), action)))


main()
