//! What frames hold that is another under every text, so that counting what recurs does not find it: the
//! title again, and titles of other texts. What recurs beside it tells that it belongs to the frame.

use crate::domain::text;
use std::ops::Range;

/// A title that a frame repeats: `Subject: [list] TITLE`, `Der Beitrag TITLE erschien zuerst auf …`. What
/// stands beside it recurs in its source; the title itself never does.
pub(super) fn mask_title_in_frames(
    words: &text::Words,
    titles: &[Vec<String>],
    masked: &mut [bool],
) {
    /// Tokens at either end in which frames are looked for.
    const FRAME: usize = 100;
    for title in titles.iter().filter(|title| title.len() >= 3) {
        let Some(last) = words.len().checked_sub(title.len()) else {
            continue;
        };
        for at in (0..=last).filter(|&at| at < FRAME || at + FRAME > last) {
            let end = at + title.len();
            let beside = (at > 0 && masked[at - 1]) || masked.get(end).is_some_and(|it| *it);
            let is_title = || {
                (title.iter().enumerate()).all(|(step, wanted)| {
                    words
                        .get(at + step)
                        .is_some_and(|word| word.folded == wanted)
                })
            };
            if beside && !masked[at] && is_title() {
                masked[at..end].fill(true);
            }
        }
    }
}

/// Lines that are nothing but links, two and more of them beside what recurs in the source: what else to
/// read. A text that mostly consists of such lines is a list of links, and they are what it says.
pub(super) fn mask_link_lists(html: &str, words: &text::Words, masked: &mut [bool]) {
    /// A longer line is a text inside a link.
    const LONGEST_LINE: usize = 24;
    /// Of so many tokens one may stand in such lists.
    const ONE_IN: usize = 3;
    let linked = text::linked_lines(html);
    if linked.len() < 2 {
        return;
    }
    let mut lists: Vec<(Range<usize>, usize)> = Vec::new();
    let (mut line, mut at) = (0, 0);
    while at < words.len() {
        line += words.gap(at).matches('\n').count();
        let start = at;
        at += 1;
        while at < words.len() && !words.gap(at).contains('\n') {
            at += 1;
        }
        if linked.binary_search(&line).is_err() || at - start > LONGEST_LINE {
            continue;
        }
        match lists.last_mut() {
            Some((list, lines)) if list.end == start => {
                list.end = at;
                *lines += 1;
            }
            _ => lists.push((start..at, 1)),
        }
    }
    let all: usize = lists.iter().map(|(list, _)| list.len()).sum();
    if all * ONE_IN > words.len() {
        return;
    }
    for (list, lines) in lists {
        let beside = (list.start > 0 && masked[list.start - 1])
            || masked.get(list.end).is_some_and(|masked| *masked);
        if lines >= 2 && beside {
            masked[list].fill(true);
        }
    }
}
