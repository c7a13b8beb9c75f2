//! What a server made of ways back: held against what they claim, as findings and as facts of the report.

use crate::diff::residue::{Fate, Item, Weight};
use crate::engine::Engine;
use crate::ir::DdlOp;
use crate::name::{Ident, QName};
use crate::plan::Step;
use crate::remedy::rollback::{Loss, Reversibility, StepRollback};
use crate::rules::down::Observation;
use crate::rules::reversibility::rollback_not_proven;
use crate::schema::Schema;
use crate::schema::dependency::Part;
use crate::schema::key::ObjectKey;
use crate::schema::model::Object;
use crate::shadow::prove::{Drift, Kind, Outcome, Proof, Proofs, Refusal};

use super::model::{self, DownVerdict};
use super::way_back::WayBack;

/// Differences that a finding spells out.
const MAX_TOLD: usize = 4;

const WHY: &str = "whoever runs the script relies on what it says, when something has gone wrong already";

/// The first of several sentences.
fn listed(sentences: &[String]) -> String {
    let told: Vec<&str> = sentences.iter().take(MAX_TOLD).map(String::as_str).collect();
    match sentences.len().saturating_sub(MAX_TOLD) {
        0 => told.join("; "),
        more => format!("{}; and {more} more", told.join("; ")),
    }
}

/// The proofs of a review; empty without a server.
pub(super) struct Proven {
    proofs: Option<Proofs>,
}

/// What a server made of a hand-written way back.
pub(super) struct Written<'a> {
    server: &'a str,
    outcome: &'a Outcome,
    /// What the migration changes.
    pub(super) change: Vec<Item>,
    /// What is not as it was.
    pub(super) residue: Vec<Item>,
    /// What is missing although the migration left it alone.
    pub(super) dropped: Vec<Item>,
    /// Data that the migration alone does not lose.
    lost: Vec<String>,
}

impl Written<'_> {
    pub(super) fn observation(&self) -> Observation<'_> {
        let refused = self.outcome.refused.as_ref();
        let refused = refused.map(|r| (r.statement, r.error.message.as_str(), r.error.sqlstate.as_str()));
        Observation { server: self.server, refused, lost: &self.lost }
    }

    pub(super) fn shown(&self, predicted: DownVerdict, verdict: DownVerdict) -> model::ObservedDown {
        let data = self.outcome.data.iter().map(|drift| drift.text.clone()).collect();
        model::ObservedDown { server: self.server.to_owned(), verdict, predicted, data }
    }
}

/// What the server made of one generated way back.
#[derive(Debug)]
pub(super) struct Judged {
    /// Where it does not what it claims; sentences.
    pub(super) contradictions: Vec<String>,
    /// Whether the scripts that keep data do; none where there are none.
    pub(super) keeps: Option<bool>,
    /// Where they do not; sentences.
    lost: Vec<String>,
    pub(super) shown: model::Proof,
}

impl Judged {
    /// Whether the server has confirmed the claim; nothing where that could not be tried.
    pub(super) fn proven(&self) -> Option<bool> {
        self.shown.not_tried.is_none().then_some(self.contradictions.is_empty())
    }
}

/// Whether a contradiction says that the script does not run.
pub(super) fn is_failure(contradiction: &str) -> bool {
    contradiction.starts_with(FAILS)
}

/// How a contradiction begins that says so.
const FAILS: &str = "it fails: ";

/// A migration that was just replayed, and its generated way back.
pub(super) struct Claim<'a> {
    pub(super) index: usize,
    pub(super) steps: &'a [Step],
    pub(super) rollbacks: &'a [StepRollback],
    pub(super) way_back: &'a WayBack,
    /// The schema after the migration.
    pub(super) schema: &'a Schema,
}

impl Proven {
    pub(super) fn new(proofs: Option<Proofs>) -> Self {
        Self { proofs }
    }

    /// What became of the hand-written way back of a migration, where it was tried.
    pub(super) fn written(&self, index: usize) -> Option<Written<'_>> {
        let proofs = self.proofs.as_ref()?;
        let proof = proofs.migrations.get(index)?;
        let outcome = proof.way(Kind::Written)?;
        let changed = |item: &Item| {
            proof.change.iter().any(|c| c.key == item.key && (c.whole || c.subject == item.subject))
        };
        let (dropped, residue) =
            outcome.items.iter().cloned().partition(|item| item.fate == Fate::Missing && !changed(item));
        // What even the generated one does not bring back is the migration's doing.
        let kept = proof.way(Kind::Generated).is_some_and(Outcome::is_restored);
        let lost = outcome.data.iter().filter(|_| kept).map(|drift| drift.text.clone()).collect();
        let (server, change) = (proofs.server.as_str(), proof.change.clone());
        Some(Written { server, outcome, change, residue, dropped, lost })
    }

    /// Holds a way back against its claim.
    pub(super) fn judge(&self, claim: &Claim<'_>, engine: &mut Engine<'_>) -> Option<Judged> {
        let proofs = self.proofs.as_ref()?;
        let proof = proofs.migrations.get(claim.index)?;
        let class = claim.way_back.class();
        let judged = judged(proofs, proof, class, claim);
        let Some(step) = claim.steps.first() else { return Some(judged) };
        if !judged.lost.is_empty() {
            engine.report(&rollback_not_proven::RULE, |sink| {
                let message = format!(
                    "the scripts that keep data do not bring all of it back: on PostgreSQL {} {}",
                    proofs.server,
                    listed(&judged.lost)
                );
                sink.step(step)
                    .message(message)
                    .why(WHY)
                    .help("keep the data by hand; and please report it")
                    .report();
            });
        }
        if !judged.contradictions.is_empty() {
            engine.report(&rollback_not_proven::RULE, |sink| {
                let claim = match class {
                    Reversibility::NoneNeeded => "no way back is written, as if none were needed".to_owned(),
                    class => format!("the generated way back is not as {} as it claims", class.as_str()),
                };
                let message =
                    format!("{claim}: on PostgreSQL {} {}", proofs.server, listed(&judged.contradictions));
                sink.step(step)
                    .message(message)
                    .why(WHY)
                    .help("complete the script by hand, and report the difference as a bug in checkrail")
                    .report();
            });
        }
        Some(judged)
    }
}

fn judged(proofs: &Proofs, proof: &Proof, class: Reversibility, claim: &Claim<'_>) -> Judged {
    let mut shown = model::Proof { server: proofs.server.clone(), ..model::Proof::default() };
    if let Some(refusal) = &proof.refused {
        shown.not_tried = Some(format!("the migration itself fails: {}", told(refusal)));
        return Judged { contradictions: Vec::new(), keeps: None, lost: Vec::new(), shown };
    }
    let nothing = Outcome { items: proof.change.clone(), ..Outcome::default() };
    let outcome = proof.way(Kind::Generated).unwrap_or(&nothing);
    shown.filled = proof.filled;
    let empty = proof.empty.iter();
    shown.without_rows = empty
        .map(|(table, reason)| model::WithoutRows { table: table.to_string(), reason: reason.clone() })
        .collect();
    let mut contradictions = Vec::new();
    if let Some(refusal) = &outcome.refused {
        contradictions.push(format!("{FAILS}{}", told(refusal)));
    }
    let declared = Declared::new(claim, class);
    for item in &outcome.items {
        shown.differences.push(item.text.clone());
        if !declared.covers(item) {
            contradictions.push(item.text.clone());
        }
    }
    for drift in &outcome.data {
        shown.differences.push(drift.text.clone());
        if !declared.covers_data(drift) {
            contradictions.push(drift.text.clone());
        }
    }
    shown.contradictions.clone_from(&contradictions);
    let keeping = proof.way(Kind::Keeping);
    let lost = keeping.map_or_else(Vec::new, |keeping| lost(keeping, &declared, claim));
    Judged { contradictions, keeps: keeping.map(|_| lost.is_empty()), lost, shown }
}

/// What does not come back although scripts around the migration are to keep it.
fn lost(outcome: &Outcome, declared: &Declared<'_>, claim: &Claim<'_>) -> Vec<String> {
    let mut lost = Vec::new();
    if let Some(refusal) = &outcome.refused {
        lost.push(format!("{FAILS}{}", told(refusal)));
    }
    lost.extend(outcome.items.iter().filter(|item| !declared.covers(item)).map(|item| item.text.clone()));
    let keeps = || claim.rollbacks.iter().flat_map(|r| &r.keeps);
    let is_kept = |drift: &Drift| keeps().any(|keep| keep.holds(&drift.relation, drift.column.as_ref()));
    let is_lost = |drift: &&Drift| is_kept(drift) || !declared.covers_data(drift);
    lost.extend(outcome.data.iter().filter(is_lost).map(|drift| drift.text.clone()));
    lost
}

/// An error with its place.
fn told(refusal: &Refusal) -> String {
    let Refusal { place, error, .. } = refusal;
    format!("{} (SQLSTATE {}, {place})", error.message, error.sqlstate)
}

/// How losses of data begin.
const DATA: [&str; 4] = ["rows of", "values of", "position of", "order of"];

/// What a way back says that it does not bring back.
struct Declared<'a> {
    losses: Vec<&'a Loss>,
    /// What the script says besides.
    lines: Vec<&'a str>,
    schema: &'a Schema,
    steps: &'a [Step],
}

impl<'a> Declared<'a> {
    fn new(claim: &Claim<'a>, class: Reversibility) -> Self {
        let (schema, steps) = (claim.schema, claim.steps);
        if class <= Reversibility::Exact {
            return Self { losses: Vec::new(), lines: Vec::new(), schema, steps };
        }
        let losses = claim.rollbacks.iter().flat_map(|r| &r.losses).collect();
        let head = claim.way_back.script.sql.lines().take_while(|line| line.starts_with("--"));
        // Data are no part of the schema.
        let told = |line: &'a str| match line.strip_prefix("-- not restored: ") {
            Some(text) => (!DATA.iter().any(|data| text.starts_with(data))).then_some(text),
            None => line.strip_prefix("-- not undone: "),
        };
        let lines = head.filter_map(told).collect();
        Self { losses, lines, schema, steps }
    }

    /// Whether a difference of the schema is one that was told.
    fn covers(&self, item: &Item) -> bool {
        let names = match &item.key {
            ObjectKey::Relation(name) => self.names(name),
            _ => Vec::new(),
        };
        let mentions = |text: &str| {
            mentions(text, &item.key) || names.iter().any(|n| self::names(text, n.name.as_str()))
        };
        if item.weight == Weight::Order {
            return self.losses.iter().any(|l| l.text.starts_with("order of") && mentions(&l.text));
        }
        self.lines.iter().any(|line| mentions(line))
            || self.losses.iter().any(|loss| match loss.class {
                Reversibility::Irreversible => loss.about.is_empty() || mentions(&loss.text),
                // Rows, values and positions are no parts of the schema.
                _ => {
                    let partition = item.fate == Fate::Missing && loss.text.starts_with("partitions of");
                    partition || !DATA.iter().any(|d| loss.text.starts_with(d)) && mentions(&loss.text)
                }
            })
    }
}

impl Declared<'_> {
    /// Whether a difference of rows or positions is one that was told.
    fn covers_data(&self, drift: &Drift) -> bool {
        // A partition, say, that was made in a way that the model does not know.
        let unknown = self.schema.is_blind() && self.schema.relation(&drift.relation).is_none();
        if unknown && self.losses.iter().any(|loss| loss.class == Reversibility::Irreversible) {
            return true;
        }
        let relations = self.names(&drift.relation);
        self.losses.iter().any(|loss| match loss.about.as_slice() {
            [] => {
                loss.class == Reversibility::Irreversible
                    || relations.iter().any(|r| names(&loss.text, r.name.as_str()))
            }
            about => about.iter().any(|target| {
                let ObjectKey::Relation(of) = &target.key else { return false };
                let of_it = relations.contains(of);
                let column = match &target.part {
                    // One that the table did not have is another one by its later name.
                    Part::Column(column) => drift
                        .column
                        .as_ref()
                        .is_some_and(|c| c == column || !self.had(&drift.relation, column)),
                    _ => true,
                };
                of_it && column
            }),
        })
    }

    /// What a relation is called in the course of the migration, the tables that it is a partition
    /// of, and the one that a sequence belongs to.
    fn names(&self, relation: &QName) -> Vec<QName> {
        let mut names = vec![relation.clone()];
        if let Some(Object::Sequence(sequence)) = self.before(relation)
            && let Some((table, _)) = &sequence.owned_by
        {
            names.push(table.clone());
        }
        for step in self.steps {
            let (object, new) = match &step.stmt.op {
                DdlOp::Rename(rename) if rename.kind.is_relation() => {
                    (&rename.object, QName { schema: None, name: rename.to.clone() })
                }
                DdlOp::SetSchema(set) if set.kind.is_relation() => (
                    &set.object,
                    QName { schema: Some(set.schema.clone()), name: set.object.name.name.clone() },
                ),
                _ => continue,
            };
            let is_it = |name: &&QName| {
                name.name == object.name.name
                    && (object.name.schema.is_none() || name.schema == object.name.schema)
            };
            if let Some(old) = names.iter().find(is_it) {
                let schema = new.schema.or_else(|| old.schema.clone());
                names.push(QName { schema, name: new.name });
            }
        }
        let mut at = 0;
        while let Some(name) = names.get(at) {
            let parent = self
                .schema
                .table(name)
                .and_then(|t| t.partition_of.as_ref())
                .map(|(parent, _)| parent.clone());
            names.extend(parent.filter(|parent| !names.contains(parent)));
            at += 1;
        }
        names
    }

    /// What a relation was before the migration, where that touched it.
    fn before(&self, name: &QName) -> Option<&Object> {
        let key = ObjectKey::Relation(name.clone());
        let first = self.steps.iter().flat_map(|step| &step.changes).find(|change| change.key == key);
        first?.before.as_deref()
    }

    /// Whether a table had a column before the migration.
    fn had(&self, table: &QName, column: &Ident) -> bool {
        match self.before(table) {
            Some(Object::Table(before)) => before.column(column).is_some(),
            _ => true,
        }
    }
}

/// Whether a sentence names an object.
fn mentions(text: &str, key: &ObjectKey) -> bool {
    let name = match key {
        ObjectKey::Relation(name)
        | ObjectKey::Type(name)
        | ObjectKey::Statistics(name)
        | ObjectKey::Function(name, _) => name.name.to_string(),
        key => key.to_string(),
    };
    names(text, &name)
}

fn names(text: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}
