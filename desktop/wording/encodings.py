"""What letters and separators of files are called."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from server.contract.import_codes import Encoding
from server.contract.sentences import translatable

# By the scripts they are for; in brackets the name that other programs show.
_ENCODINGS: Mapping[Encoding, str] = {
    Encoding.UTF_8: translatable("Encoding", "Unicode (UTF-8)"),
    Encoding.UTF_16: translatable("Encoding", "Unicode (UTF-16)"),
    Encoding.UTF_16_LE: translatable("Encoding", "Unicode (UTF-16LE)"),
    Encoding.UTF_16_BE: translatable("Encoding", "Unicode (UTF-16BE)"),
    Encoding.UTF_32: translatable("Encoding", "Unicode (UTF-32)"),
    Encoding.WESTERN: translatable("Encoding", "Western (Windows-1252)"),
    Encoding.WESTERN_ISO: translatable("Encoding", "Western (ISO 8859-15)"),
    Encoding.WESTERN_DOS: translatable("Encoding", "Western (DOS 850)"),
    Encoding.AMERICAN_DOS: translatable("Encoding", "American (DOS 437)"),
    Encoding.WESTERN_MAC: translatable("Encoding", "Western (Mac)"),
    Encoding.CENTRAL_EUROPEAN: translatable("Encoding", "Central European (Windows-1250)"),
    Encoding.CENTRAL_EUROPEAN_ISO: translatable("Encoding", "Central European (ISO 8859-2)"),
    Encoding.CENTRAL_EUROPEAN_DOS: translatable("Encoding", "Central European (DOS 852)"),
    Encoding.CENTRAL_EUROPEAN_MAC: translatable("Encoding", "Central European (Mac)"),
    Encoding.CYRILLIC: translatable("Encoding", "Cyrillic (Windows-1251)"),
    Encoding.CYRILLIC_KOI8_R: translatable("Encoding", "Cyrillic (KOI8-R)"),
    Encoding.CYRILLIC_KOI8_U: translatable("Encoding", "Cyrillic (KOI8-U)"),
    Encoding.CYRILLIC_ISO: translatable("Encoding", "Cyrillic (ISO 8859-5)"),
    Encoding.CYRILLIC_DOS: translatable("Encoding", "Cyrillic (DOS 866)"),
    Encoding.CYRILLIC_MAC: translatable("Encoding", "Cyrillic (Mac)"),
    Encoding.GREEK: translatable("Encoding", "Greek (Windows-1253)"),
    Encoding.GREEK_ISO: translatable("Encoding", "Greek (ISO 8859-7)"),
    Encoding.TURKISH: translatable("Encoding", "Turkish (Windows-1254)"),
    Encoding.HEBREW: translatable("Encoding", "Hebrew (Windows-1255)"),
    Encoding.ARABIC: translatable("Encoding", "Arabic (Windows-1256)"),
    Encoding.BALTIC: translatable("Encoding", "Baltic (Windows-1257)"),
    Encoding.VIETNAMESE: translatable("Encoding", "Vietnamese (Windows-1258)"),
    Encoding.THAI: translatable("Encoding", "Thai (Windows-874)"),
    Encoding.JAPANESE: translatable("Encoding", "Japanese (Shift JIS)"),
    Encoding.JAPANESE_EUC: translatable("Encoding", "Japanese (EUC)"),
    Encoding.JAPANESE_JIS: translatable("Encoding", "Japanese (ISO 2022)"),
    Encoding.CHINESE: translatable("Encoding", "Chinese, simplified (GB 18030)"),
    Encoding.CHINESE_TRADITIONAL: translatable("Encoding", "Chinese, traditional (Big5)"),
    Encoding.KOREAN: translatable("Encoding", "Korean (Windows-949)"),
}
_DELIMITERS: Mapping[str, str] = {
    ",": translatable("Delimiter", "Comma"),
    ";": translatable("Delimiter", "Semicolon"),
    "\t": translatable("Delimiter", "Tab"),
    "|": translatable("Delimiter", "Bar"),
}


def encoding_names() -> dict[str, str]:
    """Of all in which files are read, the most common ones first."""
    return {each.value: QCoreApplication.translate("Encoding", name) for each, name in _ENCODINGS.items()}


def delimiter_names() -> dict[str, str]:
    """Of all between which cells stand."""
    return {each: QCoreApplication.translate("Delimiter", name) for each, name in _DELIMITERS.items()}
