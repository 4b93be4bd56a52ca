//! Tokens -> a balanced stream of elements, with namespace, base address and language in force.
//!
//! Every element that starts also ends here, whatever the document forgot: an end tag closes what is
//! still open inside its element, an end tag that closes nothing is dropped, the end of the document
//! closes all. Depth is a counter, never the call stack.

mod unclosed;

use super::names::{Local, Space, split};
use super::repairs::Fault;
use super::token::{Attributes, Scanner, Token};
use std::borrow::Cow;
use url::Url;

/// Elements nested deeper than this are flattened into their parent.
pub(super) const MAX_DEPTH: usize = 256;
/// Namespace declarations in force at once.
const MAX_BINDINGS: usize = 256;

/// An element that has begun.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'a> {
    pub(super) space: Space,
    pub(super) local: Local,
    pub(super) name: &'a str,
    pub(super) attributes: Attributes<'a>,
}

/// One step through a document.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step<'a> {
    Start(Element<'a>),
    /// An element ended; [`Cursor::depth`] says which.
    End,
    /// Text with references unresolved.
    Text(&'a str),
    /// Text of a CDATA section.
    Verbatim(&'a str),
    Eof,
}

struct Open<'a> {
    name: &'a str,
    bindings: usize,
}

/// A walk over a document's elements.
pub(super) struct Cursor<'a> {
    pub(super) scanner: Scanner<'a>,
    open: Vec<Open<'a>>,
    bindings: Vec<(&'a str, Space)>,
    bases: Vec<(usize, Url)>,
    languages: Vec<(usize, Option<String>)>,
    home: Space,
    /// A default namespace that nobody knows means the home vocabulary.
    lenient: bool,
    document_base: Option<Url>,
    flattened: usize,
    to_close: usize,
    held: Option<Token<'a>>,
    entry_depth: Option<usize>,
    field_depth: Option<usize>,
    broke_off: bool,
}

impl<'a> Cursor<'a> {
    /// A walk that begins with the root's start tag, already read.
    pub(super) fn new(
        scanner: Scanner<'a>,
        root: Token<'a>,
        document_base: Option<Url>,
    ) -> Cursor<'a> {
        Cursor {
            scanner,
            open: Vec::with_capacity(16),
            bindings: vec![("xml", Space::Xml)],
            bases: Vec::new(),
            languages: Vec::new(),
            home: Space::None,
            lenient: false,
            document_base,
            flattened: 0,
            to_close: 0,
            held: Some(root),
            entry_depth: None,
            field_depth: None,
            broke_off: false,
        }
    }

    /// The vocabulary of names without a namespace, decided by the root; `root` is its name as
    /// written: whatever its prefix is bound to, that is this vocabulary too.
    pub(super) fn settle(&mut self, home: Space, root: &'a str) {
        self.home = home;
        // Where a prefix is bound to the vocabulary, no other name means it.
        self.lenient = home == Space::Rss
            && !self
                .bindings
                .iter()
                .any(|(prefix, space)| *space == home && !prefix.is_empty());
        let (prefix, local) = split(root);
        // The root of RDF is no name of the vocabulary: there the default namespace counts, unless
        // it can't be meant.
        let prefix = match local.eq_ignore_ascii_case("rdf") {
            true if self.bound("") == Some(Space::Other) => return,
            true => "",
            false => prefix,
        };
        self.bindings.push((prefix, home));
    }

    /// How many elements are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The address that relative ones are relative to here (`xml:base`, else the document's own).
    pub(super) fn base(&self) -> Option<&Url> {
        self.bases
            .last()
            .map(|(_, base)| base)
            .or(self.document_base.as_ref())
    }

    /// Whether an `xml:base` was given inside the element at `depth`.
    pub(super) fn base_since(&self, depth: usize) -> Option<&Url> {
        self.bases
            .last()
            .filter(|(at, _)| *at > depth)
            .map(|(_, base)| base)
    }

    /// The base that the innermost open element sets for itself.
    pub(super) fn own_base(&self) -> Option<Url> {
        self.bases
            .last()
            .filter(|(at, _)| *at == self.depth())
            .map(|(_, base)| base.clone())
    }

    /// The language that the innermost open element sets for itself.
    pub(super) fn own_language(&self) -> Option<&str> {
        self.languages
            .last()
            .filter(|(at, _)| *at == self.depth())
            .and_then(|(_, language)| language.as_deref())
    }

    /// `xml:lang` in force.
    pub(super) fn language(&self) -> Option<&str> {
        self.languages
            .last()
            .and_then(|(_, language)| language.as_deref())
    }

    /// The document ended inside an element or a tag.
    pub(super) fn broke_off(&self) -> bool {
        self.broke_off
    }

    /// The next step.
    pub(super) fn next(&mut self) -> Step<'a> {
        loop {
            if self.to_close > 0 {
                self.to_close -= 1;
                self.close();
                return Step::End;
            }
            let token = self.held.take().unwrap_or_else(|| self.scanner.next());
            match token {
                Token::Text(text) => return Step::Text(text),
                Token::Verbatim(text) => return Step::Verbatim(text),
                Token::Start {
                    name,
                    attributes,
                    empty,
                } => {
                    if self.open.len() >= MAX_DEPTH {
                        self.scanner.repairs.note(Fault::Depth);
                        self.flattened += usize::from(!empty);
                        continue;
                    }
                    if self.closes_what_is_open(name) {
                        self.held = Some(token);
                        continue;
                    }
                    let element = self.start(name, attributes);
                    self.to_close = usize::from(empty);
                    return Step::Start(element);
                }
                Token::End { name } => self.end(name),
                Token::Cut => {
                    self.broke_off = true;
                    self.to_close = self.open.len();
                    self.held = Some(Token::Eof);
                }
                Token::Eof => {
                    if self.open.is_empty() {
                        return Step::Eof;
                    }
                    self.broke_off = true;
                    self.to_close = self.open.len();
                    self.held = Some(Token::Eof);
                }
            }
        }
    }

    fn start(&mut self, name: &'a str, attributes: Attributes<'a>) -> Element<'a> {
        let bindings = self.bindings.len();
        self.open.push(Open { name, bindings });
        if memchr::memmem::find(attributes.0.as_bytes(), b"xml").is_some() {
            self.declare(attributes);
        }
        let mut space = self.resolve(name);
        let (prefix, local) = split(name);
        if space == Space::Other && !prefix.is_empty() && self.bound(prefix).is_none() {
            space = Space::of_prefix(prefix);
            if space != Space::Other {
                self.scanner.repairs.note(Fault::UndeclaredPrefix);
            }
        }
        Element {
            space,
            local: Local::of(local),
            name,
            attributes,
        }
    }

    /// `xmlns`, `xml:base` and `xml:lang` of an element that has just been opened.
    fn declare(&mut self, attributes: Attributes<'a>) {
        for (name, value) in attributes.iter() {
            let prefix = match split(name) {
                ("", "xmlns") => "",
                ("xmlns", prefix) => prefix,
                ("xml", "base") => {
                    let value = self.decode(value);
                    self.rebase(&value);
                    continue;
                }
                ("xml", "lang") => {
                    let language = value.trim();
                    let language = (!language.is_empty()).then(|| language.to_owned());
                    self.languages.push((self.open.len(), language));
                    continue;
                }
                _ => continue,
            };
            if self.bindings.len() >= MAX_BINDINGS {
                self.scanner.repairs.note(Fault::Namespaces);
                continue;
            }
            // `xmlns:dc="&dc;"`: RDF's tools declare namespaces as entities.
            let space = Space::of(&self.decode(value));
            self.bindings.push((prefix, space));
        }
    }

    fn rebase(&mut self, value: &str) {
        let value = value.trim();
        let base = match self.base() {
            Some(base) => base.join(value),
            None => Url::parse(value),
        };
        // Only an address that others can be relative to.
        if let Ok(base) = base
            && !base.cannot_be_a_base()
        {
            self.bases.push((self.open.len(), base));
        }
    }

    /// An attribute's value with its references resolved, white space at both ends dropped.
    pub(super) fn decode<'t>(&mut self, raw: &'t str) -> Cow<'t, str> {
        let scanner = &mut self.scanner;
        scanner.entities.decode(raw.trim(), &mut scanner.repairs)
    }

    /// The decoded value of an attribute that is not empty.
    pub(super) fn attribute(&mut self, element: &Element<'a>, name: &str) -> Option<String> {
        let value = self.decode(element.attributes.get(name)?).trim().to_owned();
        (!value.is_empty()).then_some(value)
    }

    fn bound(&self, prefix: &str) -> Option<Space> {
        let mut bindings = self.bindings.iter().rev();
        bindings
            .find(|(bound, _)| *bound == prefix)
            .map(|(_, space)| *space)
    }

    /// The namespace of a name. A default namespace nobody knows is the document's own vocabulary.
    fn resolve(&self, name: &str) -> Space {
        let (prefix, _) = split(name);
        match self.bound(prefix).unwrap_or(Space::None) {
            Space::None if prefix.is_empty() => self.home,
            Space::None => Space::Other,
            Space::Other if prefix.is_empty() && self.lenient => self.home,
            space => space,
        }
    }

    fn end(&mut self, name: &str) {
        if self.flattened > 0 {
            self.flattened -= 1;
            return;
        }
        let same = |open: &Open| open.name == name || open.name.eq_ignore_ascii_case(name);
        match self.open.iter().rposition(same) {
            Some(at) => {
                self.to_close = self.open.len() - at;
                if self.to_close > 1 {
                    self.scanner.repairs.note(Fault::Unclosed);
                }
            }
            None => self.scanner.repairs.note(Fault::StrayEnd),
        }
    }

    fn close(&mut self) {
        let Some(open) = self.open.pop() else { return };
        self.bindings.truncate(open.bindings.max(1));
        let depth = self.open.len();
        while self.bases.last().is_some_and(|(at, _)| *at > depth) {
            self.bases.pop();
        }
        while self.languages.last().is_some_and(|(at, _)| *at > depth) {
            self.languages.pop();
        }
    }

    /// Leaves the innermost open element, whatever is in it.
    pub(super) fn skip(&mut self) {
        let depth = self.depth();
        loop {
            match self.next() {
                Step::End if self.depth() < depth => return,
                Step::Eof => return,
                _ => {}
            }
        }
    }
}
