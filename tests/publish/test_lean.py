"""What nbconvert makes is stripped to words, code and outputs; what runs or loads is gone, or named."""

import pytest

from coursebook.publish.lean import START, lean

PAGE = "<style>x</style><script>y</script>" + START


def stripped(inner):
    made, faults = lean(PAGE + inner + "</div>", lambda target: f"/at/{target}")
    assert faults == []
    return " ".join(made.split())


@pytest.mark.parametrize(
    ("inner", "made"),
    [
        ("<style>a</style><script>b</script>c", "c"),
        ('<div class="jp-Cell"><div class="jp-InputPrompt jp-x">In [1]:</div><p>text</p></div>', "<p>text</p>"),
        ('<div class="clipboard-copy-txt" id="cell-1">code <b>again</b></div>after', "after"),
        ('<div class="zeroclipboard-container"><svg><path d=""></path><br/><br></svg><br/><br/>hidden</div>after', "after"),
        ('<div class="jp-Editor jp-InputArea-editor">x</div>', '<div class="cb-in">x</div>'),
        ('<div class="jp-OutputArea jp-Cell-outputArea"><div class="jp-Rendered"><pre>1 &lt; 2\n</pre></div></div>',
         '<div class="cb-out"><pre tabindex="0"><code>1 &lt; 2 </code></pre></div>'),
        ('<div class="highlight-ipynb hl-python"><pre><span></span><span class="n">x</span></pre></div>',
         '<div class="highlight"><pre tabindex="0"><code><span></span><span class="n">x</span></code></pre></div>'),
        ("<pre><code>x</code></pre>", '<pre tabindex="0"><code>x</code></pre>'),
        ('<h2 id="a">A<a class="anchor-link" href="#a">¶</a></h2>',
         '<h2 id="a">A<a class="headerlink" href="#a" title="Permanent link">¶</a></h2>'),
        ('<a href="../b.md">b</a><img alt="" src=\'c.svg\'/>', '<a href="/at/../b.md">b</a><img alt="" src="/at/c.svg"/>'),
        ("a &amp; &#60; b", "a &amp; &#60; b"),
    ],
)  # fmt: skip
def test_words_code_and_outputs_stay(inner, made):
    assert stripped(inner) == made


@pytest.mark.parametrize(
    ("inner", "fault"),
    [
        ('<iframe src="x"></iframe>', "<iframe>, which is not among the tags that a chapter may use"),
        ('<p onclick="x()">a</p>', "<p onclick>, which is not among the attributes that a chapter may use"),
        ('<a href="javascript:x()">a</a>', "<a href> with an address with the scheme 'javascript:'"),
    ],
)
def test_what_could_run_is_named(inner, fault):
    assert lean(PAGE + inner + "</div>", lambda target: target)[1] == [fault]
