//! Binding: the names in an object are qualified by what they mean when the object is made, as the server keeps
//! object ids. A name that means nothing in the model (built-in, or not known) stays as written.

use crate::ir::expr::{Expr, ExprShape};
use crate::ir::index::{IndexKey, KeyTarget};
use crate::ir::object::ObjectKind;
use crate::ir::table::ConstraintKind;
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};

use super::Schema;
use super::builtin;
use super::key::ObjectKey;
use super::model::{Object, Table, UserTypeKind};

impl Schema {
    /// Qualifies a type by the search path, and completes its modifiers.
    pub fn bind_type(&self, ty: &mut TypeName) {
        if ty.is("numeric") && ty.modifiers.len() == 1 {
            ty.modifiers.push("0".into()); // the catalog always has a scale
        }
        if ty.name.schema.is_some() {
            return;
        }
        match self.resolve_type(&ty.name) {
            Some(ObjectKey::Type(name) | ObjectKey::Relation(name)) => ty.name = name,
            _ => ty.name.schema = self.extension_type_schema(&ty.name.name),
        }
    }

    /// Qualifies a collation that the model has; others are the server's.
    pub fn bind_collation(&self, collation: &mut Option<QName>) {
        let Some(name) = collation.as_mut().filter(|name| name.schema.is_none()) else { return };
        let known = |q: &QName| {
            let key = ObjectKey::Other(ObjectKind::Collation, q.to_string());
            self.get(&key).is_some().then(|| q.clone())
        };
        if let Some(found) = self.resolve_with(name, known) {
            *name = found;
        }
    }

    /// The schema of a type that an installed extension brings.
    fn extension_type_schema(&self, name: &str) -> Option<Ident> {
        let extension = ObjectKey::Extension(builtin::type_owner(name)?.into());
        match self.get(&extension)? {
            Object::Extension(found) => found.schema.clone(),
            _ => None,
        }
    }

    /// Qualifies the functions, relations, sequences and types that an expression names. The text stays, unless a
    /// fresh session would read it in another way.
    pub fn bind_expr(&self, expr: &mut Expr) {
        self.settle_expr(expr);
        self.bind_functions(&mut expr.functions);
        let facts = &mut **expr;
        for name in facts.relations.iter_mut().chain(&mut facts.sequences) {
            if let Some(found) = self.resolve_relation(name) {
                *name = found;
            }
        }
        expr.types.iter_mut().for_each(|ty| self.bind_type(ty));
        match &mut expr.shape {
            ExprShape::ColumnCast(_, ty) => self.bind_type(ty),
            ExprShape::Null
            | ExprShape::Bool(_)
            | ExprShape::Literal(_)
            | ExprShape::Column(_)
            | ExprShape::Call(_)
            | ExprShape::Other => {}
        }
    }

    /// Qualifies function names.
    pub fn bind_functions(&self, names: &mut [QName]) {
        for name in names {
            if let Some(found) = self.resolve_function(name) {
                *name = found;
            }
        }
    }

    /// Qualifies what an index key names.
    pub fn bind_key(&self, key: &mut IndexKey) {
        if let KeyTarget::Expr(expr) = &mut key.target {
            self.bind_expr(expr);
        }
        self.bind_collation(&mut key.collation);
    }

    /// Qualifies what a constraint's expressions name.
    pub fn bind_constraint(&self, kind: &mut ConstraintKind) {
        match kind {
            ConstraintKind::Check(expr) => self.bind_expr(expr),
            ConstraintKind::ForeignKey(fk) => fk.table = self.relation_name(&fk.table),
            ConstraintKind::Exclude(exclude) => {
                exclude.elements.iter_mut().for_each(|(key, _)| self.bind_key(key));
                exclude.predicate.iter_mut().for_each(|p| self.bind_expr(p));
            }
            ConstraintKind::NotNull(_) | ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) => {}
        }
    }

    /// Qualifies everything in an object, for objects that were not made by [`Schema::apply`], such as those
    /// read from a catalog. What queries read is resolved anew.
    pub fn bind(&self, object: &mut Object) {
        match object {
            Object::Table(table) => self.bind_table(table),
            Object::View(view) => {
                self.bind_functions(&mut view.query.functions);
                view.query.types.iter_mut().for_each(|ty| self.bind_type(ty));
                view.uses = self.resolve_uses(&view.query.scopes, None);
            }
            Object::Index(index) => {
                index.keys.iter_mut().for_each(|key| self.bind_key(key));
                index.predicate.iter_mut().for_each(|p| self.bind_expr(p));
            }
            Object::Type(user_type) => match &mut user_type.kind {
                UserTypeKind::Domain(domain) => {
                    self.bind_type(&mut domain.base);
                    domain.default.iter_mut().for_each(|d| self.bind_expr(d));
                    domain.constraints.iter_mut().for_each(|c| self.bind_constraint(&mut c.kind));
                }
                UserTypeKind::Composite(attributes) => {
                    for (_, ty, _) in attributes {
                        self.bind_type(ty);
                    }
                }
                UserTypeKind::Enum(_)
                | UserTypeKind::Range(_)
                | UserTypeKind::Base(_)
                | UserTypeKind::Shell => {}
            },
            Object::Function(function) => {
                for arg in &mut function.def.args {
                    self.bind_type(&mut arg.data_type);
                    arg.data_type.modifiers.clear();
                    arg.default.iter_mut().for_each(|d| self.bind_expr(d));
                }
                if let Some(ty) = &mut function.def.returns {
                    self.bind_type(ty);
                    ty.modifiers.clear();
                }
                function.uses = Vec::new();
                if function.def.sql_body {
                    for query in &mut function.def.uses.queries {
                        self.bind_functions(&mut query.functions);
                        function.uses.extend(self.resolve_uses(&query.scopes, None));
                    }
                }
            }
            Object::Statistics(statistics) => {
                statistics.exprs.iter_mut().for_each(|e| self.bind_expr(e));
            }
            Object::Schema(_)
            | Object::Sequence(_)
            | Object::Role(_)
            | Object::Extension(_)
            | Object::Publication(_)
            | Object::DefaultAcl(_)
            | Object::Other(_) => {}
        }
    }

    fn bind_table(&self, table: &mut Table) {
        for column in &mut table.columns {
            self.bind_type(&mut column.data_type);
            column.default.iter_mut().for_each(|d| self.bind_expr(d));
            column.generated.iter_mut().for_each(|g| self.bind_expr(&mut g.expr));
        }
        table.constraints.iter_mut().for_each(|c| self.bind_constraint(&mut c.kind));
        for trigger in &mut table.triggers {
            trigger.def.when.iter_mut().for_each(|w| self.bind_expr(w));
            self.bind_functions(std::slice::from_mut(&mut trigger.def.function));
        }
        let mut policies = std::mem::take(&mut table.policies);
        for policy in &mut policies {
            policy.using.iter_mut().chain(&mut policy.check).for_each(|e| self.bind_expr(e));
            policy.uses = self.policy_reads(table, policy.using.as_ref(), policy.check.as_ref());
        }
        table.policies = policies;
    }
}
