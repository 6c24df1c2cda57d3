//! Whether a message is nothing but a few emoji, by the ranges of Unicode and no table of names. Never which emoji.

/// How many emoji are still shown big.
const MAX: usize = 3;

/// One to three emoji and nothing else but white space: shown big.
#[must_use]
pub fn is_emoji_only(text: &str) -> bool {
    let mut rest = text.trim();
    for _ in 0..MAX {
        let Some(next) = emoji(rest) else { return false };
        rest = next.trim_start();
        if rest.is_empty() {
            return true;
        }
    }
    false
}

/// What follows the emoji that begins here: signs joined by U+200D.
fn emoji(text: &str) -> Option<&str> {
    let mut rest = sign(text)?;
    while let Some(joined) = rest.strip_prefix('\u{200d}').and_then(sign) {
        rest = joined;
    }
    Some(rest)
}

/// What follows one sign: a key, a flag, or a picture with its skin, its style or its tags.
fn sign(text: &str) -> Option<&str> {
    let first = text.chars().next()?;
    let rest = text.get(first.len_utf8()..)?;
    if matches!(first, '0'..='9' | '#' | '*') {
        return rest.strip_prefix('\u{fe0f}').unwrap_or(rest).strip_prefix('\u{20e3}');
    }
    // Most that is said begins with a letter.
    if first.is_ascii() {
        return None;
    }
    if is_flag_letter(first) {
        return rest.strip_prefix(is_flag_letter);
    }
    let styled = rest.strip_prefix('\u{fe0f}').or_else(|| rest.strip_prefix(is_skin));
    let pictured = is_picture(first) || (may_be_picture(first) && styled.is_some());
    pictured.then(|| styled.unwrap_or(rest).trim_start_matches(is_tag))
}

fn is_flag_letter(c: char) -> bool {
    matches!(c, '\u{1f1e6}'..='\u{1f1ff}')
}

fn is_skin(c: char) -> bool {
    matches!(c, '\u{1f3fb}'..='\u{1f3ff}')
}

fn is_tag(c: char) -> bool {
    matches!(c, '\u{e0020}'..='\u{e007f}')
}

/// Of the older signs, those that are drawn as a picture unless said otherwise; the others only if a style follows.
const PICTURES: &str = "⌚⌛⏩⏪⏫⏬⏰⏳◽◾☔☕♈♉♊♋♌♍♎♏♐♑♒♓♿⚓⚡⚪⚫⚽⚾⛄⛅⛎⛔⛪⛲⛳⛵⛺⛽✅✊✋✨❌❎❓❔❕❗➕➖➗➰➿⬛⬜⭐⭕🀄🃏🆎🆑🆒🆓🆔🆕🆖🆗🆘🆙🆚";

fn is_picture(c: char) -> bool {
    matches!(c, '\u{1f300}'..='\u{1faff}') || PICTURES.chars().any(|picture| picture == c)
}

fn may_be_picture(c: char) -> bool {
    matches!(c, '©' | '®' | '\u{203c}'..='\u{3299}' | '\u{1f100}'..='\u{1f2ff}')
}

#[cfg(test)]
mod tests {
    use super::is_emoji_only;

    #[test]
    fn one_to_three_emoji_are_shown_big() {
        for text in ["👍", "❤️", "😂 🎉", " 🍵🍵🍵\n", "👩‍👩‍👧‍👦", "👋🏽", "🇨🇳🇩🇪", "1️⃣", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "☕", "⭐️", "🏳️‍🌈", "☝🏿", "❤️‍🔥"]
        {
            assert!(is_emoji_only(text), "{text}");
        }
    }

    #[test]
    fn words_digits_and_many_emoji_are_not() {
        for text in ["", " ", "茶", "1", "#", "12", "👍 好", "👍👍👍👍", "☎", "🇨", "👍\u{200d}", "©", "…", "**👍**"]
        {
            assert!(!is_emoji_only(text), "{text}");
        }
    }
}
