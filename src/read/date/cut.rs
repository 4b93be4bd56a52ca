//! A date's text, cut into numbers, words and marks.

/// A run of digits or of letters, or one other character.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Word {
    Number { value: i64, digits: usize },
    Name(String),
    Mark(char),
    Space,
}

pub(super) fn cut(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let run = |test: fn(char) -> bool| rest.find(|c| !test(c)).unwrap_or(rest.len());
        let end = if first.is_ascii_digit() {
            let end = run(|c| c.is_ascii_digit());
            words.push(match rest[..end].parse() {
                Ok(value) => Word::Number { value, digits: end },
                Err(_) => Word::Mark('?'),
            });
            end
        } else if first.is_alphabetic() {
            let end = match is_unit(first) {
                true => first.len_utf8(),
                false => run(|c| c.is_alphabetic() && !is_unit(c)),
            };
            words.push(Word::Name(rest[..end].to_lowercase()));
            end
        } else if first.is_whitespace() || first == ',' {
            let end = run(|c| c.is_whitespace() || c == ',');
            words.push(Word::Space);
            end
        } else {
            words.push(Word::Mark(if matches!(first, '−' | '‐' | '–') {
                '-'
            } else {
                first
            }));
            first.len_utf8()
        };
        rest = &rest[end..];
    }
    words
}

/// Year, month, day, hour, minute, second in Chinese, Japanese and Korean: each a word of its own.
pub(super) fn is_unit(c: char) -> bool {
    matches!(
        c,
        '年' | '月' | '日' | '号' | '時' | '时' | '分' | '秒' | '년' | '월' | '일' | '시' | '초'
    )
}
