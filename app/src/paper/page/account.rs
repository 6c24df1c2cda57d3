//! Setting up, signing up and in, a new password.

use leptos::prelude::*;

use super::Page;
use crate::paper::{
    address::with_next,
    data::{Field, Reset, SetUp, SignIn, SignUp, SignUpDoor},
    form::{Input, form, hidden, submit},
    sheet::Sheet,
    text::{Text, isolated},
};

pub(super) fn set_up(page: &SetUp, sheet: &Sheet<'_>) -> Page {
    let house = Input::new(Field::ServerName, "server_name", sheet.say(Text::ServerName), 64);
    let fields = view! {
        {house.hint(sheet.say(Text::ServerNameHint)).value(&page.server_name).optional().focus().view(sheet)}
        {Input::fresh_login(&page.login, sheet).view(sheet)}
        {name(&page.name, sheet)}
        {new_password(sheet, Text::Password)}
        {submit(sheet.say(Text::SetUpButton))}
    };
    let body = view! {
        <p class="lead">{sheet.say(Text::SetUpLead)}</p>
        {form(format!("/setup/{}", page.token.as_str()), "form", fields)}
    };
    let fields = [Field::ServerName, Field::Login, Field::Name, Field::Password, Field::Again];
    Page::card(sheet.say(Text::SetUpTitle), &fields, body)
}

pub(super) fn sign_up(page: &SignUp, sheet: &Sheet<'_>) -> Page {
    let title = sheet.say(if page.keep { Text::KeepTitle } else { Text::SignUpTitle });
    let shut = match page.door {
        SignUpDoor::Open => None,
        SignUpDoor::Invite => Some(Text::SignUpInviteOnly),
        SignUpDoor::Closed => Some(Text::SignUpClosed),
    };
    let have = view! {
        <p class="aside">
            {sheet.say(Text::HaveAccount)} " "
            <a href=with_next("/signin", page.next.as_ref())>{sheet.say(Text::SignIn)}</a>
        </p>
    };
    if let Some(shut) = shut {
        let body = view! {
            <p class="lead">{sheet.say(shut)}</p>
            {have}
        };
        return Page::card(title, &[], body);
    }
    let lead = match (&sheet.chrome.me, page.keep) {
        (Some(me), true) => sheet.fill(Text::KeepLead, &[&isolated(&me.person.name)]),
        _ => sheet.say(Text::SignUpLead).to_owned(),
    };
    let fields = view! {
        {page.invite.as_ref().map(|invite| hidden("invite", invite.as_str()))}
        {page.next.as_ref().map(|next| hidden("next", next.as_str()))}
        {Input::fresh_login(&page.login, sheet).focus().view(sheet)}
        {name(&page.name, sheet)}
        {new_password(sheet, Text::Password)}
        {submit(sheet.say(if page.keep { Text::KeepButton } else { Text::SignUpButton }))}
    };
    let body = view! {
        <p class="lead">{lead}</p>
        {form("/signup".to_owned(), "form", fields)}
        {have}
    };
    Page::card(title, &[Field::Login, Field::Name, Field::Password, Field::Again], body)
}

pub(super) fn sign_in(page: &SignIn, sheet: &Sheet<'_>) -> Page {
    let password = Input::password(Field::Password, "password", sheet.say(Text::Password), "current-password");
    let login = Input::own_login(&page.login, sheet);
    // Who mistyped one of the two most likely mistyped the password.
    let (login, password) = if page.login.is_empty() { (login.focus(), password) } else { (login, password.focus()) };
    let fields = view! {
        {page.next.as_ref().map(|next| hidden("next", next.as_str()))}
        {login.view(sheet)}
        {password.view(sheet)}
        {submit(sheet.say(Text::SignInButton))}
    };
    let none = (page.door != SignUpDoor::Closed).then(|| {
        view! {
            <p class="aside">
                {sheet.say(Text::NoAccount)} " "
                <a href=with_next("/signup", page.next.as_ref())>{sheet.say(Text::SignUp)}</a>
            </p>
        }
    });
    let body = view! {
        {form("/signin".to_owned(), "form", fields)}
        {none}
        <p class="aside">{sheet.say(Text::Forgot)}</p>
    };
    Page::card(sheet.say(Text::SignInTitle), &[Field::Login, Field::Password], body)
}

pub(super) fn reset(page: &Reset, sheet: &Sheet<'_>) -> Page {
    let fields = view! {
        <div class="field">
            <label for="field-login">{sheet.say(Text::Login)}</label>
            <input id="field-login" type="text" readonly value=page.login.clone() autocomplete="username" dir="auto" />
        </div>
        {new_password(sheet, Text::NewPassword)}
        {submit(sheet.say(Text::ResetButton))}
    };
    let body = view! {
        <p class="lead">{sheet.say(Text::ResetLead)}</p>
        {form(format!("/reset/{}", page.token.as_str()), "form", fields)}
    };
    Page::card(sheet.say(Text::ResetTitle), &[Field::Password, Field::Again], body)
}

pub(super) fn name(value: &str, sheet: &Sheet<'_>) -> AnyView {
    let input = Input::new(Field::Name, "name", sheet.say(Text::Name), 64).autocomplete("nickname");
    input.hint(sheet.say(Text::NameHint)).value(value).view(sheet)
}

/// A password that is chosen, twice: without script it cannot be looked at.
pub(super) fn new_password(sheet: &Sheet<'_>, label: Text) -> AnyView {
    let password = Input::password(Field::Password, "password", sheet.say(label), "new-password");
    let again = Input::password(Field::Again, "again", sheet.say(Text::Again), "new-password");
    view! {
        {password.hint(sheet.say(Text::PasswordHint)).view(sheet)}
        {again.view(sheet)}
    }
    .into_any()
}
