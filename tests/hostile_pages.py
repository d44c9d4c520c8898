"""HTML and Markdown that call others, or keep a parser busy."""

from collections.abc import Iterator

from tests import intact
from tests.damage import Case, case


def laughs(depth: int = 10) -> str:
    lines = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, depth))
    return f'[<!ENTITY l0 "haha">{lines}]>'


_QUADRATIC = f'[<!ENTITY l9 "{"a" * 60_000}">]>'


def _entities(url: str) -> str:
    return (
        f'[<!ENTITY % p SYSTEM "{url}/p.dtd"><!ENTITY l9 SYSTEM "{url}/x">'
        '<!ENTITY f SYSTEM "file:///etc/passwd">%p;]>'
    )


def xml_bombs(root: str, xml: str, inside: str, url: str) -> Iterator[tuple[str, str]]:
    """Make bombs of an XML text; ``inside`` stands where text may stand."""
    head, _, rest = xml.partition("?>")
    body = rest if rest else head
    prolog = '<?xml version="1.0" encoding="UTF-8"?>'
    doctype = f"<!DOCTYPE {root} "

    def with_text(text: str) -> str:
        return body.replace(inside, text + inside, 1)

    many = " ".join(f'a{number}="1"' for number in range(5_000))
    yield "a billion laughs", prolog + doctype + laughs() + with_text("&l9;")
    yield "quadratic laughs", prolog + doctype + _QUADRATIC + with_text("&l9;" * 20_000)
    yield "a stranger's entity", prolog + doctype + _entities(url) + with_text("&l9;&f;")
    yield "a stranger's DTD", f'{prolog}{doctype}SYSTEM "{url}/x.dtd">' + body
    yield (
        "an inclusion",
        prolog
        + with_text(
            f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{url}/i" parse="text"/>'
        ),
    )
    yield "a style sheet", f'{prolog}<?xml-stylesheet type="text/xsl" href="{url}/x.xsl"?>' + body
    yield "a huge attribute", prolog + body.replace(">", f' x="{"a" * 3_000_000}">', 1)
    yield (
        "many attributes",
        prolog + with_text(f"<a {many}/>"),
    )
    yield "nested deep", prolog + with_text("<b>" * 50_000 + "</b>" * 50_000)
    yield "nested without end", prolog + with_text("<b>" * 100_000)
    yield "a comment without end", prolog + with_text("<!--")
    yield "zeros", prolog + with_text("\0\0\0")
    yield "half letters", prolog + with_text("&#xD800;&#x110000;&#0;")
    yield "another charset", body.join(['<?xml version="1.0" encoding="UTF-7"?>', ""])
    yield "no root", prolog
    yield "empty", ""


# ---- pages


def calling_page(url: str) -> str:
    return (
        f'<!doctype html><html><head><base href="{url}/"><meta http-equiv=refresh content="0;'
        f'url={url}/r"><link rel=stylesheet href="{url}/s.css"><script src="{url}/j.js"></script>'
        f'<style>@import url("{url}/i.css")</style></head><body background="{url}/b.png">'
        f'<h1>Ev</h1><p>Metin burada.<img src="{url}/a.png"><iframe src="{url}/f"></iframe>'
        f'<object data="{url}/o"></object><video src="{url}/v" autoplay></video></body></html>'
    )


def html_cases(url: str) -> Iterator[Case]:
    """Pages that call, or that keep a parser busy."""
    yield case("calls", "a.html", calling_page(url), "ok")
    for title, bomb in xml_bombs("html", intact.chapter(1), "Bölüm", url):
        yield case(f"page: {title}", "a.xhtml", bomb)
    start = "<!doctype html><p>Metin burada.</p>"
    for title, markup in {
        "elements in elements": "<div>" * 10_000,
        "attributes": f"<p {' '.join(f'a{i}' for i in range(60_000))}>",
        "elements without end": "<div>" * 1_000_000,
        "formats that cross": "<a><b><i><u>" * 3_000 + "</a></b></i></u>" * 3_000,
        "formats in tables": "<table><b>" * 3_000,
        "many formats and paragraphs": "<b><i><font>" * 200 + "<p>x" * 5_000,
        "lists in lists": "<ul><li>" * 10_000,
        "100,000 line ends": "<br>" * 100_000,
        "500,000 references": "&amp;&lt;&#65;&nosuch;" * 125_000,
        "references to nothing": "&#xD800;&#x110000;&#0;&#99999999999999;",
        "a tag without end": "<p " + "a" * 3_000_000,
        "a tag of quotes": "<p x='" * 200_000,
        "comments": "<!--" * 300_000,
        "plain text": "<plaintext>" * 20_000 + "</plaintext>",
        "templates": "<template>" * 20_000,
        "other worlds": "<svg><foreignObject><math><mtext>" * 5_000,
        "choices": "<select><option>" * 20_000,
        "frames": "<frameset><frame>" * 20_000,
        "numbers of items": "<ol start=99999999999999999999><li value=-9999999999>x</ol>",
        "headings": "<h1>" * 20_000 + "x",
        "zeros": "\0" * 100,
        "wide table": f"<table><tr>{'<td colspan=99999999 rowspan=99999>x' * 20_000}",
    }.items():
        yield case(title, "a.html", start + markup)
    for charset in ("utf-16", "utf-7", "x" * 5000, "\0", "idna", "zlib", "hex"):
        yield case(f"charset {charset[:9]!r}", "a.html", f"<meta charset={charset}>Metin burada.")


def markdown_cases() -> Iterator[Case]:
    """Markdown that keeps a parser busy."""
    for title, source in {
        "brackets": "[" * 10_000,
        "pictures": "![" * 50_000,
        "links in links": "[a](" * 20_000,
        "stars": "*a " * 50_000,
        "stars and lines": "*a_ " * 50_000,
        "stars that cross": "**x *y " * 10_000 + "z* w** " * 10_000,
        "code": "".join("`" * number + "a" for number in range(1, 1_500)),
        "quotations": "> " * 50_000 + "a",
        "quotations in lines": (">" * 500 + "a\n") * 500,
        "lists": "".join("  " * number + "* a\n" for number in range(2_000)),
        "tags": "<a " * 50_000,
        "tags without end": "<!--" * 50_000,
        "references": "[a]: b\n" * 50_000 + "[a]" * 10_000,
        "escapes": "\\" * 300_000,
        "a wide table": "|a" * 20_000 + "|\n" + "|-" * 20_000 + "|\n" + "|b" * 20_000,
        "a long table": "|a|b|\n|-|-|\n" + "|c|d|\n" * 10_000,
        "entities": "&" * 200_000,
        "auto links": "<http:" * 50_000,
        "front matter": "---\na:\n" + " b\n" * 50_000,
        "front matter without end": "---\na:\n" + "\n" * 300_000,
        "rules": "---\n" * 100_000,
        "headings": "# a\n" * 20_000,
        "emphasis": "a**b" * 20_000,
        "line ends": "\n" * 500_000 + "a",
    }.items():
        yield case(title, "a.md", f"Metin burada.\n\n{source}")
