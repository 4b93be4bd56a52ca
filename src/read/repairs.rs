//! What had to be mended in a document, counted, and said in words that a publisher understands.

/// One kind of damage that the reader mends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
pub(super) enum Fault {
    Charset,
    StrayBytes,
    JunkBefore,
    Forbidden,
    BareAmpersand,
    BareLess,
    HtmlEntity,
    EntityBudget,
    BadReference,
    Unclosed,
    StrayEnd,
    AttributeQuote,
    CdataCut,
    CommentCut,
    LateDeclaration,
    UndeclaredPrefix,
    Depth,
    Namespaces,
    TextLength,
    Entries,
    BrokenOff,
    EntryNotClosed,
    ForeignRoot,
    JsonSyntax,
    JsonType,
    JsonSurrogate,
    JsonKey,
    DroppedEntry,
    DateNotUnderstood,
    UnsafeAddress,
}

const FAULTS: usize = Fault::UnsafeAddress as usize + 1;

/// The words for each fault, in the order of [`Fault`].
const WORDS: [&str; FAULTS] = [
    "charset is not what the document or the server says",
    "bytes outside the charset read as windows-1252",
    "junk before the document skipped",
    "characters that XML forbids dropped",
    "bare & escaped",
    "bare < escaped",
    "HTML entity without declaration resolved",
    "entity expansion stopped at the limit",
    "reference to no character dropped",
    "element without its end tag closed",
    "end tag without its element dropped",
    "attribute without its closing quote mended",
    "CDATA section without its end closed",
    "comment without its end skipped",
    "XML declaration inside the document skipped",
    "undeclared namespace prefix taken for the usual one",
    "elements nested deeper than 256 flattened",
    "namespaces after the 256th dropped",
    "text cut at the limit",
    "entries after the 10000th not read",
    "document breaks off",
    "entry without its end closed",
    "root element of another format read as RSS",
    "JSON syntax mended",
    "JSON value of the wrong type coerced or dropped",
    "half of a surrogate pair dropped",
    "JSON key given twice",
    "entry that holds nothing dropped",
    "date not understood",
    "address with a scheme that is not for links dropped",
];

/// Counts of what was mended.
#[derive(Clone, Debug)]
pub(super) struct Repairs {
    counts: [u32; FAULTS],
    charset: Option<String>,
}

impl Default for Repairs {
    fn default() -> Self {
        Repairs {
            counts: [0; FAULTS],
            charset: None,
        }
    }
}

impl Repairs {
    /// One more of this kind.
    #[inline]
    pub(super) fn note(&mut self, fault: Fault) {
        let count = &mut self.counts[fault as usize];
        *count = count.saturating_add(1);
    }

    /// `count` more of this kind.
    pub(super) fn note_many(&mut self, fault: Fault, count: usize) {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        self.counts[fault as usize] = self.counts[fault as usize].saturating_add(count);
    }

    /// The charset differs from what was declared: `detail` names both.
    pub(super) fn note_charset(&mut self, detail: String) {
        self.charset = Some(detail);
        self.note(Fault::Charset);
    }

    /// How often it was mended.
    #[cfg(test)]
    pub(super) fn count(&self, fault: Fault) -> u32 {
        self.counts[fault as usize]
    }

    /// Each kind once, in words.
    pub(super) fn words(&self) -> Vec<String> {
        let mut said = Vec::new();
        for (words, count) in WORDS.iter().zip(self.counts) {
            match count {
                0 => {}
                1 => said.push((*words).to_owned()),
                _ => said.push(format!("{words}, {count} times")),
            }
        }
        if let (Some(detail), Some(first)) = (&self.charset, said.first_mut()) {
            *first = detail.clone();
        }
        said
    }
}
