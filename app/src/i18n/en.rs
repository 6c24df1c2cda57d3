//! Every text in English.

use super::Key;

pub(super) fn text(key: Key) -> &'static str {
    match key {
        Key::SkipToContent => "Skip to content",
        Key::Name => "Teahouse",
        Key::Tagline => "Put the kettle on and talk.",
        Key::HomeLead => "Teahouse is group chat you run yourself: one program, open the page and talk. No sign-up.",
        Key::Navigation => "Main",
        Key::LanguageSwitch => "Language",
        Key::NavRoom => "Room",
        Key::NavGroup => "Group",
        Key::RoomTitle => "Room for one",
        Key::RoomAbout => "You and the server, alone. It repeats what you say; send exit to end it.",
        Key::RoomOpen => "Open a room",
        Key::GroupAbout => {
            "Everyone with the same group ID sees what is said there. Share the address to talk together."
        }
        Key::GroupChooseTitle => "Group chat",
        Key::GroupChooseLead => "Type a group ID, or start a new one.",
        Key::GroupIdLabel => "Group ID",
        Key::GroupIdHint => "1–64 letters, numbers, _ or -, such as teahouse",
        Key::GroupIdPlaceholder => "for example: teahouse",
        Key::GroupEnter => "Enter",
        Key::GroupNew => "Start a new group",
        Key::GroupRecent => "Recent",
        Key::GroupSuggested => "Drop in",
        Key::GroupTitle => "Group chat [ group ID: {} ]",
        Key::GroupIdBad => "“{}” cannot be a group ID. Use 1–64 letters, numbers, _ or -.",
        Key::GroupLobby => "lobby",
        Key::GroupTeahouse => "teahouse",
        Key::RoomPlaceholder => "Type a message",
        Key::GroupPlaceholder => "Message the group",
        Key::Send => "Send",
        Key::CloseConnection => "Disconnect",
        Key::Reconnect => "Reconnect",
        Key::LogLabel => "Messages",
        Key::LogEmptyRoom => "Nothing yet. Say something.",
        Key::LogEmptyGroup => "Nothing yet. Say hello.",
        Key::NewBelow => "New messages",
        Key::EnterHint => "Enter sends, Shift+Enter starts a new line",
        Key::StateConnecting => "Connecting…",
        Key::StateOpen => "Connected",
        Key::StateFailed => "Could not connect",
        Key::StateLost => "Connection lost",
        Key::StateClosed => "Disconnected",
        Key::RetryIn => "retrying in {} s",
        Key::LineOpen => "[Connected!]",
        Key::LineFailed => "[Could not connect!]",
        Key::LineLost => "[Connection lost!]",
        Key::LineClosedRoom => "[Disconnected!]",
        Key::LineClosedGroup => "[Disconnected!]",
        Key::RoomPrefix => "The server says: ",
        Key::GroupPrefix => "Said in the group: ",
        Key::NotSentKept => "Not connected yet; your text is kept.",
        Key::TooLong => "Too long: a message holds at most 1 MiB.",
        Key::NeedsScript => {
            "Chatting needs JavaScript: messages travel over a WebSocket. Turn it on in your browser, or connect any WebSocket client to:"
        }
        Key::ScriptFailed => "This browser could not start the chat. Update it, or reload the page to try again.",
        Key::NotFoundTitle => "No tea here",
        Key::NotFoundText => "There is no such page. The address may be wrong, or the page has moved.",
        Key::RefusedTitle => "That request was refused",
        Key::RefusedText => "The server does not understand or accept this request ({}).",
        Key::BrokenTitle => "We spilled the tea",
        Key::BrokenText => "Something broke on our side ({}). It has been logged; please try again later.",
        Key::BackHome => "Back to the start",
        Key::FooterText => "One binary, one pot of tea.",
    }
}
