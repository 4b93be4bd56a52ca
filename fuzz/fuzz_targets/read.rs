//! Any bytes: reading ends, never panics, and what is cleaned stays as it is when cleaned again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use presswire::domain::entry::Markup;
use presswire::read::{Hints, read, sanitize};

fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = read(bytes, &Hints::default()) else {
        return;
    };
    for markup in document
        .entries
        .iter()
        .flat_map(|entry| entry.content.iter().chain(&entry.summary))
    {
        let once = sanitize::clean(markup);
        let again = sanitize::clean(&Markup {
            html: once.as_str().to_owned(),
            ..markup.clone()
        });
        assert_eq!(once, again);
    }
});
