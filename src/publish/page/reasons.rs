//! Why a release is related, and why a publication is in it, in the page's language: what API and `explain` say with all figures is
//! said here for readers.

use super::words::Words;
use crate::domain::likeness;
use crate::domain::relation::Evidence;
use crate::publish::xml_text::one_line;

/// One reason; the name of its topic or statement stands before it.
pub(super) fn reason(evidence: &Evidence, words: &Words) -> String {
    let [open, close] = words.quotation_marks;
    match evidence {
        Evidence::Alias { alias, times, .. } => match times {
            0 | 1 => one_line(alias),
            times => format!("{}, {times} ×", one_line(alias)),
        },
        Evidence::Link { address, .. } => format!("{} {}", words.links_to, one_line(address)),
        Evidence::Quotation { begins, .. } => {
            format!("{} {open}{} …{close}", words.quotes, one_line(begins))
        }
        Evidence::Terms { strongest, .. } => {
            let shared: Vec<String> = strongest.iter().map(ToString::to_string).collect();
            format!("{}: {}", words.shared, one_line(&shared.join(", ")))
        }
        // Why an editor said so is for the desk: `explain` tells it.
        Evidence::Editor { .. } => words.by_editors.to_owned(),
    }
}

/// By what a publication was found to be the same text: "derselbe Text (97 %)".
pub(super) fn verdict(evidence: &likeness::Evidence, words: &Words) -> String {
    let share = (evidence.covered * 100.0).round();
    format!("{} ({share} %)", words.of_verdict(evidence.verdict))
}

#[cfg(test)]
mod tests {
    use super::super::words::words_of;
    use super::*;
    use crate::domain::relation::{Path, Shared};

    #[test]
    fn reasons_are_said_in_the_pages_language_and_without_figures() {
        let terms = Evidence::Terms {
            rule: 1,
            path: Path::OtherLanguage,
            cosine: 0.7,
            mass: 21.0,
            rare: 3,
            general: 2,
            weighing: None,
            held: false,
            strongest: vec![Shared {
                theirs: "Шанаосен".to_owned(),
                ours: "Schanaosen".to_owned(),
            }],
        };
        let said = |language| reason(&terms, words_of(Some(language)));
        assert_eq!(said("de"), "gemeinsam: Шанаосен = Schanaosen");
        assert_eq!(said("ru"), "общее: Шанаосен = Schanaosen");
        let quotation = Evidence::Quotation {
            rule: 1,
            words: 31,
            begins: "Die Kräne stehen".to_owned(),
        };
        let said = reason(&quotation, words_of(Some("de")));
        assert_eq!(said, "zitiert wörtlich „Die Kräne stehen …“");
    }
}
