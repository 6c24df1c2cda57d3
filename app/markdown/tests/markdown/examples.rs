//! What each mark in a line means, by examples; Chinese and English alike.

use markdown::{mentions, plain};

use crate::{html, name};

/// Of one paragraph each.
#[track_caller]
fn assert_lines(examples: &[(&str, &str)]) {
    for (text, expected) in examples {
        assert_eq!(html(text), format!("<p>{expected}</p>"), "{text}");
    }
}

/// Texts that stay text.
#[track_caller]
fn assert_text(texts: &[&str]) {
    for text in texts {
        let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\n', "<br>");
        assert_eq!(html(text), format!("<p>{escaped}</p>"), "{text}");
    }
}

#[test]
fn emphasis_needs_no_spaces_around_chinese() {
    assert_lines(&[
        ("这是**重点**。", "这是<strong>重点</strong>。"),
        ("他说**“你好”**吧", "他说<strong>“你好”</strong>吧"),
        ("这是**重点。**接着说", "这是<strong>重点。</strong>接着说"),
        ("**（重点）**是这样", "<strong>（重点）</strong>是这样"),
        ("看*这里*和_那里_。", "看<em>这里</em>和<em>那里</em>。"),
        ("不要~~这个~~，要**那个**！", "不要<del>这个</del>，要<strong>那个</strong>！"),
        ("用**Rust**写的", "用<strong>Rust</strong>写的"),
        (
            "a **bold** and *italic* and _italic_ word",
            "a <strong>bold</strong> and <em>italic</em> and <em>italic</em> word",
        ),
        ("**bold**, (*italic*). \"**x**\"", "<strong>bold</strong>, (<em>italic</em>). &quot;<strong>x</strong>&quot;"),
        ("foo**bar**baz", "foo<strong>bar</strong>baz"),
    ]);
}

#[test]
fn emphasis_nests() {
    assert_lines(&[
        ("***both***", "<strong><em>both</em></strong>"),
        ("***a* b**", "<strong><em>a</em> b</strong>"),
        ("**a *b***", "<strong>a <em>b</em></strong>"),
        ("*a **b** c*", "<em>a <strong>b</strong> c</em>"),
        ("*一**二**三*", "<em>一<strong>二</strong>三</em>"),
        ("**a\nb**", "<strong>a<br>b</strong>"),
        ("~~a _b_~~", "<del>a <em>b</em></del>"),
        ("*a _b* c_", "<em>a _b</em> c_"),
    ]);
}

#[test]
fn marks_without_a_partner_are_text() {
    assert_text(&[
        "**",
        "*",
        "a * b * c",
        "2*3*4",
        "2 * 3",
        "**open",
        "open**",
        "*open",
        "** no **",
        "_",
        "snake_case_name",
        "a_b_",
        "__init__",
        "~",
        "~one~",
        "~~open",
        "****",
        "*****a*****",
        "`open",
        "``a`",
        "[a]",
        "[a](b",
        "[a] (b)",
        "[a](b c)",
        "[]()",
        "<@",
        "<@>",
        "<@a b>",
        "5 > 3 < 4 & co",
        "*一",
        "一*",
        "#标签",
        "#",
        "####### seven",
        "-5 度",
        "1.5",
        "- ",
        ">_<",
        ">:(",
        ">.<",
        "```\nopen",
        "```rust",
        "1、一",
        "+ plus",
        "1234567890. long",
    ]);
}

#[test]
fn code_in_a_line_is_left_alone() {
    assert_lines(&[
        ("用`x = *a*`吧", "用<code>x = *a*</code>吧"),
        ("``a`b``", "<code>a`b</code>"),
        ("`` `a` ``", "<code>`a`</code>"),
        ("`<b>`", "<code>&lt;b&gt;</code>"),
        ("`\\`", "<code>\\</code>"),
        ("**`a`**", "<strong><code>a</code></strong>"),
        ("*a `b*` c*", "<em>a <code>b*</code> c</em>"),
        ("```let x = 1;```", "<code>let x = 1;</code>"),
        ("`https://a.b <@ming>`", "<code>https://a.b &lt;@ming&gt;</code>"),
    ]);
}

#[test]
fn bare_addresses_are_links_and_end_where_the_sentence_goes_on() {
    for (text, address, after) in [
        ("https://a.b/c", "https://a.b/c", ""),
        ("http://localhost:8080/?a=b#c", "http://localhost:8080/?a=b#c", ""),
        ("https://a.b/c.", "https://a.b/c", "."),
        ("https://a.b。", "https://a.b", "。"),
        ("https://a.b/c，好", "https://a.b/c", "，好"),
        ("https://a.b/c！？", "https://a.b/c", "！？"),
        ("https://a.b/打开", "https://a.b/", "打开"),
        ("https://a.b）", "https://a.b", "）"),
        ("https://例子.中国/路", "https://例子.中国/", "路"),
        ("https://例子.中国。", "https://例子.中国", "。"),
        ("https://a.b/x_(y)", "https://a.b/x_(y)", ""),
        ("https://a.b/x)", "https://a.b/x", ")"),
        ("https://a.b/?x[]=1", "https://a.b/?x[]=1", ""),
        ("https://a.b/c**", "https://a.b/c", "**"),
        ("HTTPS://A.B", "HTTPS://A.B", ""),
    ] {
        let link =
            format!("<a href=\"{address}\" rel=\"nofollow noopener noreferrer\" target=\"_blank\">{address}</a>");
        assert_eq!(html(text), format!("<p>{link}{after}</p>"));
        assert_eq!(html(&format!("看{text}")), format!("<p>看{link}{after}</p>"));
        assert_eq!(html(&format!("(见{address})")), format!("<p>(见{link})</p>"));
        assert_eq!(html(&format!("**{address}**")), format!("<p><strong>{link}</strong></p>"));
    }
    assert_text(&["https://", "http://。", "xhttps://a.b", "ftp://a.b", "javascript:alert(1)", "www.a.b"]);
}

#[test]
fn words_can_be_links() {
    let link = |address: &str, words: &str| {
        format!("<a href=\"{address}\" rel=\"nofollow noopener noreferrer\" target=\"_blank\">{words}</a>")
    };
    for (text, expected) in [
        ("[茶](https://a.b)", link("https://a.b", "茶")),
        (
            "看[**茶**馆](https://a.b/茶?x=1&y=2)。",
            format!("看{}。", link("https://a.b/茶?x=1&amp;y=2", "<strong>茶</strong>馆")),
        ),
        ("[a](https://a.b/x_(y))", link("https://a.b/x_(y)", "a")),
        ("[mail](mailto:a@b.c)", link("mailto:a@b.c", "mail")),
        ("[a [b](https://c.d)", format!("[a {}", link("https://c.d", "b"))),
        (
            "[[b](https://c.d)](https://e.f)",
            format!("[{}]({})", link("https://c.d", "b"), link("https://e.f", "https://e.f")),
        ),
        ("[https://a.b](https://c.d)", link("https://c.d", "https://a.b")),
        ("**[a*b](https://c.d)**", format!("<strong>{}</strong>", link("https://c.d", "a*b"))),
        ("*a [b* c](https://c.d)", format!("<em>a [b</em> c]({})", link("https://c.d", "https://c.d"))),
        ("![a](https://c.d)", format!("!{}", link("https://c.d", "a"))),
    ] {
        assert_eq!(html(text), format!("<p>{expected}</p>"), "{text}");
    }
}

#[test]
fn a_backslash_makes_a_mark_text() {
    assert_lines(&[
        ("\\*a\\*", "*a*"),
        ("\\`a\\`", "`a`"),
        ("\\\\", "\\"),
        ("C:\\dir\\茶", "C:\\dir\\茶"),
        ("\\# a", "# a"),
        ("\\- a", "- a"),
        ("\\> a", "&gt; a"),
        ("\\<@ming>", "&lt;@ming&gt;"),
        (
            "\\[a](https://a.b",
            "[a](<a href=\"https://a.b\" rel=\"nofollow noopener noreferrer\" target=\"_blank\">https://a.b</a>",
        ),
    ]);
}

#[test]
fn mentions_show_a_name_and_stand_out_for_whom_they_mean() {
    assert_lines(&[
        ("<@ann>你好", "<span class=\"mention\" data-person=\"ann\">@Ann &lt;3</span>你好"),
        ("<@ming>", "<span class=\"mention me\" data-person=\"ming\">@小明</span>"),
        ("<@all>！", "<span class=\"mention me\" data-person=\"all\">@所有人</span>！"),
        ("**<@x:1>**", "<strong><span class=\"mention\" data-person=\"x:1\">@x:1</span></strong>"),
    ]);
    let ids: Vec<String> = mentions("<@ann> `<@no>` <@all>\n```\n<@no>\n```\n> - <@ann> \\<@no> <@no").collect();
    assert_eq!(ids, ["ann", "all", "ann"]);
}

#[test]
fn a_text_in_one_line_has_no_marks() {
    for (text, expected) in [
        ("这是**重点**。", "这是重点。"),
        ("# 标题\n\n- 一\n- 二\n> 三", "标题 一 二 三"),
        ("<@ann>  see [this](https://a.b)\n\n`x  y`", "@Ann <3 see this x y"),
        ("```rust\nfn a() {}\n```", "fn a() {}"),
        ("a < b && c", "a < b && c"),
        ("一二三四五六七八九十", "一二三四五六七八九十"),
        ("一二三四五六七八九十1234567890十一", "一二三四五六七八九十1234567890…"),
        ("word word word word word word", "word word word word…"),
        ("", ""),
    ] {
        assert_eq!(plain(text, &name, 20), expected, "{text}");
    }
}
