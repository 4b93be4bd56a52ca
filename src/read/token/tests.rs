//! On well-formed text the scanner gives the tokens of quick-xml.

use super::*;
use quick_xml::events::Event;

/// (kind, name or text) of every piece; texts that touch are one.
type Pieces = Vec<(char, String)>;

fn push_text(pieces: &mut Pieces, text: &str) {
    match pieces.last_mut() {
        Some(('t', last)) => last.push_str(text),
        _ if text.is_empty() => {}
        _ => pieces.push(('t', text.to_owned())),
    }
}

fn ours(text: &str) -> Pieces {
    let mut scanner = Scanner::new(text, Repairs::default());
    let mut pieces = Pieces::new();
    loop {
        match scanner.next() {
            Token::Start {
                name,
                attributes,
                empty,
            } => {
                let attributes: Vec<_> = attributes
                    .iter()
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect();
                pieces.push((
                    if empty { 'e' } else { 's' },
                    format!("{name} {}", attributes.join(" ")),
                ));
            }
            Token::End { name } => pieces.push(('/', name.to_owned())),
            Token::Text(text) => push_text(&mut pieces, text),
            Token::Verbatim(text) => pieces.push(('c', text.to_owned())),
            Token::Eof => return pieces,
            Token::Cut => {
                pieces.push(('!', String::new()));
                return pieces;
            }
        }
    }
}

fn quick_xml(text: &str) -> Pieces {
    let mut reader = quick_xml::Reader::from_str(text);
    let mut pieces = Pieces::new();
    let string = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let tag = |tag: &quick_xml::events::BytesStart| {
        let attributes: Vec<_> = tag
            .attributes()
            .map(|attribute| attribute.expect("well-formed"))
            .map(|attribute| {
                format!(
                    "{}={}",
                    string(attribute.key.as_ref()),
                    string(&attribute.value)
                )
            })
            .collect();
        format!("{} {}", string(tag.name().as_ref()), attributes.join(" "))
    };
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(start) => pieces.push(('s', tag(&start))),
            Event::Empty(start) => pieces.push(('e', tag(&start))),
            Event::End(end) => pieces.push(('/', string(end.name().as_ref()))),
            Event::Text(text) => push_text(&mut pieces, &string(&text)),
            Event::GeneralRef(name) => push_text(&mut pieces, &format!("&{};", string(&name))),
            Event::CData(text) => pieces.push(('c', string(&text))),
            Event::Eof => return pieces,
            _ => {}
        }
    }
}

#[test]
fn well_formed_text_gives_the_tokens_of_quick_xml() {
    for text in [
        "<?xml version=\"1.0\"?>\n<!DOCTYPE a [<!ENTITY b \"c>\">]><a><b c=\"d > e\" f='g\"h'/>i&amp;j<![CDATA[<k>]]]]><![CDATA[>]]></a>",
        "<a><!-- <b> -- > --><?pi <c?><d  e = \"f\"\n>g</d ></a>",
        "<ä:ö xmlns:ä='urn:x'>€<b/>&#8211;&c;</ä:ö>\n",
        "<rss version=\"2.0\"><channel><item><title>a</title><enclosure url=\"x\"/></item></channel></rss>",
    ] {
        assert_eq!(ours(text), quick_xml(text), "{text}");
    }
}

proptest::proptest! {
    #[test]
    fn any_well_formed_text_gives_the_tokens_of_quick_xml(words in proptest::collection::vec("[a-zä0-9 .\n]{0,9}", 1..12)) {
        use std::fmt::Write as _;
        let mut text = String::from("<r>");
        for (i, word) in words.iter().enumerate() {
            let _ = match i % 5 {
                0 => write!(text, "<x y=\"{word}\">{word}</x>"),
                1 => write!(text, "<z a='{word}' b=\"&lt;\" />"),
                2 => write!(text, "<![CDATA[{word}<]]>"),
                3 => write!(text, "<!--{word}-->&amp;{word}"),
                _ => write!(text, "{word}&#65;<?p {word}?>"),
            };
        }
        text.push_str("</r>");
        proptest::prop_assert_eq!(ours(&text), quick_xml(&text));
    }
}
