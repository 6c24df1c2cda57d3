//! One of every page, with names and texts of the caller's: pretty ones for looking, nasty ones for the tests.

use app::paper::{
    Admin, AuditRow, Candidate, Choice, Choices, DirectChoice, Edits, Found, FreshLink, GroupKind, GroupLine, Groups,
    Hit, Invite, InvitedTo, LinkRow, LinkToken, Manage, Me, MemberPowers, MemberRow, NewGroup, OwnPath, Paper,
    PersonKind, PersonRow, Powers, Reset, Role, Search, SearchWrong, SessionRow, SetUp, Settings, SignIn, SignUp,
    SignUpDoor, SpeakerRow, Stop, Version, Visitor,
};
use protocol::{GroupId, MessageId, Millis, Person, PersonId};

const DAY: Millis = 86_400_000;
const NOW: Millis = 1_780_000_000_000;

/// What people wrote.
pub(crate) struct Words {
    pub(crate) names: [String; 4],
    pub(crate) text: String,
    pub(crate) group: GroupId,
}

impl Words {
    pub(crate) fn person(&self, n: usize) -> Person {
        let id = PersonId::parse(format!("0192f0c1-7c1e-7bb4-9d9a-{:012x}", n * 7 + 3)).unwrap();
        Person::new(id, self.names[n % self.names.len()].clone())
    }

    pub(crate) fn visitor(&self, kind: PersonKind, admin: bool) -> Visitor {
        Visitor { person: self.person(0), kind, admin }
    }
}

fn token() -> LinkToken {
    LinkToken::parse("aZ0_-secret").unwrap()
}

/// Every page, by a name for its file.
pub(crate) fn pages(words: &Words) -> Vec<(&'static str, Paper)> {
    let name = || words.names[0].clone();
    let next = || OwnPath::parse("/chatgroup?groupID=%E8%8C%B6");
    let sign_up = |keep, door| {
        Paper::SignUp(SignUp { keep, door, invite: Some(token()), next: next(), login: name(), name: name() })
    };
    let sign_in = |login| Paper::SignIn(SignIn { next: next(), door: SignUpDoor::Open, login });
    let mut pages = vec![
        ("setup", Paper::SetUp(SetUp { token: token(), server_name: name(), login: name(), name: name() })),
        ("signup", sign_up(false, SignUpDoor::Open)),
        ("keep", sign_up(true, SignUpDoor::Open)),
        ("signup-invite", sign_up(false, SignUpDoor::Invite)),
        ("signup-closed", sign_up(false, SignUpDoor::Closed)),
        ("signin", sign_in(String::new())),
        ("signin-again", sign_in(name())),
        ("reset", Paper::Reset(Reset { token: token(), login: name() })),
        ("me", me(words, Some(name()))),
        ("me-guest", me(words, None)),
        ("choices", Paper::Choices(Choices { name: name() })),
        ("groups", groups(words)),
        ("groups-nobody", Paper::Groups(Groups { mine: vec![], open: vec![], new: None, people: None, choice: None })),
        ("manage-owner", manage(words, GroupKind::Open, true)),
        ("manage-member", manage(words, GroupKind::Private, false)),
        ("manage-direct", manage(words, GroupKind::Direct, true)),
        ("edits", edits(words, 3)),
        ("edits-deleted", edits(words, 0)),
        ("admin", admin(words)),
    ];
    pages.extend(invites(words));
    pages.extend(searches(words));
    pages.extend(stops(words));
    pages
}

fn me(words: &Words, login: Option<String>) -> Paper {
    let session = |n: i64, device: &str| SessionRow {
        id: format!("session-{n}"),
        device: device.to_owned(),
        created_at: NOW - n * 9 * DAY,
        seen_at: NOW - n * DAY,
        this: n == 0,
    };
    let sessions = vec![session(0, "Firefox, Linux"), session(1, &words.text), session(2, "")];
    Paper::Me(Me { login, sessions })
}

fn groups(words: &Words) -> Paper {
    let line = |n: usize, kind, role, unread| GroupLine {
        id: words.group.clone(),
        name: (n != 2).then(|| words.names[n % 4].clone()),
        about: (n == 0).then(|| words.text.clone()),
        kind,
        archived: n == 3,
        members: (kind != GroupKind::Direct).then_some(n as u64 + 1),
        unread,
        at: Some(NOW - n as i64 * DAY),
        role,
        with: if kind == GroupKind::Direct { vec![words.person(1), words.person(2)] } else { vec![] },
    };
    Paper::Groups(Groups {
        mine: vec![
            line(0, GroupKind::Open, Some(Role::Owner), 12),
            line(1, GroupKind::Private, Some(Role::Moderator), 0),
            line(2, GroupKind::Direct, Some(Role::Member), 1),
            line(3, GroupKind::Open, Some(Role::Member), 0),
        ],
        open: vec![line(1, GroupKind::Open, None, 0)],
        new: Some(NewGroup { name: words.names[1].clone(), about: words.text.clone(), kind: GroupKind::Private }),
        people: Some(words.names[2].clone()),
        choice: Some(DirectChoice {
            choice: choice(words),
            chosen: format!("{} ", words.person(3).id),
            people: words.text.clone(),
        }),
    })
}

fn choice(words: &Words) -> Choice {
    let candidate = |n: usize, kind, login: Option<&str>| Candidate {
        person: words.person(n),
        kind,
        login: login.map(str::to_owned),
    };
    let people = vec![candidate(1, PersonKind::Account, Some("ada")), candidate(2, PersonKind::Guest, None)];
    Choice { name: words.text.clone(), people }
}

fn links(words: &Words) -> Vec<LinkRow> {
    let link = |n: usize, expires_at, uses_left| LinkRow {
        id: format!("link-{n}"),
        by: (n != 2).then(|| words.person(n)),
        created_at: NOW - DAY,
        expires_at,
        uses_left,
        resets: (n == 1).then(|| words.person(3)),
    };
    vec![link(0, Some(NOW + 7 * DAY), Some(1)), link(1, None, None), link(2, Some(NOW + DAY), Some(10))]
}

fn log(words: &Words) -> Vec<AuditRow> {
    let acts = ["banned", "role", "described", "invited", "deleted", "settings", "some_new_word"];
    let row = |(n, action): (usize, &&str)| AuditRow {
        at: NOW - n as i64 * DAY,
        by: (n != 3).then(|| words.person(0)),
        action: (*action).to_owned(),
        group: (n == 2).then(|| words.group.clone()),
        person: (n != 6).then(|| words.person(n)),
        detail: (n == 1).then(|| "moderator".to_owned()),
    };
    acts.iter().enumerate().map(row).collect()
}

const fn powers(all: bool) -> MemberPowers {
    MemberPowers { role: all, remove: all, ban: all, message: all }
}

fn manage(words: &Words, kind: GroupKind, all: bool) -> Paper {
    let member = |n: usize, role| MemberRow {
        person: words.person(n),
        role,
        since: NOW - n as i64 * DAY,
        me: n == 0,
        may: powers(all && n > 0),
    };
    let direct = kind == GroupKind::Direct;
    let speaker = |n: usize, kind| SpeakerRow { person: words.person(n), kind, at: NOW, me: false, may: powers(all) };
    Paper::Manage(Manage {
        id: words.group.clone(),
        kind,
        archived: !all,
        name: if direct { String::new() } else { words.names[1].clone() },
        about: words.text.clone(),
        slow: "30".to_owned(),
        with: if direct { vec![words.person(1), words.person(2)] } else { vec![] },
        powers: Powers { describe: all, invite: all, moderate: all, leave: true },
        members: vec![
            member(0, Role::Owner),
            member(1, Role::Moderator),
            member(2, Role::Member),
            member(3, Role::Member),
        ],
        members_count: 1234,
        speakers: if kind == GroupKind::Open { vec![speaker(4, PersonKind::Guest)] } else { vec![] },
        banned: if direct { vec![] } else { vec![(words.person(3), NOW)] },
        invites: if direct { vec![] } else { links(words) },
        fresh: all.then(|| {
            "https://tea.example/invite/aZ0_-secret-that-is-sixty-four-characters-long-as-they-are".to_owned()
        }),
        add: String::new(),
        choice: (kind == GroupKind::Open).then(|| choice(words)),
        audit: if direct { vec![] } else { log(words) },
        older: Some(17),
    })
}

fn edits(words: &Words, count: usize) -> Paper {
    let version = |n: usize| Version { at: NOW + n as i64 * 60_000, body: format!("{}\n\n{n}", words.text) };
    Paper::Edits(Edits {
        group: words.group.clone(),
        group_name: Some(words.names[1].clone()),
        message: MessageId::parse("m-1").unwrap(),
        author: words.person(2),
        versions: (0..count).map(version).collect(),
    })
}

fn searches(words: &Words) -> Vec<(&'static str, Paper)> {
    let hit = |n: usize| Hit {
        group: words.group.clone(),
        group_name: (n > 1).then(|| words.names[1].clone()),
        with: if n == 1 { vec![words.person(0), words.person(2)] } else { Vec::new() },
        message: MessageId::parse("m-1").unwrap(),
        by: words.person(n),
        at: NOW,
        text: vec![(words.text.clone(), false), (words.names[0].clone(), true), (words.text.clone(), false)],
    };
    let search = |answer, wrong| Paper::Search(Search { typed: words.text.clone(), answer, wrong });
    let found = Found { hits: (0..3).map(hit).collect(), older: Some(7), complete: false };
    let mut pages = vec![
        ("search", search(None, None)),
        ("search-found", search(Some(found), None)),
        ("search-none", search(Some(Found { complete: true, ..Found::default() }), None)),
    ];
    pages.extend(SearchWrong::ALL.map(|wrong| ("search-wrong", search(None, Some(wrong)))));
    pages
}

fn invites(words: &Words) -> Vec<(&'static str, Paper)> {
    let invite = |to, may_join| Paper::Invite(Invite { token: token(), to, may_join });
    let group =
        |joined| InvitedTo::Group { name: words.names[1].clone(), about: Some(words.text.clone()), members: 1, joined };
    vec![
        ("invite", invite(group(None), true)),
        ("invite-account", invite(group(None), false)),
        ("invite-joined", invite(group(Some(words.group.clone())), true)),
        ("invite-server", invite(InvitedTo::Server, false)),
    ]
}

fn admin(words: &Words) -> Paper {
    let person = |n: usize, kind, login: Option<&str>| PersonRow {
        person: words.person(n),
        kind,
        login: login.map(str::to_owned),
        admin: n < 2 && kind == PersonKind::Account,
        closed: n == 2,
        created_at: NOW - n as i64 * 40 * DAY,
        seen_at: (n != 3).then_some(NOW),
        me: n == 0,
    };
    Paper::Admin(Admin {
        settings: Settings { server_name: words.names[1].clone(), sign_up: SignUpDoor::Invite, guests: true },
        find: words.names[3].clone(),
        people: vec![
            person(0, PersonKind::Account, Some("ada")),
            person(1, PersonKind::Account, Some(&words.names[1])),
            person(2, PersonKind::Guest, None),
            person(3, PersonKind::Adopted, None),
        ],
        next: Some(words.names[2].clone()),
        invites: links(words),
        resets: links(words),
        fresh: Some(FreshLink::Reset {
            person: words.person(1),
            address: "https://tea.example/reset/aZ0_-secret".to_owned(),
        }),
        audit: log(words),
        older: Some(3),
    })
}

fn stops(words: &Words) -> Vec<(&'static str, Paper)> {
    let stop = |name, stop| (name, Paper::Stop(stop));
    vec![
        stop("stop-signin", Stop::SignIn { next: OwnPath::parse("/groups") }),
        stop("stop-forbidden", Stop::Forbidden),
        stop("stop-banned", Stop::Banned),
        stop("stop-closed", Stop::Closed),
        stop("stop-archived", Stop::Archived { group: Some(words.group.clone()) }),
        stop("stop-cross-site", Stop::CrossSite),
        stop("stop-hidden", Stop::Hidden),
        stop("stop-link", Stop::LinkSpent),
        stop("stop-set-up", Stop::AlreadySetUp),
        stop("stop-too-many", Stop::TooMany { seconds: 125 }),
        stop("stop-store", Stop::StoreAway),
    ]
}
