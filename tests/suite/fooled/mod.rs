//! Not to be fooled (`likeness.md` §8): what was right stays, nobody is hidden, the cost of an entry is
//! bounded, and the operator is told. In each the wire is compared before and after.

mod edited;
mod flooded;
mod hijacked;
mod joint;
mod linked;
mod stage;

use stage::Item;

/// What Bund Eins says.
const TITLE: &str = "Beschäftigte der Werft in Ostheim stimmen für den Streik";
const TEXT: &str = "<p>Die Beschäftigten der Werft in Ostheim haben am Freitag mit 412 zu 38 Stimmen für einen \
    unbefristeten Streik gestimmt. Sie verlangen 4,2 Prozent mehr Lohn und die Übernahme aller Auszubildenden.</p>\
    <p>„Die Leitung hat seit März kein Angebot vorgelegt“, sagte die Vertrauensfrau Jana Petersen. Gespräche \
    sind für den 18. April in Lübeck angesetzt, die Frühschicht legt schon am Montag die Arbeit nieder.</p>";

/// What others would like to say in its name.
const SLANDER: &str = "<p>In Wahrheit hat der Verband die Kasse geplündert und seine Mitglieder jahrelang belogen. \
    Wer dort Beiträge zahlt, finanziert Reisen des Vorstands und Villen am Mittelmeer, wie ein Insider \
    berichtet.</p>";

/// The text where it was published first.
fn real() -> Item {
    Item::new("bund.example", "werft", TITLE, TEXT)
}

/// The same words elsewhere.
fn copy() -> Item {
    Item::new("zeitung.example", "streik-ostheim", TITLE, TEXT)
}
