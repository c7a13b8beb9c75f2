//! What a rule sees, and how it reports.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::finding::{Confidence, Finding, RemedyHint, Severity};
use crate::ir::DdlOp;
use crate::ir::object::ObjectKind;
use crate::ir::table::{ColumnDef, Persistence, TableAction};
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};
use crate::plan::{Lifetime, MigrationInfo, Step};
use crate::schema::Schema;
use crate::schema::key::ObjectKey;
use crate::schema::lookup::Existence;
use crate::schema::model::TableKind;
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
    /// The rule's options.
    pub options: &'a RuleOptions,
    /// What several rules ask for, found once for each statement.
    alterations: OnceCell<Vec<Alteration<'a>>>,
    typed_columns: OnceCell<Vec<TypedColumn<'a>>>,
}

/// An action of `ALTER TABLE` (or `ALTER INDEX`, …) on a relation that other sessions may use.
#[derive(Clone, Debug)]
pub struct Alteration<'a> {
    /// The relation, qualified.
    pub relation: QName,
    /// The action.
    pub action: &'a TableAction,
    /// Its place.
    pub span: Span,
}

impl<'a> StepContext<'a> {
    /// The context of a step, for a rule with these options.
    #[must_use]
    pub fn new(
        step: &'a Step,
        schema: &'a Schema,
        earlier: &'a [Step],
        migration: &'a MigrationInfo,
        lifetime: &'a dyn Fn(&QName) -> Lifetime,
        options: &'a RuleOptions,
    ) -> Self {
        Self {
            step,
            schema,
            earlier,
            migration,
            lifetime,
            options,
            alterations: OnceCell::new(),
            typed_columns: OnceCell::new(),
        }
    }

    /// Whether other sessions may be using the relation.
    #[must_use]
    pub fn is_existing(&self, relation: &QName) -> bool {
        (self.lifetime)(relation) == Lifetime::Existing
    }

    /// The operation, or those inside it when it is a `DO` block, each with its place.
    pub fn ops(&self) -> impl Iterator<Item = (&'a DdlOp, Span)> + use<'a> {
        ops_of(self.step)
    }

    /// The actions of the statement, or of those in a `DO` block, that concern relations in use and do something.
    #[must_use]
    pub fn alterations(&self) -> &[Alteration<'a>] {
        self.alterations.get_or_init(|| self.find_alterations())
    }

    fn find_alterations(&self) -> Vec<Alteration<'a>> {
        let mut found = Vec::new();
        // Tables that the `DO` block itself made: the schema before it does not know them.
        let mut made = Vec::new();
        for (op, statement) in self.ops() {
            let alter = match op {
                DdlOp::CreateTable(table) => {
                    made.extend(table.name.as_ref().map(|name| self.schema.qualify(name)));
                    continue;
                }
                DdlOp::AlterTable(alter) => alter,
                _ => continue,
            };
            let relation = self.schema.relation_name(&alter.name);
            if !self.is_existing(&relation)
                || made.contains(&relation)
                || self.schema.existence(&alter.name) == Existence::Missing
            {
                continue;
            }
            for (action, span) in &alter.actions {
                if let TableAction::AddColumn { column, if_not_exists: true } = action
                    && self.schema.table(&relation).is_some_and(|t| t.column(&column.name).is_some())
                {
                    continue;
                }
                let span = if span.start == span.end { statement } else { *span };
                found.push(Alteration { relation: relation.clone(), action, span });
            }
        }
        found
    }

    /// The columns that the statement adds to lasting tables, or gives a new type, as they are written. Foreign
    /// tables and partitions take their types from elsewhere and are left out.
    #[must_use]
    pub fn typed_columns(&self) -> &[TypedColumn<'a>] {
        self.typed_columns.get_or_init(|| self.find_typed_columns())
    }

    fn find_typed_columns(&self) -> Vec<TypedColumn<'a>> {
        let mut found = Vec::new();
        for (op, statement) in self.ops() {
            match op {
                DdlOp::CreateTable(create) => {
                    let Some(name) = &create.name else { continue };
                    let table = self.schema.qualify(name);
                    let exists = create.if_not_exists && self.schema.relation(name).is_some();
                    let elsewhere = create.foreign_server.is_some() || create.partition_of.is_some();
                    if exists || elsewhere || create.persistence == Persistence::Temporary {
                        continue;
                    }
                    found.extend(create.columns.iter().filter_map(|c| column(&table, c, statement)));
                }
                DdlOp::AlterTable(alter) => {
                    let table = self.schema.relation_name(&alter.name);
                    if (self.lifetime)(&table) == Lifetime::Temporary {
                        continue;
                    }
                    let known = self.schema.table(&table);
                    if known.is_some_and(|t| matches!(t.kind, TableKind::Foreign(_))) {
                        continue;
                    }
                    for (action, span) in &alter.actions {
                        let span = if span.start == span.end { statement } else { *span };
                        match action {
                            TableAction::AddColumn { column: def, if_not_exists } => {
                                let exists = known.is_some_and(|t| t.column(&def.name).is_some());
                                if !(exists && *if_not_exists) {
                                    found.extend(column(&table, def, span));
                                }
                            }
                            TableAction::AlterType { column: name, data_type, .. } => {
                                found.push(TypedColumn { table: table.clone(), name, data_type, span });
                            }
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// Earlier steps of the same transaction, oldest first.
    pub fn same_transaction(&self) -> impl DoubleEndedIterator<Item = &Step> {
        let block = self.step.transaction.block();
        self.earlier.iter().filter(move |s| block.is_some() && s.transaction.block() == block)
    }
}

/// A column as a statement writes it.
#[derive(Clone, Debug)]
pub struct TypedColumn<'a> {
    /// The table, qualified.
    pub table: QName,
    /// The column.
    pub name: &'a Ident,
    /// Its type.
    pub data_type: &'a TypeName,
    /// Where it stands.
    pub span: Span,
}

impl TypedColumn<'_> {
    /// Whether it is of the built-in type of this catalog name, or an array of it.
    #[must_use]
    pub fn is_a(&self, name: &str) -> bool {
        self.data_type.name.schema.is_none() && self.data_type.name.name == *name
    }

    /// The qualified name, `schema.table.column`.
    #[must_use]
    pub fn object(&self) -> String {
        format!("{}.{}", self.table, self.name)
    }
}

fn column<'a>(table: &QName, def: &'a ColumnDef, around: Span) -> Option<TypedColumn<'a>> {
    let span = if def.span.start == def.span.end { around } else { def.span };
    Some(TypedColumn { table: table.clone(), name: &def.name, data_type: def.data_type.as_ref()?, span })
}

/// The operation of a step, or those inside it when it is a `DO` block, each with its place.
pub fn ops_of(step: &Step) -> impl Iterator<Item = (&DdlOp, Span)> {
    let (own, inside) = match &step.stmt.op {
        DdlOp::Do(block) => (None, block.statements.as_slice()),
        op => (Some((op, step.stmt.span)), &[][..]),
    };
    own.into_iter().chain(inside.iter().map(|n| (&n.op, n.span)))
}

/// Whether a statement changes who sees which rows of a table: policies, and row-level security itself.
#[must_use]
pub fn changes_row_security(step: &Step) -> bool {
    match &step.stmt.op {
        DdlOp::CreatePolicy(_) | DdlOp::AlterPolicy(_) => true,
        DdlOp::Drop(drop) => drop.kind == ObjectKind::Policy,
        DdlOp::AlterTable(alter) => {
            let of_security =
                |a: &TableAction| matches!(a, TableAction::RowSecurity(_) | TableAction::ForceRowSecurity(_));
            !alter.actions.is_empty() && alter.actions.iter().all(|(action, _)| of_security(action))
        }
        _ => false,
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

impl ChangeSetContext<'_> {
    /// Whether an object that the change set touches was there before it.
    #[must_use]
    pub fn was_there(&self, key: &ObjectKey) -> bool {
        let mut changes = self.steps.iter().flat_map(|step| &step.changes);
        changes.find(|change| change.key == *key).is_none_or(|change| change.before.is_some())
    }
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
            rule: self.rule.name.into(),
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
            diff: None,
            related: Vec::new(),
            works_on: None,
            habit: false,
            work: None,
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

    /// Others wait while rows are read or written: the size of the relations that the statement reads or writes in
    /// full decides about the severity.
    pub fn blocking_work(mut self) -> Self {
        self.finding.works_on = Some(Vec::new());
        self
    }

    /// The same where the rows of these relations are what takes the time, perhaps not all of them.
    pub fn work_on(mut self, relations: Vec<QName>) -> Self {
        self.finding.works_on = Some(relations);
        self
    }

    /// Advice on how migrations are written, which holds for each that is written like this: in the review of a series
    /// it is given once, for the newest.
    pub fn habit(mut self) -> Self {
        self.finding.habit = true;
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

    /// How a definition differs from what it should be, as a unified diff.
    pub fn diff(mut self, text: impl Into<String>) -> Self {
        self.finding.diff = Some(text.into()).filter(|text| !text.is_empty());
        self
    }

    /// Other places that it is about.
    pub fn related(mut self, places: Vec<(FileId, Span, String)>) -> Self {
        self.finding.related = places;
        self
    }

    /// Adds the finding.
    pub fn report(self) {
        self.findings.push(self.finding);
    }
}
