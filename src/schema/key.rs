//! Identity of schema objects.

use std::fmt;

use crate::ir::object::ObjectKind;
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};

/// What an object is called within a database. Names are always qualified here.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ObjectKey {
    /// A schema.
    Schema(Ident),
    /// A table, view, materialized view, index or sequence: they share one namespace.
    Relation(QName),
    /// An enum, composite type, domain, range or base type.
    Type(QName),
    /// A function or procedure with the types of its input arguments.
    Function(QName, String),
    /// A role.
    Role(Ident),
    /// An extension.
    Extension(Ident),
    /// A publication.
    Publication(Ident),
    /// An extended statistics object.
    Statistics(QName),
    /// Default privileges of a role (`None`: of whoever runs the migrations) in a schema (`None`: everywhere)
    /// for a kind of object.
    DefaultAcl(Option<Ident>, Option<Ident>, ObjectKind),
    /// Anything else that has a name, by kind and text.
    Other(ObjectKind, String),
}

impl ObjectKey {
    /// The key of a function with these input types.
    #[must_use]
    pub fn function(name: QName, args: &[TypeName]) -> Self {
        let args: Vec<String> = args.iter().map(ToString::to_string).collect();
        Self::Function(name, args.join(", "))
    }

    /// The place in the graph where callers of a function meet that do not say which overload they mean.
    #[must_use]
    pub fn function_name(name: &QName) -> Self {
        Self::Other(ObjectKind::Routine, name.to_string())
    }

    /// The schema the object lives in.
    #[must_use]
    pub fn namespace(&self) -> Option<&Ident> {
        match self {
            Self::Relation(name) | Self::Type(name) | Self::Function(name, _) | Self::Statistics(name) => {
                name.schema.as_ref()
            }
            _ => None,
        }
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Schema(name) | Self::Role(name) | Self::Extension(name) | Self::Publication(name) => {
                write!(f, "{name}")
            }
            Self::Relation(name) | Self::Type(name) | Self::Statistics(name) => write!(f, "{name}"),
            Self::Function(name, args) => write!(f, "{name}({args})"),
            Self::DefaultAcl(role, schema, kind) => {
                write!(f, "default privileges on {kind}s")?;
                if let Some(role) = role {
                    write!(f, " of {role}")?;
                }
                if let Some(schema) = schema {
                    write!(f, " in schema {schema}")?;
                }
                Ok(())
            }
            Self::Other(kind, text) => write!(f, "{kind} {text}"),
        }
    }
}
