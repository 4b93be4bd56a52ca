//! JSON as publishers write it -> values, one at a time.
//!
//! serde_json stops at the first error and takes the document with it; a feed with one lone
//! surrogate, one NaN, one control character or a missing end still has entries. What RFC 8259
//! forbids is mended here and named; nesting is a counter, never the call stack.

use super::repairs::{Fault, Repairs};
use serde_json::{Map, Number, Value};

/// Values nested deeper become null.
const MAX_DEPTH: usize = 64;

/// A cursor over JSON text.
pub(super) struct JsonText<'a> {
    text: &'a str,
    at: usize,
    pub(super) repairs: Repairs,
}

/// A container that is being read.
enum Frame {
    Array(Vec<Value>),
    Object(Map<String, Value>, Option<String>),
}

/// One step inside a container.
enum Next {
    Value(Value),
    Open(Frame),
    Close,
}

impl<'a> JsonText<'a> {
    pub(super) fn new(text: &'a str, repairs: Repairs) -> JsonText<'a> {
        JsonText {
            text,
            at: 0,
            repairs,
        }
    }

    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            let is_mark = self.text[self.at..].starts_with('\u{feff}');
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                0xef if is_mark => self.at += 3,
                byte => return Some(*byte),
            }
        }
        None
    }

    /// Passes `wanted` if it comes next.
    pub(super) fn take(&mut self, wanted: u8) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    /// The next key of the object that is open, its colon passed; None at its end or where the text
    /// makes no sense.
    pub(super) fn key(&mut self) -> Option<String> {
        while self.take(b',') {}
        if self.peek()? != b'"' {
            return None;
        }
        let key = self.string()?;
        self.take(b':').then_some(key)
    }

    /// Whether an element follows in the array that is open; passes commas, and the end.
    pub(super) fn element(&mut self) -> bool {
        while self.take(b',') {}
        match self.peek() {
            None => false,
            Some(b']') => {
                self.at += 1;
                false
            }
            Some(_) => true,
        }
    }

    /// Nothing but white space is left.
    pub(super) fn is_at_end(&mut self) -> bool {
        self.peek().is_none()
    }

    /// Goes on behind the next `},` that an object follows; false where there is none.
    pub(super) fn recover(&mut self) -> bool {
        self.repairs.note(Fault::JsonSyntax);
        let bytes = self.text.as_bytes();
        while let Some(found) = bytes
            .get(self.at..)
            .and_then(|rest| memchr::memchr(b'}', rest))
        {
            self.at += found + 1;
            let behind = self.at;
            if self.take(b',') && self.peek() == Some(b'{') {
                return true;
            }
            self.at = behind;
        }
        self.at = bytes.len();
        false
    }

    /// One value; None where the text breaks off or makes no sense.
    pub(super) fn value(&mut self) -> Option<Value> {
        let mut stack: Vec<Frame> = Vec::new();
        let mut skipped = 0usize;
        loop {
            let next = self.step(&mut stack)?;
            let done = match next {
                Next::Open(_) if stack.len() >= MAX_DEPTH || skipped > 0 => {
                    skipped += 1;
                    self.skip_nested(&mut skipped)?;
                    Value::Null
                }
                Next::Open(frame) => {
                    stack.push(frame);
                    continue;
                }
                Next::Value(value) => value,
                Next::Close => match stack.pop()? {
                    Frame::Array(values) => Value::Array(values),
                    Frame::Object(members, _) => Value::Object(members),
                },
            };
            match stack.last_mut() {
                None => return Some(done),
                Some(Frame::Array(values)) => values.push(done),
                Some(Frame::Object(members, key)) => {
                    let key = key.take()?;
                    if members.insert(key, done).is_some() {
                        self.repairs.note(Fault::JsonKey);
                    }
                }
            }
        }
    }

    /// Passes what is nested too deep, counting brackets only.
    fn skip_nested(&mut self, skipped: &mut usize) -> Option<()> {
        self.repairs.note(Fault::Depth);
        while *skipped > 0 {
            match self.peek()? {
                b'{' | b'[' => *skipped += 1,
                b'}' | b']' => *skipped -= 1,
                b'"' => {
                    self.string()?;
                    continue;
                }
                _ => {}
            }
            self.at += 1;
            while !self.text.is_char_boundary(self.at) {
                self.at += 1;
            }
        }
        Some(())
    }

    fn step(&mut self, stack: &mut [Frame]) -> Option<Next> {
        match stack.last_mut() {
            None => {}
            Some(Frame::Array(_)) => {
                while self.take(b',') {}
                if self.take(b']') {
                    return Some(Next::Close);
                }
            }
            Some(Frame::Object(_, key)) => {
                while self.take(b',') {}
                if self.take(b'}') {
                    return Some(Next::Close);
                }
                *key = Some(self.key()?);
            }
        }
        Some(match self.peek()? {
            b'{' => {
                self.at += 1;
                Next::Open(Frame::Object(Map::new(), None))
            }
            b'[' => {
                self.at += 1;
                Next::Open(Frame::Array(Vec::new()))
            }
            b'"' => Next::Value(Value::String(self.string()?)),
            b'-' | b'0'..=b'9' => Next::Value(self.number()),
            byte if byte.is_ascii_alphabetic() => Next::Value(self.word()),
            _ => return None,
        })
    }

    fn run(&mut self, test: fn(u8) -> bool) -> &'a str {
        let rest = &self.text[self.at..];
        let end = rest
            .bytes()
            .position(|byte| !test(byte))
            .unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    fn number(&mut self) -> Value {
        let digits =
            self.run(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.'));
        let parsed = digits.parse::<i64>().map(Number::from).ok();
        match parsed.or_else(|| Number::from_f64(digits.parse().ok()?)) {
            Some(number) => Value::Number(number),
            None => self.mended(Value::Null),
        }
    }

    fn word(&mut self) -> Value {
        match self.run(|byte| byte.is_ascii_alphanumeric()) {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            // NaN, Infinity, undefined, None.
            _ => self.mended(Value::Null),
        }
    }

    fn mended(&mut self, value: Value) -> Value {
        self.repairs.note(Fault::JsonSyntax);
        value
    }

    /// The string that begins here; None where it has no end.
    fn string(&mut self) -> Option<String> {
        let bytes = self.text.as_bytes();
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = &bytes[self.at..];
            let found = memchr::memchr2(b'"', b'\\', rest)?;
            out.push_str(&self.text[self.at..self.at + found]);
            self.at += found + 1;
            if rest[found] == b'"' {
                return Some(out);
            }
            self.escape(&mut out)?;
        }
    }

    fn escape(&mut self, out: &mut String) -> Option<()> {
        let escaped = self.text[self.at..].chars().next()?;
        self.at += escaped.len_utf8();
        match escaped {
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\n'),
            'b' | 'f' => self.repairs.note(Fault::Forbidden),
            '"' | '\\' | '/' => out.push(escaped),
            'u' => {
                let code = self.unit();
                out.extend(code.and_then(|code| self.character(code)));
            }
            other => {
                self.repairs.note(Fault::JsonSyntax);
                out.push(other);
            }
        }
        Some(())
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        let unit = u32::from_str_radix(digits, 16).ok()?;
        self.at += 4;
        Some(unit)
    }

    fn character(&mut self, unit: u32) -> Option<char> {
        let code = match unit {
            0xd800..=0xdbff => {
                let before = self.at;
                let low = self.text[self.at..].starts_with("\\u").then(|| {
                    self.at += 2;
                    self.unit()
                });
                match low.flatten() {
                    Some(low @ 0xdc00..=0xdfff) => {
                        0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)
                    }
                    _ => {
                        self.at = before;
                        self.repairs.note(Fault::JsonSurrogate);
                        return None;
                    }
                }
            }
            0xdc00..=0xdfff => {
                self.repairs.note(Fault::JsonSurrogate);
                return None;
            }
            _ => unit,
        };
        let found = char::from_u32(code).filter(|found| super::entity::is_allowed(*found));
        if found.is_none() {
            self.repairs.note(Fault::Forbidden);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn value(text: &str) -> Option<Value> {
        JsonText::new(text, Repairs::default()).value()
    }

    #[test]
    fn well_formed_json_reads_as_serde_reads_it() {
        let text =
            r#" {"a":[1,-2.5e3,"x\u00e9\ud83d\ude00\n\"",{"b":null}],"c":true,"d":{},"e":[]} "#;
        assert_eq!(value(text), serde_json::from_str(text).ok());
    }

    #[test]
    fn faults_of_publishers_are_mended() {
        assert_eq!(
            value(r#"{"a":NaN,"b":"x\ud83dy","c":[1,2,],}"#),
            Some(json!({"a":null,"b":"xy","c":[1,2]}))
        );
        assert_eq!(value("{\"a\":\"x\ty\nz\"}"), Some(json!({"a":"x\ty\nz"})));
        assert_eq!(value(r#"{"a":1,"a":2}"#), Some(json!({"a":2})));
    }

    #[test]
    fn what_breaks_off_is_none_and_depth_is_no_stack() {
        assert_eq!(value(r#"{"a":"x"#), None);
        assert_eq!(value(&"[".repeat(1_000_000)), None);
        let deep = format!("{}1{}", "[".repeat(1000), "]".repeat(1000));
        assert!(value(&deep).is_some());
    }
}
