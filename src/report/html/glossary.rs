//! What lock modes mean.

use serde::Serialize;

use crate::ir::data::LockMode;

/// From the weakest to the strongest, as the documentation lists them.
const MODES: [LockMode; 8] = [
    LockMode::AccessShare,
    LockMode::RowShare,
    LockMode::RowExclusive,
    LockMode::ShareUpdateExclusive,
    LockMode::Share,
    LockMode::ShareRowExclusive,
    LockMode::Exclusive,
    LockMode::AccessExclusive,
];

/// One mode.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Mode {
    name: &'static str,
    class: &'static str,
    /// What takes it.
    taken_by: &'static str,
    blocks: &'static str,
    /// For each mode, whether the two conflict.
    conflicts: Vec<bool>,
}

/// All modes, the weakest first.
pub(super) fn modes() -> Vec<Mode> {
    MODES
        .into_iter()
        .map(|mode| Mode {
            name: mode.name(),
            class: of(mode),
            taken_by: taken_by(mode),
            blocks: blocks(mode),
            conflicts: MODES.into_iter().map(|other| mode.conflicts(other)).collect(),
        })
        .collect()
}

/// The mode of this name.
pub(super) fn mode(name: &str) -> Option<LockMode> {
    MODES.into_iter().find(|m| m.name() == name)
}

/// The class in the style sheet, by what waits.
pub(super) fn class(name: &str) -> &'static str {
    mode(name).map_or("lw", of)
}

const fn of(mode: LockMode) -> &'static str {
    if mode.blocks_reads() {
        "lx"
    } else if mode.blocks_writes() {
        "ls"
    } else if matches!(mode, LockMode::ShareUpdateExclusive) {
        "lu"
    } else {
        "lw"
    }
}

/// What waits, in a few words.
pub(super) const fn blocks(mode: LockMode) -> &'static str {
    if mode.blocks_reads() {
        "blocks reads, writes and DDL"
    } else if mode.blocks_writes() {
        "blocks writes and DDL, lets reads through"
    } else if matches!(mode, LockMode::ShareUpdateExclusive) {
        "blocks DDL and VACUUM, lets reads and writes through"
    } else {
        "blocks DDL only"
    }
}

/// From the PostgreSQL documentation, chapter "Explicit Locking", and `docs/locks.md`.
const fn taken_by(mode: LockMode) -> &'static str {
    match mode {
        LockMode::AccessShare => "SELECT",
        LockMode::RowShare => "SELECT … FOR UPDATE, FOR SHARE and their like",
        LockMode::RowExclusive => "INSERT, UPDATE, DELETE, MERGE",
        LockMode::ShareUpdateExclusive => {
            "VACUUM, ANALYZE, CREATE INDEX CONCURRENTLY, VALIDATE CONSTRAINT, many storage settings"
        }
        LockMode::Share => "CREATE INDEX",
        LockMode::ShareRowExclusive => "CREATE TRIGGER, ADD FOREIGN KEY (on both tables)",
        LockMode::Exclusive => "REFRESH MATERIALIZED VIEW CONCURRENTLY",
        LockMode::AccessExclusive => {
            "DROP TABLE, TRUNCATE, REINDEX, CLUSTER, VACUUM FULL and most forms of ALTER TABLE"
        }
    }
}
