"""Prints the text of the terminals that paddock-desktop shows, as a screen reader gets it (AT-SPI over D-Bus)."""
import dbus

ACCESSIBLE = "org.a11y.atspi.Accessible"


def terminals(bus, name, path):
    thing = bus.get_object(name, path, introspect=False)
    if thing.GetRoleName(dbus_interface=ACCESSIBLE) == "terminal":
        yield thing.GetText(0, -1, dbus_interface="org.a11y.atspi.Text")
    for child_name, child_path in thing.GetChildren(dbus_interface=ACCESSIBLE):
        yield from terminals(bus, child_name, child_path)


address = dbus.SessionBus().get_object("org.a11y.Bus", "/org/a11y/bus").GetAddress(dbus_interface="org.a11y.Bus")
accessibility = dbus.bus.BusConnection(address)
registry = accessibility.get_object("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root", introspect=False)
for name, path in registry.GetChildren(dbus_interface=ACCESSIBLE):
    for text in terminals(accessibility, name, path):
        print(text)
