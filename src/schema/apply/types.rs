//! Types, enums and domains.

use std::sync::Arc;

use crate::ir::expr::{Expr, ExprShape};
use crate::ir::object::ObjectKind;
use crate::ir::table::{AlterTable, ConstraintDef, ConstraintKind, Persistence, TableAction};
use crate::ir::types::{
    AlterDomain, AlterEnum, CreateDomain, CreateType, DomainAction, EnumAction, TypeKind,
};
use crate::name::{Ident, QName};
use crate::quote::{quote_literal, quote_qname};
use crate::schema::Schema;
use crate::schema::builtin;
use crate::schema::dependency::Part;
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Constraint, Domain, Object, UserType, UserTypeKind};

use super::Outcome;
use super::fail::{object_exists, unsupported};
use super::rewrite::Renaming;

impl Schema {
    pub(super) fn create_type(&mut self, op: &CreateType) -> Outcome {
        let name = self.new_name(&op.name)?;
        let kind = match &op.kind {
            TypeKind::Enum(labels) => UserTypeKind::Enum(labels.clone()),
            TypeKind::Composite(attributes) => {
                let mut attributes = attributes.clone();
                for (_, ty, collation) in &mut attributes {
                    self.type_known(ty)?;
                    self.bind_type(ty);
                    self.bind_collation(collation);
                }
                UserTypeKind::Composite(attributes)
            }
            TypeKind::Range(options) => {
                let mut options = options.clone();
                // The name that the server would choose need not be stated.
                let usual = quote_qname(&name.sibling(builtin::multirange_name(&name.name)));
                options.retain(|(option, value)| *option != "multirange_type_name" || *value != usual);
                UserTypeKind::Range(options)
            }
            TypeKind::Base(options) => UserTypeKind::Base(options.clone()),
            TypeKind::Shell => UserTypeKind::Shell,
        };
        self.new_type(name, kind)
    }

    fn new_type(&mut self, name: QName, kind: UserTypeKind) -> Outcome {
        self.namespace_known(&name)?;
        let key = ObjectKey::Type(name.clone());
        let announced = matches!(self.get(&key), Some(Object::Type(t)) if t.kind == UserTypeKind::Shell);
        let relation = matches!(self.at(&name), Some(Object::Table(_) | Object::View(_)));
        if !announced && (self.get(&key).is_some() || relation) {
            self.refuse_on(&name, object_exists("type", &name.name))?;
            self.forget(&key);
        }
        let user_type = UserType {
            acl: self.default_acl(ObjectKind::Type, name.schema.as_ref()),
            owner: self.current_role(),
            comment: None,
            name,
            kind,
        };
        self.put(key, Some(Arc::new(Object::Type(user_type))));
        Ok(())
    }

    /// The key of a type that a statement names; nothing when it is not known.
    pub(super) fn find_type(&self, name: &QName, if_exists: bool) -> Result<Option<ObjectKey>, SchemaError> {
        let found = self.resolve_type(name);
        if found.is_none() && !if_exists {
            let ty = crate::ir::types::TypeName {
                name: name.clone(),
                modifiers: Vec::new(),
                array: 0,
                setof: false,
            };
            self.type_known(&ty)?;
        }
        Ok(found)
    }

    pub(super) fn alter_enum(&mut self, op: &AlterEnum) -> Outcome {
        let Some(key) = self.find_type(&op.name, false)? else { return Ok(()) };
        let Some(Object::Type(UserType { kind: UserTypeKind::Enum(labels), name, .. })) = self.get(&key)
        else {
            let message = format!("{} is not an enum", self.shown(&key));
            return self.refuse(SchemaError::new("42809", message));
        };
        let (mut labels, name) = (labels.clone(), name.clone());
        let missing =
            |label: &str| SchemaError::new("22023", format!("\"{label}\" is not an existing enum label"));
        let exists = |label: &str| object_exists("enum label", label);
        match &op.action {
            EnumAction::AddValue { value, if_not_exists, neighbour } => {
                if labels.contains(value) {
                    return if *if_not_exists { Ok(()) } else { self.refuse_on(&name, exists(value)) };
                }
                let at = match neighbour {
                    None => labels.len(),
                    Some((before, label)) => {
                        let at = labels.iter().position(|l| l == label);
                        if at.is_none() {
                            self.refuse_on(&name, missing(label))?;
                        }
                        at.map_or(labels.len(), |at| at + usize::from(!before))
                    }
                };
                labels.insert(at, value.clone());
            }
            EnumAction::RenameValue { from, to } => {
                let Some(at) = labels.iter().position(|l| l == from) else {
                    return self.refuse_on(&name, missing(from));
                };
                if labels.contains(to) {
                    return self.refuse_on(&name, exists(to));
                }
                labels[at].clone_from(to);
                self.carry(&key, Renaming::Label(&name, from, to));
                self.rename_label(&key, from, to);
            }
        }
        self.update(&key, |object| {
            if let Object::Type(user_type) = object {
                user_type.kind = UserTypeKind::Enum(labels);
            }
        });
        Ok(())
    }

    /// Column defaults without a cast keep the value, not the label's text.
    fn rename_label(&mut self, key: &ObjectKey, from: &str, to: &str) {
        let columns: Vec<(QName, Ident)> = self
            .columns_of_type(key)
            .into_iter()
            .map(|(table, column)| (table.name.clone(), column.clone()))
            .collect();
        for (table, column) in columns {
            self.edit_column(&table, &column, |c| {
                if let Some(default) = &mut c.default
                    && default.shape == ExprShape::Literal(from.to_owned())
                {
                    default.sql = default.sql.replacen(&quote_literal(from), &quote_literal(to), 1);
                    default.shape = ExprShape::Literal(to.to_owned());
                }
            });
        }
    }

    pub(super) fn create_domain(&mut self, op: &CreateDomain) -> Outcome {
        let name = self.new_name(&op.name)?;
        self.type_known(&op.base)?;
        let mut base = op.base.clone();
        self.bind_type(&mut base);
        let mut collation = op.collation.clone();
        self.bind_collation(&mut collation);
        let mut domain = Domain {
            base,
            collation,
            default: self.bound(op.default.as_ref()).filter(|d| d.shape != ExprShape::Null),
            not_null: op.not_null,
            constraints: Vec::new(),
        };
        for def in &op.checks {
            if let ConstraintKind::NotNull(_) = def.kind {
                domain.not_null = true;
            } else {
                let constraint = self.domain_check(&name, &domain, def)?;
                domain.constraints.push(constraint);
            }
        }
        self.new_type(name, UserTypeKind::Domain(domain))
    }

    fn bound(&self, expr: Option<&Expr>) -> Option<Expr> {
        let mut expr = expr?.clone();
        self.bind_expr(&mut expr);
        Some(expr)
    }

    fn domain_check(
        &self,
        name: &QName,
        domain: &Domain,
        def: &ConstraintDef,
    ) -> Result<Constraint, SchemaError> {
        let others: Vec<Ident> = domain.constraints.iter().map(|c| c.name.clone()).collect();
        let chosen = match &def.name {
            Some(chosen) => {
                if others.contains(chosen) {
                    let message =
                        format!("constraint \"{chosen}\" for domain \"{}\" already exists", name.name);
                    self.refuse_on(name, SchemaError::new("42710", message))?;
                }
                chosen.clone()
            }
            None => self.choose_domain_constraint_name(name, &others, "check"),
        };
        let mut kind = def.kind.clone();
        self.bind_constraint(&mut kind);
        Ok(Self::constraint_from(def, chosen, kind, false))
    }

    pub(super) fn alter_domain(&mut self, op: &AlterDomain) -> Outcome {
        let Some(key) = self.find_type(&op.name, false)? else { return Ok(()) };
        let Some(Object::Type(UserType { kind: UserTypeKind::Domain(domain), name, .. })) = self.get(&key)
        else {
            let message = format!("\"{}\" is not a domain", op.name);
            return self.refuse(SchemaError::new("42809", message));
        };
        let (mut domain, name) = (domain.clone(), name.clone());
        let missing = |constraint: &Ident| {
            let message = format!("constraint \"{constraint}\" of domain \"{}\" does not exist", name.name);
            SchemaError::new("42704", message)
        };
        match &op.action {
            DomainAction::Default(default) => {
                domain.default = self.bound(default.as_ref()).filter(|d| d.shape != ExprShape::Null);
            }
            DomainAction::NotNull(not_null) => domain.not_null = *not_null,
            DomainAction::AddConstraint(def) => {
                if matches!(def.kind, ConstraintKind::NotNull(_)) {
                    domain.not_null = true;
                } else {
                    let constraint = self.domain_check(&name, &domain, def)?;
                    domain.constraints.push(constraint);
                }
            }
            DomainAction::DropConstraint { name: constraint, if_exists, cascade } => {
                if domain.constraints.iter().any(|c| c.name == *constraint) {
                    return self.drop_items(vec![(key, Part::Constraint(constraint.clone()))], *cascade);
                }
                // 17 made the `NOT NULL` of a domain a constraint with a name.
                if self.version().at_least(17) && domain.not_null {
                    domain.not_null = false;
                } else if !if_exists {
                    return self.refuse_on(&name, missing(constraint));
                }
            }
            DomainAction::ValidateConstraint(constraint) => {
                let Some(found) = domain.constraints.iter_mut().find(|c| c.name == *constraint) else {
                    return self.refuse_on(&name, missing(constraint));
                };
                found.validated = true;
            }
        }
        self.update(&key, |object| {
            if let Object::Type(user_type) = object {
                user_type.kind = UserTypeKind::Domain(domain);
            }
        });
        Ok(())
    }

    /// `ALTER TYPE` on a composite type: attributes and the owner.
    pub(super) fn alter_composite(&mut self, op: &AlterTable) -> Outcome {
        let Some(key) = self.find_type(&op.name, op.if_exists)? else { return Ok(()) };
        let ObjectKey::Type(name) = &key else { return Ok(()) };
        let name = name.clone();
        for (action, _) in &op.actions {
            self.alter_typed_tables(&name, action)?;
            match action {
                TableAction::OwnerTo(owner) => {
                    self.own(&key, owner);
                    continue;
                }
                TableAction::DropColumn { name: attribute, cascade, if_exists } => {
                    if self.attribute_known(&name, attribute, *if_exists)? {
                        self.drop_items(vec![(key.clone(), Part::Column(attribute.clone()))], *cascade)?;
                    }
                    continue;
                }
                TableAction::AlterType { column, .. } => {
                    if !self.attribute_known(&name, column, false)? {
                        continue;
                    }
                    if let Some((table, column)) = self.columns_of_type(&key).first() {
                        let message = format!(
                            "cannot alter type \"{}\" because column \"{}.{column}\" uses it",
                            name.name, table.name.name
                        );
                        self.refuse_on(&name, unsupported(message))?;
                    }
                }
                _ => {}
            }
            let mut new_type = match action {
                TableAction::AddColumn { column, .. } => column.data_type.clone(),
                TableAction::AlterType { data_type, .. } => Some(data_type.clone()),
                _ => None,
            };
            if let Some(ty) = &mut new_type {
                self.type_known(ty)?;
                self.bind_type(ty);
            }
            let mut collation = match action {
                TableAction::AddColumn { column, .. } => column.collation.clone(),
                TableAction::AlterType { collation, .. } => collation.clone(),
                _ => None,
            };
            self.bind_collation(&mut collation);
            self.update(&key, |object| {
                let Object::Type(UserType { kind: UserTypeKind::Composite(attributes), .. }) = object else {
                    return;
                };
                match (action, new_type) {
                    (TableAction::AddColumn { column, .. }, Some(ty)) => {
                        attributes.push((column.name.clone(), ty, collation));
                    }
                    (TableAction::AlterType { column, .. }, Some(ty)) => {
                        for attribute in attributes.iter_mut().filter(|(n, _, _)| n == column) {
                            (attribute.1, attribute.2) = (ty.clone(), collation.clone());
                        }
                    }
                    _ => {}
                }
            });
        }
        Ok(())
    }

    /// Carries a change of a composite type to the tables of that type. Without `CASCADE` the server refuses,
    /// which the statement only tells for dropped attributes.
    fn alter_typed_tables(&mut self, name: &QName, action: &TableAction) -> Outcome {
        let typed: Vec<QName> = self
            .dependents(&ObjectKey::Type(name.clone()))
            .into_iter()
            .filter_map(|(key, _)| match self.get(key)? {
                Object::Table(t) if t.of_type.as_ref().is_some_and(|ty| ty.name == *name) => {
                    Some(t.name.clone())
                }
                _ => None,
            })
            .collect();
        for table in typed {
            match action {
                TableAction::AddColumn { column, .. } => {
                    let column = self.new_column(&table, Persistence::Permanent, column)?;
                    self.edit_table(&table, |t| t.columns.push(column));
                }
                TableAction::DropColumn { name: attribute, cascade, .. } => {
                    if !cascade {
                        let message = format!(
                            "cannot alter type \"{}\" because it is the type of a typed table",
                            name.name
                        );
                        self.refuse_on(name, SchemaError::new("2BP01", message))?;
                    }
                    self.drop_columns(&[(table, attribute.clone())], true)?;
                }
                TableAction::AlterType { column, data_type, .. } => {
                    let mut ty = data_type.clone();
                    self.bind_type(&mut ty);
                    self.edit_column(&table, column, |c| c.data_type = ty);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn attribute_known(&self, name: &QName, attribute: &Ident, if_exists: bool) -> Result<bool, SchemaError> {
        let known = match self.get(&ObjectKey::Type(name.clone())) {
            Some(Object::Type(UserType { kind: UserTypeKind::Composite(attributes), .. })) => {
                attributes.iter().any(|(n, _, _)| n == attribute)
            }
            _ => return Ok(false),
        };
        if !known && !if_exists {
            let message = format!("column \"{attribute}\" of relation \"{}\" does not exist", name.name);
            self.refuse_on(name, SchemaError::new("42703", message))?;
        }
        Ok(known)
    }
}
