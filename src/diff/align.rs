//! Texts that say the same in another spelling are made the same before objects are compared.
//!
//! In: two states of an object from different sources, such as a replayed history and a live database. Out: the
//! first with the texts of the second wherever `parse::canonical` finds that they mean the same. What is equal as
//! text costs nothing.
//!
//! A rollback compares two states from one source and wants the text back as it was written: it does not come
//! here.

use crate::ir::expr::Expr;
use crate::ir::index::{IndexKey, KeyTarget};
use crate::ir::table::{ConstraintKind, PartitionBound};
use crate::ir::types::TypeName;
use crate::name::QName;
use crate::parse::canonical::{self, Home, Text};
use crate::schema::Schema;
use crate::schema::model::{
    Constraint, Domain, Function, Index, Object, Policy, Rule, Statistics, Table, TableKind, Trigger, Use,
    UserTypeKind, View,
};

use super::names::Names;
use super::usual;

/// The state of an object in one schema in the words of its state in another.
#[must_use]
pub fn align(from: &Object, to: &Object, from_schema: &Schema, to_schema: &Schema) -> Object {
    let mut aligned = from.clone();
    if from == to {
        return aligned;
    }
    let cx = Align { from: from_schema, to: to_schema };
    match (&mut aligned, to) {
        (Object::Table(a), Object::Table(b)) => cx.table(a, b),
        (Object::View(a), Object::View(b)) => cx.view(a, b),
        (Object::Index(a), Object::Index(b)) => cx.index(a, b),
        (Object::Type(a), Object::Type(b)) => match (&mut a.kind, &b.kind) {
            (UserTypeKind::Domain(a), UserTypeKind::Domain(b)) => cx.domain(a, b),
            (UserTypeKind::Range(was), UserTypeKind::Range(is))
                if usual::range(&b.name, was) == usual::range(&b.name, is) =>
            {
                was.clone_from(is);
            }
            _ => {}
        },
        (Object::Function(a), Object::Function(b)) => cx.function(a, b),
        (Object::Statistics(a), Object::Statistics(b)) => cx.statistics(a, b),
        (Object::Publication(a), Object::Publication(b)) => {
            if usual::publication(&a.options) == usual::publication(&b.options) {
                a.options.clone_from(&b.options);
            }
            for (was, is) in a.parts.iter_mut().zip(&b.parts).filter(|(was, is)| was.table == is.table) {
                if let (Some(was), Some(filter)) = (&mut was.filter, &is.filter) {
                    cx.expr(was, filter, Home { table: Some(&is.table), ..Home::default() }, NO_USES);
                }
            }
        }
        // Where an extension goes is not known when its author chose the schema, nor are the version and the
        // comment that come with it.
        (Object::Extension(a), Object::Extension(b)) => {
            if a.schema.is_none() || b.schema.is_none() {
                a.schema.clone_from(&b.schema);
            }
            if a.version.is_none() || b.version.is_none() {
                a.version.clone_from(&b.version);
            }
            if a.comment.is_none() || b.comment.is_none() {
                a.comment.clone_from(&b.comment);
            }
        }
        (Object::Role(a), Object::Role(b)) if usual::role(&a.options) == usual::role(&b.options) => {
            a.options.clone_from(&b.options);
        }
        (Object::Other(a), Object::Other(b)) if canonical::same_definition(&a.sql, &b.sql) => {
            a.sql.clone_from(&b.sql);
        }
        _ => {}
    }
    aligned
}

struct Align<'a> {
    from: &'a Schema,
    to: &'a Schema,
}

/// What both states of a text read.
type Uses<'a> = (&'a [Use], &'a [Use]);

const NO_USES: Uses<'static> = (&[], &[]);

impl Align<'_> {
    fn with<T>(&self, uses: Uses<'_>, compare: impl FnOnce(&Names<'_>, &Names<'_>) -> T) -> T {
        let before_14 = self.from.version().major().min(self.to.version().major()) < 14;
        let from = Names { schema: self.from, uses: uses.0, before_14 };
        let to = Names { schema: self.to, uses: uses.1, before_14 };
        compare(&from, &to)
    }

    fn expr(&self, a: &mut Expr, b: &Expr, home: Home<'_>, uses: Uses<'_>) {
        if a == b {
            return;
        }
        let same = self.with(uses, |from, to| {
            canonical::same_expression(
                Text { sql: &a.sql, catalog: from },
                Text { sql: &b.sql, catalog: to },
                home,
            )
        });
        if same {
            a.clone_from(b);
        }
    }

    fn opt(&self, a: &mut Option<Expr>, b: Option<&Expr>, home: Home<'_>) {
        if let (Some(a), Some(b)) = (a, b) {
            self.expr(a, b, home, NO_USES);
        }
    }

    fn table(&self, a: &mut Table, b: &Table) {
        for column in &mut a.columns {
            let Some(other) = b.column(&column.name) else { continue };
            // A type that the replay could not tell.
            if column.data_type.is("unknown") || other.data_type.is("unknown") {
                column.data_type.clone_from(&other.data_type);
            }
            let home = Home { table: Some(&b.name), ty: Some(&other.data_type), ..Home::default() };
            self.opt(&mut column.default, other.default.as_ref(), home);
            if let (Some(was), Some(is)) = (&mut column.generated, &other.generated) {
                self.expr(&mut was.expr, &is.expr, home, NO_USES);
            }
        }
        for constraint in &mut a.constraints {
            if let Some(other) = b.constraint(&constraint.name) {
                self.constraint(constraint, other, Home { table: Some(&b.name), ..Home::default() });
            }
        }
        self.triggers(&mut a.triggers, &b.triggers, &b.name);
        for policy in &mut a.policies {
            if let Some(other) = b.policies.iter().find(|p| p.name == policy.name) {
                self.policy(policy, other, &b.name);
            }
        }
        self.rules(&mut a.rules, &b.rules);
        if let (TableKind::Partitioned(was), TableKind::Partitioned(is)) = (&mut a.kind, &b.kind) {
            self.keys(was.keys.iter_mut().zip(&is.keys), &b.name);
        }
        if let (Some((parent, was)), Some((other, is))) = (&mut a.partition_of, &b.partition_of)
            && parent == other
        {
            let types = self.key_types(parent);
            bound(was, is, &types);
        }
    }

    /// The types of a partitioned table's key columns.
    fn key_types(&self, parent: &QName) -> Vec<Option<TypeName>> {
        let Some(table) = self.to.table(parent) else { return Vec::new() };
        let TableKind::Partitioned(by) = &table.kind else { return Vec::new() };
        let ty = |key: &IndexKey| table.column(key.as_column()?).map(|c| c.data_type.clone());
        by.keys.iter().map(ty).collect()
    }

    fn constraint(&self, a: &mut Constraint, b: &Constraint, home: Home<'_>) {
        match (&mut a.kind, &b.kind) {
            (ConstraintKind::Check(was), ConstraintKind::Check(is)) => self.expr(was, is, home, NO_USES),
            (ConstraintKind::Exclude(was), ConstraintKind::Exclude(is)) => {
                if let Some(table) = home.table {
                    let elements = was.elements.iter_mut().map(|(key, _)| key);
                    self.keys(elements.zip(is.elements.iter().map(|(key, _)| key)), table);
                }
                self.opt(&mut was.predicate, is.predicate.as_ref(), home);
            }
            _ => {}
        }
    }

    fn keys<'k>(&self, pairs: impl Iterator<Item = (&'k mut IndexKey, &'k IndexKey)>, table: &QName) {
        let home = Home { table: Some(table), ..Home::default() };
        for (was, is) in pairs {
            if let (KeyTarget::Expr(was), KeyTarget::Expr(is)) = (&mut was.target, &is.target) {
                self.expr(was, is, home, NO_USES);
            }
            let first = |key: &IndexKey| key.nulls_first.unwrap_or(key.descending);
            if was.descending == is.descending && first(was) == first(is) {
                was.nulls_first = is.nulls_first;
            }
            // The server does not print the collation that what it is about has anyway.
            if was.collation.is_some() != is.collation.is_some()
                && was.collation.as_ref().or(is.collation.as_ref()) == self.own_collation(table, is)
            {
                was.collation.clone_from(&is.collation);
            }
            for (was, is) in [(&mut was.opclass, &is.opclass), (&mut was.collation, &is.collation)] {
                if let (Some(was), Some(is)) = (was, is) {
                    settle_name(was, is);
                }
            }
        }
    }

    /// The collation of the columns of a key.
    fn own_collation(&self, table: &QName, key: &IndexKey) -> Option<&QName> {
        let columns = &self.to.table(table)?.columns;
        let mut collations = columns.iter().filter_map(|column| match &key.target {
            KeyTarget::Column(name) => (column.name == *name).then_some(column.collation.as_ref()),
            KeyTarget::Expr(expr) => {
                expr.columns.iter().any(|(_, name)| column.name == *name).then_some(column.collation.as_ref())
            }
        });
        let first = collations.next()??;
        collations.all(|other| other == Some(first)).then_some(first)
    }

    fn index(&self, a: &mut Index, b: &Index) {
        // What its own columns were once called; no statement changes that.
        a.labels.clone_from(&b.labels);
        self.keys(a.keys.iter_mut().zip(&b.keys), &b.table);
        for (was, is) in a.keys.iter_mut().zip(&b.keys) {
            let ty = self.key_type(&b.table, is);
            let usual = |key: &IndexKey| usual::opclass(&b.method, key, ty.as_ref());
            if was.opclass != is.opclass && usual(was) && usual(is) {
                was.opclass.clone_from(&is.opclass);
            }
        }
        let home = Home { table: Some(&b.table), ..Home::default() };
        self.opt(&mut a.predicate, b.predicate.as_ref(), home);
    }

    /// The type of an index's key, when it is a column; domains are looked through.
    fn key_type(&self, table: &QName, key: &IndexKey) -> Option<TypeName> {
        let ty = &self.to.table(table)?.column(key.as_column()?)?.data_type;
        Some(self.to.domain(ty).map_or(ty, |domain| &domain.base).clone())
    }

    fn triggers(&self, a: &mut [Trigger], b: &[Trigger], table: &QName) {
        let home = Home { table: Some(table), rows: true, ..Home::default() };
        for trigger in a {
            if let Some(other) = b.iter().find(|t| t.def.name == trigger.def.name) {
                settle_name(&mut trigger.def.function, &other.def.function);
                self.opt(&mut trigger.def.when, other.def.when.as_ref(), home);
            }
        }
    }

    fn policy(&self, a: &mut Policy, b: &Policy, table: &QName) {
        let home = Home { table: Some(table), ..Home::default() };
        let sorted = |p: &Policy| {
            let mut roles = p.roles.clone();
            roles.sort();
            roles
        };
        if sorted(a) == sorted(b) {
            a.roles.clone_from(&b.roles);
        }
        let uses = a.uses.clone();
        let uses = (&uses[..], &b.uses[..]);
        for (was, is) in [(&mut a.using, &b.using), (&mut a.check, &b.check)] {
            if let (Some(was), Some(is)) = (was, is) {
                self.expr(was, is, home, uses);
            }
        }
    }

    fn rules(&self, a: &mut [Rule], b: &[Rule]) {
        for rule in a {
            let Some(other) = b.iter().find(|r| r.name == rule.name) else { continue };
            let same = self.with(NO_USES, |from, to| {
                canonical::same_rule(
                    Text { sql: &rule.sql, catalog: from },
                    Text { sql: &other.sql, catalog: to },
                )
            });
            if same {
                rule.sql.clone_from(&other.sql);
            }
        }
    }

    fn view(&self, a: &mut View, b: &View) {
        // What is known only of one of them.
        if !a.columns_known || !b.columns_known {
            a.columns.clone_from(&b.columns);
            a.columns_known = b.columns_known;
        }
        for (was, is) in a.columns.iter_mut().zip(&b.columns) {
            if was.data_type.is_none() || is.data_type.is_none() {
                was.data_type.clone_from(&is.data_type);
            }
        }
        let same_names = a.columns.iter().map(|c| &c.name).eq(b.columns.iter().map(|c| &c.name));
        let same_query = || {
            a.query == b.query
                || self.with((&a.uses, &b.uses), |from, to| {
                    canonical::same_query(
                        Text { sql: &a.query.sql, catalog: from },
                        Text { sql: &b.query.sql, catalog: to },
                    )
                })
        };
        if same_names && same_query() {
            a.query.clone_from(&b.query);
            a.uses.clone_from(&b.uses);
        }
        self.triggers(&mut a.triggers, &b.triggers, &b.name);
        self.rules(&mut a.rules, &b.rules);
    }

    fn domain(&self, a: &mut Domain, b: &Domain) {
        self.opt(&mut a.default, b.default.as_ref(), Home { ty: Some(&b.base), ..Home::default() });
        for constraint in &mut a.constraints {
            if let Some(other) = b.constraints.iter().find(|c| c.name == constraint.name) {
                self.constraint(constraint, other, Home { value: Some(&b.base), ..Home::default() });
            }
        }
    }

    fn function(&self, a: &mut Function, b: &Function) {
        let plain = |function: &Function| {
            let mut def = function.def.clone();
            usual::function(&mut def);
            (def.cost, def.rows, def.parallel)
        };
        if plain(a) == plain(b) {
            a.def.cost.clone_from(&b.def.cost);
            a.def.rows.clone_from(&b.def.rows);
            a.def.parallel.clone_from(&b.def.parallel);
        }
        for (was, is) in a.def.args.iter_mut().zip(&b.def.args) {
            self.opt(
                &mut was.default,
                is.default.as_ref(),
                Home { ty: Some(&is.data_type), ..Home::default() },
            );
        }
        if a.def.sql_body && b.def.sql_body && a.def.body != b.def.body {
            let same = self.with((&a.uses, &b.uses), |from, to| {
                canonical::same_body(
                    Text { sql: &a.def.body, catalog: from },
                    Text { sql: &b.def.body, catalog: to },
                )
            });
            if same {
                a.def.body.clone_from(&b.def.body);
                a.def.uses.clone_from(&b.def.uses);
                a.uses.clone_from(&b.uses);
            }
        }
    }

    fn statistics(&self, a: &mut Statistics, b: &Statistics) {
        let home = Home { table: Some(&b.table), ..Home::default() };
        for (was, is) in a.exprs.iter_mut().zip(&b.exprs) {
            self.expr(was, is, home, NO_USES);
        }
    }
}

/// A name that has no schema in one of the states: the model could not tell.
fn settle_name(a: &mut QName, b: &QName) {
    if a.name == b.name && (a.schema.is_none() || b.schema.is_none()) {
        a.clone_from(b);
    }
}

/// The values of a partition's bound, as the server prints them.
fn bound(a: &mut PartitionBound, b: &PartitionBound, types: &[Option<TypeName>]) {
    let ty = |at: usize| types.get(at).and_then(Option::as_ref);
    let settle = |a: &mut Vec<String>, b: &Vec<String>, one_key: bool| {
        for (at, (was, is)) in a.iter_mut().zip(b).enumerate() {
            if canonical::same_constant(was, is, ty(if one_key { 0 } else { at })) {
                was.clone_from(is);
            }
        }
    };
    match (a, b) {
        (PartitionBound::Range { from, to }, PartitionBound::Range { from: low, to: high }) => {
            settle(from, low, false);
            settle(to, high, false);
        }
        (PartitionBound::List(was), PartitionBound::List(is)) => settle(was, is, true),
        _ => {}
    }
}
