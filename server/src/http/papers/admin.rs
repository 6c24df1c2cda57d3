//! The page about the whole server: settings, people, links, what administrators did. Never one group's affairs.

use app::paper::{
    Admin, Answer, Done, Field, FreshLink, LinkRow, Paper, PersonRow, Settings as TypedSettings, SignUpDoor, Stop, Why,
};
use axum::{extract::Path, response::Response};
use protocol::{Person, PersonId};
use store::{Account, LinkId, LinkKind, NewLink, PersonKind, Refusal, Settings, SignUp, Store, StoreError, Who};

use super::{Asked, Page, Posted, denied, form::Form, rows};
use crate::{account::new_token, chat::Denied};

/// People on a page.
const PEOPLE: u32 = 100;
const AUDIT: u32 = 50;
/// How long somebody has to set a new password.
const RESET_MS: i64 = 24 * 3_600_000;

/// `GET /admin`.
pub(crate) async fn page(asked: Asked) -> Page {
    admin(&asked)?;
    let paper = paper(&asked, None, None).await.map_err(|error| asked.fails(&error))?;
    Ok(asked.show(&paper).await)
}

/// Who asks, if they may manage the whole server: nobody else does, no closed account, no guest.
#[expect(clippy::result_large_err, reason = "it is the answer itself, made once and sent")]
fn admin(asked: &Asked) -> Result<PersonId, Response> {
    let is_admin = |who: &&Who| who.admin && !who.closed && who.kind == PersonKind::Account;
    match asked.who.as_ref() {
        Some(who) if is_admin(&who) => Ok(who.person.id.clone()),
        Some(_) => Err(denied(asked, Denied::Forbidden)),
        None => Err(asked.sign_in()),
    }
}

async fn paper(asked: &Asked, typed: Option<TypedSettings>, fresh: Option<FreshLink>) -> Result<Paper, StoreError> {
    let store = &asked.state.chat.store;
    let settings = store.settings().await?;
    let stored = TypedSettings {
        server_name: settings.name.unwrap_or_default(),
        sign_up: rows::door(settings.sign_up),
        guests: settings.guests,
    };
    let find = asked.query("find").unwrap_or_default();
    let after = asked.query("after").and_then(|after| PersonId::parse(after).ok());
    let before = asked.query("before").and_then(|before| before.parse().ok());
    let (people, next) = people(store, &find, after.as_ref()).await?;
    let me = asked.who.as_ref().map(|who| &who.person.id);
    let row = |row: store::PersonRow| PersonRow {
        kind: rows::person_kind(row.kind),
        me: me == Some(&row.person.id),
        closed: row.closed_at.is_some(),
        seen_at: row.seen_at,
        person: row.person,
        login: row.login,
        admin: row.admin,
        created_at: row.created_at,
    };
    let audit = store.audit(None, before, AUDIT).await?;
    Ok(Paper::Admin(Admin {
        settings: typed.unwrap_or(stored),
        find,
        people: people.into_iter().map(row).collect(),
        next,
        invites: invites(store).await?,
        fresh,
        older: (audit.len() == AUDIT as usize).then(|| audit.last().map(|entry| entry.id)).flatten(),
        audit: audit.into_iter().map(rows::audit).collect(),
    }))
}

/// The server's links, each with who made it.
async fn invites(store: &Store) -> Result<Vec<LinkRow>, StoreError> {
    let links = store.links(None).await?;
    let mut makers: Vec<Person> = Vec::new();
    for by in links.iter().filter_map(|link| link.by.as_ref()) {
        if !makers.iter().any(|known| known.id == *by) {
            makers.extend(store.account_of(by).await?.map(|account| account.person));
        }
    }
    Ok(links.into_iter().map(|link| rows::link(link, &makers)).collect())
}

/// Those whose login or name has this in it, however it is written, and after whom there are more.
async fn people(
    store: &Store,
    find: &str,
    after: Option<&PersonId>,
) -> Result<(Vec<store::PersonRow>, Option<String>), StoreError> {
    let wanted = rows::login(find);
    let fits = |row: &store::PersonRow| {
        row.login.as_ref().is_some_and(|login| login.contains(&wanted))
            || rows::login(&row.person.name).contains(&wanted)
    };
    // One more than is shown tells whether there is more.
    let mut people = if wanted.is_empty() {
        store.people(after, PEOPLE + 1).await?
    } else {
        store.find_people(after, PEOPLE + 1, fits).await?
    };
    let more = people.len() > PEOPLE as usize;
    people.truncate(PEOPLE as usize);
    let next = people.last().filter(|_| more).map(|row| row.person.id.to_string());
    Ok((people, next))
}

async fn again(asked: Asked, typed: Option<TypedSettings>, at: Field, why: Why) -> Response {
    match paper(&asked, typed, None).await {
        Ok(paper) => asked.again(&paper, &Answer::wrong(at, why)).await,
        Err(error) => asked.fails(&error),
    }
}

async fn show(asked: Asked, fresh: FreshLink) -> Response {
    match paper(&asked, None, Some(fresh)).await {
        Ok(paper) => asked.show(&paper).await,
        Err(error) => asked.fails(&error),
    }
}

/// `POST /admin/{act}`.
pub(crate) async fn act(Path(act): Path<String>, Posted(asked, form): Posted) -> Page {
    let me = admin(&asked)?;
    match act.as_str() {
        "settings" => Ok(set(asked, &me, &form).await),
        "invite" => Ok(invite(asked, &me, &form).await),
        "uninvite" => Ok(uninvite(asked, &me, &form).await),
        "reset" => Ok(reset(asked, &me, &form).await),
        "close" | "open" => Ok(close(asked, &me, &form, act == "close").await),
        "admin" => Ok(set_admin(asked, &me, &form).await),
        _ => Err(asked.stop(Stop::Hidden)),
    }
}

async fn set(asked: Asked, me: &PersonId, form: &Form) -> Response {
    let typed = TypedSettings {
        server_name: form.text("server_name").to_owned(),
        sign_up: SignUpDoor::ALL
            .into_iter()
            .find(|door| door.tag() == form.text("sign_up"))
            .unwrap_or(SignUpDoor::Closed),
        guests: form.text("guests") == "1",
    };
    if let Err(answer) = rows::server_name(&typed.server_name) {
        return match paper(&asked, Some(typed), None).await {
            Ok(paper) => asked.again(&paper, &answer).await,
            Err(error) => asked.fails(&error),
        };
    }
    let settings = Settings {
        name: Some(typed.server_name),
        sign_up: match typed.sign_up {
            SignUpDoor::Open => SignUp::Open,
            SignUpDoor::Invite => SignUp::Invite,
            SignUpDoor::Closed => SignUp::Closed,
        },
        guests: typed.guests,
    };
    match asked.state.chat.store.set_settings(me, settings).await {
        Ok(()) => asked.on("/admin", Some(Done::Saved)),
        Err(error) => asked.fails(&error),
    }
}

async fn invite(asked: Asked, me: &PersonId, form: &Form) -> Response {
    let Ok((expires_at, uses)) = rows::terms(form) else {
        return again(asked, None, Field::Invite, Why::BadNumber).await;
    };
    let token = new_token();
    let link = NewLink { kind: LinkKind::Server, group: None, person: None, by: Some(me.clone()), expires_at, uses };
    match asked.state.chat.store.add_link(link, &token).await {
        Ok(_) => {
            let address = format!("{}/invite/{token}", asked.base());
            show(asked, FreshLink::Invite(address)).await
        }
        Err(error) => asked.fails(&error),
    }
}

async fn uninvite(asked: Asked, me: &PersonId, form: &Form) -> Response {
    let store = &asked.state.chat.store;
    let ours = match store.links(None).await {
        Ok(links) => links,
        Err(error) => return asked.fails(&error),
    };
    let link = LinkId::parse(form.text("id")).ok().filter(|id| ours.iter().any(|link| link.id == *id));
    let Some(link) = link else { return again(asked, None, Field::Page, Why::Gone).await };
    match store.revoke_link(me, &link).await {
        Ok(()) => asked.on("/admin", Some(Done::LinkRevoked)),
        Err(error) => asked.fails(&error),
    }
}

/// Whom the form is about, if they have an account.
async fn account(store: &Store, form: &Form) -> Result<Option<Account>, StoreError> {
    match PersonId::parse(form.text("person")) {
        Ok(person) => store.account_of(&person).await,
        Err(_) => Ok(None),
    }
}

/// A link by which somebody sets a new password: for a day, once.
async fn reset(asked: Asked, me: &PersonId, form: &Form) -> Response {
    let store = &asked.state.chat.store;
    let person = match account(store, form).await {
        Ok(Some(account)) => account.person,
        Ok(None) => return again(asked, None, Field::Page, Why::NoPerson).await,
        Err(error) => return asked.fails(&error),
    };
    let token = new_token();
    let link = NewLink {
        kind: LinkKind::Reset,
        group: None,
        person: Some(person.id.clone()),
        by: Some(me.clone()),
        expires_at: Some(rows::now().saturating_add(RESET_MS)),
        uses: Some(1),
    };
    match store.add_link(link, &token).await {
        Ok(_) => {
            let address = format!("{}/reset/{token}", asked.base());
            show(asked, FreshLink::Reset { person, address }).await
        }
        Err(error) => asked.fails(&error),
    }
}

async fn close(asked: Asked, me: &PersonId, form: &Form, closed: bool) -> Response {
    let Ok(person) = PersonId::parse(form.text("person")) else {
        return again(asked, None, Field::Page, Why::NoPerson).await;
    };
    if person == *me {
        return again(asked, None, Field::Page, Why::Yourself).await;
    }
    match asked.state.chat.store.close_person(me, &person, closed).await {
        Ok(ended) => {
            asked.state.chat.sessions.end(ended, true).await;
            asked.on("/admin", Some(if closed { Done::Closed } else { Done::Opened }))
        }
        Err(StoreError::Refused(Refusal::LastOwner)) => again(asked, None, Field::Page, Why::LastAdmin).await,
        Err(StoreError::Refused(_)) => again(asked, None, Field::Page, Why::NoPerson).await,
        Err(error) => asked.fails(&error),
    }
}

/// Who is no admin any more is signed out: what they had open knew them as one.
async fn set_admin(asked: Asked, me: &PersonId, form: &Form) -> Response {
    let store = &asked.state.chat.store;
    let account = match account(store, form).await {
        Ok(Some(account)) => account,
        Ok(None) => return again(asked, None, Field::Page, Why::NoPerson).await,
        Err(error) => return asked.fails(&error),
    };
    let admin = form.text("admin") == "1";
    match store.set_admin(Some(me), &account.login, admin).await {
        Ok(ended) => {
            asked.state.chat.sessions.end(ended, false).await;
            asked.on("/admin", Some(Done::AdminChanged))
        }
        Err(StoreError::Refused(Refusal::LastOwner)) => again(asked, None, Field::Page, Why::LastAdmin).await,
        Err(error) => asked.fails(&error),
    }
}
