//! Figures by kind, and the floors that CI holds.

use crate::bases::{self, Base, HELD, ISSUER, Publisher, TUNING};
use crate::chance::Chance;
use crate::negatives::TWO;
use crate::republish::{Case, Make, ONE, Pair};
use presswire::domain::likeness::{self, Boilerplate, Bond, Judged, Prepared, Text, Verdict};
use presswire::domain::text::Words;
use std::collections::{BTreeMap, HashMap};

/// Least recall over all kinds.
const RECALL: f64 = 0.97;

/// Least share of true pairs that the keys find.
const FOUND: f64 = 0.995;

/// Which texts and publishers.
#[derive(Clone, Copy, PartialEq)]
enum Half {
    Tuning,
    Held,
}

impl Half {
    fn bases(self) -> Vec<Base> {
        let mut bases = bases::all();
        bases.retain(|base| base.is_for_tuning() == (self == Half::Tuning));
        bases
    }

    fn publishers(self) -> [Publisher; 4] {
        match self {
            Half::Tuning => TUNING,
            Half::Held => HELD,
        }
    }

    fn pairs(self, kinds: &[(&'static str, Make)]) -> Vec<Pair> {
        let bases = self.bases();
        let mut pairs = Vec::new();
        for (at, base) in bases.iter().enumerate() {
            let alike: Vec<&Base> = bases
                .iter()
                .filter(|other| other.language == base.language && other.index != base.index)
                .collect();
            for publisher in self.publishers() {
                for (number, (kind, make)) in kinds.iter().enumerate() {
                    let mut chance =
                        Chance::of((at * 1000 + number * 10) as u64 + publisher.number as u64);
                    let other = alike[chance.below(alike.len())];
                    let case = Case {
                        base,
                        publisher,
                        other,
                    };
                    if let Some((older, newer)) = make(&case, &mut chance) {
                        let by = |text: &Text| {
                            if text.source == Some(ISSUER.source()) {
                                ISSUER
                            } else {
                                publisher
                            }
                        };
                        pairs.push(Pair {
                            kind,
                            older: (by(&older), older),
                            newer: (by(&newer), newer),
                        });
                    }
                }
            }
        }
        pairs
    }

    /// What each publisher says under every text: seven others of its texts are known.
    fn boilerplates(self) -> HashMap<i64, Boilerplate> {
        let bases = self.bases();
        let known = |publisher: Publisher| {
            let texts: Vec<Words> = bases
                .iter()
                .step_by(3)
                .map(|base| Prepared::words_of(&publisher.text(base, &base.html())))
                .collect();
            (publisher.number, Boilerplate::of(&texts))
        };
        self.publishers()
            .into_iter()
            .chain([ISSUER])
            .map(known)
            .collect()
    }
}

struct Outcome {
    kind: &'static str,
    judged: Judged,
    shared_keys: usize,
    older: String,
    newer: String,
}

fn outcomes(half: Half, kinds: &[(&'static str, Make)]) -> Vec<Outcome> {
    let boilerplates = half.boilerplates();
    let judge = |pair: Pair| {
        let older = Prepared::of(pair.older.1.clone(), &boilerplates[&pair.older.0.number]);
        let newer = Prepared::of(pair.newer.1.clone(), &boilerplates[&pair.newer.0.number]);
        let (a, b) = (likeness::keys(&older), likeness::keys(&newer));
        Outcome {
            kind: pair.kind,
            judged: likeness::verdict(&older, &newer, Bond::None),
            shared_keys: a.iter().filter(|key| b.contains(key)).count(),
            older: pair.older.1.html,
            newer: pair.newer.1.html,
        }
    };
    half.pairs(kinds).into_iter().map(judge).collect()
}

/// One line a kind: pairs, merged ones, the verdicts.
fn report(outcomes: &[Outcome]) {
    let mut kinds: Vec<&str> = Vec::new();
    for outcome in outcomes {
        if !kinds.contains(&outcome.kind) {
            kinds.push(outcome.kind);
        }
    }
    for kind in kinds {
        let of_kind: Vec<&Outcome> = outcomes
            .iter()
            .filter(|outcome| outcome.kind == kind)
            .collect();
        let mut verdicts: BTreeMap<String, usize> = BTreeMap::new();
        for outcome in &of_kind {
            *verdicts
                .entry(format!("{:?}", outcome.judged.verdict))
                .or_default() += 1;
        }
        let merged = of_kind
            .iter()
            .filter(|outcome| outcome.judged.verdict.is_one_release())
            .count();
        println!(
            "  {kind:<36} {:>4} pairs, {:>6.1} % merged  {verdicts:?}",
            of_kind.len(),
            100.0 * merged as f64 / of_kind.len() as f64
        );
    }
}

fn merged(outcomes: &[Outcome]) -> usize {
    outcomes
        .iter()
        .filter(|outcome| outcome.judged.verdict.is_one_release())
        .count()
}

fn evaluate(half: Half, name: &str) {
    let one = outcomes(half, &ONE);
    let two = outcomes(half, &TWO);
    println!("{name} half: republished");
    report(&one);
    println!("{name} half: hard negatives");
    report(&two);
    let (right, wrong) = (merged(&one), merged(&two));
    let precision = right as f64 / (right + wrong).max(1) as f64;
    let recall = right as f64 / one.len() as f64;
    let found =
        one.iter().filter(|outcome| outcome.shared_keys > 0).count() as f64 / one.len() as f64;
    println!(
        "{name} half: precision {precision:.4}, recall {recall:.4}, F1 {:.4} over {} and {} pairs; keys find {found:.4}",
        2.0 * precision * recall / (precision + recall),
        one.len(),
        two.len()
    );
    if std::env::var_os("LIKENESS_SHOW").is_some() {
        let missed = one
            .iter()
            .filter(|outcome| !outcome.judged.verdict.is_one_release());
        let false_merges = two
            .iter()
            .filter(|outcome| outcome.judged.verdict.is_one_release());
        for outcome in missed.chain(false_merges) {
            println!(
                "--- {}: {:?}\n{}\n{}\n",
                outcome.kind, outcome.judged, outcome.older, outcome.newer
            );
        }
    }
    assert_eq!(wrong, 0, "a hard negative was merged");
    assert!(recall >= RECALL, "recall {recall}");
    assert!(found >= FOUND, "keys find {found}");
}

#[test]
fn held_half_reaches_its_floors() {
    evaluate(Half::Held, "held");
}

#[test]
fn tuning_half_reaches_its_floors() {
    evaluate(Half::Tuning, "tuning");
}

#[test]
fn every_kind_has_pairs_and_halves_differ() {
    for half in [Half::Held, Half::Tuning] {
        assert!(half.bases().len() >= 21);
        for kinds in [&ONE[..], &TWO[..]] {
            let pairs = half.pairs(kinds);
            for (kind, _) in kinds {
                assert!(pairs.iter().any(|pair| pair.kind == *kind), "{kind}");
            }
        }
    }
}

#[test]
fn a_changed_number_or_name_is_linked_as_a_revision() {
    let two = outcomes(Half::Held, &TWO);
    let changed = two.iter().filter(|outcome| {
        ["number changed", "name replaced", "negation added"].contains(&outcome.kind)
    });
    let (mut revisions, mut all) = (0, 0);
    for outcome in changed {
        all += 1;
        revisions += usize::from(
            outcome.judged.verdict == Verdict::Revision
                && !outcome.judged.evidence.differences.is_empty(),
        );
    }
    assert!(revisions * 100 >= all * 95, "{revisions} of {all}");
}
