//! How a name sounds: what finds it by pinyin or the initials of that. Here and not in the browser, which has no table of
//! characters. Never who may see the name.

use pinyin::ToPinyin;

/// Characters of a name that are spelled: who looks for it types the beginning of something.
const LONGEST: usize = 32;

/// The pinyin of the Chinese characters in a text, one each, as it is typed.
pub(super) fn sounds(text: &str) -> impl Iterator<Item = String> {
    text.chars().filter_map(|c| c.to_pinyin().map(typed))
}

/// Keyboards have no ü: whoever types 绿 types `lv`.
fn typed(sound: pinyin::Pinyin) -> String {
    sound.plain().replace('ü', "v")
}

/// What is typed for a name: all of it in pinyin, and the initials, as in "longjing lj"; letters and digits stand for
/// themselves. Nothing if no character is Chinese: such a name is found as it is written.
pub(super) fn spell(name: &str) -> Option<String> {
    sounds(name).next()?;
    let (mut whole, mut initials) = (String::new(), String::new());
    for c in name.chars().take(LONGEST) {
        match c.to_pinyin() {
            Some(sound) => {
                whole.push_str(&typed(sound));
                initials.push_str(sound.first_letter());
            }
            None if c.is_ascii_alphanumeric() => {
                [&mut whole, &mut initials].into_iter().for_each(|key| key.push(c.to_ascii_lowercase()));
            }
            None => {}
        }
    }
    Some([whole, initials].join(" "))
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, spell};

    #[test]
    fn a_chinese_name_is_spelled_whole_and_by_its_initials() {
        for (name, key) in [
            ("龙井茶馆", "longjingchaguan ljcg"),
            ("3号楼 B座", "3haoloubzuo 3hlbz"),
            ("小明, Ann", "xiaomingann xmann"),
            ("绿茶", "lvcha lc"),
        ] {
            assert_eq!(spell(name).as_deref(), Some(key), "{name}");
        }
    }

    #[test]
    fn what_is_not_chinese_is_not_spelled() {
        for name in ["", "lobby", "カフェ", "한국", "café 7"] {
            assert_eq!(spell(name), None, "{name}");
        }
    }

    #[test]
    fn a_long_name_is_spelled_by_its_beginning() {
        assert_eq!(spell(&"茶".repeat(64)).map(|key| key.len()), Some(LONGEST * 4 + 1));
    }
}
