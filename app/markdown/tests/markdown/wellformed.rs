//! Reads the renderer's HTML as strictly as can be: the fixed elements with their fixed attributes, nested, all else
//! escaped. Knows nothing of how it was written.

/// Elements that hold others, with what they may have.
const PLAIN: [&str; 9] = ["p", "strong", "em", "del", "code", "blockquote", "ul", "ol", "li"];
const TOKENS: [&str; 4] = ["span class=\"t-k\"", "span class=\"t-s\"", "span class=\"t-c\"", "span class=\"t-n\""];

/// A block of code can be scrolled by the keyboard.
const PRE: &str = "pre tabindex=\"0\"";

/// What the text of HTML is, newlines where `<br>` is and two between paragraphs.
///
/// # Errors
/// Why it is not what the renderer may write.
pub(crate) fn text_of(html: &str) -> Result<String, String> {
    let (mut text, mut open, mut rest) = (String::new(), Vec::new(), html);
    while let Some(at) = rest.find('<') {
        text.push_str(&unescaped(&rest[..at])?);
        let end = rest.find('>').filter(|end| *end > at).ok_or("a tag without an end")?;
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if tag == "br" {
            text.push('\n');
        } else if let Some(name) = tag.strip_prefix('/') {
            let last = open.pop();
            if last != Some(name) {
                return Err(format!("</{name}> closes {last:?}"));
            }
            if name == "p" && rest.starts_with("<p>") {
                text.push_str("\n\n");
            }
        } else {
            let name = allowed(tag).ok_or_else(|| format!("<{tag}>"))?;
            if name == "a" && open.contains(&"a") {
                return Err("a link in a link".to_owned());
            }
            open.push(name);
        }
    }
    text.push_str(&unescaped(rest)?);
    if open.is_empty() { Ok(text) } else { Err(format!("{open:?} stay open")) }
}

/// The name of an element, if it is one of ours and has the attributes it must have and no other.
fn allowed(tag: &str) -> Option<&str> {
    if PLAIN.contains(&tag) {
        return Some(tag);
    }
    if TOKENS.contains(&tag) {
        return Some("span");
    }
    if tag == PRE {
        return Some("pre");
    }
    let value = |before: &str, after: &str| tag.strip_prefix(before)?.strip_suffix(after);
    let is_closed = |value: &str| !value.contains(['"', '\'', '<']);
    if let Some(number) = value("ol start=\"", "\"") {
        return number.bytes().all(|byte| byte.is_ascii_digit()).then_some("ol");
    }
    for class in ["mention", "mention me"] {
        if let Some(id) = value(&format!("span class=\"{class}\" data-person=\""), "\"") {
            return id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte)).then_some("span");
        }
    }
    let address = value("a href=\"", "\" rel=\"nofollow noopener noreferrer\" target=\"_blank\"")?;
    let scheme = address.split(':').next()?.to_ascii_lowercase();
    let is_safe = ["http", "https", "mailto"].contains(&scheme.as_str()) && is_closed(address);
    (is_safe && !address.contains(char::is_whitespace)).then_some("a")
}

fn unescaped(text: &str) -> Result<String, String> {
    if text.contains(['>', '"', '\'']) {
        return Err(format!("not escaped: {text}"));
    }
    let mut parts = text.split('&');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (entity, after) = part.split_once(';').ok_or_else(|| format!("a bare & before {part}"))?;
        plain.push(match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "#39" => '\'',
            _ => return Err(format!("&{entity};")),
        });
        plain.push_str(after);
    }
    Ok(plain)
}

#[test]
fn the_reader_refuses_what_must_not_be_written() {
    for html in [
        "<p>",
        "<p><em></p></em>",
        "</p>",
        "<script></script>",
        "<p class=\"x\"></p>",
        "a & b",
        "a > b",
        "&nbsp;",
        "<a href=\"javascript:x\" rel=\"nofollow noopener noreferrer\" target=\"_blank\"></a>",
        "<a href=\"https://a\"></a>",
        "<a href=\"https://a\" onclick=\"x\" rel=\"nofollow noopener noreferrer\" target=\"_blank\"></a>",
        "<pre></pre>",
        "<img src=\"x\">",
    ] {
        assert!(text_of(html).is_err(), "{html}");
    }
}
