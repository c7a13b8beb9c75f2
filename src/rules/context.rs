//! What a rule sees, and how it reports.

use std::collections::BTreeMap;

use crate::finding::{Confidence, Finding, RemedyHint, Severity};
use crate::ir::DdlOp;
use crate::name::QName;
use crate::plan::{Lifetime, MigrationInfo, Step};
use crate::schema::Schema;
use crate::text::{FileId, Span};

use super::Rule;

/// One statement with the schema before it.
pub struct StepContext<'a> {
    /// The statement, its effects and its surroundings.
    pub step: &'a Step,
    /// The schema before the statement.
    pub schema: &'a Schema,
    /// Earlier steps of the same change set, oldest first, already applied.
    pub earlier: &'a [Step],
    /// The migration.
    pub migration: &'a MigrationInfo,
    /// How old a relation is.
    pub lifetime: &'a dyn Fn(&QName) -> Lifetime,
    /// Tables that the change set made and has already filled with rows: scans of them take time, though
    /// nobody waits.
    pub options: &'a RuleOptions,
}

impl StepContext<'_> {
    /// Whether other sessions may be using the relation.
    #[must_use]
    pub fn is_existing(&self, relation: &QName) -> bool {
        (self.lifetime)(relation) == Lifetime::Existing
    }

    /// The operation, or those inside it when it is a `DO` block, each with its place.
    #[must_use]
    pub fn ops(&self) -> Vec<(&DdlOp, Span)> {
        ops_of(self.step)
    }

    /// Earlier steps of the same transaction, oldest first.
    pub fn same_transaction(&self) -> impl DoubleEndedIterator<Item = &Step> {
        let block = self.step.transaction.block();
        self.earlier.iter().filter(move |s| block.is_some() && s.transaction.block() == block)
    }
}

/// The operation of a step, or those inside it when it is a `DO` block, each with its place.
#[must_use]
pub fn ops_of(step: &Step) -> Vec<(&DdlOp, Span)> {
    match &step.stmt.op {
        DdlOp::Do(block) => block.statements.iter().map(|n| (&n.op, n.span)).collect(),
        op => vec![(op, step.stmt.span)],
    }
}

/// All statements of a change set with the schema after them.
pub struct ChangeSetContext<'a> {
    /// The statements in order.
    pub steps: &'a [Step],
    /// The schema after the last.
    pub schema: &'a Schema,
    /// The migrations of the run; `Step::migration` points into it.
    pub migrations: &'a [MigrationInfo],
    /// How old a relation is.
    pub lifetime: &'a dyn Fn(&QName) -> Lifetime,
    /// Options of the rule.
    pub options: &'a RuleOptions,
}

/// The values of a rule's options after policy.
#[derive(Clone, Debug, Default)]
pub struct RuleOptions {
    /// Integers and booleans (0, 1) by name.
    pub numbers: BTreeMap<String, i64>,
    /// Lists by name.
    pub lists: BTreeMap<String, Vec<String>>,
}

impl RuleOptions {
    /// An integer option.
    #[must_use]
    pub fn int(&self, name: &str) -> i64 {
        self.numbers.get(name).copied().unwrap_or_default()
    }

    /// A switch.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.int(name) != 0
    }

    /// A list option.
    #[must_use]
    pub fn list(&self, name: &str) -> &[String] {
        self.lists.get(name).map_or(&[], Vec::as_slice)
    }
}

/// Where a rule puts its findings.
pub struct Sink<'a> {
    rule: &'static Rule,
    findings: &'a mut Vec<Finding>,
}

impl<'a> Sink<'a> {
    /// A sink for one rule.
    #[must_use]
    pub fn new(rule: &'static Rule, findings: &'a mut Vec<Finding>) -> Self {
        Self { rule, findings }
    }

    /// Begins a finding about a step.
    pub fn step(&mut self, step: &Step) -> Draft<'_> {
        self.at(step.stmt.file, step.stmt.span, Some(step.index))
    }

    /// Begins a finding about a place in a file.
    pub fn at(&mut self, file: FileId, span: Span, step: Option<usize>) -> Draft<'_> {
        let finding = Finding {
            rule: self.rule.name,
            severity: self.rule.severity,
            confidence: self.rule.confidence,
            file,
            span,
            step,
            object: None,
            message: String::new(),
            why: String::new(),
            help: String::new(),
            remedy: None,
            policy: None,
        };
        Draft { findings: self.findings, finding }
    }
}

/// A finding being written; [`Draft::report`] ends it.
#[must_use = "a draft does nothing until it is reported"]
pub struct Draft<'a> {
    findings: &'a mut Vec<Finding>,
    finding: Finding,
}

impl Draft<'_> {
    /// The object it is about.
    pub fn object(mut self, object: impl ToString) -> Self {
        self.finding.object = Some(object.to_string());
        self
    }

    /// Narrows the place, for example to one action of `ALTER TABLE`.
    pub fn span(mut self, span: Span) -> Self {
        self.finding.span = span;
        self
    }

    /// Another severity than the rule's default.
    pub fn severity(mut self, severity: Severity) -> Self {
        self.finding.severity = severity;
        self
    }

    /// Another confidence than the rule's default.
    pub fn confidence(mut self, confidence: Confidence) -> Self {
        self.finding.confidence = confidence;
        self
    }

    /// The safe rewrite.
    pub fn remedy(mut self, remedy: RemedyHint) -> Self {
        self.finding.remedy = Some(remedy);
        self
    }

    /// What happens.
    pub fn message(mut self, text: impl Into<String>) -> Self {
        self.finding.message = text.into();
        self
    }

    /// Why it hurts.
    pub fn why(mut self, text: impl Into<String>) -> Self {
        self.finding.why = text.into();
        self
    }

    /// What to do.
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.finding.help = text.into();
        self
    }

    /// Adds the finding.
    pub fn report(self) {
        self.findings.push(self.finding);
    }
}
