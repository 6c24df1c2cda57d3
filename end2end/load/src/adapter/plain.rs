//! A socket is a member of the group that its path names, and what it says is heard by all, itself too. With a first
//! frame and a template for messages it also fits most servers that take JSON.

use super::{Adapter, Heard};
use crate::trouble::Trouble;

pub(crate) struct Plain {
    /// Each with `{group}` and, in `say`, `{body}`.
    path: String,
    opening: Option<String>,
    say: Option<String>,
}

impl Plain {
    /// # Errors
    /// [`Trouble::Usage`] when nothing says which group a member is in, or a message would not be in what is said.
    pub(crate) fn new(path: &str, opening: Option<&str>, say: Option<&str>) -> Result<Self, Trouble> {
        if say.is_some_and(|say| !say.contains("{body}")) {
            return Err(Trouble::Usage("--say needs {body}, where the message goes".to_owned()));
        }
        let path = if path == "/" && opening.is_none() { "/group/{group}/" } else { path };
        Ok(Self { path: path.to_owned(), opening: opening.map(str::to_owned), say: say.map(str::to_owned) })
    }
}

impl Adapter for Plain {
    fn path(&self, group: &str) -> String {
        self.path.replace("{group}", group)
    }

    fn opening(&self, group: &str) -> Option<String> {
        self.opening.as_ref().map(|opening| opening.replace("{group}", group))
    }

    fn hear(&self, _: &[u8], _: &str, ready: bool) -> Heard {
        // With a first frame of its own a server answers something, whatever it is: then the member has joined.
        if ready { Heard::Nothing } else { Heard::Joined }
    }

    fn say(&self, group: &str, body: &str, _: u64, out: &mut String) {
        match &self.say {
            Some(template) => out.push_str(&template.replace("{group}", group).replace("{body}", body)),
            None => out.push_str(body),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_the_message_or_the_template_around_it() {
        let mut out = String::new();
        let plain = Plain::new("/", None, None).unwrap();
        plain.say("g", "hello", 1, &mut out);
        assert_eq!((plain.path("g"), out), ("/group/g/".to_owned(), "hello".to_owned()));
        let template =
            Plain::new("/ws", Some(r#"{"join":"{group}"}"#), Some(r#"{"to":"{group}","text":"{body}"}"#)).unwrap();
        let mut out = String::new();
        template.say("g", "hello", 1, &mut out);
        assert_eq!(out, r#"{"to":"g","text":"hello"}"#);
        assert_eq!(template.opening("g").unwrap(), r#"{"join":"g"}"#);
        assert_eq!(template.hear(b"ok", "g", false), Heard::Joined);
    }

    #[test]
    fn a_template_without_the_message_is_refused() {
        assert!(Plain::new("/", None, Some("hello")).is_err());
    }
}
