//! What there is to know about an object, part by part, as texts that can be compared.

use std::collections::BTreeMap;

use crate::emit;
use crate::ir::DdlOp;
use crate::ir::access::Grantee;
use crate::ir::object::ObjectKind;
use crate::ir::table::{ConstraintDef, FiringState, TableAction};
use crate::name::{Dialect, Ident, QName};
use crate::schema::acl::Acl;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Column, Constraint, Object, Table, TableKind, Trigger, UserTypeKind, View};

use super::super::piece::alter_table;
use super::super::{index, table};
use super::text::{self, Value};
use super::{Aspects, Fate, Weight};

/// What parts are called. The object itself has the empty word.
pub(super) const COLUMN: &str = "column";
pub(super) const CONSTRAINT: &str = "constraint";
const TRIGGER: &str = "trigger";
const POLICY: &str = "policy";
const RULE: &str = "rule";
const LABEL: &str = "value";

/// The aspect of a `NOT NULL` that only names it.
pub(super) const NULL_NAME: &str = "the name of NOT NULL";
const DEFINITION: &str = "definition";
/// The aspect that is only compared where it is known on both sides.
pub(super) const TYPE: &str = "type";

/// What an object is called.
pub(super) fn called(kind: ObjectKind, key: &ObjectKey) -> String {
    match key {
        // Their keys say what they are.
        ObjectKey::DefaultAcl(..) | ObjectKey::Other(..) => key.to_string(),
        _ => format!("{kind} {key}"),
    }
}

/// A part of an object; the object itself has neither sort nor name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PartKey {
    pub(super) sort: &'static str,
    pub(super) name: String,
}

impl PartKey {
    fn whole() -> Self {
        Self { sort: "", name: String::new() }
    }

    fn of(sort: &'static str, name: &str) -> Self {
        Self { sort, name: name.to_owned() }
    }

    pub(super) fn subject(&self, kind: ObjectKind, key: &ObjectKey) -> String {
        match self.sort {
            "" => called(kind, key),
            COLUMN => format!("column {key}.{}", self.name),
            LABEL => format!("value '{}' of {kind} {key}", self.name),
            sort => format!("{sort} {} of {key}", self.name),
        }
    }

    pub(super) fn sentence(&self, subject: &str, fate: Fate) -> String {
        match (self.sort, fate) {
            (LABEL, Fate::LeftOver) => {
                format!("{subject} is left over, which the server has no statement to remove")
            }
            _ => super::sentence(subject, fate),
        }
    }

    pub(super) fn weight(&self, fate: Fate) -> Weight {
        if self.sort == LABEL && fate == Fate::LeftOver { Weight::Kept } else { Weight::Real }
    }
}

/// An object's parts with their aspects.
#[derive(Default)]
pub(super) struct Parts(pub(super) BTreeMap<PartKey, Aspects>);

impl Parts {
    /// A part's definition, in which its name does not appear.
    pub(super) fn essence(&self, part: &PartKey) -> Option<String> {
        if part.sort != CONSTRAINT {
            return None;
        }
        Some(self.0.get(part)?.get(DEFINITION)?.essence().to_owned())
    }

    fn part(&mut self, sort: &'static str, name: &str) -> &mut Aspects {
        self.0.entry(PartKey::of(sort, name)).or_default()
    }

    fn whole(&mut self) -> &mut Aspects {
        self.0.entry(PartKey::whole()).or_default()
    }
}

/// Everything about an object.
pub(super) fn of(object: &Object) -> Parts {
    besides(object, None)
}

/// What there is to compare of two states of an object: parts that both have and that are equal are left out.
pub(super) fn of_both(before: &Object, now: &Object) -> (Parts, Parts) {
    (besides(before, Some(now)), besides(now, Some(before)))
}

/// Everything about an object but the parts of a relation that another state of it has just so.
fn besides(object: &Object, other: Option<&Object>) -> Parts {
    let mut parts = Parts::default();
    let whole = parts.whole();
    put(whole, "owner", object.owner());
    match object {
        Object::Table(table) => of_table(table, table::as_table(other), &mut parts),
        Object::View(view) => of_view(view, &mut parts),
        Object::Index(index) => of_index(index, parts.whole()),
        Object::Schema(o) => standing(parts.whole(), &o.acl, o.comment.as_ref()),
        Object::Sequence(o) => {
            let whole = parts.whole();
            standing(whole, &o.acl, o.comment.as_ref());
            put(whole, "owning column", o.owned_by.as_ref().map(|(t, c)| format!("{t}.{c}")));
            define(whole, object);
        }
        Object::Type(o) => {
            let whole = parts.whole();
            standing(whole, &o.acl, o.comment.as_ref());
            match &o.kind {
                UserTypeKind::Enum(labels) => {
                    for label in labels {
                        parts.part(LABEL, label);
                    }
                }
                UserTypeKind::Composite(attributes) => {
                    for (name, ty, _) in attributes {
                        put(parts.part(COLUMN, name), TYPE, Some(ty));
                    }
                }
                UserTypeKind::Domain(domain) => {
                    put(whole, "type", Some(&domain.base));
                    put(whole, "collation", domain.collation.as_ref());
                    value(whole, "default", domain.default.as_ref().and_then(text::default));
                    flag(whole, "NOT NULL", domain.not_null);
                    for c in &domain.constraints {
                        constraint(parts.part(CONSTRAINT, &c.name), &o.name, c);
                    }
                }
                UserTypeKind::Range(_) | UserTypeKind::Base(_) | UserTypeKind::Shell => define(whole, object),
            }
        }
        Object::Function(o) => {
            let whole = parts.whole();
            standing(whole, &o.acl, o.comment.as_ref());
            define(whole, object);
        }
        Object::Publication(o) => {
            comment(parts.whole(), o.comment.as_ref());
            define(parts.whole(), object);
        }
        Object::Statistics(o) => {
            comment(parts.whole(), o.comment.as_ref());
            define(parts.whole(), object);
        }
        Object::Other(o) => {
            let whole = parts.whole();
            standing(whole, &o.acl, o.comment.as_ref());
            let state = match o.state {
                FiringState::Enabled => None,
                FiringState::Disabled => Some("never"),
                FiringState::Replica => Some("on replicas"),
                FiringState::Always => Some("always"),
            };
            put(whole, "firing", state);
            value(whole, DEFINITION, (!o.sql.is_empty()).then(|| Value::sql(&o.sql)));
        }
        Object::Extension(o) => {
            put(parts.whole(), "version", o.version.as_ref());
            comment(parts.whole(), o.comment.as_ref());
        }
        Object::DefaultAcl(o) => privileges(parts.whole(), &o.acl),
        Object::Role(o) => {
            let whole = parts.whole();
            comment(whole, o.comment.as_ref());
            define(whole, object);
            for (name, setting) in &o.config {
                put(whole, &format!("setting {name}"), Some(setting));
            }
            for membership in &o.memberships {
                let how = if membership.admin { "with ADMIN" } else { "" };
                let by = membership.grantor.as_ref();
                let by = by.map_or_else(String::new, |role| format!(" granted by {role}"));
                put(whole, &format!("membership in {}{by}", membership.role), Some(how));
            }
        }
    }
    parts
}

fn put(aspects: &mut Aspects, aspect: &str, found: Option<impl ToString>) {
    value(aspects, aspect, found.map(|v| Value::plain(v.to_string())));
}

fn value(aspects: &mut Aspects, aspect: &str, found: Option<Value>) {
    if let Some(found) = found {
        aspects.insert(aspect.to_owned(), found);
    }
}

fn flag(aspects: &mut Aspects, aspect: &str, set: bool) {
    value(aspects, aspect, set.then(Value::present));
}

fn comment(aspects: &mut Aspects, text: Option<&String>) {
    put(aspects, "comment", text.map(|t| format!("{t:?}")));
}

fn standing(aspects: &mut Aspects, acl: &Acl, text: Option<&String>) {
    comment(aspects, text);
    privileges(aspects, acl);
}

fn privileges(aspects: &mut Aspects, acl: &Acl) {
    let named = |grantee: &Grantee| grantee.to_string();
    for (grantor, grantee, held) in acl.items() {
        let by = grantor.map_or_else(String::new, |role| format!(" granted by {role}"));
        for (privilege, option) in held {
            let option = if *option { "with grant option" } else { "" };
            put(aspects, &format!("privilege {privilege} of {}{by}", named(grantee)), Some(option));
        }
    }
    for (grantee, revoked) in &acl.revoked_defaults {
        for privilege in revoked {
            flag(aspects, &format!("revocation of {privilege} from {}", named(grantee)), true);
        }
    }
}

/// The statement that makes the object, for kinds whose parts are not told apart.
fn define(aspects: &mut Aspects, object: &Object) {
    let key = ObjectKey::Other(object.kind(), String::new());
    let made = super::super::definition(&key, object).into_iter().find(|op| {
        matches!(
            op,
            DdlOp::CreateSequence(_)
                | DdlOp::CreateType(_)
                | DdlOp::CreateFunction(_)
                | DdlOp::CreatePublication(_)
                | DdlOp::CreateStatistics(_)
                | DdlOp::CreateRole(_)
        )
    });
    value(aspects, DEFINITION, made.map(|op| Value::sql(&emit::sql(&op, Dialect::PostgreSql))));
}

fn of_table(table: &Table, other: Option<&Table>, parts: &mut Parts) {
    let whole = parts.whole();
    standing(whole, &table.acl, table.comment.as_ref());
    match &table.kind {
        TableKind::Ordinary => {}
        TableKind::Partitioned(by) => {
            let sql = format!("{by:?}");
            value(whole, "partitioning", Some(Value::plain(sql)));
        }
        TableKind::Foreign(server) => put(whole, "server", Some(server)),
    }
    put(whole, "persistence", Some(format!("{:?}", table.persistence).to_lowercase()));
    flag(whole, "row-level security", table.row_security);
    flag(whole, "forced row-level security", table.force_row_security);
    put(whole, "partition", table.partition_of.as_ref().map(|(p, bound)| format!("of {p} {bound:?}")));
    for parent in &table.inherits {
        flag(whole, &format!("inheritance from {parent}"), true);
    }
    put(whole, "typed table", table.of_type.as_ref());
    put(whole, "replica identity", Some(format!("{:?}", table.replica_identity)));
    put(whole, "clustering index", table.clustered_on.as_ref());
    put(whole, "tablespace", table.tablespace.as_ref());
    put(whole, "access method", table.access_method.as_ref().filter(|m| **m != *"heap"));
    options(whole, &table.options);
    for c in table.columns.iter().filter(|c| other.and_then(|o| o.column(&c.name)) != Some(*c)) {
        column(parts.part(COLUMN, &c.name), &table.name, c);
    }
    for c in table.constraints.iter().filter(|c| other.and_then(|o| o.constraint(&c.name)) != Some(*c)) {
        constraint(parts.part(CONSTRAINT, &c.name), &table.name, c);
    }
    if other.is_none_or(|o| o.triggers != table.triggers) {
        triggers(&table.triggers, parts);
    }
    if other.is_none_or(|o| o.rules != table.rules) {
        rules(&table.rules, parts);
    }
    for policy in table.policies.iter().filter(|_| other.is_none_or(|o| o.policies != table.policies)) {
        let aspects = parts.part(POLICY, &policy.name);
        let roles: Vec<String> = policy.roles.iter().map(ToString::to_string).collect();
        put(aspects, "command", Some(format!("{:?}", policy.command).to_uppercase()));
        put(aspects, "roles", Some(roles.join(", ")));
        put(aspects, "kind", Some(if policy.permissive { "permissive" } else { "restrictive" }));
        value(aspects, "USING", policy.using.as_ref().map(|e| Value::sql(&e.sql)));
        value(aspects, "WITH CHECK", policy.check.as_ref().map(|e| Value::sql(&e.sql)));
        comment(aspects, policy.comment.as_ref());
    }
}

fn options(aspects: &mut Aspects, options: &[(String, String)]) {
    for (name, setting) in options {
        put(aspects, &format!("option {name}"), Some(setting));
    }
}

fn triggers(triggers: &[Trigger], parts: &mut Parts) {
    for trigger in triggers.iter().filter(|t| !t.inherited) {
        let aspects = parts.part(TRIGGER, &trigger.def.name);
        let def = crate::ir::routine::CreateTrigger { or_replace: false, ..(*trigger.def).clone() };
        let sql = emit::sql(&DdlOp::CreateTrigger(Box::new(def)), Dialect::PostgreSql);
        value(aspects, DEFINITION, Some(Value::sql(&sql)));
        firing(aspects, trigger.state);
        comment(aspects, trigger.comment.as_ref());
    }
}

fn rules(rules: &[crate::schema::model::Rule], parts: &mut Parts) {
    for rule in rules {
        let aspects = parts.part(RULE, &rule.name);
        value(aspects, DEFINITION, Some(Value::sql(&rule.sql)));
        firing(aspects, rule.state);
        comment(aspects, rule.comment.as_ref());
    }
}

fn firing(aspects: &mut Aspects, state: FiringState) {
    put(aspects, "state", Some(format!("{state:?}").to_lowercase()));
}

fn column(aspects: &mut Aspects, table: &QName, column: &Column) {
    // A type that the model could not find out is like any.
    put(aspects, TYPE, Some(&column.data_type).filter(|ty| !ty.is("unknown")));
    put(aspects, "collation", column.collation.as_ref());
    value(aspects, "default", column.default.as_ref().and_then(text::default));
    if let Some(generated) = &column.generated {
        let how = if generated.stored { "STORED" } else { "VIRTUAL" };
        value(aspects, "generation", Some(Value::sql(&format!("{} {how}", generated.expr.sql))));
    }
    put(aspects, "identity", column.identity.map(|always| if always { "ALWAYS" } else { "BY DEFAULT" }));
    if let Some(not_null) = &column.not_null {
        flag(aspects, "NOT NULL", true);
        flag(aspects, "NOT VALID of NOT NULL", not_null.not_valid);
        flag(aspects, "NO INHERIT of NOT NULL", not_null.no_inherit);
        let usual = Ident::from(format!("{}_{}_not_null", table.name, column.name));
        put(aspects, NULL_NAME, not_null.name.as_ref().or(Some(&usual)));
    }
    put(aspects, "storage", column.storage.as_ref());
    put(aspects, "compression", column.compression.as_ref());
    put(aspects, "statistics target", column.statistics);
    options(aspects, &column.options);
    flag(aspects, "inheritance", column.inherited);
    standing(aspects, &column.acl, column.comment.as_ref());
}

fn constraint(aspects: &mut Aspects, holder: &QName, constraint: &Constraint) {
    let def = ConstraintDef { name: None, not_valid: false, ..table::constraint_definition(constraint) };
    let op = alter_table(ObjectKind::Table, holder, TableAction::AddConstraint(Box::new(def)));
    let sql = emit::sql(&op, Dialect::PostgreSql);
    let sql = sql.split_once(" ADD ").map_or(sql.as_str(), |(_, rest)| rest);
    value(aspects, DEFINITION, Some(Value::sql(sql)));
    flag(aspects, "NOT VALID", !constraint.validated && constraint.enforced);
    flag(aspects, "inheritance", constraint.inherited);
    comment(aspects, constraint.comment.as_ref());
}

fn of_view(view: &View, parts: &mut Parts) {
    let whole = parts.whole();
    standing(whole, &view.acl, view.comment.as_ref());
    value(whole, "query", Some(text::query(&view.query)));
    options(whole, &view.options);
    put(whole, "check option", view.check_option);
    put(whole, "tablespace", view.tablespace.as_ref());
    for column in &view.columns {
        let aspects = parts.part(COLUMN, &column.name);
        standing(aspects, &column.acl, column.comment.as_ref());
    }
    triggers(&view.triggers, parts);
    rules(&view.rules, parts);
}

/// What an index is without its name.
pub(super) fn index_definition(found: &crate::schema::model::Index) -> Value {
    let mut statement = crate::ir::index::CreateIndex {
        name: None,
        options: Vec::new(),
        tablespace: None,
        only: false,
        ..index::statement(found)
    };
    for key in &mut statement.keys {
        // Nulls come first in descending order and last in ascending, unless it is said.
        key.nulls_first = key.nulls_first.filter(|first| *first != key.descending);
    }
    Value::sql(&emit::sql(&DdlOp::CreateIndex(Box::new(statement)), Dialect::PostgreSql))
}

fn of_index(found: &crate::schema::model::Index, aspects: &mut Aspects) {
    value(aspects, DEFINITION, Some(index_definition(found)));
    options(aspects, &found.options);
    put(aspects, "tablespace", found.tablespace.as_ref());
    flag(aspects, "validity", found.valid);
    put(aspects, "constraint", found.constraint.as_ref());
    put(aspects, "attachment", found.parent.as_ref());
    for (column, target) in &found.statistics {
        put(aspects, &format!("statistics target of {column}"), Some(target));
    }
    comment(aspects, found.comment.as_ref());
}
