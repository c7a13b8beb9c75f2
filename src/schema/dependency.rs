//! What an object depends on. The edges of the graph are a pure function of the object, derived anew whenever
//! it changes, so that they cannot drift from it: names in stored objects are qualified ([`super::bind`]), and
//! an edge may end at a place that holds no object.

use crate::ir::access::Grantee;
use crate::ir::expr::Expr;
use crate::ir::index::KeyTarget;
use crate::ir::table::ConstraintKind;
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};

use super::Schema;
use super::key::ObjectKey;
use super::model::{Constraint, Object, Policy, Table, Trigger, Use, UserTypeKind};

/// One edge: from the dependent object to the one it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// Which part of the dependent object needs it.
    pub via: Part,
    /// Which columns of the referenced relation are needed; empty means the object as a whole.
    pub columns: Vec<Ident>,
    /// What happens to the dependent when the referenced object goes.
    pub kind: DependencyKind,
}

/// A part of an object.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// All of it.
    Whole,
    /// A column.
    Column(Ident),
    /// A column's default.
    Default(Ident),
    /// A constraint.
    Constraint(Ident),
    /// A trigger.
    Trigger(Ident),
    /// A policy.
    Policy(Ident),
    /// A rewrite rule.
    Rule(Ident),
    /// A member of a publication.
    Member(QName),
}

/// The kinds of `pg_depend.deptype` that matter for `DROP`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DependencyKind {
    /// `DROP` fails unless `CASCADE`, which drops the dependent part.
    Normal,
    /// The dependent goes with the referenced object, without `CASCADE`.
    Auto,
}

/// The edges of an object.
#[must_use]
pub fn of(_schema: &Schema, object: &Object) -> Vec<(ObjectKey, Dependency)> {
    let mut edges = Edges { out: Vec::new() };
    match object {
        Object::Table(table) => edges.table(table),
        Object::View(view) => {
            edges.uses(&view.uses, &Part::Whole, None);
            edges.functions(&view.query.functions, &Part::Whole);
            for ty in &view.query.types {
                edges.data_type(ty, &Part::Whole);
            }
            edges.triggers(&view.triggers);
        }
        Object::Index(index) => {
            let table = ObjectKey::Relation(index.table.clone());
            edges.auto(table, Part::Whole, super::lookup::index_columns(index));
            for key in &index.keys {
                if let KeyTarget::Expr(expr) = &key.target {
                    edges.expr(expr, &Part::Whole);
                }
            }
            if let Some(predicate) = &index.predicate {
                edges.expr(predicate, &Part::Whole);
            }
            if let Some(parent) = &index.parent {
                edges.auto(ObjectKey::Relation(parent.clone()), Part::Whole, Vec::new());
            }
        }
        Object::Sequence(sequence) => {
            if let Some((table, column)) = &sequence.owned_by {
                edges.auto(ObjectKey::Relation(table.clone()), Part::Whole, vec![column.clone()]);
            }
        }
        Object::Type(user_type) => match &user_type.kind {
            UserTypeKind::Domain(domain) => {
                edges.data_type(&domain.base, &Part::Whole);
                if let Some(default) = &domain.default {
                    edges.expr(default, &Part::Default(user_type.name.name.clone()));
                }
                for constraint in &domain.constraints {
                    if let ConstraintKind::Check(expr) = &constraint.kind {
                        edges.expr(expr, &Part::Constraint(constraint.name.clone()));
                    }
                }
            }
            UserTypeKind::Composite(attributes) => {
                for (name, ty, _) in attributes {
                    edges.data_type(ty, &Part::Column(name.clone()));
                }
            }
            UserTypeKind::Enum(_) | UserTypeKind::Range(_) | UserTypeKind::Base(_) | UserTypeKind::Shell => {}
        },
        Object::Function(function) => {
            for arg in &function.def.args {
                edges.data_type(&arg.data_type, &Part::Whole);
                if let Some(default) = &arg.default {
                    edges.expr(default, &Part::Whole);
                }
            }
            if let Some(ty) = &function.def.returns {
                edges.data_type(ty, &Part::Whole);
            }
            // Only SQL-standard bodies are parsed when the function is made; string bodies are late-bound and
            // create no dependency (PostgreSQL documentation, CREATE FUNCTION, `sql_body`).
            if function.def.sql_body {
                edges.uses(&function.uses, &Part::Whole, None);
                for query in &function.def.uses.queries {
                    edges.functions(&query.functions, &Part::Whole);
                }
            }
        }
        Object::Statistics(statistics) => {
            let columns = statistics.exprs.iter().flat_map(|e| e.columns.iter().map(|(_, c)| c.clone()));
            edges.auto(ObjectKey::Relation(statistics.table.clone()), Part::Whole, columns.collect());
            for expr in &statistics.exprs {
                edges.functions(&expr.functions, &Part::Whole);
            }
        }
        Object::Publication(publication) => {
            for table in &publication.tables {
                let part = Part::Member(table.clone());
                edges.auto(ObjectKey::Relation(table.clone()), part, Vec::new());
            }
            for part in &publication.parts {
                let filtered = part.filter.iter().flat_map(|filter| filter.columns.iter().map(|(_, c)| c));
                let columns: Vec<Ident> = part.columns.iter().chain(filtered).cloned().collect();
                edges.add(ObjectKey::Relation(part.table.clone()), Part::Member(part.table.clone()), columns);
            }
            for schema in &publication.schemas {
                let part = Part::Member(QName::bare(schema.clone()));
                edges.auto(ObjectKey::Schema(schema.clone()), part, Vec::new());
            }
        }
        Object::Schema(_)
        | Object::Role(_)
        | Object::Extension(_)
        | Object::DefaultAcl(_)
        | Object::Other(_) => {}
    }
    edges.out
}

/// The parts of a table that hang on one of its own columns, besides its indexes and the default. `Auto` ones
/// go with the column; `Normal` ones keep it from being dropped without `CASCADE`.
#[must_use]
pub fn parts_on_column(schema: &Schema, table: &Table, column: &str) -> Vec<(Part, DependencyKind)> {
    let has = |list: &[Ident]| list.iter().any(|c| *c == *column);
    let mut found = Vec::new();
    for constraint in &table.constraints {
        let uses = match &constraint.kind {
            ConstraintKind::Check(expr) => mentions(expr, column),
            ConstraintKind::NotNull(name) => *name == *column,
            ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => {
                has(&key.columns) || has(&key.include)
            }
            ConstraintKind::ForeignKey(fk) => has(&fk.columns),
            ConstraintKind::Exclude(exclude) => {
                has(&exclude.include)
                    || exclude.predicate.as_ref().is_some_and(|p| mentions(p, column))
                    || exclude.elements.iter().any(|(key, _)| match &key.target {
                        KeyTarget::Column(name) => *name == *column,
                        KeyTarget::Expr(expr) => mentions(expr, column),
                    })
            }
        };
        if uses {
            found.push((Part::Constraint(constraint.name.clone()), DependencyKind::Auto));
        }
    }
    for other in &table.columns {
        if other.name != *column && other.generated.as_ref().is_some_and(|g| mentions(&g.expr, column)) {
            // Measured: 13 drops the generated column without a word, 14 and later refuse.
            let kind =
                if schema.version().at_least(14) { DependencyKind::Normal } else { DependencyKind::Auto };
            found.push((Part::Column(other.name.clone()), kind));
        }
    }
    for trigger in &table.triggers {
        if trigger_uses(trigger, column) {
            found.push((Part::Trigger(trigger.def.name.clone()), DependencyKind::Normal));
        }
    }
    for policy in &table.policies {
        if policy_uses(table, policy, column) {
            found.push((Part::Policy(policy.name.clone()), DependencyKind::Normal));
        }
    }
    found
}

/// Whether a trigger names a column in `UPDATE OF` or `WHEN`.
#[must_use]
pub fn trigger_uses(trigger: &Trigger, column: &str) -> bool {
    trigger.def.update_columns.iter().any(|c| *c == *column)
        || trigger.def.when.as_ref().is_some_and(|when| mentions(when, column))
}

/// Whether a policy's expressions name a column of the policy's own table.
#[must_use]
pub fn policy_uses(table: &Table, policy: &Policy, column: &str) -> bool {
    let named = policy.using.iter().chain(&policy.check).flat_map(|e| &e.columns);
    named
        .into_iter()
        .any(|(qualifier, name)| *name == *column && qualifier.as_ref().is_none_or(|q| *q == table.name.name))
        || policy.uses.iter().any(|u| u.relation == table.name && u.columns.iter().any(|c| *c == *column))
}

/// Whether an expression names a column, however it is qualified.
#[must_use]
pub fn mentions(expr: &Expr, column: &str) -> bool {
    expr.columns.iter().any(|(_, name)| *name == *column)
}

struct Edges {
    out: Vec<(ObjectKey, Dependency)>,
}

impl Edges {
    fn add(&mut self, on: ObjectKey, via: Part, columns: Vec<Ident>) {
        self.out.push((on, Dependency { via, columns, kind: DependencyKind::Normal }));
    }

    fn auto(&mut self, on: ObjectKey, via: Part, columns: Vec<Ident>) {
        self.out.push((on, Dependency { via, columns, kind: DependencyKind::Auto }));
    }

    fn data_type(&mut self, ty: &TypeName, via: &Part) {
        if ty.name.schema.is_some() {
            self.add(ObjectKey::Type(ty.name.clone()), via.clone(), Vec::new());
        }
    }

    fn functions(&mut self, names: &[QName], via: &Part) {
        for name in names.iter().filter(|n| n.schema.is_some()) {
            self.add(ObjectKey::function_name(name), via.clone(), Vec::new());
        }
    }

    /// Edges to relations that queries read, the object's own relation excepted.
    fn uses(&mut self, uses: &[Use], via: &Part, own: Option<&QName>) {
        for used in uses.iter().filter(|u| Some(&u.relation) != own) {
            self.add(ObjectKey::Relation(used.relation.clone()), via.clone(), used.columns.clone());
        }
    }

    fn expr(&mut self, expr: &Expr, via: &Part) {
        self.functions(&expr.functions, via);
        for sequence in expr.sequences.iter().filter(|s| s.schema.is_some()) {
            self.add(ObjectKey::Relation(sequence.clone()), via.clone(), Vec::new());
        }
        for ty in &expr.types {
            self.data_type(ty, via);
        }
    }

    fn triggers(&mut self, triggers: &[Trigger]) {
        for trigger in triggers {
            let part = Part::Trigger(trigger.def.name.clone());
            if trigger.def.function.schema.is_some() {
                // Trigger functions take no arguments, so the name is the function.
                let function = ObjectKey::function(trigger.def.function.clone(), &[]);
                self.add(function, part.clone(), Vec::new());
            }
            if let Some(when) = &trigger.def.when {
                self.expr(when, &part);
            }
        }
    }

    fn table(&mut self, table: &Table) {
        if let Some((parent, _)) = &table.partition_of {
            self.auto(ObjectKey::Relation(parent.clone()), Part::Whole, Vec::new());
        }
        for parent in &table.inherits {
            self.add(ObjectKey::Relation(parent.clone()), Part::Whole, Vec::new());
        }
        if let Some(ty) = &table.of_type {
            self.data_type(ty, &Part::Whole);
        }
        for column in &table.columns {
            self.data_type(&column.data_type, &Part::Column(column.name.clone()));
            if let Some(default) = &column.default {
                self.expr(default, &Part::Default(column.name.clone()));
            }
            if let Some(generated) = &column.generated {
                self.expr(&generated.expr, &Part::Column(column.name.clone()));
            }
        }
        for constraint in &table.constraints {
            self.constraint(constraint);
        }
        self.triggers(&table.triggers);
        for policy in &table.policies {
            let part = Part::Policy(policy.name.clone());
            for expr in policy.using.iter().chain(&policy.check) {
                self.expr(expr, &part);
            }
            self.uses(&policy.uses, &part, Some(&table.name));
            for role in &policy.roles {
                if let Grantee::Role(role) = role {
                    self.add(ObjectKey::Role(role.clone()), part.clone(), Vec::new());
                }
            }
        }
    }

    fn constraint(&mut self, constraint: &Constraint) {
        let via = Part::Constraint(constraint.name.clone());
        match &constraint.kind {
            ConstraintKind::ForeignKey(fk) => {
                self.add(ObjectKey::Relation(fk.table.clone()), via, fk.ref_columns.clone());
            }
            ConstraintKind::Check(expr) => self.expr(expr, &via),
            ConstraintKind::Exclude(exclude) => {
                if let Some(predicate) = &exclude.predicate {
                    self.expr(predicate, &via);
                }
            }
            ConstraintKind::NotNull(_) | ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) => {}
        }
    }
}
