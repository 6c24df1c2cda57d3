//! What lines become, by examples: paragraphs, lists, quotes, blocks of code.

use crate::html;

#[track_caller]
fn assert_each(examples: &[(&str, &str)]) {
    for (text, expected) in examples {
        assert_eq!(html(text), *expected, "{text}");
    }
}

#[test]
fn a_block_of_code_is_highlighted_if_its_language_is_known() {
    assert_each(&[
        ("```\na *b*\n\n  c\n```", "<pre tabindex=\"0\"><code>a *b*\n\n  c</code></pre>"),
        ("看\n```none\n1\n```\n好", "<p>看</p><pre tabindex=\"0\"><code>1</code></pre><p>好</p>"),
        (
            "```rust\nfn f<'a>() { \"x\\\"\" } // 茶\n```",
            "<pre tabindex=\"0\"><code><span class=\"t-k\">fn</span> f&lt;&#39;a&gt;() { <span class=\"t-s\">&quot;x\\&quot;&quot;</span> } \
             <span class=\"t-c\">// 茶</span></code></pre>",
        ),
        (
            "```py\n# a\nx = 0x1F # b\n```",
            "<pre tabindex=\"0\"><code><span class=\"t-c\"># a</span>\nx = <span class=\"t-n\">0x1F</span> <span class=\"t-c\"># b</span></code></pre>",
        ),
        ("```SQL\nSELECT a1\n```", "<pre tabindex=\"0\"><code><span class=\"t-k\">SELECT</span> a1</code></pre>"),
        (
            "```json\n{\"a\": true}\n```",
            "<pre tabindex=\"0\"><code>{<span class=\"t-s\">&quot;a&quot;</span>: <span class=\"t-k\">true</span>}</code></pre>",
        ),
        (
            "```html\n<b>b</b>\n```",
            "<pre tabindex=\"0\"><code>&lt;<span class=\"t-k\">b</span>&gt;b&lt;/<span class=\"t-k\">b</span>&gt;</code></pre>",
        ),
        (
            "```c\n/* a\nb */ int\n```",
            "<pre tabindex=\"0\"><code><span class=\"t-c\">/* a\nb */</span> <span class=\"t-k\">int</span></code></pre>",
        ),
        (
            "```js\nlet a = `b\n${c}`\n```",
            "<pre tabindex=\"0\"><code><span class=\"t-k\">let</span> a = <span class=\"t-s\">`b\n${c}`</span></code></pre>",
        ),
        (
            "```sh\necho $# # x\n```",
            "<pre tabindex=\"0\"><code><span class=\"t-k\">echo</span> $# <span class=\"t-c\"># x</span></code></pre>",
        ),
        ("````\n```\n````", "<pre tabindex=\"0\"><code>```</code></pre>"),
        ("```\n```", "<pre tabindex=\"0\"><code></code></pre>"),
        ("> ```\n> a\n> ```", "<blockquote><pre tabindex=\"0\"><code>a</code></pre></blockquote>"),
    ]);
}

#[test]
fn a_newline_is_a_newline_and_an_empty_line_a_paragraph() {
    assert_each(&[
        ("", ""),
        (" \n\t\n", ""),
        ("一\n二", "<p>一<br>二</p>"),
        ("一\r\n二", "<p>一<br>二</p>"),
        ("一\n\n\n二\n", "<p>一</p><p>二</p>"),
        ("a\n  b  c", "<p>a<br>  b  c</p>"),
        ("**a\n\nb**", "<p>**a</p><p>b**</p>"),
        ("# 标题\n正文", "<p><strong>标题</strong></p><p>正文</p>"),
        ("### *a*", "<p><strong><em>a</em></strong></p>"),
    ]);
}

#[test]
fn lists_nest_and_keep_their_numbers() {
    assert_each(&[
        ("- 一\n- 二", "<ul><li>一</li><li>二</li></ul>"),
        ("* a\n* *b*", "<ul><li>a</li><li><em>b</em></li></ul>"),
        ("1. 一\n2. 二", "<ol start=\"1\"><li>一</li><li>二</li></ol>"),
        ("3) a", "<ol start=\"3\"><li>a</li></ol>"),
        ("买：\n- 茶\n- 水\n好", "<p>买：</p><ul><li>茶</li><li>水</li></ul><p>好</p>"),
        ("- a\n  - b\n  - c\n- d", "<ul><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ul>"),
        ("1. a\n   - b\n2. c", "<ol start=\"1\"><li>a<ul><li>b</li></ul></li><li>c</li></ol>"),
        ("- a\n  b", "<ul><li>a<br>b</li></ul>"),
        ("- a\n\n  b", "<ul><li>a<p>b</p></li></ul>"),
        ("- a\n1. b", "<ul><li>a</li></ul><ol start=\"1\"><li>b</li></ol>"),
        ("- a\n\n- b", "<ul><li>a</li></ul><ul><li>b</li></ul>"),
        ("- ```\n  x\n\n    y\n  ```", "<ul><li><pre tabindex=\"0\"><code>x\n\n  y</code></pre></li></ul>"),
    ]);
}

#[test]
fn quotes_nest_but_not_for_ever() {
    assert_each(&[
        ("> 一\n> 二\n三", "<blockquote><p>一<br>二</p></blockquote><p>三</p>"),
        (">你好", "<blockquote><p>你好</p></blockquote>"),
        ("> a\n>\n> - b", "<blockquote><p>a</p><ul><li>b</li></ul></blockquote>"),
        ("> > a\n> b", "<blockquote><blockquote><p>a</p></blockquote><p>b</p></blockquote>"),
        (
            ">>>>>> a",
            "<blockquote><blockquote><blockquote><blockquote><p>&gt;&gt; a</p></blockquote></blockquote></blockquote></blockquote>",
        ),
    ]);
}
