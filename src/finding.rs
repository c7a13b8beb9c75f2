//! Findings: what a rule says about a statement or an object. Plain data; only `report` knows formats.

pub mod work;

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::name::QName;
use crate::text::{FileId, Span};

use self::work::Work;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; never blocks.
    Advice,
    /// Should be looked at.
    Warning,
    /// Should not be run like this.
    Error,
}

impl Severity {
    /// The name used in policies and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Advice => "advice",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Severity {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "advice" => Ok(Self::Advice),
            "warning" => Ok(Self::Warning),
            "error" => Ok(Self::Error),
            other => Err(format!("unknown severity {other:?}: use advice, warning or error")),
        }
    }
}

/// How sure the rule is, apart from how bad it would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// Depends on things the model does not know.
    Low,
    /// Likely.
    Medium,
    /// A fact.
    High,
}

impl Confidence {
    /// The name used in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// The safe way that `remedy` can write out. Rules name it; they never write SQL that is meant to be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RemedyHint {
    /// `CREATE INDEX CONCURRENTLY` in a file of its own.
    ConcurrentIndex,
    /// `DROP INDEX CONCURRENTLY`.
    ConcurrentIndexDrop,
    /// `REINDEX … CONCURRENTLY`.
    ConcurrentReindex,
    /// Index on `ONLY` the parent, concurrent indexes on the partitions, attach.
    PartitionedIndex,
    /// `ADD CONSTRAINT … NOT VALID`, then `VALIDATE CONSTRAINT` in another transaction.
    NotValidThenValidate,
    /// Unique index built concurrently, then `ADD CONSTRAINT … USING INDEX`.
    ConstraintUsingIndex,
    /// `CHECK (c IS NOT NULL) NOT VALID`, validate, `SET NOT NULL`, drop the check.
    NotNullThroughCheck,
    /// Add the column bare, set its default, fill it in batches.
    ColumnThenBackfill,
    /// New column, dual write, backfill, swap.
    ShadowColumn,
    /// `CHECK` matching the bound, validated, then `ATTACH PARTITION`.
    AttachWithCheck,
    /// `CREATE TABLE … LIKE`, then `ATTACH PARTITION`.
    CreateThenAttach,
    /// `DETACH PARTITION … CONCURRENTLY`.
    ConcurrentDetach,
    /// `REFRESH MATERIALIZED VIEW CONCURRENTLY`.
    ConcurrentRefresh,
    /// Drop each foreign key by itself, then the table.
    DropForeignKeysFirst,
    /// `SET lock_timeout` before the statement.
    LockTimeout,
    /// A view under the old name.
    CompatibilityView,
}

/// What a rule found.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The name of the rule, or of the policy's assertion.
    pub rule: Cow<'static, str>,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// Where.
    pub file: FileId,
    /// Where in the file.
    pub span: Span,
    /// The step it is about, if any.
    pub step: Option<usize>,
    /// The object it is about, qualified; a column as `schema.table.column`.
    pub object: Option<String>,
    /// What happens, with the lock and the relation: one sentence without a full stop at the end.
    pub message: String,
    /// Why it hurts.
    pub why: String,
    /// What to do; short and imperative.
    pub help: String,
    /// The safe rewrite, when there is one.
    pub remedy: Option<RemedyHint>,
    /// How a definition differs from what it should be, as a unified diff.
    pub diff: Option<String>,
    /// Other places that it is about, each with a few words.
    pub related: Vec<(FileId, Span, String)>,
    /// Set when others wait while rows are read or written: the relations whose size decides how bad that is; empty
    /// for those that the statement reads or writes in full.
    pub works_on: Option<Vec<QName>>,
    /// What is known about that work; the engine fills it in.
    pub work: Option<Work>,
    /// Advice on how migrations are written, the same for each of them: in the review of a series it is given once.
    pub habit: bool,
    /// The policy that asked for it, as `file:line`; `None` for a rule's own default.
    pub policy: Option<String>,
}
