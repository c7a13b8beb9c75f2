//! Objects without rows: roles, owners, domains, and those that the model keeps as statements.

use crate::ir::object::{Drop, Misc, MiscAction, ObjectKind, OwnerTo};
use crate::ir::types::{AlterDomain, DomainAction, TypeName};
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, UserTypeKind};

use super::super::Outcome;
use super::super::fail::{kind_name, unsupported};
use super::super::tokens::Text;

impl Schema {
    pub(super) fn refuse_role_name(&self, name: &Ident) -> Outcome {
        if !name.starts_with("pg_") {
            return Ok(());
        }
        let detail = "Role names starting with \"pg_\" are reserved.";
        let error = SchemaError::new("42939", format!("role name \"{name}\" is reserved"));
        self.refuse_as_written(error.with_detail(detail))
    }

    /// Event triggers and foreign-data wrappers belong to superusers.
    pub(super) fn refuse_owner(&self, op: &OwnerTo) -> Outcome {
        if !matches!(op.kind, ObjectKind::EventTrigger | ObjectKind::ForeignDataWrapper) {
            return Ok(());
        }
        let Some(role) = self.role_meant(&op.owner).and_then(|name| self.role(&name)) else { return Ok(()) };
        let is_there = self.get(&ObjectKey::Other(op.kind, op.object.to_string())).is_some();
        if role.options.superuser == Some(true) || !is_there {
            return Ok(());
        }
        let message = format!("permission denied to change owner of {} \"{}\"", op.kind, op.object);
        let detail = format!("The owner of {} must be a superuser.", article(op.kind));
        self.refuse(SchemaError::new("42501", message).with_detail(detail))
    }

    /// The values of a domain inside arrays and rows cannot be checked (`get_rels_with_domain` in `typecmds.c`).
    pub(super) fn refuse_domain_change(&self, op: &AlterDomain) -> Outcome {
        let checks = match &op.action {
            DomainAction::AddConstraint(def) => !def.not_valid,
            DomainAction::NotNull(not_null) => *not_null,
            DomainAction::ValidateConstraint(_) => true,
            DomainAction::Default(_) | DomainAction::DropConstraint { .. } => false,
        };
        let Some(ObjectKey::Type(name)) = self.resolve_type(&op.name).filter(|_| checks) else {
            return Ok(());
        };
        match self.column_around(&name, 0) {
            Some((table, column)) => {
                let message = format!(
                    "cannot alter type \"{}\" because column \"{}.{column}\" uses it",
                    name.name, table.name
                );
                self.refuse_on(&name, unsupported(message))
            }
            None => Ok(()),
        }
    }

    /// A column whose values hold values of a type inside: an array of it, or a row with one.
    fn column_around(&self, name: &QName, depth: u8) -> Option<(QName, Ident)> {
        let mut around = None;
        for (key, _) in self.dependents(&ObjectKey::Type(name.clone())) {
            around = match self.get(key) {
                Some(Object::Table(table)) => {
                    let holds = |ty: &TypeName| ty.name == *name && (ty.array > 0 || depth > 0);
                    let column = table.columns.iter().find(|c| holds(&c.data_type));
                    column.map(|c| (table.name.clone(), c.name.clone()))
                }
                Some(Object::Type(user_type)) if depth < 8 => match &user_type.kind {
                    UserTypeKind::Composite(_) => self.column_around(&user_type.name, depth + 1),
                    _ => None,
                },
                _ => None,
            };
            if around.is_some() {
                break;
            }
        }
        around
    }

    pub(super) fn refuse_misc(&self, op: &Misc) -> Outcome {
        let text = Text::new(&op.sql);
        match (op.action, op.kind) {
            (MiscAction::Create, ObjectKind::Tablespace) => {
                let location = text.after("location").and_then(|at| text.tokens.get(at));
                let path = location.map(|token| token.text(&op.sql).trim_matches('\''));
                if path.is_some_and(|path| !path.starts_with('/')) {
                    let message = "tablespace location must be an absolute path";
                    self.refuse_as_written(SchemaError::new("42P17", message))?;
                }
                self.refuse_existing(op, &text)
            }
            (MiscAction::Create, kind) => {
                self.refuse_existing(op, &text)?;
                match kind {
                    ObjectKind::EventTrigger => self.refuse_event_function(&text),
                    ObjectKind::Cast => self.refuse_cast_function(&text),
                    _ => Ok(()),
                }
            }
            (MiscAction::Alter, ObjectKind::Statistics) => {
                let Some(object) = &op.object else { return Ok(()) };
                self.locate(op.kind, object, text.has("if"), false).map(|_| ())
            }
            (MiscAction::Other, ObjectKind::Schema) if text.word(0, "import") => {
                let server = text.after("server").and_then(|at| text.name(at));
                server.map_or(Ok(()), |server| self.refuse_without_handler(&server))
            }
            _ => Ok(()),
        }
    }

    /// Fails when an object of this name was made before.
    fn refuse_existing(&self, op: &Misc, text: &Text<'_>) -> Outcome {
        let Some(object) = &op.object else { return Ok(()) };
        let key = self.new_other_key(op.kind, object);
        let made = matches!(self.get(&key), Some(Object::Other(other)) if !other.sql.is_empty());
        let spared = op.kind == ObjectKind::Language || text.has("replace") || text.has("exists");
        if !made || spared {
            return Ok(());
        }
        let sqlstate = match op.kind {
            ObjectKind::Aggregate | ObjectKind::Operator => "42723",
            ObjectKind::Database => "42P04",
            _ => "42710",
        };
        self.refuse(SchemaError::new(sqlstate, format!("{} \"{object}\" already exists", kind_name(op.kind))))
    }

    /// The function of a cast takes what is cast: nothing else is stored like a value of a user's enum or row.
    fn refuse_cast_function(&self, text: &Text<'_>) -> Outcome {
        let source = text.after("cast").and_then(|at| text.qualified(at + 1));
        let Some(ObjectKey::Type(source)) = source.and_then(|name| self.resolve_type(&name)) else {
            return Ok(());
        };
        let own = self
            .user_type(&source)
            .is_some_and(|t| matches!(t.kind, UserTypeKind::Enum(_) | UserTypeKind::Composite(_)));
        let Some(name) = text.after("function").and_then(|at| text.qualified(at)) else { return Ok(()) };
        let takes = |ty: &TypeName| ty.name == source || ty.name.name.starts_with("any");
        let mut overloads = self.functions(&name).peekable();
        let known = overloads.peek().is_some();
        if !own || !known || overloads.any(|f| f.def.signature().first().is_none_or(takes)) {
            return Ok(());
        }
        let message = "argument of cast function must match or be binary-coercible from source data type";
        self.refuse(SchemaError::new("42P17", message))
    }

    /// A function that an object which the model keeps as a statement is made of.
    pub(super) fn refuse_routine_drop(&self, op: &Drop) -> Outcome {
        for object in &op.objects {
            let [ObjectKey::Function(name, args)] = self.functions_named(&object.name) else { continue };
            let uses = |text: &Text<'_>| {
                (1..text.tokens.len()).any(|at| {
                    let role =
                        ["function", "procedure", "handler", "sfunc", "finalfunc", "=", "from", "validator"];
                    let before = text.tokens[at - 1].text(text.sql).to_ascii_lowercase();
                    role.contains(&before.as_str())
                        && text
                            .qualified(at)
                            .is_some_and(|found| self.resolve_function(&found).as_ref() == Some(name))
                })
            };
            let user = self.objects().find(|(_, object)| match object {
                Object::Other(other) => !other.sql.is_empty() && uses(&Text::new(&other.sql)),
                _ => false,
            });
            if let Some((key, _)) = user {
                let message =
                    format!("cannot drop function {}({args}) because other objects depend on it", name.name);
                let detail = format!("{} depends on function {}({args})", self.described(key), name.name);
                self.refuse_on(name, SchemaError::new("2BP01", message).with_detail(detail))?;
            }
        }
        Ok(())
    }

    /// The function of an event trigger takes nothing and returns `event_trigger`.
    fn refuse_event_function(&self, text: &Text<'_>) -> Outcome {
        let at = text.after("function").or_else(|| text.after("procedure"));
        let Some(name) = at.and_then(|at| text.qualified(at)) else { return Ok(()) };
        let function = self.functions(&name).find(|f| f.def.signature().is_empty());
        let Some(function) = function else { return Ok(()) };
        if function.def.returns.as_ref().is_none_or(|ty| ty.is("event_trigger")) {
            return Ok(());
        }
        let message = format!("function {} must return type event_trigger", name.name);
        self.refuse_on(&function.def.name, SchemaError::new("42P17", message))
    }
}

/// The kind with its article.
fn article(kind: ObjectKind) -> String {
    if kind == ObjectKind::EventTrigger { format!("an {kind}") } else { format!("a {kind}") }
}
