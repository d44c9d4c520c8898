"""Bytes to text: UTF-8, or the charset that the bytes speak for; old Turkish files first."""

import codecs
import re

import charset_normalizer

from embeddings.errors import UnreadableDocument

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark begins it
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Charsets in which Turkish and its neighbours were written before UTF-8; others are not guessed,
# for a wrong guess shows as a quote of wrong letters.
_CANDIDATES = ["cp1254", "cp1251", "cp1256", "cp1253", "cp1252", "cp1250", "koi8_r", "cp857"]
_CANDIDATES += ["gb18030", "shift_jis", "euc_jp", "euc_kr", "big5"]
_LATIN = frozenset(["cp1252", "cp1250", "cp1254", "latin_1", "iso8859_9"])
_TURKISH_ONLY = re.compile("[ğĞışİŞ]")
_ICELANDIC = re.compile("[æÆ]")  # its þ, ð and ý are ş, ğ and ı in Windows-1254
_SHORT_TURKISH = re.compile(r"[\x00-\x7fçğıöşüâîûÇĞİÖŞÜÂÎÛ‘’“”«»–—…•·°§]*")
_SHORT_BYTES = 100
# What pages mean by these names (https://encoding.spec.whatwg.org/#names-and-labels).
_MEANT = {"iso8859-9": "cp1254", "iso8859-1": "cp1252", "ascii": "cp1252"}
# Codecs that no page is written in (UTF-16 is known by its mark): they make nonsense of bytes.
_NO_CHARSET = (
    "utf-16",
    "utf-32",
    "utf-7",
    "idna",
    "punycode",
    "unicode",
    "raw-unicode",
    "charmap",
)

_BINARY = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# Quotes are printed on terminals, which obey these; whole colour codes first. The last one marks
# the beginnings of files, also of those that were put together.
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[@-~]|[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff]")
_LINE_END = re.compile(r"\r\n|[\r\v\x85]")
_BROKEN_SHARE = 0.01
_SAMPLE_BYTES = 1 << 18
_UTF16_SAMPLE_BYTES = 1 << 12


def decode(
    data: bytes, name: str, *, declared: str | None = None, keeps_form_feeds: bool = False
) -> str:
    """Decode a text file, every line end made a newline.

    A file that is UTF-8 but for at most one character in a hundred keeps the sign U+FFFD where a
    byte is broken.

    Args:
        data: The file's bytes.
        name: For the error.
        declared: The charset that the file itself names, tried after UTF-8.
        keeps_form_feeds: Whether they stay, as ends of pages; else they are line ends too.

    Raises:
        UnreadableDocument: If the bytes are binary, or no charset fits.
    """
    text = _decode(data, name, declared)
    if len(_BINARY.findall(text)) > len(text) // 1000:
        raise UnreadableDocument(f"{name}: this is a binary file, not a text", "kind")
    text = _LINE_END.sub("\n", text)
    return _CONTROL.sub("", text if keeps_form_feeds else text.replace("\f", "\n"))


def find_unmarked_utf16(data: bytes) -> str | None:
    """Tell the charset of UTF-16 without its mark, by the zeros beside its ASCII; None if none."""
    sample = data[:_UTF16_SAMPLE_BYTES]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    few = len(sample) // 200
    if odd * 4 > len(sample) and even <= few:
        return "utf-16-le"
    return "utf-16-be" if even * 4 > len(sample) and odd <= few else None


def _decode(data: bytes, name: str, declared: str | None) -> str:
    for bom, charset in _BOMS:
        if data.startswith(bom):
            return data.decode(charset, errors="replace")
    if unmarked := find_unmarked_utf16(data):
        return data.decode(unmarked, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if b"\0" in data:
        raise UnreadableDocument(f"{name}: this is a binary file, not a text", "kind")
    text = _decode_declared(data, declared) if declared else None
    return text or _decode_mostly_utf8(data) or _decode_guessed(data, name)


def _decode_declared(data: bytes, declared: str) -> str | None:
    """Decode by the charset that a page names; None where it is none, or the bytes do not fit."""
    try:
        charset = codecs.lookup(declared).name.replace("_", "-")
        if charset.startswith(_NO_CHARSET):
            return None
        charset = _MEANT.get(charset, charset)
        # Turkish pages often name the western charset, the default of old editors.
        if charset == "cp1252" and _is_turkish(data):
            charset = "cp1254"
        return data.decode(charset)
    except (LookupError, ValueError):  # ValueError: not only UnicodeDecodeError, by the codec
        return None


def _is_turkish(data: bytes) -> bool:
    """Whether bytes of a Latin charset make Turkish letters: the charsets share the others."""
    text = data.decode("cp1254", errors="replace")
    return bool(_TURKISH_ONLY.search(text)) and not _ICELANDIC.search(text)


def _decode_mostly_utf8(data: bytes) -> str | None:
    """Decode UTF-8 with a few broken bytes; None where they are many, as in another charset."""
    text = data.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    good = text.replace("\ufffd", "")
    multibyte = len(good.encode()) - len(good.encode("ascii", errors="ignore"))
    return text if broken <= len(text) * _BROKEN_SHARE and multibyte >= 2 * broken else None


def _decode_guessed(data: bytes, name: str) -> str:
    if len(data) < _SHORT_BYTES:  # too few for statistics
        turkish = data.decode("cp1254", errors="replace")
        if _SHORT_TURKISH.fullmatch(turkish):
            return turkish
    # A sample from the middle too: the first lines of a file may be plain ASCII.
    middle = len(data) // 2
    sample = data[:_SAMPLE_BYTES] + data[middle : middle + _SAMPLE_BYTES]
    best = charset_normalizer.from_bytes(sample, cp_isolation=_CANDIDATES).best()
    charset = best.encoding if best else "cp1254"
    if charset in _LATIN and _is_turkish(data):
        charset = "cp1254"
    text = data.decode(charset, errors="replace")
    if text.count("\ufffd") > len(text) * _BROKEN_SHARE:
        raise UnreadableDocument(
            f"{name}: its character encoding is not known. Save it as UTF-8 and add it again",
            "encoding",
        )
    return text
