"""What can be said of a file of leads: in which letters it is written, what was found, why something was not taken.

Closed sets of codes, each with its one English sentence; clients say it in their own language by the code and its
parameters. Translations are made from these texts.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from enum import StrEnum

from server.contract.sentences import Phrase, translatable


class Encoding(StrEnum):
    """In which letters a file of text can be read, by the names that Python's codecs have."""

    UTF_8 = "utf-8"
    UTF_16 = "utf-16"  # the byte order mark says which
    UTF_16_LE = "utf-16-le"
    UTF_16_BE = "utf-16-be"
    UTF_32 = "utf-32"
    WESTERN = "cp1252"
    WESTERN_ISO = "iso8859-15"
    WESTERN_DOS = "cp850"
    AMERICAN_DOS = "cp437"
    WESTERN_MAC = "mac_roman"
    CENTRAL_EUROPEAN = "cp1250"
    CENTRAL_EUROPEAN_ISO = "iso8859-2"
    CENTRAL_EUROPEAN_DOS = "cp852"
    CENTRAL_EUROPEAN_MAC = "mac_latin2"
    CYRILLIC = "cp1251"
    CYRILLIC_KOI8_R = "koi8_r"
    CYRILLIC_KOI8_U = "koi8_u"
    CYRILLIC_ISO = "iso8859-5"
    CYRILLIC_DOS = "cp866"
    CYRILLIC_MAC = "mac_cyrillic"
    GREEK = "cp1253"
    GREEK_ISO = "iso8859-7"
    TURKISH = "cp1254"
    HEBREW = "cp1255"
    ARABIC = "cp1256"
    BALTIC = "cp1257"
    VIETNAMESE = "cp1258"
    THAI = "cp874"
    JAPANESE = "shift_jis"
    JAPANESE_EUC = "euc_jp"
    JAPANESE_JIS = "iso2022_jp"
    CHINESE = "gb18030"
    CHINESE_TRADITIONAL = "big5"
    KOREAN = "cp949"


#: What is meant by these names, though it is not what they say: everybody's "Latin 1" is cp1252, and so on (WHATWG
#: Encoding Standard, 4.2).
_MEANT = {
    "ascii": Encoding.UTF_8,
    "utf-8-sig": Encoding.UTF_8,
    "iso8859-1": Encoding.WESTERN,
    "iso8859-9": Encoding.TURKISH,
    "cp932": Encoding.JAPANESE,
    "gbk": Encoding.CHINESE,
    "gb2312": Encoding.CHINESE,
    "euc_kr": Encoding.KOREAN,
    "big5hkscs": Encoding.CHINESE_TRADITIONAL,
    "cp950": Encoding.CHINESE_TRADITIONAL,
}


def encoding_named(name: object) -> Encoding:
    """The encoding of that name, or of another of its names such as "windows-1252". Raises :class:`ValueError`."""
    try:
        plain = codecs.lookup(str(name)).name
    except (LookupError, ValueError):
        plain = ""
    by_name = {codecs.lookup(each.value).name: each for each in Encoding}
    found = by_name.get(plain) or _MEANT.get(plain)
    if found is None:
        raise ValueError(f"{str(name)[:40]} is no encoding that files are read in; choose one of {', '.join(Encoding)}")
    return found


class ImportProblemCode(StrEnum):
    """Why a row was not imported."""

    NO_ADDRESS = "noAddress"
    #: Not a single @ in it.
    NOT_AN_ADDRESS = "notAnAddress"
    SEVERAL_ADDRESSES = "severalAddresses"  # count
    #: What stands before the @.
    BAD_MAILBOX = "badMailbox"
    #: What stands after the @.
    BAD_DOMAIN = "badDomain"
    NO_DOT_IN_DOMAIN = "noDotInDomain"  # domain
    RESERVED_DOMAIN = "reservedDomain"  # domain
    ADDRESS_TOO_LONG = "addressTooLong"
    #: Bytes that are none in the encoding.
    DOUBTFUL_LETTERS = "doubtfulLetters"  # encoding
    #: The file itself holds replacement characters: whoever wrote it had lost the letters.
    LOST_LETTERS = "lostLetters"
    FEWER_CELLS = "fewerCells"  # cells, columns
    MORE_CELLS = "moreCells"  # cells, columns
    UNCLOSED_QUOTE = "unclosedQuote"
    #: Where none may stand (RFC 4180): cells may not end where they seem to.
    STRAY_QUOTE = "strayQuote"
    ROWS_IN_CELL = "rowsInCell"
    CELL_TOO_LONG = "cellTooLong"  # limit
    #: A formula whose result was not saved.
    NO_RESULT = "noResult"
    ERROR_VALUE = "errorValue"  # value
    #: By an index of another program.
    VALUE_TAKEN = "valueTaken"  # index
    #: Of another program, for the collection of leads.
    AGAINST_RULES = "againstRules"
    #: Of an older or a newer version: the sentence says it all.
    OTHER = "other"

    @classmethod
    def _missing_(cls, value: object) -> ImportProblemCode | None:
        return cls.OTHER if isinstance(value, str) else None


#: Those that an address has wherever it stands: in a file, or written by hand.
ADDRESS_PHRASES: Mapping[ImportProblemCode, Phrase] = {
    ImportProblemCode.NOT_AN_ADDRESS: Phrase.ADDRESS_WITHOUT_AT,
    ImportProblemCode.BAD_MAILBOX: Phrase.ADDRESS_BAD_MAILBOX,
    ImportProblemCode.BAD_DOMAIN: Phrase.ADDRESS_BAD_DOMAIN,
    ImportProblemCode.NO_DOT_IN_DOMAIN: Phrase.ADDRESS_DOMAIN_WITHOUT_DOT,
    ImportProblemCode.RESERVED_DOMAIN: Phrase.ADDRESS_DOMAIN_RESERVED,
    ImportProblemCode.ADDRESS_TOO_LONG: Phrase.ADDRESS_TOO_LONG,
}
PROBLEM_SENTENCES: Mapping[ImportProblemCode, str] = {
    **{code: phrase.english for code, phrase in ADDRESS_PHRASES.items()},
    ImportProblemCode.NO_ADDRESS: translatable("ImportProblem", "There is no address."),
    ImportProblemCode.SEVERAL_ADDRESSES: translatable(
        "ImportProblem", "There are {count} addresses in one cell. Leave one of them."
    ),
    ImportProblemCode.DOUBTFUL_LETTERS: translatable(
        "ImportProblem", "The row holds bytes that are no letters in {encoding}."
    ),
    ImportProblemCode.LOST_LETTERS: translatable(
        "ImportProblem", "Letters were lost before: a replacement character stands for them."
    ),
    ImportProblemCode.FEWER_CELLS: translatable(
        "ImportProblem", "The row has fewer cells than there are columns: {cells} of {columns}."
    ),
    ImportProblemCode.MORE_CELLS: translatable(
        "ImportProblem", "The row has more cells than there are columns: {cells} for {columns}."
    ),
    ImportProblemCode.UNCLOSED_QUOTE: translatable("ImportProblem", "A quotation mark is opened and never closed."),
    ImportProblemCode.STRAY_QUOTE: translatable(
        "ImportProblem", "A quotation mark stands where none can be, so it is not certain where cells end."
    ),
    ImportProblemCode.ROWS_IN_CELL: translatable(
        "ImportProblem", "A cell in quotation marks holds what looks like further rows."
    ),
    ImportProblemCode.CELL_TOO_LONG: translatable("ImportProblem", "A cell is longer than {limit} characters."),
    ImportProblemCode.NO_RESULT: translatable(
        "ImportProblem", "The cell holds a formula without its result. Open the workbook, save it, try again."
    ),
    ImportProblemCode.ERROR_VALUE: translatable("ImportProblem", "The cell holds an error: {value}."),
    ImportProblemCode.VALUE_TAKEN: translatable(
        "ImportProblem",
        "Another lead has the same value in the index '{index}', which another program has made unique.",
    ),
    ImportProblemCode.AGAINST_RULES: translatable(
        "ImportProblem", "A rule that another program has given to the collection of leads does not allow this one."
    ),
    ImportProblemCode.OTHER: "The row cannot be used.",
}


class ImportNoteCode(StrEnum):
    """What should be known of how a file was read, before it is imported."""

    #: Other encodings would fit nearly as well.
    ENCODING_GUESSED = "encodingGuessed"  # encoding
    DOUBTFUL_LETTERS = "doubtfulLetters"  # encoding, count (of lines), line (the first)
    #: Rows agree on no delimiter.
    DELIMITER_GUESSED = "delimiterGuessed"  # delimiter
    ABOVE_HEADER = "aboveHeader"  # count (of lines), line (of the header)
    NO_HEADER = "noHeader"
    #: The look of the cells and not the title has decided.
    COLUMN_BY_LOOK = "columnByLook"  # field, column (from 1)
    NO_ADDRESSES = "noAddresses"
    HIDDEN_SHEETS = "hiddenSheets"  # count
    #: Hidden by hand or by a filter; the reading says whether they are taken.
    HIDDEN_ROWS = "hiddenRows"  # count
    #: Of a newer version: the sentence says it all.
    OTHER = "other"

    @classmethod
    def _missing_(cls, value: object) -> ImportNoteCode | None:
        return cls.OTHER if isinstance(value, str) else None


NOTE_SENTENCES: Mapping[ImportNoteCode, str] = {
    ImportNoteCode.ENCODING_GUESSED: translatable(
        "ImportNote", "The encoding is a guess: {encoding}. Look at the letters of some names, or choose another one."
    ),
    ImportNoteCode.DOUBTFUL_LETTERS: translatable(
        "ImportNote", "Lines with bytes that are no letters in {encoding}: {count}. The first is line {line}."
    ),
    ImportNoteCode.DELIMITER_GUESSED: translatable(
        "ImportNote", "The delimiter is a guess: {delimiter}. The rows do not agree."
    ),
    ImportNoteCode.ABOVE_HEADER: translatable(
        "ImportNote", "The titles stand in line {line}. Lines above, which are left out: {count}."
    ),
    ImportNoteCode.NO_HEADER: translatable(
        "ImportNote", "No line of titles was found. The first line is taken for a lead, too."
    ),
    ImportNoteCode.COLUMN_BY_LOOK: translatable(
        "ImportNote", "“{field}” was found by the look of the cells and not by a title."
    ),
    ImportNoteCode.NO_ADDRESSES: translatable("ImportNote", "No column seems to hold email addresses."),
    ImportNoteCode.HIDDEN_SHEETS: translatable(
        "ImportNote", "The workbook has sheets that are hidden: {count}. They can be chosen, too."
    ),
    ImportNoteCode.HIDDEN_ROWS: translatable(
        "ImportNote", "The sheet has rows that are hidden, by hand or by a filter: {count}."
    ),
}


class FileFault(StrEnum):
    """Why a file as a whole cannot be read: ``details.fault`` of a refusal, with ``details.params``."""

    EMPTY = "empty"
    NOT_TEXT = "notText"
    ROW_TOO_LONG = "rowTooLong"  # line, characters, columns (as many as a row may have)
    NO_HEADER = "noHeader"  # line
    NO_ADDRESSES = "noAddresses"  # line, titles
    EMPTY_SHEET = "emptySheet"  # sheet
    #: All of its rows are hidden.
    HIDDEN_SHEET = "hiddenSheet"  # sheet
    NO_SUCH_SHEET = "noSuchSheet"  # sheets
    OLD_WORKBOOK = "oldWorkbook"
    LOCKED_WORKBOOK = "lockedWorkbook"
    BROKEN_WORKBOOK = "brokenWorkbook"
    TOO_LARGE_WORKBOOK = "tooLargeWorkbook"
    ARCHIVE = "archive"
    DOCUMENT = "document"
    PICTURE = "picture"
    CONTACT_CARDS = "contactCards"
    CALENDAR = "calendar"
    DIRECTORY = "directory"
    JSON = "json"
    WEB_PAGE = "webPage"
    XML = "xml"


FAULT_PHRASES: Mapping[FileFault, Phrase] = {
    FileFault.EMPTY: Phrase.FILE_EMPTY,
    FileFault.NOT_TEXT: Phrase.FILE_NOT_TEXT,
    FileFault.ROW_TOO_LONG: Phrase.FILE_ROW_TOO_LONG,
    FileFault.NO_HEADER: Phrase.FILE_WITHOUT_HEADER,
    FileFault.NO_ADDRESSES: Phrase.FILE_WITHOUT_ADDRESSES,
    FileFault.EMPTY_SHEET: Phrase.SHEET_EMPTY,
    FileFault.HIDDEN_SHEET: Phrase.SHEET_HIDDEN,
    FileFault.NO_SUCH_SHEET: Phrase.SHEET_UNKNOWN,
    FileFault.OLD_WORKBOOK: Phrase.WORKBOOK_OLD,
    FileFault.LOCKED_WORKBOOK: Phrase.WORKBOOK_LOCKED,
    FileFault.BROKEN_WORKBOOK: Phrase.WORKBOOK_BROKEN,
    FileFault.TOO_LARGE_WORKBOOK: Phrase.WORKBOOK_TOO_LARGE,
    FileFault.ARCHIVE: Phrase.FILE_IS_ARCHIVE,
    FileFault.DOCUMENT: Phrase.FILE_IS_DOCUMENT,
    FileFault.PICTURE: Phrase.FILE_IS_PICTURE,
    FileFault.CONTACT_CARDS: Phrase.FILE_IS_CONTACT_CARDS,
    FileFault.CALENDAR: Phrase.FILE_IS_CALENDAR,
    FileFault.DIRECTORY: Phrase.FILE_IS_DIRECTORY,
    FileFault.JSON: Phrase.FILE_IS_JSON,
    FileFault.WEB_PAGE: Phrase.FILE_IS_WEB_PAGE,
    FileFault.XML: Phrase.FILE_IS_XML,
}
