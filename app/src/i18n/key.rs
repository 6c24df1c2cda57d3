//! The name of every text. Never a text itself.

use super::{Locale, en, zh};

/// A text of the interface; `{}` in it stands for a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    SkipToContent,
    Name,
    Tagline,
    HomeLead,
    Navigation,
    LanguageSwitch,
    NavRoom,
    NavGroup,
    RoomTitle,
    RoomAbout,
    RoomOpen,
    GroupAbout,
    GroupChooseTitle,
    GroupChooseLead,
    GroupIdLabel,
    GroupIdHint,
    GroupIdPlaceholder,
    GroupEnter,
    GroupNew,
    GroupRecent,
    GroupSuggested,
    GroupTitle,
    GroupIdBad,
    GroupLobby,
    GroupTeahouse,
    RoomPlaceholder,
    GroupPlaceholder,
    Send,
    CloseConnection,
    Reconnect,
    LogLabel,
    LogEmptyRoom,
    LogEmptyGroup,
    NewBelow,
    EnterHint,
    StateConnecting,
    StateOpen,
    StateFailed,
    StateLost,
    StateClosed,
    RetryIn,
    LineOpen,
    LineFailed,
    LineLost,
    LineClosedRoom,
    LineClosedGroup,
    RoomPrefix,
    GroupPrefix,
    NotSentKept,
    TooLong,
    NeedsScript,
    ScriptFailed,
    NotFoundTitle,
    NotFoundText,
    RefusedTitle,
    RefusedText,
    BrokenTitle,
    BrokenText,
    BackHome,
    GuestName,
    RejectedUnavailable,
    RejectedTooMany,
    RejectedEmpty,
    RejectedTooLong,
    RejectedBadReaction,
    RejectedNoGroup,
    RejectedNoMessage,
    RejectedNotYours,
    RejectedReused,
    RejectedUnknown,
    FooterText,
}

impl Key {
    #[cfg(test)]
    const ALL: &[Self] = &[
        Self::SkipToContent,
        Self::Name,
        Self::Tagline,
        Self::HomeLead,
        Self::Navigation,
        Self::LanguageSwitch,
        Self::NavRoom,
        Self::NavGroup,
        Self::RoomTitle,
        Self::RoomAbout,
        Self::RoomOpen,
        Self::GroupAbout,
        Self::GroupChooseTitle,
        Self::GroupChooseLead,
        Self::GroupIdLabel,
        Self::GroupIdHint,
        Self::GroupIdPlaceholder,
        Self::GroupEnter,
        Self::GroupNew,
        Self::GroupRecent,
        Self::GroupSuggested,
        Self::GroupTitle,
        Self::GroupIdBad,
        Self::GroupLobby,
        Self::GroupTeahouse,
        Self::RoomPlaceholder,
        Self::GroupPlaceholder,
        Self::Send,
        Self::CloseConnection,
        Self::Reconnect,
        Self::LogLabel,
        Self::LogEmptyRoom,
        Self::LogEmptyGroup,
        Self::NewBelow,
        Self::EnterHint,
        Self::StateConnecting,
        Self::StateOpen,
        Self::StateFailed,
        Self::StateLost,
        Self::StateClosed,
        Self::RetryIn,
        Self::LineOpen,
        Self::LineFailed,
        Self::LineLost,
        Self::LineClosedRoom,
        Self::LineClosedGroup,
        Self::RoomPrefix,
        Self::GroupPrefix,
        Self::NotSentKept,
        Self::TooLong,
        Self::NeedsScript,
        Self::ScriptFailed,
        Self::NotFoundTitle,
        Self::NotFoundText,
        Self::RefusedTitle,
        Self::RefusedText,
        Self::BrokenTitle,
        Self::BrokenText,
        Self::BackHome,
        Self::GuestName,
        Self::RejectedUnavailable,
        Self::RejectedTooMany,
        Self::RejectedEmpty,
        Self::RejectedTooLong,
        Self::RejectedBadReaction,
        Self::RejectedNoGroup,
        Self::RejectedNoMessage,
        Self::RejectedNotYours,
        Self::RejectedReused,
        Self::RejectedUnknown,
        Self::FooterText,
    ];

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
            (Key::GroupPrefix, protocol::GROUP_PREFIX),
        ] {
            assert_eq!(key.in_locale(Locale::Zh), words);
        }
    }
}
