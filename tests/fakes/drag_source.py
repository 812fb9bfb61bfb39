"""A window from which a folder can be dragged, as file managers do it: GTK, text/uri-list. Usage: drag_source.py FOLDER"""
import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GLib, Gtk  # noqa: E402

window = Gtk.Window(title="drag-source")
window.set_default_size(200, 120)
box = Gtk.EventBox()
box.add(Gtk.Label(label="drag me"))
window.add(box)
box.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
box.drag_source_add_uri_targets()
box.connect("drag-data-get", lambda widget, context, data, info, time: data.set_uris([GLib.filename_to_uri(sys.argv[1], None)]))
window.connect("destroy", Gtk.main_quit)
window.show_all()
window.move(20, 20)
Gtk.main()
