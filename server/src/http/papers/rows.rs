//! From the store's types to those of the pages, and from what was typed to what is stored. Never a decision about who
//! may do what.

use std::time::{SystemTime, UNIX_EPOCH};

use app::paper::{self, Answer, AuditRow, Field, LinkRow, SignUpDoor, Why};
use protocol::{Millis, Person, PersonId};
use store::{AuditEntry, GroupKind, Link, NewAccount, PersonKind, Role, SignUp, Who};
use unicode_normalization::UnicodeNormalization;

use super::form::{Form, NoNumber};
pub(super) use crate::account::login;
use crate::{
    account::is_login,
    passwords::{HashError, Password, Weak},
    state::AppState,
};

const MAX_NAME: usize = 64;
const DAY_MS: Millis = 86_400_000;

/// Who looks at a page.
pub(super) fn visitor(who: &Who) -> paper::Visitor {
    paper::Visitor { person: who.person.clone(), kind: person_kind(who.kind), admin: who.admin }
}

pub(super) const fn person_kind(kind: PersonKind) -> paper::PersonKind {
    match kind {
        PersonKind::Guest => paper::PersonKind::Guest,
        PersonKind::Account => paper::PersonKind::Account,
        PersonKind::Adopted => paper::PersonKind::Adopted,
    }
}

pub(super) const fn group_kind(kind: GroupKind) -> paper::GroupKind {
    match kind {
        GroupKind::Open => paper::GroupKind::Open,
        GroupKind::Private => paper::GroupKind::Private,
        GroupKind::Direct => paper::GroupKind::Direct,
    }
}

pub(super) const fn role(role: Role) -> paper::Role {
    match role {
        Role::Owner => paper::Role::Owner,
        Role::Moderator => paper::Role::Moderator,
        Role::Member => paper::Role::Member,
    }
}

pub(super) const fn door(sign_up: SignUp) -> SignUpDoor {
    match sign_up {
        SignUp::Open => SignUpDoor::Open,
        SignUp::Invite => SignUpDoor::Invite,
        SignUp::Closed => SignUpDoor::Closed,
    }
}

/// A link, and who made it as far as these know.
pub(super) fn link<'a>(link: Link, people: impl IntoIterator<Item = &'a Person>) -> LinkRow {
    let made = |id: PersonId| {
        let known = people.into_iter().find(|person| person.id == id).cloned();
        known.unwrap_or_else(|| Person::new(id.clone(), id))
    };
    LinkRow {
        id: link.id.to_string(),
        by: link.by.map(made),
        created_at: link.created_at,
        expires_at: link.expires_at,
        uses_left: link.uses_left,
    }
}

pub(super) fn audit(entry: AuditEntry) -> AuditRow {
    AuditRow {
        at: entry.at,
        by: entry.by,
        action: entry.action,
        group: entry.group,
        person: entry.person,
        detail: entry.detail,
    }
}

/// Milliseconds since 1970.
pub(super) fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}

/// What somebody is called: anything that can be seen.
pub(super) fn name(typed: &str) -> Result<String, Why> {
    let name: String = typed.trim().nfc().collect();
    if !name.chars().any(|c| !c.is_whitespace() && !is_unseen(c)) {
        Err(Why::Empty)
    } else if name.chars().count() > MAX_NAME || name.chars().any(char::is_control) {
        Err(Why::TooLong)
    } else {
        Ok(name)
    }
}

/// Marks that show nothing and would let two names look alike or a line run backwards.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

/// What a group or the server is called, or what it is for: at most so many characters; nothing is none.
pub(super) fn text(typed: &str, most: usize) -> Result<Option<String>, Why> {
    let text: String = typed.trim().replace("\r\n", "\n").nfc().collect();
    match text.chars().count() {
        0 => Ok(None),
        count if count > most => Err(Why::TooLong),
        _ => Ok(Some(text)),
    }
}

/// How long and how often a link may be used.
pub(super) fn terms(form: &Form) -> Result<(Option<Millis>, Option<u32>), NoNumber> {
    let days = form.number("days")?.map(|days| i64::try_from(days).ok().filter(|days| *days <= 3_650).ok_or(NoNumber));
    let uses = form.number("uses")?.map(|uses| u32::try_from(uses).map_err(|_| NoNumber)).transpose()?;
    Ok((days.transpose()?.map(|days| now().saturating_add(days * DAY_MS)), uses))
}

pub(super) fn server_name(typed: &str) -> Result<(), Answer> {
    match text(typed, MAX_NAME) {
        Ok(Some(_)) => Ok(()),
        Ok(None) => Err(Answer::wrong(Field::ServerName, Why::Empty)),
        Err(why) => Err(Answer::wrong(Field::ServerName, why)),
    }
}

/// The account that somebody asks for.
pub(super) struct Chosen {
    pub(super) login: String,
    name: String,
    password: Password,
}

impl Chosen {
    /// From `login`, `name`, `password` and `again`; with all that is wrong at once.
    pub(super) fn of(form: &Form) -> Result<Self, Answer> {
        let login = login(form.text("login"));
        let typed = form.text("name");
        let name = name(if typed.is_empty() { form.text("login") } else { typed });
        let password = new_password(form, &login);
        let mut wrong = Vec::new();
        let mut add = |at, why| wrong.extend(Answer::wrong(at, why).wrong);
        if login.is_empty() {
            add(Field::Login, Why::Empty);
        } else if !is_login(&login) {
            add(Field::Login, Why::BadLogin);
        }
        if let Err(why) = &name
            && !login.is_empty()
        {
            add(Field::Name, *why);
        }
        if let Err(answer) = &password {
            wrong.extend(answer.wrong.iter().copied());
        }
        match (name, password) {
            (Ok(name), Ok(password)) if wrong.is_empty() => Ok(Self { login, name, password }),
            _ => Err(Answer { done: None, wrong }),
        }
    }

    pub(super) async fn account(self, state: &AppState) -> Result<NewAccount, HashError> {
        let password = state.passwords.hash(self.password).await?;
        Ok(NewAccount { login: self.login, name: self.name, password })
    }
}

/// From `password` and `again`.
pub(super) fn new_password(form: &Form, login: &str) -> Result<Password, Answer> {
    let password = Password::typed(form.raw("password"));
    match password.check(login) {
        Err(Weak::TooShort) => Err(Answer::wrong(Field::Password, Why::PasswordTooShort)),
        Err(Weak::TooLong) => Err(Answer::wrong(Field::Password, Why::PasswordTooLong)),
        Err(Weak::Common) => Err(Answer::wrong(Field::Password, Why::PasswordCommon)),
        Err(Weak::LikeLogin) => Err(Answer::wrong(Field::Password, Why::PasswordLikeLogin)),
        Ok(()) if form.raw("password") != form.raw("again") => Err(Answer::wrong(Field::Again, Why::PasswordsDiffer)),
        Ok(()) => Ok(password),
    }
}

/// A browser and its system, as people know them, from what it calls itself; nothing if it is none that is known.
pub(super) fn device(agent: &str) -> String {
    let first =
        |known: &[(&str, &'static str)]| known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    // In this order: most call themselves by the names of those before them, too.
    let browser = first(&[
        ("MicroMessenger", "WeChat"),
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("CriOS/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = first(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("HarmonyOS", "HarmonyOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    [browser, system].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use app::paper::{Field, Why};
    use axum::body::Body;

    use super::{Chosen, Form, device, name, text};

    #[test]
    fn a_name_can_be_seen() {
        assert_eq!(name(" 李小明 "), Ok("李小明".to_owned()));
        for unseen in ["", "  ", "\u{200b}\u{202e}", "\u{feff}"] {
            assert_eq!(name(unseen), Err(Why::Empty), "{unseen:?}");
        }
        assert_eq!(name(&"茶".repeat(65)), Err(Why::TooLong));
        assert_eq!(text("  ", 10), Ok(None));
    }

    #[tokio::test]
    async fn all_that_is_wrong_is_said_at_once() {
        let form = Form::read(Body::from("login=a&name=x&password=short&again=other")).await.unwrap();
        let Err(answer) = Chosen::of(&form) else { panic!("it is wrong") };
        let wrong: Vec<_> = answer.wrong.iter().map(|wrong| (wrong.at, wrong.why)).collect();
        assert_eq!(wrong, [(Field::Login, Why::BadLogin), (Field::Password, Why::PasswordTooShort)]);
    }

    #[test]
    fn a_browser_is_named_as_people_know_it() {
        let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36";
        assert_eq!(device(chrome), "Chrome, Windows");
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Version/17.0 Mobile Safari/604.1";
        assert_eq!(device(safari), "Safari, iPhone");
        assert_eq!(device("<script>"), "");
    }
}
