"""A chapter of a stranger's pull request runs nothing and loads nothing from elsewhere."""

import pytest

from coursebook.publish import lint

PAYLOADS = [
    # tags
    "<script>alert(1)</script>",
    "<SCRIPT>alert(1)</SCRIPT>",
    "<ScRiPt >alert(1)</sCrIpT >",
    "<script src=//evil.example></script>",
    "<script\n>alert(1)</script>",
    "<script/x>alert(1)</script>",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<math><mtext><script>alert(1)</script></mtext></math>",
    '<math><maction actiontype="statusline" xlink:href="javascript:alert(1)">x</maction></math>',
    "<iframe src=javascript:alert(1)></iframe>",
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<applet code=x></applet>",
    "<base href=//evil.example/>",
    '<meta http-equiv="refresh" content="0;url=javascript:alert(1)">',
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import url(//evil.example/x.css);</style>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<input onfocus=alert(1) autofocus>",
    "<textarea onfocus=alert(1) autofocus></textarea>",
    "<select onfocus=alert(1) autofocus></select>",
    "<keygen onfocus=alert(1) autofocus>",
    "<video><source onerror=alert(1)></video>",
    "<video src=x onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)></audio>",
    "<picture><source srcset=//evil.example/x></picture>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<body onload=alert(1)>",
    "<frameset onload=alert(1)>",
    "<template><script>alert(1)</script></template>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "<xmp><script>alert(1)</script></xmp>",
    "<isindex type=image src=1 onerror=alert(1)>",
    "<dialog open onclose=alert(1)>x</dialog>",
    "<cb-question data-key='{}'></cb-question>",
    "<x-unknown onclick=alert(1)>x</x-unknown>",
    # handlers and attributes of harmless tags
    "<img src=x onerror=alert(1)>",
    "<IMG SRC=x ONERROR=alert(1)>",
    '<img src="x" onerror="alert(1)">',
    "<img src=x onerror\n=\nalert(1)>",
    "<img src=x onerror=alert(1)//>",
    "<img/src=x onerror=alert(1)>",
    '<img alt="" src="x"onerror="alert(1)">',
    "<img alt=`x` src=x onerror=alert(1)>",
    "<img title='\">' src=x onerror=alert(1)>",
    "<img title=\"'>\" src=x onerror=alert(1)>",
    '<p title="a > b" onclick=alert(1)>x</p>',
    "<a href=x onclick=alert(1)>x</a>",
    "<b onmouseover=alert(1)>x</b>",
    "<div onpointerenter=alert(1)>x</div>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    '<p style="background:url(//evil.example/x)">x</p>',
    '<p style="position:fixed;inset:0">x</p>',
    '<img srcset="//evil.example/x 1x" alt="">',
    '<td background="//evil.example/x">x</td>',
    '<a ping="//evil.example/x" href="x">x</a>',
    '<a target="_top" href="x">x</a>',
    # addresses
    "<a href=javascript:alert(1)>x</a>",
    "<a href=JaVaScRiPt:alert(1)>x</a>",
    "<a href='  javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='&#0000106avascript:alert(1)'>x</a>",
    "<a href='javascript&colon;alert(1)'>x</a>",
    "<a href='java&Tab;script:alert(1)'>x</a>",
    "<a href='java&NewLine;script:alert(1)'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='blob:https://evil.example/x'>x</a>",
    "<blockquote cite='javascript:alert(1)'>x</blockquote>",
    "<img alt='' src='https://evil.example/pixel.png'>",
    "<img alt='' src='//evil.example/pixel.png'>",
    "<img alt='' src='\\\\evil.example/pixel.png'>",
    "<img alt='' src='/\\evil.example/pixel.png'>",
    "<img alt='' src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "[x](javascript:alert(1))",
    "[x](JAVASCRIPT:alert(1))",
    "[x]( javascript:alert(1) )",
    "[x](<javascript:alert(1)>)",
    "[x](java\tscript:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "[x][1]\n\n[1]: <javascript:alert(1)>",
    "[x][1]\n\n[1]:\n    javascript:alert(1)",
    "[x]\n\n[x]: &#x6A;avascript:alert(1)",
    "> [x][1]\n>\n> [1]: javascript:alert(1)",
    '!!! note "t"\n    [x][1]\n\n    [1]: javascript:alert(1)',
    "![x](https://evil.example/pixel.png)",
    "![x](//evil.example/pixel.png)",
    "![x](&#47;/evil.example/pixel.png)",
    "![x](/\\evil.example/pixel.png)",
    "![x][1]\n\n[1]: javascript:alert(1)",
    "![x][1]\n\n[1]: https://evil.example/pixel.png",
    "<javascript:alert(1)>",
    # attribute lists
    "# T { onclick=alert(1) }",
    "text\n{: onclick=alert(1) }",
    "*x*{ onclick=alert(1) }",
    "*x*{onclick=alert(1)}",
    "*x*{: ONCLICK='alert(1)' }",
    '*x*{ title="}" onclick=alert(1) }',
    '*x*{ title="{" onclick=alert(1) }',
    "*x*{ .a #b c=d onmouseover=alert(1) }",
    "[x](https://example.org){ href=javascript:alert(1) }",
    "![x](a.png){ src=https://evil.example/x }",
    "![x](a.png){ srcset=https://evil.example/x }",
    "*x*{ style='position:fixed' }",
    "| a |\n|---|\n| b { onclick=alert(1) } |",
    # what looks like code, maths or a comment, and is none for Markdown or for a browser
    "<div>\n`<script>alert(1)</script>`\n</div>",
    "<div>\n<!--><script>alert(1)</script>-->\n</div>",
    "<!--><script>alert(1)</script>-->",
    "<!---><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<!-- <!-- --><script>alert(1)</script> -->",
    "a <!--> <img src=x onerror=alert(1)> -->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<!DOCTYPE html [<!ENTITY x '<script>alert(1)</script>'>]>",
    "<?xml <img src=x onerror=alert(1)> ?>",
    "<p title='<!--'><img src=x onerror=alert(1)><!-- -->",
    "<div>\n<https://x/onclick=alert(1)>x\n</div>",
    "<div>\n<mailto:x/onclick=alert(1)/>x\n</div>",
    "> ~~~\n<script>alert(1)</script>\n~~~",
    "- ~~~\n<script>alert(1)</script>\n- ~~~",
    "text ~~~\n<script>alert(1)</script>\n~~~",
    "1. a\n    ~~~\n    <script>alert(1)</script>\n   ~~~",
    "\\`<img src=x onerror=alert(1)>\\`",
    "`a\n\n<img src=x onerror=alert(1)>`",
    "$a\n\n<img src=x onerror=alert(1)>$",
    "\\\\`a`<img src=x onerror=alert(1)>",
    "\\<script>alert(1)\\</script>",
]  # fmt: skip
FRONT = [
    "title: <script>alert(1)</script>",
    'title: "\\x3cimg src=x onerror=alert(1)\\x3e"',
    'title: "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e"',
    'description: "\\x3cscript\\x3e"',
    'objectives: {a: "\\x3cimg src=x onerror=alert(1)\\x3e"}',
    'objectives: {a: "[x](java\\x73cript:alert(1))"}',
    'objectives: {a: "*x*{ on\\x63lick=alert(1) }"}',
    'tags: ["\\x3cscript\\x3e"]',
]
QUESTIONS = [
    "/// question | Q\n    id: q\n\n{0}\n\n- [x] a\n    > b\n\n///",
    "/// question | Q\n    id: q\n\np\n\n- [x] {0}\n    > b\n\n///",
    "/// question | Q\n    id: q\n\np\n\n- [x] a\n    > {0}\n\n///",
    "//// question | Q\n    id: q\n\np\n\n/// answer\n{0}\n///\n////",
]
SPLIT = [
    "/// question | Q\n    id: q\n\nprice $$ <img src=x onerror=alert(1)> is\n\n- [x] a $$ b\n    > f\n\n///",
    "/// question | Q\n    id: q\n\nprompt ` a\n- [x] <img src=x onerror=alert(1)> ` b\n    > f\n\n///",
    "/// question | Q\n    id: q\n\np\n\n- [x] a ` b\n    > <img src=x onerror=alert(1)> ` c\n\n///",
    "/// question | <img src=x onerror=alert(1)>\n    id: q\n\np ![](evidence:no/no) <svg onload=alert(1)>\n\n- [x] a\n    > f\n\n///",
]
MATHS = [
    r"$\text{<script>alert(1)</script>}$",
    r"$\text{<img/src=x/onerror=alert(1)>}$",
    r"$\href{javascript:alert(1)}{x}$",
    r"$\style{position:fixed}{x}$",
    r"$\class{x}{y}$",
    "$$<img src=x onerror=alert(1)>$$",
    "<div>\n$<script>alert(1)</script>$\n</div>",
    r"$\mathrm{\text{`<svg/onload=alert(1)>`}}$",
    r"$\newcommand{\a}{xx}\a$",
]


@pytest.fixture
def unsafe(compiled):
    """The unsafe-html problems of a chapter that holds a piece of text."""
    return lambda content: [problem for problem in lint.unsafe_html(compiled(content))]  # noqa: C416


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_could_run_or_load_is_an_error(unsafe, payload):
    found = unsafe(f"# T\n\nBefore.\n\n{payload}\n\nAfter.\n")
    assert found
    assert {problem.rule for problem in found} == {"unsafe-html"}
    assert all(1 <= problem.line <= payload.count("\n") + 7 for problem in found)


@pytest.mark.parametrize("place", QUESTIONS, ids=["prompt", "choice", "feedback", "answer"])
@pytest.mark.parametrize(
    "payload", [payload for payload in PAYLOADS if "\n" not in payload and not payload.startswith(("#", "|"))][::3]
)
def test_so_it_is_in_a_question(unsafe, payload, place):
    assert unsafe("# T\n\n" + place.replace("{0}", payload))


@pytest.mark.parametrize("content", SPLIT)
def test_marks_in_two_parts_of_a_question_do_not_hide_what_stands_between(unsafe, content):
    assert unsafe(f"# T\n\n{content}\n")


@pytest.mark.parametrize("front", FRONT)
def test_escapes_of_yaml_hide_nothing(unsafe, front):
    assert unsafe(f"---\n{front}\n---\n\n# T\n")


@pytest.mark.parametrize("latex", MATHS)
def test_maths_becomes_text_or_a_problem_and_never_a_tag(compiled, latex):
    from html.parser import HTMLParser

    from coursebook.publish import render

    page = compiled(f"# T\n\nA {latex} b.\n\n/// question | Q\n    id: q\n\n{latex}\n\n- [x] {latex}\n    > {latex}\n\n///\n")
    tags = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: tags.append((tag, dict(attributes)))
    parser.feed(render.page(page.markdown))
    assert not {"script", "img", "svg"} & {tag for tag, _ in tags}
    assert not any({"href", "style", "onerror"} & attributes.keys() for tag, attributes in tags if tag.startswith("m"))
    assert list(lint.unsafe_html(page)) == []


SAFE = [
    'A <b>bold</b>, an <abbr title="a > b">abbr</abbr>, a <br> and H<sub>2</sub>O.',
    '<div class="grid" markdown="1">\n\n*text*\n\n</div>',
    "<details open>\n<summary>More</summary>\n\n<p>Text</p>\n\n</details>",
    '<table><tr><th scope="row" colspan="2">a</th></tr></table>',
    '<img src="../assets/local.png" alt="A local picture" width="20" loading="lazy">',
    '<p lang="la" dir="ltr" aria-label="x" id="here">text</p>',
    "[a](https://example.org/?a=b&c=d#e), [b](02.md#x), [c](mailto:a@example.org), <https://example.org>, [d][1]\n\n[1]: https://example.org",
    "![local](../assets/local.png){ width=20 .left #id }",
    "# T { #own-id .class }",
    "Text[^1].\n\n[^1]: Note: a colon, as in javascript: here.",
    "*[HTML]: Hyper: text\n\nHTML",
    "Compare a < b and c > d, x <- y, a <3, 1 << 2, <>, </>.",
    "Sets { x = 1 } and { on = off } are prose; so is one{ation}.",
    "`<script>alert(1)</script>` and ``<img src=x onerror=alert(1)>``",
    "```html\n<script>alert(1)</script>\n<!-- x\n```",
    "<!-- a comment: <script>alert(1)</script> & more -->",
    "$a < b$ and $$x <y> z$$",
    "| a | b |\n|:--|--:|\n| 1 | 2 |",
    "Term\n:   Definition",
    "AT&T, &amp;, &lt;script&gt;, &#60;img onerror&#62;",
    "The javascript: scheme, the onclick= attribute and style= are words.",
    "![Heads](evidence:coin/running)\n\n![Coins](evidence:doe2024/coins)",
    "{{ coin.flips }} [@doe2024] {{? coin.flips > 3 }}",
]


@pytest.mark.parametrize("content", SAFE)
def test_what_only_lays_out_text_passes(unsafe, content):
    assert [str(problem) for problem in unsafe(f"# T\n\n{content}\n")] == []


@pytest.mark.parametrize("place", QUESTIONS, ids=["prompt", "choice", "feedback", "answer"])
def test_what_only_lays_out_text_passes_in_a_question_too(unsafe, place):
    assert unsafe(place.replace("{0}", "A <b>bold</b> `<script>` $a < b$ [x](https://example.org)")) == []


def test_a_fault_is_reported_at_its_tag(unsafe):
    (problem,) = unsafe("---\ntitle: T\n---\n# T\n\n{{ coin.flips }} and a <b>b</b> <b onclick=x>c</b>")
    assert (problem.line, problem.column, problem.message) == (
        6,
        33,
        "<b onclick>, which is not among the attributes that a chapter may use",
    )


def test_what_only_the_made_page_shows_is_reported_too(unsafe):
    (problem,) = unsafe("# T\n\n<div>\n`<script>alert(1)</script>`\n</div>")
    assert (problem.line, problem.column) == (4, 2)
    assert problem.message.startswith("the page that this makes has <script>")
