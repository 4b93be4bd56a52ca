//! What of a text says something in every language: names as they sound, numbers, places, concepts.

use super::hashes::of_word;
use super::meanings::{self, Meaning};
use super::reading::Reading;
use super::sounds::Sound;
use super::themes::Themes;
use super::weights::{RAREST, Weighed};
use super::words::{Case, Script, Word};
use std::collections::HashMap;

/// A concept weighs at most this, a place at most that.
const CONCEPT: f32 = 5.0;
const PLACE: f32 = 6.0;

/// A place from this weight on is rare; a name counts for the gate from that one on.
pub(super) const RARE_PLACE: f32 = 4.5;
pub(super) const NAME: f32 = 4.0;

/// A name from this weight on is looked up: all but those of two consonants and the most frequent sounds.
const LOOKED_UP: f32 = 3.1;

/// A number of this weight is a point.
pub(super) const TELLING_NUMBER: f32 = 4.6;

/// Letters and digits in one word, such as COP26, are the same in every language.
const MIXED: f32 = 6.5;

/// Names of a text that are looked at, at most: what a stranger sends is bounded.
const NAMES: usize = 400;

/// What may be a name has this many consonants: shorter ones sound like too much else.
const UNSURE_CONSONANTS: u8 = 4;

/// Rows of adjacent names that one name is known to stand in, at most.
const ROWS: usize = 8;

/// What of a text says something in every language.
#[derive(Debug, Default)]
pub(super) struct Marks {
    pub(super) names: Vec<Name>,
    /// Every way to read a name, sorted by code.
    pub(super) codes: Vec<Code>,
    /// Numbers, words of letters and digits, places, concepts, sorted by id.
    pub(super) common: Vec<CommonMark>,
    /// Length of the vector.
    pub(super) norm: f32,
    /// All of them as they stand in the text, one after the other.
    pub(super) order: Vec<Seen>,
    /// What sort of thing they speak of.
    pub(super) themes: Themes,
    /// How many words the title has, and the whole.
    pub(super) title: usize,
    pub(super) words: usize,
}

/// A mark at its place in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Seen {
    /// An index into the names.
    Name(u32),
    /// An id of the others.
    Other(u64),
}

#[derive(Debug)]
pub(super) struct Name {
    pub(super) sounds: String,
    pub(super) times: u32,
    pub(super) w: f32,
    pub(super) at: u32,
    /// Rows of adjacent names that it stands in: first and family name share one.
    pub(super) rows: Vec<u32>,
    /// It is the name of somebody in office: of a firm or town, in all that is said of it.
    pub(super) in_office: bool,
    /// A German noun by its form ("Nordpaket", "Hersbruck"): a name only where the other text says so.
    pub(super) unsure: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Code {
    pub(super) code: u64,
    pub(super) consonants: u8,
    pub(super) w: f32,
    pub(super) name: u32,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct CommonMark {
    pub(super) id: u64,
    pub(super) kind: Kind,
    /// Line in the table; 0 where it is no concept.
    pub(super) concept: u16,
    pub(super) times: u32,
    pub(super) w: f32,
    pub(super) at: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Number,
    Mixed,
    Place,
    Concept,
}

impl Marks {
    /// What of a text says something in every language.
    pub(super) fn of(reading: &Reading, language: &str) -> Marks {
        let mut gathering = Gathering::new(reading, language);
        let mut at = 0;
        while at < reading.scan.len() {
            at += gathering.take(at);
        }
        gathering.marks()
    }

    /// Whether the title has it.
    pub(super) fn is_titled(&self, mark: &CommonMark) -> bool {
        (mark.at as usize) < self.title
    }

    /// Where each mark first stands: names first, then the others, as pairs of [`InCommon`] count them.
    pub(super) fn places(&self) -> impl Iterator<Item = u32> {
        let names = self.names.iter().map(|name| name.at);
        names.chain(self.common.iter().map(|mark| mark.at))
    }

    /// Everything that counts for the gate of this rule, with what one in common counts there at most.
    pub(super) fn all(&self) -> impl Iterator<Item = (u64, u32)> {
        let names = self.codes.iter().map(|code| match code.w {
            w if w >= NAME => (code.code, 2),
            _ => (code.code, 1),
        });
        let others = self.common.iter().filter_map(|mark| match mark.kind {
            Kind::Mixed => Some((mark.id, 2)),
            Kind::Place => Some((mark.id, 1)),
            Kind::Concept => Some((mark.id, meanings::says(mark.concept).points())),
            Kind::Number => (mark.w >= TELLING_NUMBER).then_some((mark.id, 1)),
        });
        names.chain(others)
    }

    /// What to find this text by, with weights: codes of names and rare places.
    pub(super) fn keys(&self) -> impl Iterator<Item = (u64, f32)> {
        let names = self.codes.iter().filter(|code| code.w >= LOOKED_UP);
        let names = names.map(|code| (code.code, code.w));
        let others = self.common.iter().filter(|mark| match mark.kind {
            Kind::Place => mark.w >= RARE_PLACE,
            Kind::Mixed => true,
            Kind::Number | Kind::Concept => false,
        });
        names.chain(others.map(|mark| (mark.id, mark.w)))
    }
}

pub(super) fn tf(times: u32) -> f32 {
    1.0 + (times as f32).ln()
}

/// Marks while they are gathered from a text.
struct Gathering<'t> {
    reading: &'t Reading,
    language: &'t str,
    names: Vec<(Name, Vec<(u64, u8)>)>,
    by_code: HashMap<u64, usize>,
    common: HashMap<u64, CommonMark>,
    /// Words of the title are capitalised as in "Union Calls Strike": capitals say nothing there.
    title_case: usize,
    row: u32,
    /// Place of the last name.
    last_name: Option<usize>,
    order: Vec<Seen>,
}

impl<'t> Gathering<'t> {
    fn new(reading: &'t Reading, language: &'t str) -> Self {
        Gathering {
            reading,
            language,
            names: Vec::new(),
            by_code: HashMap::new(),
            common: HashMap::new(),
            title_case: reading.scan.capitalised_title(),
            row: 0,
            last_name: None,
            order: Vec::new(),
        }
    }

    /// Takes what stands at a place; returns how many words that was.
    fn take(&mut self, at: usize) -> usize {
        let scan = &self.reading.scan;
        let Some(word) = scan.word(at).filter(|_| scan.counts(at)) else {
            return 1;
        };
        let Weighed { id, w } = self.reading.weighed[at];
        match word.script {
            Script::Number if w > 0.0 => self.note(id, Kind::Number, w, at),
            Script::Number => {}
            Script::Mixed => self.note(of_word(word.folded), Kind::Mixed, MIXED, at),
            _ => {
                if let Some(length) = self.take_meaning(at, &word) {
                    return length;
                }
                if self.is_name(&word, at, w) {
                    self.take_name(&word, at);
                } else if self.may_be_name(&word, w) {
                    self.take_unsure(&word, at);
                }
            }
        }
        1
    }

    fn take_meaning(&mut self, at: usize, word: &Word<'_>) -> Option<usize> {
        let (meaning, length) = self.reading.meaning(at)?;
        let w = self.reading.weighed[at].w;
        if matches!(meaning, Meaning::Concept(_)) && self.may_be_name(word, w) {
            self.take_unsure(word, at);
        }
        let w = if w == 0.0 || length > 1 { RAREST } else { w };
        match meaning {
            Meaning::Place(number) => {
                self.note(mark_id("place", number), Kind::Place, w.min(PLACE), at)
            }
            Meaning::Concept(number) => {
                let id = mark_id("concept", number);
                self.note_meant(id, Kind::Concept, number, w.min(CONCEPT), at);
            }
        }
        Some(length)
    }

    fn note(&mut self, id: u64, kind: Kind, w: f32, at: usize) {
        self.note_meant(id, kind, 0, w, at);
    }

    fn note_meant(&mut self, id: u64, kind: Kind, concept: u16, w: f32, at: usize) {
        let mark = self.common.entry(id).or_insert(CommonMark {
            id,
            kind,
            concept,
            times: 0,
            w,
            at: at as u32,
        });
        mark.times += 1;
        self.order.push(Seen::Other(id));
        // The commonest of its words is what it is worth.
        mark.w = mark.w.min(w);
    }

    fn is_name(&self, word: &Word<'_>, at: usize, w: f32) -> bool {
        if !word.case.has_capital() {
            return false;
        }
        let opens = word.opens || at < self.title_case;
        match self.reading.lexicon {
            None => !opens,
            Some(lexicon) if lexicon.language == "de" => {
                w >= RAREST && (word.case != Case::Title || !lexicon.is_german_noun(word))
            }
            // At the start of a sentence only what is no frequent word.
            Some(_) if opens => w >= RAREST,
            Some(_) => w >= 3.0,
        }
    }

    /// Whether a German noun that is in no list may be a name after all.
    fn may_be_name(&self, word: &Word<'_>, w: f32) -> bool {
        w >= RAREST
            && word.case == Case::Title
            && (self.reading.lexicon).is_some_and(|lexicon| lexicon.language == "de")
    }

    /// Takes what may be a name, where it is long enough to be known again by its sound.
    fn take_unsure(&mut self, word: &Word<'_>, at: usize) {
        let sound = Sound::of(word, self.language).filter(|sound| {
            let longest = sound.codes.iter().map(|(_, consonants)| *consonants).max();
            longest >= Some(UNSURE_CONSONANTS) && self.names.len() < NAMES
        });
        let Some(sound) = sound else { return };
        if (sound.codes.iter()).any(|(code, _)| self.by_code.contains_key(code)) {
            return;
        }
        for code in &sound.codes {
            self.by_code.insert(code.0, self.names.len());
        }
        let name = Name {
            sounds: sound.sounds,
            times: 1,
            w: 0.0,
            at: at as u32,
            rows: Vec::new(),
            in_office: false,
            unsure: true,
        };
        self.names.push((name, sound.codes));
    }

    fn take_name(&mut self, word: &Word<'_>, at: usize) {
        let Some(sound) = Sound::of(word, self.language) else {
            return;
        };
        let beside = self.last_name.is_some_and(|last| last + 1 == at) && !word.apart;
        if !beside {
            self.row += 1;
        }
        self.last_name = Some(at);
        let row = self.row;
        let known = sound
            .codes
            .iter()
            .find_map(|(code, _)| self.by_code.get(code).copied());
        let name = match known {
            Some(name) => name,
            None if self.names.len() >= NAMES => return,
            None => {
                let name = Name {
                    sounds: sound.sounds,
                    times: 0,
                    w: 0.0,
                    at: at as u32,
                    rows: Vec::new(),
                    in_office: false,
                    unsure: false,
                };
                self.names.push((name, Vec::new()));
                self.names.len() - 1
            }
        };
        self.order.push(Seen::Name(name as u32));
        for code in sound.codes {
            self.by_code.entry(code.0).or_insert(name);
            let codes = &mut self.names[name].1;
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
        let name = &mut self.names[name].0;
        name.times += 1;
        name.unsure = false;
        let Reading { scan, weighed, .. } = self.reading;
        name.in_office |=
            (self.reading.lexicon).is_some_and(|lexicon| lexicon.is_in_office(scan, weighed, at));
        if name.rows.len() < ROWS && !name.rows.contains(&row) {
            name.rows.push(row);
        }
    }

    fn marks(self) -> Marks {
        let mut marks = Marks {
            order: self.order,
            ..Marks::default()
        };
        for (mut name, codes) in self.names {
            let number = marks.names.len() as u32;
            for (code, consonants) in codes {
                let by_length = match consonants {
                    0..=2 => 3.0,
                    3 => 4.6,
                    4 => 6.5,
                    _ => RAREST,
                };
                let by_list = self
                    .reading
                    .lexicon
                    .map_or(RAREST, |lexicon| lexicon.weight_of_sound(code));
                let w = by_list.min(by_length);
                name.w = name.w.max(w);
                marks.codes.push(Code {
                    code,
                    consonants,
                    w,
                    name: number,
                });
            }
            marks.names.push(name);
        }
        marks
            .codes
            .sort_unstable_by_key(|code| (code.code, code.name));
        marks.common = self.common.into_values().collect();
        marks.common.sort_unstable_by_key(|mark| mark.id);
        let names = marks.names.iter().filter(|name| !name.unsure);
        let names = names.map(|name| tf(name.times) * name.w);
        let common = marks.common.iter().map(|mark| tf(mark.times) * mark.w);
        marks.norm = names.chain(common).map(|a| a * a).sum::<f32>().sqrt();
        let scan = &self.reading.scan;
        (marks.title, marks.words) = (scan.title_length(), scan.len());
        let concepts = marks.common.iter();
        let concepts = concepts.filter(|mark| mark.kind == Kind::Concept);
        marks.themes = Themes::of(concepts.map(|mark| (mark.concept, marks.is_titled(mark))));
        marks
    }
}

fn mark_id(kind: &str, number: u16) -> u64 {
    of_word(kind) ^ of_word(&number.to_string())
}
