//! Friendly names for guests, to begin with: a habit, a tea, an animal. Server only: a visitor downloads the one that they
//! got. Never whether a name is taken; two guests may share one.

use super::Locale;

/// A name in the visitor's language. The same seed gives the same name; a random one gives any of thousands.
#[must_use]
pub fn guest_name(locale: Locale, seed: u64) -> String {
    // The last step of splitmix64: seeds that lie side by side give names that do not.
    let mixed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    nth(locale, mixed ^ (mixed >> 31))
}

/// The names of a language, one after the other, over and over.
fn nth(locale: Locale, number: u64) -> String {
    let (habits, teas, animals) = match locale {
        Locale::Zh => (&HABITS_ZH[..], &TEAS_ZH[..], &ANIMALS_ZH[..]),
        Locale::En => (&HABITS_EN[..], &TEAS_EN[..], &ANIMALS_EN[..]),
    };
    let (habit, number) = pick(habits, number);
    let (tea, number) = pick(teas, number);
    let (animal, _) = pick(animals, number);
    match locale {
        Locale::Zh => format!("{habit}{tea}的{animal}"),
        Locale::En => format!("{habit} {tea} {animal}"),
    }
}

/// One of the words, and what of the number is left for others.
fn pick(words: &[&'static str], number: u64) -> (&'static str, u64) {
    let count = words.len().max(1) as u64;
    let word = usize::try_from(number % count).ok().and_then(|index| words.get(index));
    (word.copied().unwrap_or_default(), number / count)
}

const HABITS_ZH: [&str; 8] = ["爱喝", "常喝", "偏爱", "想喝", "捧着", "慢品", "刚泡好", "请你喝"];

const TEAS_ZH: [&str; 20] = [
    "龙井",
    "碧螺春",
    "毛尖",
    "银针",
    "白牡丹",
    "铁观音",
    "大红袍",
    "水仙",
    "凤凰单丛",
    "普洱",
    "正山小种",
    "祁红",
    "滇红",
    "茉莉花茶",
    "桂花乌龙",
    "菊花茶",
    "六堡茶",
    "瓜片",
    "猴魁",
    "大麦茶",
];

const ANIMALS_ZH: [&str; 40] = [
    "松鼠",
    "水獭",
    "刺猬",
    "狐狸",
    "兔子",
    "熊猫",
    "小鹿",
    "白鹤",
    "鸳鸯",
    "猫头鹰",
    "喜鹊",
    "燕子",
    "麻雀",
    "画眉",
    "黄鹂",
    "海豹",
    "企鹅",
    "考拉",
    "树懒",
    "浣熊",
    "柴犬",
    "橘猫",
    "羊驼",
    "小象",
    "河马",
    "海豚",
    "鲸鱼",
    "乌龟",
    "青蛙",
    "蜗牛",
    "萤火虫",
    "蜻蜓",
    "锦鲤",
    "雪豹",
    "猞猁",
    "土拨鼠",
    "小熊",
    "白鹭",
    "鹦鹉",
    "仓鼠",
];

const HABITS_EN: [&str; 20] = [
    "Gentle",
    "Quiet",
    "Merry",
    "Curious",
    "Patient",
    "Sleepy",
    "Bright",
    "Kindly",
    "Dreamy",
    "Nimble",
    "Cheerful",
    "Humble",
    "Sunny",
    "Drifting",
    "Cosy",
    "Thoughtful",
    "Wandering",
    "Playful",
    "Mellow",
    "Early",
];

const TEAS_EN: [&str; 16] = [
    "Oolong",
    "Assam",
    "Sencha",
    "Matcha",
    "Jasmine",
    "Darjeeling",
    "Ceylon",
    "Chai",
    "Mint",
    "Rooibos",
    "Hojicha",
    "Keemun",
    "Chamomile",
    "Bergamot",
    "Longjing",
    "Ginger",
];

const ANIMALS_EN: [&str; 30] = [
    "Otter",
    "Squirrel",
    "Hedgehog",
    "Fox",
    "Rabbit",
    "Panda",
    "Fawn",
    "Crane",
    "Owl",
    "Magpie",
    "Swallow",
    "Sparrow",
    "Robin",
    "Seal",
    "Penguin",
    "Koala",
    "Sloth",
    "Raccoon",
    "Alpaca",
    "Dolphin",
    "Whale",
    "Turtle",
    "Frog",
    "Snail",
    "Firefly",
    "Dragonfly",
    "Lynx",
    "Marmot",
    "Heron",
    "Dormouse",
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{guest_name, nth};
    use crate::i18n::Locale;

    #[test]
    fn there_are_more_than_five_thousand_names_in_each_language() {
        for locale in Locale::ALL {
            let names: HashSet<_> = (0..20_000).map(|number| nth(locale, number)).collect();
            assert!(names.len() > 5_000, "{locale:?}: {}", names.len());
            assert!(names.iter().all(|name| (4..=32).contains(&name.chars().count())), "{locale:?}");
        }
    }

    #[test]
    fn a_seed_always_gives_the_same_name_and_its_neighbour_another() {
        for locale in Locale::ALL {
            assert_eq!(guest_name(locale, 7), guest_name(locale, 7));
            let names: HashSet<_> = (0..100).map(|seed| guest_name(locale, seed)).collect();
            assert!(names.len() > 95, "{locale:?}: {}", names.len());
        }
        assert_eq!(nth(Locale::Zh, 0), "爱喝龙井的松鼠");
        assert_eq!(nth(Locale::En, 0), "Gentle Oolong Otter");
    }

    #[test]
    fn no_seed_is_too_large() {
        for locale in Locale::ALL {
            assert!(!guest_name(locale, u64::MAX).is_empty());
        }
    }
}
