"""Names the system libraries that Qt needs and this machine lacks, with the line to install them.

Run by `make` before anything is downloaded; needs nothing but the standard library.
`--window` checks as well for what a window on a screen needs (X11), not only offscreen drawing.
Exit code 0 when all is there, 1 with the list on stderr when not.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import sys

# library: (Debian and Ubuntu package, Fedora package); read off the Qt libraries of PySide6.
OFFSCREEN = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl"),
    "libGL.so.1": ("libgl1", "libglvnd-glx"),
    "libX11.so.6": ("libx11-6", "libX11"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig"),
    "libfreetype.so.6": ("libfreetype6", "freetype"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon"),
    "libzstd.so.1": ("libzstd1", "libzstd"),
}
X11 = {
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb"),
    "libxcb.so.1": ("libxcb1", "libxcb"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb"),
    "libxcb-render.so.0": ("libxcb-render0", "libxcb"),
    "libxcb-render-util.so.0": ("libxcb-render-util0", "xcb-util-renderutil"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb"),
    "libxcb-shm.so.0": ("libxcb-shm0", "libxcb"),
    "libxcb-sync.so.1": ("libxcb-sync1", "libxcb"),
    "libxcb-util.so.1": ("libxcb-util1", "xcb-util"),
    "libxcb-xfixes.so.0": ("libxcb-xfixes0", "libxcb"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11"),
}


def missing(libraries: dict[str, tuple[str, str]]) -> list[str]:
    """The libraries that the dynamic linker does not find."""
    absent = []
    for library in libraries:
        try:
            ctypes.CDLL(library)
        except OSError:
            absent.append(library)
    return absent


def install_line(absent: list[str], libraries: dict[str, tuple[str, str]]) -> str:
    """The command that installs `absent` with the package manager found here."""
    if shutil.which("dnf"):
        packages = sorted({libraries[library][1] for library in absent})
        return f"sudo dnf install {' '.join(packages)}"
    packages = sorted({libraries[library][0] for library in absent})
    return f"sudo apt-get install {' '.join(packages)}"


def main(arguments: list[str]) -> int:
    if not sys.platform.startswith("linux"):
        return 0  # Windows and macOS bring what Qt needs
    window = "--window" in arguments and not os.environ.get("QT_QPA_PLATFORM")
    libraries = dict(OFFSCREEN)
    if window and not os.environ.get("WAYLAND_DISPLAY"):
        libraries |= X11
    absent = missing(libraries)
    if absent:
        print("Qt needs system libraries that this machine lacks:", file=sys.stderr)
        print("  " + ", ".join(absent), file=sys.stderr)
        print("Install them with:", file=sys.stderr)
        print("  " + install_line(absent, libraries), file=sys.stderr)
        return 1
    if window and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        print(
            "There is no screen to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set).\n"
            "Run it from a desktop session; the command line works without: "
            ".venv/bin/crmdesk --help",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
