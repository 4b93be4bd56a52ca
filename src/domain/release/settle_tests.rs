//! Situations of contract §4 and §5, one fact each.

use super::*;
use crate::domain::entry::EntryNumber;
use crate::domain::release::{LinkKind, ReleaseId, ReleaseNumber};

fn at(minutes: i64) -> Moment {
    let noon: Moment = "2026-11-01T12:00:00Z".parse().expect("a date");
    noon + TimeDelta::minutes(minutes)
}

fn digest(word: &str) -> Digest {
    Digest(*blake3::hash(word.as_bytes()).as_bytes())
}

/// Entry `number`, first seen `number` minutes after noon, with words of its own.
fn member(number: i64) -> Member {
    Member {
        who: Shown::Entry(EntryNumber(number)),
        source: Some(SourceNumber(number)),
        title: Some(format!("title {number}")),
        url: Some(format!("https://a.example/{number}")),
        language: Some("de".to_owned()),
        published: None,
        updated: None,
        first_seen: at(number),
        with_first: false,
        ordinal: 0,
        digest: digest(&number.to_string()),
        visible: digest(&number.to_string()),
        admitted: true,
        keep_all: true,
        nearness: Nearness::Text,
        relations: Vec::new(),
        labels: Vec::new(),
        removed: None,
        word: Word::default(),
    }
}

fn ours() -> Member {
    Member {
        who: Shown::Statement("ours".to_owned()),
        source: None,
        url: None,
        nearness: Nearness::Issuer,
        ..member(50)
    }
}

fn names(id: &str) -> Names {
    Names {
        id: ReleaseId::of_statement(id),
        atom_id: format!("urn:{id}"),
    }
}

fn founded_by(members: &[Member]) -> Settled {
    settle(Before::Founded(names("first")), members, None, &[], at(10)).expect("it has members")
}

/// The same release after another write at `now`.
fn then(before: &Settled, members: &[Member], now: Moment) -> Settled {
    let before = Before::Stood(before.standing.clone());
    settle(before, members, Some(names("ours")), &[], now).expect("it has members")
}

fn topic(slug: &str, score: f64) -> Relation {
    Relation {
        target: Target::Topic(slug.to_owned()),
        score,
        why: Vec::new(),
    }
}

#[test]
fn date_of_a_fresh_entry_makes_its_position() {
    for (age_hours, is_fresh) in [(47, true), (48, true), (49, false)] {
        let published = at(1) - TimeDelta::hours(age_hours);
        let entry = Member {
            published: Some(published),
            ..member(1)
        };
        let position = founded_by(&[entry]).standing.position;
        let expected = if is_fresh { published } else { at(1) };
        assert_eq!(position, expected, "{age_hours} hours old");
    }
}

#[test]
fn old_entry_of_a_first_poll_stands_where_its_date_says() {
    let entry = Member {
        published: Some(at(-1_000_000)),
        with_first: true,
        ..member(1)
    };
    assert_eq!(founded_by(&[entry]).standing.position, at(-1_000_000));
}

#[test]
fn entry_without_date_stands_where_it_was_first_seen_and_stays_undated() {
    let entry = Member {
        with_first: true,
        ..member(1)
    };
    let undated = founded_by(std::slice::from_ref(&entry));
    assert_eq!(undated.standing.position, at(1));
    assert_eq!(undated.standing.published, None);
    assert_eq!(undated.standing.updated, at(1));

    let dated = Member {
        published: Some(at(-5)),
        ..entry
    };
    let later = then(&undated, &[dated], at(60));
    assert_eq!(later.standing.published, None, "for good");
    assert_eq!(later.standing.position, at(1));
}

#[test]
fn updated_of_the_source_counts_only_between_published_and_first_seen() {
    for (updated, expected) in [(-20, -10), (-10, -10), (-5, -5), (1, 1), (2, -10)] {
        let entry = Member {
            published: Some(at(-10)),
            updated: Some(at(updated)),
            ..member(1)
        };
        assert_eq!(founded_by(&[entry]).standing.updated, at(expected));
    }
}

#[test]
fn other_words_move_updated_to_now_and_nothing_else_does() {
    let first = founded_by(&[member(1)]);
    let edited = Member {
        visible: digest("a comma"),
        title: Some("Another title".to_owned()),
        ..member(1)
    };
    let same_words = then(&first, std::slice::from_ref(&edited), at(60));
    assert_eq!(same_words.standing.updated, first.standing.updated);
    assert!(!same_words.other_words);
    assert_ne!(same_words.visible, first.visible);

    let reworded = Member {
        digest: digest("others"),
        ..edited
    };
    let other_words = then(&same_words, &[reworded], at(120));
    assert_eq!(other_words.standing.updated, at(120));
    assert!(other_words.other_words);
    assert_eq!(other_words.standing.position, first.standing.position);
    assert_eq!(other_words.standing.atom_id, first.standing.atom_id);
}

#[test]
fn settling_twice_changes_nothing() {
    let members = [member(1), member(2)];
    let first = founded_by(&members);
    let again = then(&first, &members, at(600));
    assert_eq!(again, Settled { ..first });
}

#[test]
fn later_arrivals_never_take_the_text_over() {
    let first = founded_by(&[member(2)]);
    let claims_to_be_older = Member {
        published: Some(at(-10_000)),
        ..member(3)
    };
    let both = then(&first, &[claims_to_be_older, member(2)], at(3));
    assert_eq!(both.standing.shown, Shown::Entry(EntryNumber(2)));
    assert_eq!(both.standing.published, None);
    assert_eq!(both.sources, [SourceNumber(2), SourceNumber(3)]);
}

#[test]
fn issuers_own_text_is_shown_and_moves_updated_where_its_words_differ() {
    let first = founded_by(&[member(1)]);
    let issuer = Member {
        nearness: Nearness::Issuer,
        ..member(5)
    };
    let nearer = then(&first, &[member(1), issuer], at(5));
    assert_eq!(nearer.standing.shown, Shown::Entry(EntryNumber(5)));
    assert_eq!(nearer.standing.updated, at(5));
    assert_eq!(nearer.standing.atom_id, first.standing.atom_id);
}

#[test]
fn teaser_gives_way_to_the_whole_text_under_the_same_id() {
    let teaser = Member {
        nearness: Nearness::Teaser,
        ..member(1)
    };
    let first = founded_by(std::slice::from_ref(&teaser));
    let fuller = then(&first, &[teaser, member(5)], at(5));
    assert_eq!(fuller.standing.shown, Shown::Entry(EntryNumber(5)));
    assert_eq!(fuller.standing.id, first.standing.id);
    assert_eq!(fuller.standing.published, first.standing.published);
}

#[test]
fn statement_of_ours_gives_the_release_its_names_and_dates() {
    let first = founded_by(&[member(1)]);
    let statement = Member {
        published: Some(at(-30)),
        ..ours()
    };
    let taken = then(&first, &[member(1), statement], at(50));
    assert_eq!(taken.standing.atom_id, "urn:ours");
    assert_eq!(taken.standing.published, Some(at(-30)));
    assert_eq!(taken.standing.position, at(-30));
    assert_eq!(taken.standing.updated, at(-30));
    assert_eq!(taken.standing.first_seen, at(1));
    assert_eq!(taken.standing.entered, first.standing.entered);
    assert!(!taken.other_words, "a new id has no former words");
}

#[test]
fn withdrawn_statement_withdraws_its_release_whoever_else_carries_it() {
    let first = founded_by(&[ours(), member(1)]);
    let withdrawal = Withdrawal {
        when: at(70),
        reason: "wrong figures".to_owned(),
    };
    let taken_back = Member {
        removed: Some(withdrawal.clone()),
        ..ours()
    };
    let gone = then(&first, &[taken_back, member(1)], at(70));
    assert_eq!(gone.standing.withdrawal, Some(withdrawal));
    assert_eq!(gone.standing.entered, None);
    assert_eq!(gone.standing.shown, Shown::Statement("ours".to_owned()));
    assert_eq!(gone.standing.updated, first.standing.updated);
}

#[test]
fn release_is_withdrawn_when_its_last_publication_is() {
    let removed = |number| Member {
        removed: Some(Withdrawal {
            when: at(60 + number),
            reason: format!("by {number}"),
        }),
        ..member(number)
    };
    let first = founded_by(&[member(1), member(2)]);
    let one_left = then(&first, &[removed(1), member(2)], at(61));
    assert_eq!(one_left.standing.withdrawal, None);
    assert_eq!(one_left.standing.shown, Shown::Entry(EntryNumber(2)));
    assert_eq!(one_left.sources, [SourceNumber(2)]);

    let none_left = then(&one_left, &[removed(1), removed(2)], at(62));
    let withdrawal = none_left.standing.withdrawal.clone().expect("withdrawn");
    assert_eq!(withdrawal.reason, "by 2");
    assert_eq!(none_left.standing.entered, None);
    assert_eq!(none_left.standing.shown, Shown::Entry(EntryNumber(2)));

    let back = then(&none_left, &[removed(1), member(2)], at(90));
    assert_eq!(back.standing.withdrawal, None);
    assert_eq!(back.standing.entered, Some(at(90)));
}

#[test]
fn unrelated_entry_is_in_the_wire_only_where_its_source_keeps_all() {
    let unrelated = |keep_all, admitted| Member {
        keep_all,
        admitted,
        ..member(1)
    };
    let related = Member {
        relations: vec![topic("strike", 1.0)],
        ..unrelated(false, true)
    };
    let filtered = Member {
        admitted: false,
        ..related.clone()
    };
    for (entry, is_in) in [
        (unrelated(true, true), true),
        (unrelated(false, true), false),
        (unrelated(true, false), false),
        (related, true),
        (filtered, false),
    ] {
        let entered = founded_by(std::slice::from_ref(&entry)).standing.entered;
        assert_eq!(entered.is_some(), is_in, "{entry:?}");
    }
}

#[test]
fn release_that_comes_into_the_wire_later_entered_then() {
    let outside = Member {
        keep_all: false,
        ..member(1)
    };
    let first = founded_by(std::slice::from_ref(&outside));
    let related = Member {
        relations: vec![topic("strike", 1.0)],
        ..outside
    };
    let inside = then(&first, &[related], at(500));
    assert_eq!(inside.standing.entered, Some(at(500)));
    assert_eq!(inside.standing.position, first.standing.position);
}

#[test]
fn filtered_member_does_not_speak_for_a_release_that_others_carry() {
    let filtered = Member {
        admitted: false,
        relations: vec![topic("filtered", 1.0)],
        ..member(1)
    };
    let release = founded_by(&[filtered, member(2)]);
    assert_eq!(release.standing.shown, Shown::Entry(EntryNumber(2)));
    assert_eq!(release.relations, []);
}

#[test]
fn relations_are_the_best_of_all_members_and_never_to_itself() {
    let to_us = Relation {
        target: Target::Statement("ours".to_owned()),
        score: 1.0,
        why: Vec::new(),
    };
    let a = Member {
        relations: vec![topic("b", 0.5), to_us],
        ..member(1)
    };
    let b = Member {
        relations: vec![topic("b", 0.75), topic("a", 0.75)],
        ..member(2)
    };
    let release = founded_by(&[ours(), a, b]);
    assert_eq!(release.relations, [topic("a", 0.75), topic("b", 0.75)]);
}

#[test]
fn visible_digest_does_not_depend_on_the_order_of_members_or_links() {
    let link = |release, kind| Linked {
        link: Link {
            release: ReleaseNumber(release),
            kind,
            why: "because".to_owned(),
        },
        title: Some("another".to_owned()),
        page: "aaaaaaaaaaaaaaaa".to_owned(),
        in_wire: true,
        withdrawn: false,
    };
    let links = [link(7, LinkKind::Revision), link(9, LinkKind::Contains)];
    let turned = [links[1].clone(), links[0].clone()];
    let settle_with = |members: &[Member], links: &[Linked]| {
        let before = Before::Founded(names("first"));
        settle(before, members, None, links, at(10))
            .expect("it has members")
            .visible
    };
    let one = settle_with(&[member(1), member(2)], &links);
    assert_eq!(settle_with(&[member(2), member(1)], &turned), one);
    assert_ne!(settle_with(&[member(1), member(2)], &links[..1]), one);
    let changes: [fn(&mut Linked); 4] = [
        |it| it.title = Some("a third".to_owned()),
        |it| it.page = "call".to_owned(),
        |it| it.in_wire = false,
        |it| it.withdrawn = true,
    ];
    for change in changes {
        let mut links = links.clone();
        change(&mut links[0]);
        assert_ne!(settle_with(&[member(1), member(2)], &links), one);
    }
}

#[test]
fn visible_digest_differs_wherever_something_served_does() {
    let first = founded_by(&[member(1)]).visible;
    let changes: [fn(&mut Member); 7] = [
        |m| m.title = None,
        |m| m.url = Some("https://b.example/".to_owned()),
        |m| m.language = None,
        |m| m.visible = digest("other"),
        |m| m.relations = vec![topic("a", 1.0)],
        |m| m.labels = vec![("a".to_owned(), "A".to_owned())],
        |m| m.keep_all = false,
    ];
    for (index, change) in changes.iter().enumerate() {
        let mut changed = member(1);
        change(&mut changed);
        assert_ne!(founded_by(&[changed]).visible, first, "change {index}");
    }
}

#[test]
fn no_member_is_no_release() {
    let before = Before::Founded(names("first"));
    assert_eq!(settle(before, &[], None, &[], at(0)), None);
}

#[test]
fn ids_that_are_no_iri_or_ours_are_not_taken_over() {
    let entry = |id: &str| Entry {
        id: Some(id.to_owned()),
        ..Entry::default()
    };
    for id in [
        "https://a.example/1",
        "urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a",
        "tag:a.example,2026:x",
        "tag:wire.example.org,2026-01-01:x",
        "https://пример.example/я",
    ] {
        assert_eq!(own_id(&entry(id), "wire.example"), Some(id));
    }
    for id in [
        "",
        "4711",
        "a.example/1",
        "C:\\feeds\\1",
        "c:/feeds/1",
        "http:",
        "http://",
        "https:/a.example",
        "a b:c",
        "http://a.example/a b",
        "http://a.example/<b>",
        "tag:wire.example,2026-01-01:x",
        "TAG:WIRE.example,2026-01-01:x",
    ] {
        assert_eq!(own_id(&entry(id), "wire.example"), None, "{id}");
    }
}

#[test]
fn tag_uri_has_the_day_of_first_sight_in_utc() {
    let late: Moment = "2026-11-01T23:30:00-05:00".parse().expect("a date");
    let id = ReleaseId::of_statement("x");
    assert_eq!(
        tag_uri("wire.example", late, &id),
        format!("tag:wire.example,2026-11-02:{id}")
    );
}

fn said(of: Member, word: Word) -> Member {
    Member { word, ..of }
}

fn hidden(minute: i64) -> Word {
    Word {
        hidden: Some(Withdrawal {
            when: at(minute),
            reason: "by mistake".to_owned(),
        }),
        ..Word::default()
    }
}

fn on_ours(is_related: bool, minute: i64) -> Word {
    let related = Related {
        is_related,
        at: at(minute),
        reason: "our day".to_owned(),
    };
    Word {
        statements: BTreeMap::from([("ours".to_owned(), related)]),
        ..Word::default()
    }
}

#[test]
fn one_hidden_publication_hides_the_release_until_it_is_unhidden() {
    let first = founded_by(&[member(1), member(2)]);
    let gone = then(&first, &[member(1), said(member(2), hidden(20))], at(21));
    assert_eq!(gone.standing.entered, None);
    let withdrawal = gone.standing.withdrawal.clone().expect("it is hidden");
    assert_eq!(
        (withdrawal.when, withdrawal.reason.as_str()),
        (at(20), "by mistake")
    );
    let back = then(&gone, &[member(1), member(2)], at(30));
    assert_eq!(back.standing.withdrawal, None);
    assert_eq!(back.standing.entered, Some(at(30)));
    assert_eq!(back.standing.id, first.standing.id);
}

#[test]
fn unhidden_release_whose_statement_was_withdrawn_tells_that_withdrawal() {
    let withdrawn = |word| Member {
        removed: Some(Withdrawal {
            when: at(60),
            reason: "superseded".to_owned(),
        }),
        word,
        ..ours()
    };
    let gone = founded_by(&[withdrawn(hidden(55))]);
    let told = then(&gone, &[withdrawn(Word::default())], at(70));
    let withdrawal = told.standing.withdrawal.expect("it is withdrawn");
    assert_eq!(
        (withdrawal.when, withdrawal.reason.as_str()),
        (at(60), "superseded")
    );
}

#[test]
fn editors_relation_is_last_over_filters_and_scores() {
    let kept_out = Member {
        admitted: false,
        keep_all: false,
        ..member(1)
    };
    assert_eq!(
        founded_by(std::slice::from_ref(&kept_out)).standing.entered,
        None
    );
    let related = founded_by(&[said(kept_out, on_ours(true, 5))]);
    assert!(related.standing.entered.is_some());
    assert_eq!(
        related.relations[0].target,
        Target::Statement("ours".to_owned())
    );
    let by_score = Member {
        keep_all: false,
        relations: vec![Relation {
            target: Target::Statement("ours".to_owned()),
            score: 0.9,
            why: Vec::new(),
        }],
        ..member(1)
    };
    let unrelated = founded_by(&[said(by_score.clone(), on_ours(false, 5))]);
    assert_eq!(unrelated.standing.entered, None);
    assert!(unrelated.relations.is_empty());
    // Where publications differ, the last word holds.
    let both = [
        said(by_score, on_ours(false, 5)),
        said(member(2), on_ours(true, 6)),
    ];
    assert!(founded_by(&both).standing.entered.is_some());
}
