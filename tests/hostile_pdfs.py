"""PDFs that are locked, without text, or an attack."""

import zlib
from collections.abc import Iterator, Mapping

from tests import intact
from tests.damage import Case, case
from tests.intact import zip_file


def pdf(objects: Mapping[int, bytes], *, trailer: bytes = b"") -> bytes:
    """Write objects by number, with the table of their places; object 1 is the root."""
    data = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = {}
    for number, body in objects.items():
        places[number] = len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(data)
    size = max(objects) + 1
    data += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        data += b"%d 1\n%010d 00000 n \n" % (number, place)
    data += b"trailer\n<</Root 1 0 R /Size %d %s>>\nstartxref\n%d\n%%%%EOF" % (
        size,
        trailer,
        start,
    )
    return bytes(data)


def stream(content: bytes, entries: bytes = b"", *, packed: int = 0) -> bytes:
    """Write a stream object, packed so many times over."""
    for _ in range(packed):
        content = zlib.compress(content, 9)
    filters = b"/Filter [%s]" % (b"/FlateDecode " * packed) if packed else b""
    return b"<</Length %d %s %s>>\nstream\n%s\nendstream" % (
        len(content),
        filters,
        entries,
        content,
    )


def _page(
    contents: bytes,
    *,
    page: bytes = b"",
    resources: bytes = b"",
    others: Mapping[int, bytes] | None = None,
    packed: int = 0,
) -> bytes:
    """Write one page; entries of the page stand before, so that they may be given twice."""
    return pdf(
        {
            1: b"<</Type /Catalog /Pages 2 0 R>>",
            2: b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
            3: b"<</Type /Page /Parent 2 0 R %s /Contents 4 0 R /Resources <</Font <</F 5 0 R>>"
            b" %s>> %s>>" % (page, resources, b"" if page else b"/MediaBox [0 0 595 842]"),
            4: stream(contents, packed=packed),
            5: b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
            **(others or {}),
        }
    )


def _tree(kids: bytes, count: int, others: Mapping[int, bytes]) -> bytes:
    """Write a tree of pages whose root has these kids; object 3 is a page."""
    return pdf(
        {
            1: b"<</Type /Catalog /Pages 2 0 R>>",
            2: b"<</Type /Pages /Kids [%s] /Count %d>>" % (kids, count),
            3: b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources <</Font <</F 5 0 R>>>>>>",
            4: stream(_TEXT),
            5: b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
            **others,
        }
    )


_TEXT = b"BT /F 12 Tf 72 700 Td (Kiraci evi ozenle kullanir.) Tj ET\n"


def pdf_cases(url: str) -> Iterator[Case]:
    """PDFs that are locked, without text, or an attack."""
    whole = intact.pdf_file()
    yield case("locked", "a.pdf", intact.pdf_file(password="gizli"), "encrypted")
    yield case("locked for its owner only", "a.pdf", intact.pdf_file(password="", owner="x"), "ok")
    yield case("scanned", "a.pdf", intact.scanned_file(), "scanned")
    yield case("no words", "a.pdf", _page(b""), "scanned empty")
    yield case("only its first line", "a.pdf", b"%PDF-1.7\n", "damaged")
    yield case("junk before", "a.pdf", b"junk\n" * 100 + whole, "ok")
    yield case("junk behind", "a.pdf", whole + b"\0junk" * 5000, "ok")
    yield case("an archive behind", "a.pdf", whole + zip_file({"a": b"b"}), "ok")
    yield from _page_tree_cases()
    boxes = {
        "huge": b"[0 0 1e30 1e30]",
        "negative": b"[9 9 -9 -9]",
        "without size": b"[0 0 0 0]",
        "of words": b"[/a (b) null <<>>]",
        "of one number": b"[5]",
        "its own": b"3 0 R",
    }
    for title, box in boxes.items():
        yield case(f"a box {title}", "a.pdf", _page(_TEXT, page=b"/MediaBox " + box))
    for rotation in (b"45", b"-90", b"99999999999", b"/a"):
        page = b"/MediaBox [0 0 595 842] /Rotate " + rotation
        yield case(f"turned by {rotation!r}", "a.pdf", _page(_TEXT, page=page))
    box = b"/MediaBox [0 0 595 842] "
    yield case("arrays in arrays", "a.pdf", _page(_TEXT, page=box + b"/X " + b"[" * 200_000))
    yield case("dictionaries", "a.pdf", _page(_TEXT, page=box + b"/X " + b"<</A " * 100_000))
    yield case("a text in brackets", "a.pdf", _page(_TEXT, page=box + b"/X " + b"(" * 500_000))
    yield from _content_cases()
    yield from _structure_cases(whole)
    action = (
        b"<</S /URI /URI (%s/a) /Next <</S /SubmitForm /F (%s/b) /Next <</S /GoToR /F <</FS /URL"
        b" /F (%s/c)>> /Next <</S /JavaScript /JS (app.launchURL\\('%s/d'\\))>>>>>>>>"
    ) % ((url.encode(),) * 4)
    calling = pdf(
        {
            1: b"<</Type /Catalog /Pages 2 0 R /OpenAction 6 0 R /AA <</WC 6 0 R>>>>",
            2: b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
            3: b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents [4 0 R 7 0 R] /AA"
            b" <</O 6 0 R>> /Resources <</Font <</F 5 0 R>>>>>>",
            4: stream(_TEXT),
            5: b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
            6: action,
            7: b"<</Length 0 /FS /URL /F <</FS /URL /F (%s/e)>>>>\nstream\n\nendstream"
            % url.encode(),
        }
    )
    yield case("actions that call", "a.pdf", calling, "ok")


def _page_tree_cases() -> Iterator[Case]:
    thousand = b"3 0 R " * 1000
    wide = {6: b"<</Type /Pages /Parent 2 0 R /Kids [%s] /Count 1000>>" % thousand}
    million = _tree(b"6 0 R " * 1000, 1_000_000, wide)
    yield case("a million pages", "a.pdf", million, "too_large ok damaged")
    deeper = {
        number: b"<</Type /Pages /Kids [%s] /Count %d>>"
        % (b"%d 0 R " % (number + 1 if number < 15 else 3) * 10, 10 ** (16 - number))
        for number in range(6, 16)
    }
    yield case("ten billion pages", "a.pdf", _tree(b"6 0 R", 10**10, deeper))
    yield case("says a billion pages", "a.pdf", _tree(b"3 0 R", 10**9, {}))
    yield case("says -1 pages", "a.pdf", _tree(b"3 0 R", -1, {}))
    yield case("a tree in a circle", "a.pdf", _tree(b"2 0 R 3 0 R", 2, {}))
    circle = {
        6: b"<</Type /Pages /Parent 7 0 R /Kids [7 0 R] /Count 5>>",
        7: b"<</Type /Pages /Parent 6 0 R /Kids [6 0 R] /Count 5>>",
    }
    yield case("two trees in a circle", "a.pdf", _tree(b"6 0 R", 5, circle))
    chain = {
        number: b"<</Type /Pages /Parent %d 0 R /Kids [%d 0 R] /Count 1>>"
        % (number - 1, number + 1 if number < 20_000 else 3)
        for number in range(6, 20_001)
    }
    yield case("a tree of 20,000 levels", "a.pdf", _tree(b"6 0 R", 1, chain))
    parents = {
        6: b"<</Type /Page /Parent 7 0 R /Contents 4 0 R>>",
        7: b"<</Type /Pages /Parent 7 0 R /Kids [6 0 R] /Count 1>>",
    }
    yield case("its own parent", "a.pdf", _tree(b"6 0 R", 1, parents))
    yield case("no pages", "a.pdf", _tree(b"", 0, {}))


def _content_cases() -> Iterator[Case]:
    contents = {
        "500,000 open states": b"q " * 500_000 + _TEXT,
        "20,000 letters in one place": b"BT /F 12 Tf 9 9 Td " + b"(a) Tj " * 20_000 + b"ET",
        "20,000 places": b"".join(
            b"BT /F 9 Tf %d %d Td (ab) Tj ET\n" % (i % 600, i * 7 % 800) for i in range(20_000)
        ),
        "letters without size": b"BT /F 0 Tf 9 9 Td (abc) Tj ET " + _TEXT,
        "letters of -1e30": b"BT /F -1e30 Tf 9 9 Td (abc) Tj ET " + _TEXT,
        "far away": b"BT /F 12 Tf 1e38 -1e38 Td (abc) Tj 1e38 1e38 Td (d) Tj ET " + _TEXT,
        "not a number": b"BT /F 12 Tf NaN Infinity Td 0 0 0 0 0 0 Tm (abc) Tj ET " + _TEXT,
        "a font that is not there": b"BT /X 12 Tf 9 9 Td (abc) Tj ET",
        "a text of zeros": b"BT /F 12 Tf 9 9 Td <%s> Tj ET" % (b"00" * 50_000),
        "operands without operator": b"1 " * 500_000 + _TEXT,
        "a picture without end": b"BI /W 99999 /H 99999 /BPC 8 /CS /RGB ID " + _TEXT,
    }
    for title, content in contents.items():
        yield case(title, "a.pdf", _page(content))
    spaces = b" " * (64 << 20)
    yield case("64 MB of spaces", "a.pdf", _page(spaces, packed=2))
    letters = b"BT /F 1 Tf " + b"(Kira) Tj " * 200_000 + b"ET"
    yield case("800 kB of text in some bytes", "a.pdf", _page(letters, packed=3))
    form = (
        b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources <</XObject <</X %d 0 R>>>>"
    )
    own = {6: stream(b"/X Do /X Do", form % 6)}
    uses = b"/XObject <</X 6 0 R>>"
    yield case("a form in itself", "a.pdf", _page(b"/X Do", resources=uses, others=own))
    doubling = {
        number: stream(b"/X Do /X Do " + _TEXT, form % (number + 1)) for number in range(6, 36)
    }
    yield case(
        "forms that double 30 times", "a.pdf", _page(b"/X Do", resources=uses, others=doubling)
    )
    for title, letter in {"half a letter": b"D800", "a long text": b"0041" * 2_000}.items():
        mapping = stream(
            b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <FF>"
            b" endcodespacerange 1 beginbfrange <00> <FF> <%s> endbfrange endcmap" % letter
        )
        fonts = {5: b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R>>"}
        yield case(f"letters mean {title}", "a.pdf", _page(_TEXT, others={**fonts, 6: mapping}))


def _structure_cases(whole: bytes) -> Iterator[Case]:
    start = whole.rindex(b"startxref")
    prev = whole.replace(b"/Root", b"/Prev %s /Root" % whole[start:].split()[1])
    yield case("a table before itself", "a.pdf", prev)
    yield case("a table nowhere", "a.pdf", whole[:start] + b"startxref\n99999999999\n%%EOF")
    yield case("no table", "a.pdf", whole[: whole.rindex(b"xref\n0")], "ok damaged")
    yield case("a negative table", "a.pdf", whole[:start] + b"startxref\n-1\n%%EOF")
    wild = {
        "lengths in a circle": {4: b"<</Length 4 0 R>>\nstream\n%s\nendstream" % _TEXT},
        "a length too great": {4: b"<</Length 99999999>>\nstream\n%s\nendstream" % _TEXT},
        "a negative length": {4: b"<</Length -5>>\nstream\n%s\nendstream" % _TEXT},
        "unknown filters": {4: stream(_TEXT, b"/Filter [/Crypt /JBIG2Decode /X]")},
        "1,000 filters": {4: stream(_TEXT, b"/Filter [%s]" % (b"/ASCIIHexDecode " * 1000))},
        "predictors": {
            4: stream(
                zlib.compress(_TEXT),
                b"/Filter /FlateDecode /DecodeParms <</Predictor 15 /Columns 2147483647"
                b" /Colors 2147483647 /BitsPerComponent 32>>",
            )
        },
        "an object that is itself": {4: b"4 0 R"},
        "contents in a circle": {4: b"[4 0 R 4 0 R]"},
        "a font in a circle": {5: b"<</Type /Font /Subtype /Type0 /DescendantFonts [5 0 R]>>"},
        "a stream of objects in itself": {
            4: stream(b"4 0 4 0", b"/Type /ObjStm /N 99999999 /First 4")
        },
    }
    for title, others in wild.items():
        yield case(title, "a.pdf", _page(_TEXT, others=others))
    table = stream(
        bytes(50), b"/Type /XRef /Root 1 0 R /Size 2147483647 /W [9 99999 9] /Index [0 2147483647]"
    )
    head = b"%PDF-1.7\n1 0 obj\n" + table + b"\nendobj\nstartxref\n9\n%%EOF"
    yield case("a table of absurd widths", "a.pdf", head)
