//! Writes every page without script, in both languages, to `target/papers/`, for looking at: open them in a browser. The
//! sheets are copied into each file. `cargo run -p app --example papers --features ssr`.

use std::{fs, io, path::Path};

use app::{
    i18n::Locale,
    paper::{Answer, Chrome, Done, Field, Paper, PersonKind, Why, Wrong, render},
    preferences::Preferences,
};
use protocol::GroupId;

#[path = "../tests/papers/samples.rs"]
mod samples;

use samples::Words;

fn main() -> io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folder = root.join("target/papers");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("main.css"), sheets(&root)?)?;
    for locale in Locale::ALL {
        for (name, paper) in samples::pages(&words(locale)) {
            let html = render(&paper, &answer(name), &chrome(locale, name, &paper));
            fs::write(folder.join(format!("{name}.{}.html", locale.tag())), html)?;
        }
    }
    Ok(())
}

/// `style/main.css` with what it imports.
fn sheets(root: &Path) -> io::Result<String> {
    let style = root.join("style");
    let main = fs::read_to_string(style.join("main.css"))?;
    let names = main.lines().filter_map(|line| line.strip_prefix("@import \"")?.strip_suffix("\";"));
    names.map(|name| fs::read_to_string(style.join(name))).collect()
}

fn words(locale: Locale) -> Words {
    let texts = |names: [&str; 4], text: &str, group: &str| Words {
        names: names.map(str::to_owned),
        text: text.to_owned(),
        group: GroupId::parse(group).expect("a group id"),
    };
    match locale {
        Locale::Zh => texts(
            ["爱喝龙井的松鼠", "周末爬山小队（长期有效，欢迎带朋友来一起玩）", "مقهى الشاي", "👩🏽‍🚀🍵"],
            "聊聊周末去哪儿爬山，谁带茶，谁带点心。",
            "茶馆",
        ),
        Locale::En => texts(
            [
                "Gentle Oolong Otter",
                "Pneumonoultramicroscopicsilicovolcanoconiosis_and_other_long_names",
                "مقهى الشاي",
                "👩🏽‍🚀🍵",
            ],
            "Where to walk this weekend, who brings tea, and who brings the cake.",
            "teahouse",
        ),
    }
}

fn chrome(locale: Locale, name: &str, paper: &Paper) -> Chrome {
    let words = words(locale);
    let me = match paper {
        Paper::Me(page) if page.login.is_none() => Some(words.visitor(PersonKind::Guest, false)),
        Paper::SignUp(page) if page.keep => Some(words.visitor(PersonKind::Guest, false)),
        Paper::Me(_) | Paper::Choices(_) | Paper::Admin(_) | Paper::Manage(_) | Paper::Edits(_) => {
            Some(words.visitor(PersonKind::Account, true))
        }
        Paper::Groups(page) if page.new.is_some() => Some(words.visitor(PersonKind::Account, false)),
        _ => None,
    };
    let here = match name {
        "me" | "me-guest" => "/me",
        "admin" => "/admin",
        "groups" | "groups-nobody" => "/groups",
        "signin" | "signin-again" => "/signin",
        _ => "/signup",
    };
    Chrome {
        locale,
        preferences: Preferences::default(),
        css: "main.css".to_owned(),
        me,
        server_name: None,
        here: here.to_owned(),
    }
}

/// Some pages are looked at with something wrong or done.
fn answer(name: &str) -> Answer {
    let both = |one: (Field, Why), two: (Field, Why)| Answer {
        done: None,
        wrong: [one, two].map(|(at, why)| Wrong { at, why }).to_vec(),
    };
    match name {
        "signup" => both((Field::Login, Why::NameTaken), (Field::Password, Why::PasswordCommon)),
        "signin-again" => Answer::wrong(Field::Password, Why::WrongLogin),
        "setup" => Answer::wrong(Field::Page, Why::StoreAway),
        "manage-owner" => Answer::wrong(Field::Add, Why::NoPerson),
        "me" => Answer::done(Some(Done::PasswordChanged)),
        _ => Answer::none(),
    }
}
