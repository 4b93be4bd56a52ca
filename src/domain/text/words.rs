//! The tokens of a text: runs of letters and digits, folded, each with what it looked like.

use super::fold::{is_alphanumeric, is_word, normal, push_folded};

/// The tokens of one text, in order, in two strings and one vector however long it is.
///
/// ```
/// use presswire::domain::text::Words;
/// let words = Words::of("Über 10 000 Streikende in Алматы: 4,2 %.");
/// let folded: Vec<&str> = words.iter().map(|word| word.folded).collect();
/// assert_eq!(folded, ["ueber", "10000", "streikende", "in", "алматы", "4", "2"]);
/// assert!(words.get(6).unwrap().joined);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Words {
    text: String,
    folded: String,
    marks: Vec<Mark>,
}

/// Where a token stands, and what it looked like.
#[derive(Clone, Copy, Debug)]
struct Mark {
    start: u32,
    end: u32,
    folded_end: u32,
    capital: bool,
    begins: bool,
    joined: bool,
}

/// One token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<'a> {
    /// As it stands in the text, after invisible characters were dropped.
    pub surface: &'a str,
    /// Lower case, without diacritics (й stays), thousands separators dropped.
    pub folded: &'a str,
    /// It starts with a capital letter.
    pub capital: bool,
    /// It is the first of a sentence or a line, where a capital says nothing.
    pub begins: bool,
    /// A number that hangs on the number before by `,` or `.`: the 2 of 4,2.
    pub joined: bool,
}

impl Word<'_> {
    /// It consists of digits.
    pub fn is_number(&self) -> bool {
        self.folded.chars().all(char::is_numeric)
    }

    /// A digit is in it.
    pub fn has_digit(&self) -> bool {
        self.folded.chars().any(char::is_numeric)
    }
}

impl Words {
    /// The tokens of a plain text; of its first 4 MiB, where it is longer.
    pub fn of(text: &str) -> Words {
        let text = normal(&text[..text.floor_char_boundary(4 << 20)]).into_owned();
        let mut words = Words {
            folded: String::with_capacity(text.len() + text.len() / 16),
            marks: Vec::with_capacity(text.len() / 6),
            text: String::new(),
        };
        let mut at = 0;
        let mut gap = 0;
        while let Some(c) = text[at..].chars().next() {
            if !is_alphanumeric(c) {
                at += c.len_utf8();
                continue;
            }
            let end = token_end(&text, at, c);
            words.push(&text, gap, at, end);
            at = end;
            gap = end;
        }
        words.text = text;
        words
    }

    fn push(&mut self, text: &str, gap: usize, start: usize, end: usize) {
        let surface = &text[start..end];
        let between = &text[gap..start];
        let is_digit = surface.as_bytes()[0].is_ascii_digit();
        let last = self.marks.last().copied();
        let after_digit = text[..gap].ends_with(|c: char| c.is_ascii_digit());
        for c in surface.chars() {
            // Separators of thousands are inside the token, and dropped here.
            if is_word(c) {
                push_folded(&mut self.folded, c);
            }
        }
        self.marks.push(Mark {
            start: start as u32,
            end: end as u32,
            folded_end: self.folded.len() as u32,
            capital: surface.starts_with(char::is_uppercase),
            begins: last.is_none_or(|last| begins_sentence(between, last)),
            joined: is_digit && after_digit && matches!(between, "," | "."),
        });
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.marks.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// The token with this index.
    pub fn get(&self, index: usize) -> Option<Word<'_>> {
        let mark = self.marks.get(index)?;
        let folded_start = match index {
            0 => 0,
            _ => self.marks[index - 1].folded_end as usize,
        };
        Some(Word {
            surface: &self.text[mark.start as usize..mark.end as usize],
            folded: &self.folded[folded_start..mark.folded_end as usize],
            capital: mark.capital,
            begins: mark.begins,
            joined: mark.joined,
        })
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Word<'_>> + DoubleEndedIterator {
        (0..self.marks.len()).map(|index| self.get(index).expect("the index is below the length"))
    }

    /// The text from one token to another (excluded), as it stands there, with all between them.
    pub fn span(&self, from: usize, to: usize) -> &str {
        match (
            self.marks.get(from),
            to.checked_sub(1).and_then(|last| self.marks.get(last)),
        ) {
            (Some(first), Some(last)) if from < to => {
                &self.text[first.start as usize..last.end as usize]
            }
            _ => "",
        }
    }

    /// The text that the tokens were found in: mended, without invisible characters.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What stands between the token before `index` and that one; before the first: all of it.
    pub fn gap(&self, index: usize) -> &str {
        let end = self
            .marks
            .get(index)
            .map_or(self.text.len(), |mark| mark.start as usize);
        let start = match index.checked_sub(1) {
            Some(before) => self.marks.get(before).map_or(end, |mark| mark.end as usize),
            None => 0,
        };
        &self.text[start..end]
    }
}

/// The end of the token that starts at `start` with `first`.
fn token_end(text: &str, start: usize, first: char) -> usize {
    let mut end = start + first.len_utf8();
    // Scripts without spaces: a character a token, so that runs of five still mean something.
    if stands_alone(first) {
        return end;
    }
    let mut digits = first.is_ascii_digit();
    for c in text[end..].chars() {
        if !is_word(c) || stands_alone(c) {
            break;
        }
        digits &= c.is_ascii_digit();
        end += c.len_utf8();
    }
    if !digits || end - start > 3 {
        return end;
    }
    while let Some(longer) = thousands(text, end) {
        end = longer;
    }
    end
}

/// The end of a group of three digits that a separator of thousands joins to what ends at `end`.
fn thousands(text: &str, end: usize) -> Option<usize> {
    let mut after = text[end..].chars();
    let separator = after
        .next()
        .filter(|c| matches!(c, ' ' | '.' | ',' | '\'' | '’'))?;
    let group = end + separator.len_utf8();
    let digits = text.as_bytes().get(group..group + 3)?;
    let whole = digits.iter().all(u8::is_ascii_digit)
        && !text[group + 3..].starts_with(|c: char| is_word(c));
    whole.then_some(group + 3)
}

/// Han, Kana, Thai, Lao, Khmer, Burmese.
fn stands_alone(c: char) -> bool {
    c >= '\u{e00}'
        && matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{2fa1f}')
}

/// Whether what stands between two tokens ends a sentence. "K. Tokajew", "6. Januar" and "z. B." do not.
fn begins_sentence(between: &str, last: Mark) -> bool {
    if between == " " {
        return false;
    }
    if between.contains(['!', '?', ':', '\n', '•', '■', '▪', '·']) || between.contains("...")
    {
        return true;
    }
    // Abbreviations, initials and ordinals have two bytes of Latin or of digits, four of Cyrillic at most.
    between.contains('.') && between != "." && last.end - last.start > 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        Words::of(text)
            .iter()
            .map(|word| word.folded.to_owned())
            .collect()
    }

    #[test]
    fn thousands_are_one_number_and_dates_are_not() {
        assert_eq!(
            folded("1.234.567 / 10 000 / 10'000 / 11.01.2022"),
            ["1234567", "10000", "10000", "11", "01", "2022"]
        );
        assert_eq!(
            folded("2022, 160 und 2022 160"),
            ["2022", "160", "und", "2022", "160"]
        );
    }

    #[test]
    fn decimals_are_joined_and_lists_are_not() {
        let words = Words::of("4,2 und 2, 4");
        let joined: Vec<bool> = words.iter().map(|word| word.joined).collect();
        assert_eq!(joined, [false, true, false, false, false]);
    }

    #[test]
    fn sentences_begin_after_stops_but_not_after_initials_and_ordinals() {
        let words = Words::of("Am 6. Januar sprach K. Tokajew. Danach: Ruhe");
        let begins: Vec<&str> = words
            .iter()
            .filter(|word| word.begins)
            .map(|word| word.surface)
            .collect();
        assert_eq!(begins, ["Am", "Danach", "Ruhe"]);
    }

    #[test]
    fn scripts_without_spaces_give_a_token_a_character() {
        assert_eq!(folded("哈萨克 2022"), ["哈", "萨", "克", "2022"]);
    }

    #[test]
    fn marks_without_letter_make_no_token() {
        assert_eq!(folded("don´t \u{301} 5"), ["don", "t", "5"]);
    }

    #[test]
    fn span_gives_the_text_between_tokens_back() {
        let words = Words::of("Nur „4,2“ Prozent");
        assert_eq!(words.span(1, 3), "4,2");
        assert_eq!(words.span(3, 3), "");
        assert_eq!(words.gap(1), " „");
    }
}
