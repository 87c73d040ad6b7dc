"""What the operating system says when it refuses something."""

from __future__ import annotations

import errno

from PySide6.QtCore import QCoreApplication


def reason_of(error: OSError) -> str:
    """Why, for those reasons that people meet; else the system's own words."""
    translate = QCoreApplication.translate
    match error.errno:
        case errno.ENOENT:
            return translate("System", "There is no such file or folder")
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return translate("System", "You may not do that there")
        case errno.ENOSPC | errno.EDQUOT:
            return translate("System", "The disk is full")
        case errno.EISDIR | errno.ENOTDIR:
            return translate("System", "It is a folder, or is in what is none")
        case errno.ENAMETOOLONG:
            return translate("System", "The name is too long")
        case _:
            return error.strerror or type(error).__name__
