//! Rules: each judges one hazard and stands in one file, `rules/<category>/<rule_name>.rs`.
//!
//! A rule sees a [`StepContext`] (one statement, with the schema before it) or a [`ChangeSetContext`] (all
//! statements that are deployed together, with the schema after them) and reports into a [`Sink`]. It reads
//! facts from `effects` and the model, never SQL text, and never another rule.

pub mod access;
pub mod compatibility;
pub mod context;
pub mod correctness;
pub mod data_loss;
pub mod design;
pub mod down;
pub mod hygiene;
pub mod locking;
pub mod partitioning;
pub mod registry;
pub mod reversibility;
pub mod transactions;

pub use context::{ChangeSetContext, Draft, Sink, StepContext};
pub use down::DownContext;

use serde::Serialize;

use crate::finding::{Confidence, Severity};
use crate::name::Dialect;

/// What a rule is about; also the folder it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// Locks, scans and rewrites on relations that are in use.
    Locking,
    /// Partitioned tables.
    Partitioning,
    /// Transaction boundaries and timeouts.
    Transactions,
    /// Lost data and changes that cannot be undone.
    DataLoss,
    /// Changes that break running code.
    Compatibility,
    /// Statements that fail.
    Correctness,
    /// Keys, indexes, types.
    Design,
    /// Roles, grants, row-level security.
    Access,
    /// Hand-written ways back.
    Reversibility,
    /// Suppression comments and policy exceptions.
    Hygiene,
}

impl Category {
    /// Every category, in the order of [`registry::all`].
    pub const ALL: &'static [Self] = &[
        Self::Locking,
        Self::Partitioning,
        Self::Transactions,
        Self::DataLoss,
        Self::Compatibility,
        Self::Correctness,
        Self::Design,
        Self::Access,
        Self::Reversibility,
        Self::Hygiene,
    ];

    /// The folder's name.
    #[must_use]
    pub const fn folder(self) -> &'static str {
        match self {
            Self::Locking => "locking",
            Self::Partitioning => "partitioning",
            Self::Transactions => "transactions",
            Self::DataLoss => "data_loss",
            Self::Compatibility => "compatibility",
            Self::Correctness => "correctness",
            Self::Design => "design",
            Self::Access => "access",
            Self::Reversibility => "reversibility",
            Self::Hygiene => "hygiene",
        }
    }

    /// The name used in policies and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DataLoss => "data-loss",
            other => other.folder(),
        }
    }
}

/// A rule: its documentation, defaults and check.
pub struct Rule {
    /// Kebab-case name that states the hazard; reads well after "allow".
    pub name: &'static str,
    /// Category.
    pub category: Category,
    /// The documentation in Markdown: a first line that sums up, then the sections `What it flags`,
    /// `Why it hurts`, `Flagged`, `Accepted`, `Safe rewrite`, `References`. The SQL blocks are executed by
    /// `tests/it/docs.rs`.
    pub docs: &'static str,
    /// Severity unless the check or a policy says otherwise.
    pub severity: Severity,
    /// Confidence unless the check says otherwise.
    pub confidence: Confidence,
    /// The dialects it applies to.
    pub dialects: &'static [Dialect],
    /// What other tools call it: `(tool, name)`.
    pub also_known_as: &'static [(&'static str, &'static str)],
    /// Options with their default and meaning; values are integers, booleans or lists of strings in YAML.
    pub options: &'static [RuleOption],
    /// The check.
    pub check: Check,
}

/// An option of a rule.
pub struct RuleOption {
    /// Its key in the policy.
    pub name: &'static str,
    /// Its default.
    pub default: OptionValue,
    /// What it means.
    pub meaning: &'static str,
}

/// The value of an option.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OptionValue {
    /// A number.
    Int(i64),
    /// A switch.
    Bool(bool),
    /// A list of texts.
    List(&'static [&'static str]),
}

/// The shapes of checks.
pub enum Check {
    /// Once for each statement.
    Step(fn(&StepContext<'_>, &mut Sink<'_>)),
    /// Once for each change set, after its last statement.
    ChangeSet(fn(&ChangeSetContext<'_>, &mut Sink<'_>)),
    /// Once for each migration with a hand-written way back.
    Down(fn(&DownContext<'_>, &mut Sink<'_>)),
    /// Reported by the engine itself: findings about comments and exceptions, and about what a server did.
    Engine,
}

impl Rule {
    /// The first line of the documentation: one sentence.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        self.docs.lines().map(str::trim).find(|l| !l.is_empty()).unwrap_or("")
    }
}

/// Declares `pub static RULE: Rule` with the doc comment above it as its documentation.
///
/// ```ignore
/// rule! {
///     /// One sentence that sums the hazard up.
///     ///
///     /// ## What it flags
///     /// …
///     name: "non-concurrent-index",
///     category: Locking,
///     severity: Error,
///     confidence: High,
///     dialects: [PostgreSql],
///     also_known_as: [("squawk", "require-concurrent-index-creation")],
///     options: [],
///     check: Step(check),
/// }
/// ```
#[macro_export]
macro_rules! rule {
    (
        $(#[doc = $doc:literal])+
        name: $name:literal,
        category: $category:ident,
        severity: $severity:ident,
        confidence: $confidence:ident,
        dialects: [$($dialect:ident),* $(,)?],
        also_known_as: [$(($tool:literal, $alias:literal)),* $(,)?],
        options: [$(($option:literal, $kind:ident($default:expr), $meaning:literal)),* $(,)?],
        check: $shape:ident $(($check:path))? $(,)?
    ) => {
        $(#[doc = $doc])+
        pub static RULE: $crate::rules::Rule = $crate::rules::Rule {
            name: $name,
            category: $crate::rules::Category::$category,
            docs: concat!($($doc, "\n"),+),
            severity: $crate::finding::Severity::$severity,
            confidence: $crate::finding::Confidence::$confidence,
            dialects: &[$($crate::name::Dialect::$dialect),*],
            also_known_as: &[$(($tool, $alias)),*],
            options: &[$($crate::rules::RuleOption {
                name: $option,
                default: $crate::rules::OptionValue::$kind($default),
                meaning: $meaning,
            }),*],
            check: $crate::rules::Check::$shape $(($check))?,
        };
    };
}
