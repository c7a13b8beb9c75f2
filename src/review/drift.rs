//! Drift: a database is not what its migrations make. In: the differences. Out: findings, and the report's section.

use crate::engine::Engine;
use crate::finding::{Confidence, Severity};
use crate::rules::Draft;
use crate::rules::correctness::database_drift;

use super::compare::{Change, Differing};
use super::expected::{Located, Outcome};
use super::model::Database;

/// Reports each difference, and adds it to the section.
pub(super) fn report(mut database: Database, drift: Outcome, engine: &mut Engine<'_>) -> Database {
    let certain = drift.differing.into_iter().map(|located| (located, true));
    let vague = drift.unknown.into_iter().map(|located| (located, false));
    let mut all: Vec<(Located, bool)> = certain.chain(vague).collect();
    all.sort_by(|(a, _), (b, _)| a.difference.key.cmp(&b.difference.key));
    for (Located { difference, place }, certain) in all {
        if let Some((file, span)) = place.or(drift.end) {
            engine.report(&database_drift::RULE, |sink| {
                let draft = tell(sink.at(file, span, None), &difference);
                if certain { draft } else { doubt(draft) }.report();
            });
        }
        database.drift.push(difference.into());
    }
    database
}

fn tell<'d>(draft: Draft<'d>, object: &Differing) -> Draft<'d> {
    let Differing { kind, name, text, .. } = object;
    let (how, help) = match object.change {
        Change::Added => (
            "is in the database, and no migration that ran on it makes it",
            "write a migration that makes it, or drop it",
        ),
        Change::Changed => (
            "is not what the migrations that ran on the database make",
            "write a migration that makes the change, or take it back",
        ),
        Change::Dropped => (
            "is not in the database, although a migration that ran on it makes it",
            "write a migration that drops it, or make it again",
        ),
    };
    draft
        .object(name)
        .message(format!("{kind} {name} {how}"))
        .why("what is pending was written for the schema that the migrations make, and meets another one")
        .help(help)
        .diff(text)
}

/// Where the migrations hold what cannot be read, the difference may come from there.
fn doubt(draft: Draft<'_>) -> Draft<'_> {
    draft
        .severity(Severity::Advice)
        .confidence(Confidence::Low)
        .why("dynamic SQL of a migration may have done this; if not, what is pending meets a schema that it was not written for")
}
