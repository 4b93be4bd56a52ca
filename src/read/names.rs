//! Namespaces by URI, whatever the prefix, and element names without regard to case.
//!
//! Publishers write URIs with `https`, without the last slash, in capitals; a namespace is told by
//! what is left when these are folded. The names of RSS 2.0 are in no namespace, so every URI ever
//! seen as the default on `<rss>` means the same here.

/// A namespace that the mapping knows, or that it does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    /// No namespace at all: belongs to the document's own vocabulary.
    None,
    Rss,
    Atom,
    Rdf,
    Content,
    Dublin,
    DublinTerms,
    Media,
    Itunes,
    Georss,
    Geo,
    Slash,
    Thread,
    Syndication,
    Tombstone,
    History,
    Feedburner,
    SourceNs,
    Wfw,
    Xhtml,
    Xml,
    Other,
}

/// (folded URI, namespace, the usual prefix); the first of a namespace is the one it is kept under.
const KNOWN: &[(&str, Space, &str)] = &[
    ("www.w3.org/2005/atom", Space::Atom, "atom"),
    ("purl.org/atom/ns", Space::Atom, "atom03"),
    ("purl.org/net/atom", Space::Atom, ""),
    ("example.com/newformat", Space::Atom, ""),
    ("example.com/necho", Space::Atom, ""),
    ("purl.org/echo", Space::Atom, ""),
    ("purl.org/pie", Space::Atom, ""),
    ("uri/of/echo/namespace", Space::Atom, ""),
    ("www.w3.org/1999/02/22-rdf-syntax-ns", Space::Rdf, "rdf"),
    (
        "purl.org/rss/1.0/modules/content",
        Space::Content,
        "content",
    ),
    ("purl.org/dc/elements/1.1", Space::Dublin, "dc"),
    ("purl.org/dc/elements/1.0", Space::Dublin, ""),
    ("purl.org/metadata/dublin_core", Space::Dublin, ""),
    ("purl.org/dc/terms", Space::DublinTerms, "dcterms"),
    ("search.yahoo.com/mrss", Space::Media, "media"),
    ("www.rssboard.org/media-rss", Space::Media, ""),
    ("video.search.yahoo.com/mrss", Space::Media, ""),
    ("tools.search.yahoo.com/mrss", Space::Media, ""),
    (
        "www.itunes.com/dtds/podcast-1.0.dtd",
        Space::Itunes,
        "itunes",
    ),
    ("example.com/dtds/podcast-1.0.dtd", Space::Itunes, ""),
    ("www.georss.org/georss", Space::Georss, "georss"),
    ("www.w3.org/2003/01/geo/wgs84_pos", Space::Geo, "geo"),
    ("purl.org/rss/1.0/modules/slash", Space::Slash, "slash"),
    ("purl.org/syndication/thread/1.0", Space::Thread, "thr"),
    (
        "purl.org/rss/1.0/modules/syndication",
        Space::Syndication,
        "sy",
    ),
    ("purl.org/atompub/tombstones/1.0", Space::Tombstone, "at"),
    ("purl.org/syndication/history/1.0", Space::History, "fh"),
    (
        "rssnamespace.org/feedburner/ext/1.0",
        Space::Feedburner,
        "feedburner",
    ),
    ("source.scripting.com", Space::SourceNs, "source"),
    ("wellformedweb.org/commentapi", Space::Wfw, "wfw"),
    ("www.w3.org/1999/xhtml", Space::Xhtml, "xhtml"),
    ("www.w3.org/xml/1998/namespace", Space::Xml, "xml"),
    ("purl.org/rss/1.0", Space::Rss, "rss"),
    ("purl.org/rss/2.0", Space::Rss, ""),
    ("purl.org/net/rss1.1", Space::Rss, ""),
    ("my.netscape.com/rdf/simple/0.9", Space::Rss, ""),
    ("channel.netscape.com/rdf/simple/0.9", Space::Rss, ""),
    (
        "my.netscape.com/publish/formats/rss-0.91.dtd",
        Space::Rss,
        "",
    ),
    ("blogs.law.harvard.edu/tech/rss", Space::Rss, ""),
    ("cyber.law.harvard.edu/rss", Space::Rss, ""),
    ("www.rssboard.org/rss-specification", Space::Rss, ""),
    ("rssboard.org/rss-specification", Space::Rss, ""),
];

impl Space {
    /// The namespace of a URI.
    pub(super) fn of(uri: &str) -> Space {
        let uri = uri.trim();
        if uri.is_empty() {
            return Space::None;
        }
        let folded = fold(uri);
        if let Some((_, space, _)) = KNOWN.iter().find(|(known, ..)| *known == folded) {
            return *space;
        }
        // rss, rss2, rss091, rss092, rss2-… all stood on Userland's host.
        if folded.starts_with("backend.userland.com/rss") {
            return Space::Rss;
        }
        Space::Other
    }

    /// What an undeclared prefix usually means.
    pub(super) fn of_prefix(prefix: &str) -> Space {
        KNOWN
            .iter()
            .find(|(_, _, usual)| !usual.is_empty() && usual.eq_ignore_ascii_case(prefix))
            .map_or(Space::Other, |(_, space, _)| *space)
    }

    /// The URI under which elements of this namespace are kept.
    pub(super) fn uri(self) -> &'static str {
        match self {
            Space::Georss => "http://www.georss.org/georss",
            Space::Geo => "http://www.w3.org/2003/01/geo/wgs84_pos#",
            Space::Slash => "http://purl.org/rss/1.0/modules/slash/",
            Space::Feedburner => "http://rssnamespace.org/feedburner/ext/1.0",
            Space::SourceNs => "http://source.scripting.com/",
            Space::Wfw => "http://wellformedweb.org/CommentAPI/",
            Space::Itunes => "http://www.itunes.com/dtds/podcast-1.0.dtd",
            Space::Atom => "http://www.w3.org/2005/Atom",
            _ => "",
        }
    }
}

/// Whether the URI is one of Atom 0.3 and the drafts before it.
pub(super) fn is_atom_draft(uri: &str) -> bool {
    Space::of(uri) == Space::Atom && fold(uri.trim()) != "www.w3.org/2005/atom"
}

fn fold(uri: &str) -> String {
    let mut folded = uri.to_ascii_lowercase();
    if let Some((_, rest)) = folded.split_once("://") {
        folded = rest.to_owned();
    }
    folded.truncate(folded.trim_end_matches(['/', '#']).len());
    folded
}

/// The longest name that any rule asks for; longer ones are nobody's.
const LONGEST: usize = 24;

/// A local name in lower case.
#[derive(Clone, Copy)]
pub(super) struct Local {
    bytes: [u8; LONGEST],
    length: u8,
}

impl Local {
    pub(super) fn of(name: &str) -> Local {
        let mut bytes = [0; LONGEST];
        let name = name.as_bytes();
        if name.len() > LONGEST {
            return Local { bytes, length: 0 };
        }
        bytes[..name.len()].copy_from_slice(name);
        bytes[..name.len()].make_ascii_lowercase();
        Local {
            bytes,
            length: name.len() as u8,
        }
    }

    /// The name; empty where it was longer than any known one.
    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..usize::from(self.length)]).unwrap_or_default()
    }
}

impl std::fmt::Debug for Local {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// `prefix:local` -> both; no prefix is the empty one.
pub(super) fn split(name: &str) -> (&str, &str) {
    name.split_once(':').unwrap_or(("", name))
}
