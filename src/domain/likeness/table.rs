//! The table of `likeness.md` §5: the first row that holds of two texts side by side.

use super::align::Alignment;
use super::differences::{Difference, material};
use super::title::{self, Agreement};
use super::verdict::{Bond, Verdict};
use super::{Evidence, Prepared, RULE, lexicon};

/// Two texts side by side, with every figure that the table asks for.
pub(super) struct Pair<'a> {
    older: &'a Prepared,
    newer: &'a Prepared,
    bond: Bond,
    same_link: bool,
    titles: Agreement,
    /// Letters and words of the title that both have.
    title_weight: usize,
    /// Content tokens in common, of the shorter and of the longer text.
    covered: usize,
    covered_short: f64,
    covered_long: f64,
    /// Tokens in runs of four and more that the newer text adds, and that it leaves out.
    new: usize,
    gone: usize,
    /// The longest run that the newer text adds.
    longest_new: usize,
    /// Where the longer text begins to hold the shorter.
    lead: usize,
    differences: Vec<Difference>,
}

/// Runs of fewer tokens are slips, not additions.
const RUN: usize = 4;

/// A text with fewer tokens is none.
pub(super) const NO_TEXT: usize = 6;

/// Tokens in runs that a frame adds, and that an older one had, at most; and either way where one who
/// signed the text says so.
const FRAME: usize = 10;
const FRAME_GONE: usize = 12;
const SIGNATORYS_FRAME: usize = 60;

/// Fewer tokens in common are no passage.
const PASSAGE: usize = 25;

/// With fewer tokens equal, weighty titles must help.
const LITTLE_TEXT: usize = 15;

impl<'a> Pair<'a> {
    pub(super) fn of(older: &'a Prepared, newer: &'a Prepared, bond: Bond) -> Pair<'a> {
        let alignment = Alignment::of(&older.hashes, &newer.hashes);
        let count = |covered: &[bool]| covered.iter().filter(|covered| **covered).count();
        let (in_older, in_newer) = (count(&alignment.covered_a), count(&alignment.covered_b));
        let share = |covered: usize, of: usize| {
            if of == 0 {
                0.0
            } else {
                covered as f64 / of as f64
            }
        };
        let (of_older, of_newer) = (share(in_older, older.len()), share(in_newer, newer.len()));
        let older_is_longer = older.len() >= newer.len();
        // The title again, in a frame or above the text, is nothing new.
        let titles = || older.titles.iter().chain(&newer.titles);
        let gone = title::with_titles(older, &alignment.covered_a, titles());
        let new = title::with_titles(newer, &alignment.covered_b, titles());
        let common_title = older
            .titles
            .iter()
            .filter(|title| newer.titles.contains(title));
        Pair {
            older,
            newer,
            bond,
            same_link: older.links.iter().any(|link| newer.links.contains(link)),
            titles: title::agreement(&older.titles, &newer.titles),
            title_weight: common_title
                .map(|title| title::weight(title))
                .max()
                .unwrap_or(0),
            covered: in_older.min(in_newer),
            covered_short: if older_is_longer { of_newer } else { of_older },
            covered_long: if older_is_longer { of_older } else { of_newer },
            new: uncovered(&new),
            gone: uncovered(&gone),
            longest_new: runs(&new).max().unwrap_or(0),
            lead: if older_is_longer {
                alignment.start.0
            } else {
                alignment.start.1
            },
            differences: material(older, newer, &alignment),
        }
    }

    pub(super) fn verdict(&self) -> Verdict {
        if title::is_series(&self.older.titles, &self.newer.titles) {
            // A number that was corrected in title and text makes no series.
            let corrected = self.covered_short >= 0.9 && self.covered_long >= 0.6;
            return if corrected && self.is_material() {
                Verdict::Revision
            } else {
                Verdict::Series
            };
        }
        if self.short() < NO_TEXT {
            return if self.is_known_by_title() {
                Verdict::TitleAndDate
            } else {
                Verdict::Distinct
            };
        }
        if self.covered_short < 0.12 {
            return if self.is_other_language() && self.same_link {
                Verdict::Translation
            } else {
                Verdict::Distinct
            };
        }
        if self.may_merge() {
            if self.is_same() {
                return Verdict::Same;
            }
            if self.is_excerpt() {
                return if self.older.len() >= self.newer.len() {
                    Verdict::Excerpt
                } else {
                    Verdict::Teaser
                };
            }
            if self.is_light_edit() {
                return Verdict::LightEdit;
            }
        }
        self.apart()
    }

    /// Where nothing makes them one release.
    fn apart(&self) -> Verdict {
        // A reply that says hardly anything is no version of what it replies to.
        let grown =
            self.new > self.new_limit() || self.gone > self.gone_limit() || self.is_answered();
        match () {
            () if self.covered < LITTLE_TEXT && self.titles < Agreement::Equal => Verdict::Distinct,
            () if self.covered_short >= 0.9
                && grown
                && !self.is_answered()
                && self.titles >= Agreement::Related =>
            {
                Verdict::Extended
            }
            // A sentence alone is quoted, whoever has it: nobody carries a text whole by it.
            () if self.covered_short >= 0.9 && grown && self.covered < PASSAGE => Verdict::Distinct,
            () if self.covered_short >= 0.9 && grown => Verdict::Contains,
            () if self.covered_short >= 0.9 => Verdict::Revision,
            () if self.covered_short >= 0.6
                && self.covered_long >= 0.4
                && self.titles >= Agreement::Related
                && self.is_material() =>
            {
                Verdict::Revision
            }
            () if self.covered >= PASSAGE => Verdict::Overlap,
            () => Verdict::Distinct,
        }
    }

    /// What forbids a merge, whatever the figures.
    fn may_merge(&self) -> bool {
        let little = self.short() < LITTLE_TEXT;
        let title_holds = self.titles == Agreement::Equal && self.title_weight >= title::WEIGHTY;
        let anything_differs =
            self.new > 0 || self.gone > 0 || self.covered_short < 1.0 || self.covered_long < 1.0;
        !self.is_material()
            && !self.is_answered()
            && !self.is_corrected()
            && !self.is_contradicted()
            && (!little || (title_holds && !self.is_template()))
            && (self.days_apart() <= 30 || !anything_differs)
            && !(self.is_other_language() && self.covered < 20)
    }

    fn is_same(&self) -> bool {
        self.covered_short >= 0.9
            && self.new <= self.new_limit()
            && self.gone <= self.gone_limit()
            && (self.titles >= Agreement::Related || self.covered >= 50)
    }

    fn is_excerpt(&self) -> bool {
        let (short, long) = if self.older.len() >= self.newer.len() {
            (self.newer, self.older)
        } else {
            (self.older, self.newer)
        };
        let earlier_is_short = self.older.len() < self.newer.len();
        let other_host = host(self.older) != host(self.newer);
        // What is not marked as cut may be a whole text of few words, to which somebody added: a lead is
        // one paragraph, and much less than the text.
        let is_lead = short.len() <= 60 && self.covered_long <= 0.6 && short.lines() == 1;
        let fits = (short.cut && short.len() <= 200) || is_lead;
        self.covered_short >= 0.9
            && fits
            && !self.one_title(lexicon::marks_collection)
            && self.lead <= 40.max(long.len() * 12 / 100)
            && self.titles >= Agreement::Related
            // A squatted teaser must not swallow the text that it was cut from.
            && (!earlier_is_short || !other_host || short.len() <= 60)
    }

    fn is_light_edit(&self) -> bool {
        (0.6..0.9).contains(&self.covered_short)
            && self.covered_long >= 0.4
            && self.titles >= Agreement::Related
            && self.new <= 25
            && self.longest_new <= 15
            && self.short() >= 2 * LITTLE_TEXT
    }

    /// Texts too short to compare: equal weighty titles within four days, or equal titles and links.
    fn is_known_by_title(&self) -> bool {
        let both_short =
            self.long() < LITTLE_TEXT || self.covered_short >= 0.9 || self.short() == 0;
        self.titles == Agreement::Equal
            && both_short
            && !self.is_template()
            && !self.is_answered()
            && !self.is_corrected()
            && !self.is_other_language()
            && (self.same_link || (self.title_weight >= title::WEIGHTY && self.days_apart() <= 4))
    }

    /// Hardly anything is left, because both were made after one pattern that recurs in their source; and
    /// what the pattern was filled with differs. Frames alone have little in common.
    fn is_template(&self) -> bool {
        let (older, newer) = (self.older.unmasked(), self.newer.unmasked());
        if older.len().min(newer.len()) < LITTLE_TEXT {
            return false;
        }
        let alignment = Alignment::of(&older.hashes, &newer.hashes);
        let covered = alignment
            .covered_a
            .iter()
            .filter(|covered| **covered)
            .count();
        covered * 2 >= older.len().min(newer.len())
            && !material(&older, &newer, &alignment).is_empty()
    }

    fn new_limit(&self) -> usize {
        let same_source =
            self.older.text.source.is_some() && self.older.text.source == self.newer.text.source;
        match (self.bond, same_source) {
            (Bond::Signatory, _) => SIGNATORYS_FRAME,
            (Bond::None, true) => 2,
            (Bond::None, false) => FRAME,
        }
    }

    fn gone_limit(&self) -> usize {
        let least = match self.bond {
            Bond::Signatory => SIGNATORYS_FRAME,
            Bond::None => FRAME_GONE,
        };
        least.max(self.older.len() / 10)
    }

    fn is_material(&self) -> bool {
        !self.differences.is_empty()
    }

    fn is_answered(&self) -> bool {
        self.one_title(lexicon::marks_reply)
    }

    fn is_corrected(&self) -> bool {
        self.one_title(lexicon::marks_correction) || self.one_title(lexicon::marks_retraction)
    }

    /// The titles share most words, and one says no, or something else in a single place.
    fn is_contradicted(&self) -> bool {
        let (Some(older), Some(newer)) = (self.older.titles.last(), self.newer.titles.last())
        else {
            return false;
        };
        let language = self.older.language();
        self.titles == Agreement::Related
            && (title::are_negated_apart(older, newer, language.as_deref())
                || title::are_turned(
                    &self.older.titles,
                    &self.newer.titles,
                    language.as_deref().unwrap_or("en"),
                ))
    }

    fn one_title(&self, marks: fn(&str) -> bool) -> bool {
        let marked = |text: &Prepared| marks(text.text.title.as_deref().unwrap_or_default());
        marked(self.older) != marked(self.newer)
    }

    fn is_other_language(&self) -> bool {
        let languages = self.older.language().zip(self.newer.language());
        languages.is_some_and(|(older, newer)| older != newer)
    }

    fn days_apart(&self) -> i64 {
        let day = |text: &Prepared| {
            let claimed = text
                .text
                .published
                .filter(|published| *published <= text.text.first_seen);
            claimed.unwrap_or(text.text.first_seen)
        };
        (day(self.older) - day(self.newer)).num_days().abs()
    }

    fn short(&self) -> usize {
        self.older.len().min(self.newer.len())
    }

    fn long(&self) -> usize {
        self.older.len().max(self.newer.len())
    }

    pub(super) fn evidence(&self, verdict: Verdict) -> Evidence {
        Evidence {
            rule: RULE,
            verdict,
            same_link: self.same_link,
            same_title: self.titles == Agreement::Equal,
            covered: round(self.covered_short),
            covered_long: round(self.covered_long),
            new: self.new as u32,
            gone: self.gone as u32,
            days_apart: self.days_apart(),
            differences: self.differences.clone(),
        }
    }
}

fn round(share: f64) -> f64 {
    (share * 1000.0).round() / 1000.0
}

fn host(text: &Prepared) -> Option<&str> {
    let link = text.links.first()?;
    link.strip_prefix("https://")?.split(['/', '?', '#']).next()
}

/// Tokens in runs of four and more that are not covered.
fn uncovered(covered: &[bool]) -> usize {
    runs(covered).filter(|run| *run >= RUN).sum()
}

fn runs(covered: &[bool]) -> impl Iterator<Item = usize> {
    covered.split(|covered| *covered).map(<[bool]>::len)
}
