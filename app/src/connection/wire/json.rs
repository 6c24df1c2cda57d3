//! JSON as text and as a tree. serde_json's own tree brings everything about fractions along, a map and their tables, and
//! weighs a visitor five times as much; here a number stays as it is written. Tests compare the two.

/// A JSON value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    /// As it is written.
    Number(String),
    Text(String),
    List(Vec<Value>),
    Object(Vec<(String, Value)>),
}

/// How deep values may lie in each other; no frame comes near.
const MAX_DEPTH: u32 = 64;

impl Value {
    pub(crate) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// Nothing if it is no JSON.
    pub(crate) fn read(json: &str) -> Option<Self> {
        let mut reader = Reader { json, at: 0 };
        let value = reader.value(MAX_DEPTH)?;
        (reader.at == json.len()).then_some(value)
    }

    /// In an object, what has this name; the last, as everywhere, if several have.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        self.as_object()?.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    pub(crate) fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(value) = self { Some(*value) } else { None }
    }

    pub(crate) fn as_u64(&self) -> Option<u64> {
        if let Self::Number(number) = self { number.parse().ok() } else { None }
    }

    pub(crate) fn as_i64(&self) -> Option<i64> {
        if let Self::Number(number) = self { number.parse().ok() } else { None }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(crate) fn as_list(&self) -> Option<&[Self]> {
        if let Self::List(values) = self { Some(values) } else { None }
    }

    pub(crate) fn as_object(&self) -> Option<&[(String, Self)]> {
        if let Self::Object(fields) = self { Some(fields) } else { None }
    }

    pub(crate) fn to_json(&self) -> String {
        let mut json = String::new();
        self.write(&mut json);
        json
    }

    fn write(&self, json: &mut String) {
        match self {
            Self::Null => json.push_str("null"),
            Self::Bool(value) => json.push_str(if *value { "true" } else { "false" }),
            Self::Number(number) => json.push_str(number),
            Self::Text(text) => quote(text, json),
            Self::List(values) => {
                json.push('[');
                for (place, value) in values.iter().enumerate() {
                    separate(place, json);
                    value.write(json);
                }
                json.push(']');
            }
            Self::Object(fields) => {
                json.push('{');
                for (place, (name, value)) in fields.iter().enumerate() {
                    separate(place, json);
                    quote(name, json);
                    json.push(':');
                    value.write(json);
                }
                json.push('}');
            }
        }
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Number(number.to_string())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number.to_string())
    }
}

fn separate(place: usize, json: &mut String) {
    if place > 0 {
        json.push(',');
    }
}

fn quote(text: &str, json: &mut String) {
    json.push('"');
    for letter in text.chars() {
        let short = match letter {
            '"' | '\\' => letter,
            '\u{8}' => 'b',
            '\u{c}' => 'f',
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            '\0'..='\u{1f}' => {
                json.push_str("\\u00");
                json.push(if letter < '\u{10}' { '0' } else { '1' });
                json.push(char::from(b"0123456789abcdef"[letter as usize % 16]));
                continue;
            }
            _ => {
                json.push(letter);
                continue;
            }
        };
        json.push('\\');
        json.push(short);
    }
    json.push('"');
}

/// Reads from a place on; nothing once what is there is no JSON.
struct Reader<'a> {
    json: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.json.as_bytes().get(self.at).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn eat(&mut self, which: impl Fn(u8) -> bool) -> bool {
        let eaten = self.peek().is_some_and(which);
        self.at += usize::from(eaten);
        eaten
    }

    fn blank(&mut self) {
        while self.eat(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t')) {}
    }

    /// A value and the blanks around it.
    fn value(&mut self, depth: u32) -> Option<Value> {
        let depth = depth.checked_sub(1)?;
        self.blank();
        let value = match self.peek()? {
            b'{' => Value::Object(self.items(b'}', |reader| reader.field(depth))?),
            b'[' => Value::List(self.items(b']', |reader| reader.value(depth))?),
            b'"' => Value::Text(self.string()?),
            b'n' => self.word("null", Value::Null)?,
            b't' => self.word("true", Value::Bool(true))?,
            b'f' => self.word("false", Value::Bool(false))?,
            _ => self.number()?,
        };
        self.blank();
        Some(value)
    }

    fn items<T>(&mut self, end: u8, item: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        self.at += 1;
        self.blank();
        let mut items = Vec::new();
        if self.eat(|byte| byte == end) {
            return Some(items);
        }
        loop {
            items.push(item(self)?);
            match self.next()? {
                b',' => {}
                byte if byte == end => return Some(items),
                _ => return None,
            }
        }
    }

    fn field(&mut self, depth: u32) -> Option<(String, Value)> {
        self.blank();
        let name = self.string()?;
        self.blank();
        self.eat(|byte| byte == b':').then_some(())?;
        Some((name, self.value(depth)?))
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Value> {
        self.json[self.at..].starts_with(word).then(|| {
            self.at += word.len();
            value
        })
    }

    fn number(&mut self) -> Option<Value> {
        let start = self.at;
        self.eat(|byte| byte == b'-');
        if !self.eat(|byte| byte == b'0') {
            self.digits()?;
        }
        if self.eat(|byte| byte == b'.') {
            self.digits()?;
        }
        if self.eat(|byte| matches!(byte, b'e' | b'E')) {
            self.eat(|byte| matches!(byte, b'+' | b'-'));
            self.digits()?;
        }
        Some(Value::Number(self.json[start..self.at].to_owned()))
    }

    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while self.eat(|byte| byte.is_ascii_digit()) {}
        (self.at > start).then_some(())
    }

    fn string(&mut self) -> Option<String> {
        self.eat(|byte| byte == b'"').then_some(())?;
        let mut string = String::new();
        loop {
            let rest = &self.json[self.at..];
            let end = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))?;
            string.push_str(&rest[..end]);
            self.at += end;
            match self.next()? {
                b'"' => return Some(string),
                b'\\' => string.push(self.escaped()?),
                _ => return None,
            }
        }
    }

    fn escaped(&mut self) -> Option<char> {
        Some(match self.next()? {
            byte @ (b'"' | b'\\' | b'/') => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.unit()?;
                // Half of a pair is followed by its other half, or is an error.
                let paired = (0xd800..0xdc00).contains(&first) && self.json[self.at..].starts_with("\\u");
                self.at += if paired { 2 } else { 0 };
                let second = if paired { Some(self.unit()?) } else { None };
                char::decode_utf16([first].into_iter().chain(second)).next()?.ok()?
            }
            _ => return None,
        })
    }

    fn unit(&mut self) -> Option<u16> {
        let digits = self.json.get(self.at..self.at + 4)?;
        self.at += 4;
        digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok()).flatten()
    }
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
