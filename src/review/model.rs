//! The report as data: exactly what `--format json` prints, and what every other format is made from.

use schemars::JsonSchema;
use serde::Serialize;

use crate::finding::{Confidence, Severity};
use crate::plan::TransactionMode;
use crate::remedy::rollback::Reversibility;

use super::compare::Differing;

/// A review.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Report {
    /// Version of this format; always 1.
    pub version: u32,
    /// The tool that made it.
    pub tool: Tool,
    /// The dialect: `postgresql`, `mysql` or `sqlite`.
    pub dialect: String,
    /// The major version of the server that the review is about; null for the other dialects, whose servers'
    /// versions are not told apart.
    pub server_version: Option<u16>,
    /// The migration layout that was detected or forced.
    pub layout: String,
    /// The policy in force.
    pub policy: String,
    /// The outcome.
    pub verdict: Verdict,
    /// Counts.
    pub summary: Summary,
    /// The migrations under review.
    pub migrations: Vec<Migration>,
    /// Findings by file and place.
    pub findings: Vec<Finding>,
    /// Findings silenced by comments, exceptions and the baseline.
    pub silenced: Vec<Silenced>,
    /// The way back, one entry for each migration that changes something.
    pub rollback: Vec<Rollback>,
    /// Safe rewrites for findings.
    pub rewrites: Vec<Rewrite>,
    /// What the migrations change in the schema, as a unified text diff; `null` when nothing changes.
    pub schema_diff: Option<String>,
    /// The run on a throw-away server; `null` when there was none.
    pub verification: Option<Verification>,
    /// How the database stands to the folder; absent unless a database was asked (`--pending`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database: Option<Database>,
    /// The application's queries; absent unless they were given (`--queries`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queries: Option<Queries>,
    /// The policy's assertions that found something, by name; absent where none did.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub assertions: Vec<Assertion>,
}

/// The queries of the application that the change set was held against (`--queries`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Queries {
    /// Queries that were read.
    pub read: usize,
    /// Texts that could not be read as a query.
    pub unread: usize,
    /// Queries that were read and do not work on the schema before, or name what it does not have: not judged.
    pub unresolved: usize,
    /// Queries that fail on the schema after.
    pub failing: usize,
    /// Queries that lose the index they search by.
    pub losing_index: usize,
}

/// An assertion of the policy that found something.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Assertion {
    /// Its name, as `rule` of its findings.
    pub name: String,
    /// What it judges: `table`, `column`, `index`, `constraint`, `function`, `policy`, `role`, `grant`, `statement`.
    #[serde(rename = "for")]
    pub subject: &'static str,
    /// What it demands, in the words of the policy.
    pub demand: String,
    /// What its findings say, with the names of facts in braces.
    pub message: String,
    /// Severity of its findings, unless the policy says otherwise.
    pub severity: Severity,
    /// Where more is written.
    pub reference: Option<String>,
    /// Its entry in the policy, as `file:line`.
    pub policy: String,
}

/// A database and the migrations of a folder.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Database {
    /// The migration tool's history table, qualified; `null` when there is none, and everything is pending.
    pub history: Option<String>,
    /// How many migrations of the folder ran.
    pub applied: usize,
    /// How many did not, which are those under review.
    pub pending: usize,
    /// What ran and is not in the folder.
    pub missing: Vec<String>,
    /// Files that are not what ran.
    pub changed: Vec<String>,
    /// What was begun and not finished.
    pub failed: Vec<String>,
    /// Where the database differs from what its migrations make; each is a finding too, `database-drift`.
    pub drift: Vec<ObjectDifference>,
}

/// An object in which a database differs from what migrations make.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ObjectDifference {
    /// What it is: `table`, `view`, …
    pub kind: String,
    /// Its name.
    pub name: String,
    /// `added` when only the database has it, `dropped` when it is missing there, else `changed`.
    pub change: &'static str,
    /// Its definition by the migrations and in the database, as a unified diff; empty when SQL cannot show it.
    pub diff: String,
}

impl From<Differing> for ObjectDifference {
    fn from(object: Differing) -> Self {
        Self { kind: object.kind, name: object.name, change: object.change.as_str(), diff: object.text }
    }
}

/// A run of the migrations on a throw-away server.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Verification {
    /// The server's version, for example `18.4`.
    pub server: String,
    /// The major version that was asked for, or that the database is of, where the server is of another.
    pub asked_version: Option<u16>,
    /// Statements under review that ran, or that the server refused.
    pub observed: usize,
    /// Those of them that the server refused.
    pub refused: usize,
    /// Statements under review that were not run, because an earlier one of the migration had failed or because
    /// the server lacks something.
    pub not_run: usize,
    /// Statements of the history that the server refused.
    pub history_refused: usize,
    /// How far the prediction agrees with the server.
    pub agreement: Agreement,
    /// The schema that the server has in the end, against the predicted one.
    pub catalog: Catalog,
    /// Roles that were made because the server lacked them.
    pub stubbed_roles: Vec<String>,
    /// Extensions that the server lacks and that were left out.
    pub skipped_extensions: Vec<String>,
}

/// The schema that the server has after the last migration, against the predicted one.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Catalog {
    /// Objects that differ; each is a finding too, `model-disagrees-with-catalog`.
    pub differing: Vec<ObjectDifference>,
    /// Objects that differ, of which the prediction says that it does not know them: dynamic SQL, conditions and
    /// statements that were not analysed may have touched them.
    pub unknown: Vec<ObjectDifference>,
    /// What could not be read of the server's catalogs.
    pub hidden: Vec<String>,
}

/// How far the prediction agrees with the server, in statements; the catalog, in objects. What cannot be seen on a
/// server, and relations that only one of the two has because of dynamic SQL or an earlier error, are not compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Agreement {
    /// Locks on relations.
    pub locks: Tally,
    /// Relations that are written anew.
    pub rewrites: Tally,
    /// Relations that are read in full.
    pub scans: Tally,
    /// Existing indexes that are built anew.
    pub index_builds: Tally,
    /// Relations that are made and dropped.
    pub relations: Tally,
    /// Errors.
    pub errors: Tally,
    /// Objects of the schema after the last migration.
    pub catalog: Tally,
}

/// A count of statements or objects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Tally {
    /// Those that could be compared.
    pub compared: usize,
    /// Those of them where prediction and server agree.
    pub equal: usize,
}

/// The tool.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Tool {
    /// Always `checkrail`.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

/// The outcome of a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// No warning and no error.
    Pass,
    /// Warnings, no error.
    Warn,
    /// Errors.
    Block,
}

/// Counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Summary {
    /// Migrations under review.
    pub migrations: usize,
    /// Their statements.
    pub statements: usize,
    /// Statements that were read in full.
    pub analysed: usize,
    /// Statements that were not.
    pub not_analysed: usize,
    /// Error findings.
    pub errors: usize,
    /// Warning findings.
    pub warnings: usize,
    /// Advice findings.
    pub advice: usize,
    /// Findings silenced by comments, exceptions and the baseline.
    pub silenced: usize,
    /// Those of them that the baseline silences.
    pub in_baseline: usize,
    /// Migrations that were replayed for context only.
    pub history: usize,
}

/// A migration.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Migration {
    /// Its file.
    pub path: String,
    /// Its version, where the layout has one.
    pub version: Option<String>,
    /// How its statements are grouped into transactions.
    pub transaction: TransactionMode,
    /// Why, in a few words.
    pub transaction_reason: String,
    /// Its statements in order.
    pub statements: Vec<Statement>,
    /// Its locks on relations that others use, over time; a lock that becomes stronger is listed again from there.
    pub timeline: Vec<LockSpan>,
    /// What its hand-written way back does; `null` where there is none.
    pub down: Option<Down>,
}

/// A hand-written way back.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Down {
    /// Its file.
    pub path: String,
    /// 1-based line on which it begins.
    pub line: u32,
    /// What it does.
    pub verdict: DownVerdict,
    /// How the schema after it differs from the one before the migration; with `fails` the error, with `unknown`
    /// the reason.
    pub differences: Vec<String>,
    /// How it was tried on a server; `null` when it was not, and the rest is predicted.
    pub observed: Option<ObservedDown>,
}

/// A hand-written way back that was tried on a server, right after its migration.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ObservedDown {
    /// The server's version, for example `18.4`.
    pub server: String,
    /// What it does there, which is the verdict.
    pub verdict: DownVerdict,
    /// What was predicted.
    pub predicted: DownVerdict,
    /// Rows, values and positions of sequences that are not what they were before the migration; sentences.
    pub data: Vec<String>,
}

/// What a hand-written way back does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DownVerdict {
    /// The schema is as it was.
    Restores,
    /// It is, but for the order of columns.
    Reorders,
    /// It is, but for the names of constraints, indexes or sequences.
    Renames,
    /// It is not.
    Differs,
    /// It certainly fails.
    Fails,
    /// It does nothing, and the migration changed the schema.
    Empty,
    /// It does nothing or raises an error, and says that this is meant.
    Irreversible,
    /// It does nothing, and the migration changed nothing in the schema.
    NothingToDo,
    /// It, or the migration, was not analysed in full.
    Unknown,
}

/// A statement.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Statement {
    /// 1-based line of its first character.
    pub line: u32,
    /// 1-based line of its last character.
    pub end_line: u32,
    /// What kind of statement, in kebab case.
    pub kind: String,
    /// Whether it could be read in full.
    pub analysed: bool,
    /// Whether it runs inside a transaction block.
    pub in_transaction: bool,
    /// Every relation it locks.
    pub locks: Vec<Lock>,
    /// Relations that existed before the migration and whose file is written anew.
    pub rewrites: Vec<String>,
    /// Relations that existed before the migration and are read in full.
    pub scans: Vec<String>,
    /// Whether the server accepts it inside a transaction block.
    pub can_run_in_transaction: bool,
    /// The error that the server will raise.
    pub certain_error: Option<ServerError>,
    /// Errors that depend on rows or on what is not known.
    pub possible_errors: Vec<ServerError>,
    /// What is lost, for example `public.users.email`.
    pub data_loss: Vec<String>,
    /// What code written for the old schema can no longer use.
    pub breaks: Vec<String>,
    /// How far it can be undone.
    pub reversibility: Reversibility,
    /// Why these facts may be incomplete.
    pub uncertain: Vec<String>,
    /// What a server did; `null` when it did not run there. All other facts are predicted.
    pub observed: Option<Observed>,
    /// Why it was not run, when the others were.
    pub not_run: Option<String>,
}

/// What a server did for a statement. Relations that did not exist before the statement are left out of locks,
/// rewrites and scans.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Observed {
    /// How it was watched: `own-transaction` shows every lock; `shared-transaction` shows those that the
    /// transaction did not hold before; `lock-step` shows those on the tables that the statement names.
    pub method: &'static str,
    /// The strongest lock on each relation.
    pub locks: Vec<ObservedLock>,
    /// Tables and materialized views whose file was written anew.
    pub rewrites: Vec<String>,
    /// Tables and materialized views that were read from end to end.
    pub scans: Vec<String>,
    /// Existing indexes that were built anew.
    pub index_builds: Vec<String>,
    /// Relations that appeared.
    pub created: Vec<String>,
    /// Relations that went.
    pub dropped: Vec<String>,
    /// The error that it ended with.
    pub error: Option<ServerError>,
    /// Whether an earlier statement had failed, so that the schema was not what it was meant to be.
    pub after_error: bool,
    /// Where the prediction differs, in words; empty when it does not.
    pub differences: Vec<String>,
}

/// A lock that was seen.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ObservedLock {
    /// The relation, qualified.
    pub relation: String,
    /// What it is: `table`, `index`, …
    pub kind: String,
    /// The mode, as in the documentation: `ACCESS EXCLUSIVE`.
    pub mode: &'static str,
}

/// A lock.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Lock {
    /// The relation, qualified.
    pub relation: String,
    /// What it is: `table`, `index`, …
    pub kind: String,
    /// The mode, as in the documentation: `ACCESS EXCLUSIVE`.
    pub mode: &'static str,
    /// Whether the relation existed before this migration.
    pub preexisting: bool,
    /// Whether the lock is held after the statement, until the transaction ends.
    pub held_until_commit: bool,
    /// How big the relation is, with its partitions; absent when no server was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<Size>,
}

/// A lock from the statement that takes it to the last one during which it is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LockSpan {
    /// The relation, qualified, under the name that it has then.
    pub relation: String,
    /// What it is: `table`, `index`, …
    pub kind: String,
    /// The mode, as in the documentation: `ACCESS EXCLUSIVE`.
    pub mode: &'static str,
    /// Index into the migration's `statements`: the one that takes it.
    pub first: usize,
    /// Index of the last statement before it is released; a statement by itself releases at its end.
    pub last: usize,
}

/// The size of a relation by the server's statistics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Size {
    /// Estimated rows; `null` when it was never analysed.
    pub rows: Option<u64>,
    /// Bytes on disk without indexes.
    pub bytes: u64,
    /// Bytes of its indexes.
    pub index_bytes: u64,
}

/// An error of the server.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ServerError {
    /// SQLSTATE.
    pub sqlstate: String,
    /// What the server says.
    pub message: String,
}

/// A finding.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Finding {
    /// The rule.
    pub rule: String,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// The file.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// 1-based column in characters.
    pub column: u32,
    /// 1-based line of the end.
    pub end_line: u32,
    /// 1-based column after the last character.
    pub end_column: u32,
    /// The object it is about.
    pub object: Option<String>,
    /// What happens.
    pub message: String,
    /// Why it hurts.
    pub why: String,
    /// What to do.
    pub help: String,
    /// How a definition differs from what it should be, as a unified diff; absent for most rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diff: Option<String>,
    /// Other places that it is about, such as the queries that fail; absent where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default)]
    pub related: Vec<Related>,
    /// How to read more.
    pub docs: String,
    /// Stable over renames of the file and edits elsewhere in it.
    pub fingerprint: String,
    /// What is known of the work that others wait for; `null` where nobody waits for work on rows.
    pub work: Option<Work>,
    /// The policy entry that asked for it, as `file:line`.
    pub policy: Option<String>,
    /// Index into `rewrites`, when there is a safe rewrite.
    pub rewrite: Option<usize>,
    /// The safe way as a change of the file; `null` where there is none, or it needs migrations of its own.
    pub edit: Option<Edit>,
}

/// Another place that a finding is about.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Related {
    /// The file.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// What stands there.
    pub message: String,
}

/// Work on rows for which others wait, and which decides about a finding's severity.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Work {
    /// `small`, `medium` or `large` by the policy's thresholds; `unknown-as-large` or `unknown-as-small` where some size
    /// is not known.
    pub judged: &'static str,
    /// The relations that are read or written in full; the partitions of a partitioned table one by one.
    pub relations: Vec<WorkedRelation>,
    /// Bytes that are read and written; `null` where some size is not known, or not all rows are touched.
    pub bytes: Option<u64>,
    /// How long that takes, without waits; `null` where `bytes` is.
    pub duration: Option<Duration>,
    /// All of that in words.
    pub text: String,
}

/// A relation that is worked on.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct WorkedRelation {
    /// The relation, qualified.
    pub relation: String,
    /// Whether it is written anew with its indexes; otherwise it is read.
    pub rewritten: bool,
    /// Its size without partitions; `null` where no server was asked.
    pub size: Option<Size>,
}

/// A range of seconds with what it rests on.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Duration {
    /// At `fastest_bytes_per_second`, in whole seconds.
    pub min_seconds: u64,
    /// At `slowest_bytes_per_second`, in whole seconds.
    pub max_seconds: u64,
    /// The slow end.
    pub slowest_bytes_per_second: u64,
    /// The fast end.
    pub fastest_bytes_per_second: u64,
}

/// A finding that was silenced.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Silenced {
    /// The rule.
    pub rule: String,
    /// The file.
    pub path: String,
    /// 1-based line.
    pub line: u32,
    /// 1-based column in characters.
    pub column: u32,
    /// 1-based line of the end.
    pub end_line: u32,
    /// 1-based column after the last character.
    pub end_column: u32,
    /// How bad it would be.
    pub severity: Severity,
    /// The object it is about.
    pub object: Option<String>,
    /// What was found.
    pub message: String,
    /// Stable over renames of the file and edits elsewhere in it.
    pub fingerprint: String,
    /// The reason given.
    pub reason: String,
    /// What silenced it.
    pub by: SilencedBy,
    /// Where it was silenced, as `file:line`.
    pub place: String,
}

/// What silences a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SilencedBy {
    /// A comment in the migration.
    Comment,
    /// An exception of the policy.
    Policy,
    /// An entry of the baseline.
    Baseline,
}

/// The way back for a migration.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Rollback {
    /// The migration's file.
    pub path: String,
    /// The worst class of its statements.
    pub class: Reversibility,
    /// The script.
    pub sql: String,
    /// Whether it may run in one transaction.
    pub transaction: bool,
    /// Whether a server has confirmed that it does what its class and its comments say; `null` when that was not tried,
    /// and it was checked on the model only.
    pub proven: Option<bool>,
    /// How it was tried on a server; `null` when it was not.
    pub proof: Option<Proof>,
    /// What keeps the data that the migration loses; `null` where nothing is lost, or nothing helps.
    pub keep: Option<Keep>,
    /// What was found in the script itself, by the command that writes it; places are those of `sql`.
    pub findings: Vec<Finding>,
}

/// A way back that was tried on a server, right after its migration.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Proof {
    /// The server's version, for example `18.4`.
    pub server: String,
    /// How the database differed afterwards from what it was before the migration, its rows too; sentences.
    pub differences: Vec<String>,
    /// What the script does not do although it claims to: the error that it ends with, and those of the differences
    /// that it does not declare.
    pub contradictions: Vec<String>,
    /// How many of the tables that the migration touches had rows.
    pub filled: usize,
    /// Those that had none, with the reason.
    pub without_rows: Vec<WithoutRows>,
    /// Why it was not tried; `null` when it was.
    pub not_tried: Option<String>,
}

/// A table for which no rows could be made.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct WithoutRows {
    /// The table, qualified.
    pub table: String,
    /// Why.
    pub reason: String,
}

/// Scripts that keep data.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Keep {
    /// What they keep, one line each.
    pub what: Vec<String>,
    /// To run before the migration: it makes copies.
    pub before: String,
    /// To run after the rollback: it puts them back and drops them.
    pub after: String,
    /// Whether a server has confirmed that what they keep comes back; `null` when that was not tried.
    pub proven: Option<bool>,
    /// The same with the data where it is: tables are moved instead of dropped, values stay in columns beside.
    pub in_place: Option<KeepInPlace>,
}

/// Scripts that keep data where it is.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct KeepInPlace {
    /// What they keep, one line each.
    pub what: Vec<String>,
    /// To run before the migration.
    pub before: String,
    /// To run after the rollback.
    pub after: String,
}

/// A safe rewrite of one statement.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Rewrite {
    /// The migration's file.
    pub path: String,
    /// 1-based line of the statement.
    pub line: u32,
    /// Place of the statement in its migration's `statements`, from 0.
    pub statement: usize,
    /// What it does.
    pub summary: String,
    /// Its stages, each a migration of its own.
    pub stages: Vec<RewriteStage>,
}

/// A text that takes the place of another in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Edit {
    /// 1-based line where the old text begins.
    pub line: u32,
    /// 1-based column in characters.
    pub column: u32,
    /// 1-based line where it ends.
    pub end_line: u32,
    /// 1-based column after its last character.
    pub end_column: u32,
    /// The new text.
    pub text: String,
}

/// One migration of a rewrite.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RewriteStage {
    /// What it does, in a few words.
    pub title: String,
    /// Whether it may run inside a transaction.
    pub transaction: bool,
    /// Whether it has to wait until no code uses the old names any more: it belongs to a later deployment.
    pub later: bool,
    /// Its SQL.
    pub sql: String,
}
