//! The way back: for each statement the operations that restore the schema before it, and for a migration the
//! script that undoes it.
//!
//! In: committed steps; their journal holds every object before and after, implicit ones included. Out: inverse
//! operations with a class that says what they restore.
//!
//! The way back of a statement is the difference from each `after` to its `before` ([`crate::diff`]), so nothing
//! here is written per statement but what the journal cannot tell: what becomes of rows (`rows`), what no
//! statement brings back (`loss`), renames, which look like one object dropped and another made (`rename`), and
//! values added to enums (`labels`).
//!
//! A script replays the inverses statement by statement, last first. The alternative, one difference from the
//! last state to the first, would be shorter but is not always a way: a view that a migration drops, so that a
//! column can be retyped, and makes again has not changed and yet has to be dropped on the way back. What the
//! migration itself has shown to work in one direction works in the other. Then the script is made minimal
//! (`prune`): what is done to objects that the script drops later is left out, and so is what is made only to
//! be dropped. At last it is made safe for tables in use (`safe`).
//!
//! All this is for PostgreSQL. For other dialects only what a statement made is undone (`other_dialect`).

mod blind;
mod convert;
mod fill;
mod form;
mod guard;
mod in_place;
mod keep;
mod labels;
mod loss;
mod other_dialect;
mod prune;
mod reach;
mod rename;
mod rows;
mod safe;
mod script;
mod settle;
mod statement;
mod trace;
mod values;

#[cfg(test)]
mod tests;

use schemars::JsonSchema;
use serde::Serialize;

use crate::diff::piece::{Piece, Target};
use crate::diff::{self, Transition};
use crate::ir::DdlOp;
use crate::name::Dialect;
use crate::plan::Step;
use crate::schema::Schema;
use crate::schema::key::ObjectKey;

use self::trace::Trace;

pub use self::form::Form;
pub use self::keep::{Keep, numbered};
pub use self::loss::reads_clock;
pub use self::script::{Script, Section, script, script_in, script_of_settled};
pub use self::settle::settle;

/// How far a rollback restores what was there; the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reversibility {
    /// The statement changes nothing that lasts.
    NoneNeeded,
    /// Everything comes back as it was.
    Exact,
    /// The structure comes back, some data or order does not.
    Lossy,
    /// There is no way back by SQL.
    Irreversible,
}

impl Reversibility {
    /// The name used in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoneNeeded => "none-needed",
            Self::Exact => "exact",
            Self::Lossy => "lossy",
            Self::Irreversible => "irreversible",
        }
    }
}

/// Something that a rollback does not bring back.
#[derive(Clone, Debug, PartialEq)]
pub struct Loss {
    /// How bad it is.
    pub class: Reversibility,
    /// What does not come back, or why there is no way back and what to do; one sentence without a full stop.
    pub text: String,
    /// What held the data. When the migration itself made all of it, nothing is lost that was there before.
    pub about: Vec<Target>,
}

/// Something to know about a rollback.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// A sentence without a full stop; with an item it says something about it.
    pub text: &'static str,
    /// What it is about, so that notes that say the same can be told together.
    pub item: String,
    /// The same, where it matters only if the migration found it.
    about: Option<Target>,
}

/// The way back for one statement.
#[derive(Clone, Debug, PartialEq)]
pub struct StepRollback {
    /// The step.
    pub step: usize,
    /// Its class.
    pub class: Reversibility,
    /// The operations, in the order in which they must run.
    pub pieces: Vec<Piece>,
    /// What does not come back.
    pub losses: Vec<Loss>,
    /// What else one should know, such as why the way back may fail.
    pub notes: Vec<Note>,
    /// What to copy before the migration, so that nothing is lost.
    pub keeps: Vec<Keep>,
    trace: Trace,
}

impl StepRollback {
    /// The operations, in the order in which they must run.
    #[must_use]
    pub fn ops(&self) -> Vec<DdlOp> {
        diff::merge(self.pieces.iter().map(|p| p.op.clone()))
    }

    fn classify(&mut self) {
        let base = if self.pieces.is_empty() { Reversibility::NoneNeeded } else { Reversibility::Exact };
        self.class = self.losses.iter().map(|l| l.class).fold(base, Ord::max);
    }
}

/// The way back of a step in the making.
struct Back<'a> {
    step: &'a Step,
    after: &'a Schema,
    pieces: Vec<Piece>,
    losses: Vec<Loss>,
    notes: Vec<Note>,
    /// Objects that the statement dropped and that cannot be made again.
    unmade: Vec<ObjectKey>,
    /// Objects whose change is not undone, so that it is not known what they look like from there on back.
    tainted: Vec<ObjectKey>,
}

impl Back<'_> {
    fn lose(&mut self, class: Reversibility, text: impl Into<String>, about: Vec<Target>) {
        let loss = Loss { class, text: text.into(), about };
        if !self.losses.contains(&loss) {
            self.losses.push(loss);
        }
    }

    fn lossy(&mut self, text: impl Into<String>, about: Vec<Target>) {
        self.lose(Reversibility::Lossy, text, about);
    }

    fn irreversible(&mut self, text: impl Into<String>, about: Vec<Target>) {
        self.lose(Reversibility::Irreversible, text, about);
    }

    /// Notes that what a statement did to an object stays.
    fn give_up(&mut self, key: ObjectKey, op: &DdlOp) {
        match op {
            DdlOp::Drop(drop) if drop.kind.is_relation() => self.unmade.push(key),
            _ => self.tainted.push(key),
        }
    }

    fn note(&mut self, text: &'static str, item: impl Into<String>) {
        self.note_on(None, text, item);
    }

    fn note_on(&mut self, about: Option<Target>, text: &'static str, item: impl Into<String>) {
        let note = Note { text, item: item.into(), about };
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// The way back for a committed step; `after` is the schema after it. What the migration around it makes void
/// (data in a table that it made itself, a `ROLLBACK`) is up to [`settle()`].
#[must_use]
pub fn invert(step: &Step, after: &Schema) -> StepRollback {
    let mut back = Back {
        step,
        after,
        pieces: Vec::new(),
        losses: Vec::new(),
        notes: Vec::new(),
        unmade: Vec::new(),
        tainted: Vec::new(),
    };
    let trace = if let Some(error) = step.errors.first() {
        back.note("a statement fails and leaves nothing to undo", error.to_string());
        Trace::control_only(step)
    } else {
        undo(&mut back);
        Trace::new(&back)
    };
    let keeps = if back.losses.is_empty() { Vec::new() } else { keep::of(&back) };
    let Back { mut pieces, losses, notes, .. } = back;
    // They stay to the end of the run, and a list grows to four at least.
    pieces.shrink_to_fit();
    let mut rollback = StepRollback {
        step: step.index,
        class: Reversibility::NoneNeeded,
        pieces,
        losses,
        notes,
        keeps,
        trace,
    };
    rollback.classify();
    rollback
}

fn undo(back: &mut Back<'_>) {
    if back.after.dialect() != Dialect::PostgreSql {
        other_dialect::undo(back);
        return;
    }
    if !rename::undo(back) {
        let targets = reach::targets(back);
        let transitions: Vec<Transition<'_>> = targets
            .iter()
            .map(|t| Transition {
                key: &t.key,
                from: t.from.as_deref(),
                to: t.to.as_deref(),
                rebuild: t.rebuild,
            })
            .collect();
        // Enum types are replaced before: their pieces are there already.
        back.pieces.extend(diff::plan(back.after, &transitions));
        fill::split_not_null(back);
        convert::replace(back);
    }
    loss::of_changes(back);
    statement::judge(back);
}
