//! The name of every text. Never a text itself.

use super::{Locale, en, keys::keys, zh};

keys! {
    /// A text of the interface; `{}` in it stands for a value.
    pub enum Key {
        // Around every page, and the first one
        SkipToContent, Name, Tagline, HomeLead, HomeLeadSignUp, HomeLeadMembers, Navigation, LanguageSwitch,
        // Rooms, and choosing a group
        NavRoom, NavGroup, RoomTitle, RoomAbout, RoomOpen, GroupAbout, GroupChooseTitle, GroupChooseLead,
        GroupIdLabel, GroupIdHint, GroupIdPlaceholder, GroupEnter, GroupNew, GroupRecent, GroupSuggested, GroupTitle,
        GroupIdBad, GroupLobby, GroupTeahouse,
        // Talking, and how the connection is
        RoomPlaceholder, GroupPlaceholder, Send, CloseConnection, Reconnect, LogLabel, LogEmptyRoom, LogEmptyGroup,
        NewBelow, EnterHint, EnterBreaksHint, StateConnecting, StateOpen, StateFailed, StateLost, StateClosed,
        RetryIn, LineOpen, LineFailed, LineLost, LineClosedRoom, LineClosedGroup, RoomPrefix, NotSentKept, TooLong,
        GroupWithoutScript,
        // Who is here and writes
        HereCount, WritesOne, WritesMany, ListComma, ListAnd,
        // The log
        NewSince, NewCount, ToEnd, Gap, GapCount, Months, Date, BeforeNoon, AfterNoon,
        // A message, and what can be done with it
        MessageEdited, MessageDeleted, MessageSending, MessageWaiting, MessageDelayed, MessageFailed, MessageTooLong,
        MessageMore, Everyone, MessageActions, ReactWith, Reply, Replying, Edit, EditEmpty, SpeakAs, Rename,
        KeepIdentity, Editing, Delete, DeleteSure, Cancel, Retry, Discard, CopyLink, LinkCopied,
        // To another message
        QuotedEarlier, JumpBack, MessagePinned, PinsCount, Pin, Unpin, DateJump, DateLabel, DateGo, DateLate,
        DateNonsense, DateUnknown,
        // What helps while one types
        EmojiPick, EmojiMore, EmojiGroups, Suggestions, PastedLines, AsCode, EveryoneSure, SavingIn, ListMore,
        OutboxFull,
        // What does not work, and pages that say so
        NeedsScript, ScriptFailed, NotFoundTitle, NotFoundText, RefusedTitle, RefusedText, BrokenTitle, BrokenText,
        BackHome,
        // Why a command was refused
        RejectedUnavailable, RejectedTooMany, RejectedEmpty, RejectedTooLong, RejectedBadReaction,
        RejectedTooManyPins, RejectedNoGroup, RejectedNoMessage, RejectedNotYours, RejectedReused, RejectedSignIn,
        RejectedForbidden, RejectedArchived, RejectedUnknown,
        // The list of groups
        Groups, GroupsEmpty, GroupsSwitch, Search, GroupsAll, Me, Settings, Shortcuts, GroupsShow, UnreadCount,
        MeantCount, Seen, SeenBy, SwitchFilter, SwitchNone, SwitchHint,
        // A group that can be read no longer, and the rest
        AboutGroup, MembersCount, SignedOutText, SignedOutGo, BannedText, GoneText, GoneGo, Archived, FooterText,
    }
}

impl Key {
    /// The text in a language.
    #[must_use]
    pub fn in_locale(self, locale: Locale) -> &'static str {
        match locale {
            Locale::Zh => zh::text(self),
            Locale::En => en::text(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, Locale};

    #[test]
    fn every_text_exists_in_every_language_with_the_same_places_to_fill() {
        for key in Key::ALL {
            let [zh, en] = Locale::ALL.map(|locale| key.in_locale(locale));
            assert!(!zh.trim().is_empty() && !en.trim().is_empty(), "{key:?}");
            assert_eq!(zh.matches("{}").count(), en.matches("{}").count(), "{key:?}");
        }
    }

    #[test]
    fn the_words_that_the_tutorial_fixes_are_exact() {
        for (key, words) in [
            (Key::LineOpen, "[连接成功!]"),
            (Key::LineFailed, "[连接失败!]"),
            (Key::LineLost, "[连接断开!]"),
            (Key::LineClosedRoom, "[连接已断开啦!]"),
            (Key::LineClosedGroup, "[连接已断开!]"),
            (Key::RoomTitle, "单人聊天"),
            (Key::GroupTitle, "群组内聊天[ 群ID: {} ]"),
            (Key::RoomPlaceholder, "输入聊天内容"),
            (Key::GroupPlaceholder, "输入群聊内容"),
            (Key::Send, "点击发送"),
            (Key::CloseConnection, "关闭连接"),
            (Key::RoomPrefix, protocol::ROOM_PREFIX),
        ] {
            assert_eq!(key.in_locale(Locale::Zh), words);
        }
    }
}
