//! What is said, besides the stamp: filler, or sentences of a chat, which compress as people's words do (filler compresses
//! to nothing, random bytes not at all). Never a stamp.

/// How long a message is, and of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Speech {
    /// Of the whole message.
    pub(crate) bytes: usize,
    /// Sentences, Chinese and English by turns; else filler.
    pub(crate) text: bool,
}

/// Without quotes or backslashes: they are put into templates of JSON as they are.
const ENGLISH: &[&str] = &[
    "Has anyone tried the new oolong from the corner shop? It smells of orchids and roasted nuts.",
    "I will be ten minutes late, the bus is stuck behind a street market again.",
    "Could you send me the notes from Tuesday? I missed the second half of the lecture.",
    "The build is green now; it was a stale lock file after all, sorry for the noise.",
    "Let us meet at the east gate at half past six and walk from there.",
    "My grandmother says that water for green tea should never boil, and she is always right.",
    "Who is bringing the cups on Saturday? We had far too few of them last time.",
    "That is a good point, but I think the deadline matters more than the colour of the button.",
    "It has been raining since Monday and the cat refuses to leave the windowsill.",
    "Thanks, that worked! I had been looking at the wrong branch for an hour.",
    "Can we move the call to Thursday afternoon? Half of us are travelling on Wednesday.",
    "Just finished the book you recommended. The ending was nothing like what I expected.",
    "If you are passing the bakery, please get two sesame buns and something without sugar.",
    "The photos from the mountain are in the shared folder, the third one is my favourite.",
    "No hurry at all, whenever you have a quiet moment.",
    "Remember to water the plants by the door, the fern looked rather unhappy yesterday.",
];
const CHINESE: &[&str] = &[
    "今天下午有人去喝茶吗？老地方新到了一批凤凰单丛，闻着一股蜜兰香。",
    "我大概晚十分钟到，公交车又堵在菜市场那条路上了。",
    "周二的笔记能发我一份吗？后半节课我没赶上。",
    "构建已经通过了，原来是锁文件没更新，打扰大家了。",
    "那就六点半在东门集合，然后一起走过去吧。",
    "我奶奶说泡绿茶的水不能烧开，她说的从来没错过。",
    "周六谁带杯子？上次人多，杯子根本不够用。",
    "你说得有道理，不过我觉得按时交比按钮的颜色要紧。",
    "从周一就开始下雨，猫一直趴在窗台上不肯下来。",
    "谢谢，这下好了！我对着错的分支看了整整一个小时。",
    "会议能不能改到周四下午？周三有一半人在路上。",
    "你推荐的那本书我刚看完，结局跟我想的完全不一样。",
    "要是路过面包店，帮我带两个芝麻饼，再来一个无糖的。",
    "山上拍的照片放在共享文件夹里了，我最喜欢第三张。",
    "不着急，你什么时候有空再看就行。",
    "别忘了给门口的花浇水，昨天看那盆蕨有点蔫了。",
];

impl Speech {
    /// Appends to `out` until it has as many bytes as it should; each `number` says something else.
    pub(crate) fn fill(self, number: u32, out: &mut String) {
        if self.text {
            let sentences = if number.is_multiple_of(2) { CHINESE } else { ENGLISH };
            let mut next = number as usize / 2;
            while out.len() < self.bytes {
                out.push_str(sentences[next % sentences.len()]);
                next += 1;
            }
            // Never into the stamp, which is shorter than any message, and in one byte a character.
            out.truncate(out.floor_char_boundary(self.bytes));
        }
        out.extend(std::iter::repeat_n('x', self.bytes.saturating_sub(out.len())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(number: u32, bytes: usize) -> String {
        let mut out = String::new();
        Speech { bytes, text: true }.fill(number, &mut out);
        out
    }

    #[test]
    fn it_is_as_long_as_it_should_be_in_whole_characters_and_says_something_else_each_time() {
        for bytes in 0..1000 {
            assert_eq!((said(0, bytes).len(), said(1, bytes).len()), (bytes, bytes));
        }
        assert_ne!(said(1, 300), said(3, 300));
        assert!(said(2, 300).starts_with("我大概") && said(3, 300).starts_with("I will be"));
    }

    #[test]
    fn no_sentence_breaks_a_template_or_passes_for_a_stamp() {
        for sentence in ENGLISH.iter().chain(CHINESE) {
            assert!(!sentence.contains(['"', '\\', '\n', '{', '}', '~']), "{sentence}");
        }
    }
}
