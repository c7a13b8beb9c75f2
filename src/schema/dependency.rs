//! What an object depends on. The edges of the graph are a pure function of the object, derived anew whenever
//! it changes, so that they cannot drift from it.

use crate::ir::access::Grantee;
use crate::ir::expr::Expr;
use crate::ir::index::KeyTarget;
use crate::ir::table::ConstraintKind;
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};

use super::Schema;
use super::key::ObjectKey;
use super::model::{Constraint, Object, Table, UserTypeKind};

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
pub fn of(schema: &Schema, object: &Object) -> Vec<(ObjectKey, Dependency)> {
    let mut edges = Edges { schema, out: Vec::new() };
    match object {
        Object::Table(table) => edges.table(table),
        Object::View(view) => {
            for used in &view.uses {
                edges.add(ObjectKey::Relation(used.relation.clone()), Part::Whole, used.columns.clone());
            }
            edges.functions(&view.query.functions, &Part::Whole);
            for ty in &view.query.types {
                edges.data_type(ty, &Part::Whole);
            }
        }
        Object::Index(index) => {
            let table = ObjectKey::Relation(index.table.clone());
            edges.auto(table, Part::Whole, super::lookup::index_columns(index));
            for key in &index.keys {
                if let KeyTarget::Expr(expr) = &key.target {
                    edges.functions(&expr.functions, &Part::Whole);
                }
            }
            if let Some(predicate) = &index.predicate {
                edges.functions(&predicate.functions, &Part::Whole);
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
                for constraint in &domain.constraints {
                    if let ConstraintKind::Check(expr) = &constraint.kind {
                        edges.functions(&expr.functions, &Part::Constraint(constraint.name.clone()));
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
            }
            if let Some(ty) = &function.def.returns {
                edges.data_type(ty, &Part::Whole);
            }
            // Only SQL-standard bodies are parsed when the function is made; string bodies are late-bound and
            // create no dependency (PostgreSQL documentation, CREATE FUNCTION, `sql_body`).
            if function.def.sql_body {
                for query in &function.def.uses.queries {
                    for relation in query.relations() {
                        if let Some(name) = schema.resolve_relation(relation) {
                            edges.add(ObjectKey::Relation(name), Part::Whole, Vec::new());
                        }
                    }
                }
            }
        }
        Object::Statistics(statistics) => {
            let columns = statistics.exprs.iter().flat_map(|e| e.columns.iter().map(|(_, c)| c.clone()));
            edges.auto(ObjectKey::Relation(statistics.table.clone()), Part::Whole, columns.collect());
        }
        Object::Publication(publication) => {
            for table in &publication.tables {
                let part = Part::Member(table.clone());
                edges.auto(ObjectKey::Relation(table.clone()), part, Vec::new());
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

struct Edges<'a> {
    schema: &'a Schema,
    out: Vec<(ObjectKey, Dependency)>,
}

impl Edges<'_> {
    fn add(&mut self, on: ObjectKey, via: Part, columns: Vec<Ident>) {
        self.out.push((on, Dependency { via, columns, kind: DependencyKind::Normal }));
    }

    fn auto(&mut self, on: ObjectKey, via: Part, columns: Vec<Ident>) {
        self.out.push((on, Dependency { via, columns, kind: DependencyKind::Auto }));
    }

    fn data_type(&mut self, ty: &TypeName, via: &Part) {
        if let Some(key) = self.schema.resolve_type(&ty.name) {
            self.add(key, via.clone(), Vec::new());
        }
    }

    fn functions(&mut self, names: &[QName], via: &Part) {
        for name in names {
            // With several overloads the call does not say which one; an edge to each would make false
            // dependents, so only a unique name counts.
            if let [key] = self.schema.functions_named(name) {
                let key = key.clone();
                self.add(key, via.clone(), Vec::new());
            }
        }
    }

    fn expr(&mut self, expr: &Expr, via: &Part) {
        self.functions(&expr.functions, via);
        for relation in &expr.relations {
            if let Some(name) = self.schema.resolve_relation(relation) {
                self.add(ObjectKey::Relation(name), via.clone(), Vec::new());
            }
        }
        for sequence in &expr.sequences {
            if let Some(name) = self.schema.resolve_relation(sequence) {
                self.add(ObjectKey::Relation(name), via.clone(), Vec::new());
            }
        }
        for ty in &expr.types {
            self.data_type(ty, via);
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
        for trigger in &table.triggers {
            self.functions(
                std::slice::from_ref(&trigger.def.function),
                &Part::Trigger(trigger.def.name.clone()),
            );
        }
        for policy in &table.policies {
            for expr in policy.using.iter().chain(&policy.check) {
                self.expr(expr, &Part::Policy(policy.name.clone()));
            }
            for role in &policy.roles {
                if let Grantee::Role(role) = role {
                    let part = Part::Policy(policy.name.clone());
                    self.add(ObjectKey::Role(role.clone()), part, Vec::new());
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
            ConstraintKind::NotNull(_)
            | ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::Exclude(_) => {}
        }
    }
}
