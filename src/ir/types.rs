//! Types, domains, enums and sequences.

use std::fmt;

use super::expr::Expr;
use super::table::ConstraintDef;
use crate::name::{Ident, QName};
use crate::quote::{quote_ident, quote_qname};

/// A data type as written, with built-in aliases resolved to the catalog's names (`int` is `int4`,
/// `timestamp with time zone` is `timestamptz`, `decimal` is `numeric`); the schema `pg_catalog` is dropped.
/// `serial` and its relatives stay, since they are notation and not types. A reference to a column's type
/// (`users.id%TYPE`, only in functions) is one unqualified name that ends in `%TYPE`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TypeName {
    /// Name of the element type.
    pub name: QName,
    /// Modifiers such as a length, or precision and scale, as SQL text; the fields of an interval come first
    /// (`day to second`).
    pub modifiers: Vec<String>,
    /// Number of array dimensions, 0 for a scalar.
    pub array: u8,
    /// `SETOF`, for function results.
    pub setof: bool,
}

impl TypeName {
    /// A built-in type without modifiers.
    #[must_use]
    pub fn builtin(name: &str) -> Self {
        Self { name: QName::bare(name), modifiers: Vec::new(), array: 0, setof: false }
    }

    /// Whether this is the scalar built-in type of the given catalog name.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        self.array == 0 && self.name.schema.is_none() && self.name.name == name
    }

    /// The width in bytes of the integer that `serial` and its relatives stand for.
    #[must_use]
    pub fn serial_base(&self) -> Option<&'static str> {
        if self.name.schema.is_some() || self.array > 0 {
            return None;
        }
        match self.name.name.as_str() {
            "serial" | "serial4" => Some("int4"),
            "bigserial" | "serial8" => Some("int8"),
            "smallserial" | "serial2" => Some("int2"),
            _ => None,
        }
    }
}

/// How a built-in type is written in the SQL standard: the words before and after the modifiers.
fn standard_name(name: &str) -> Option<(&'static str, &'static str)> {
    Some(match name {
        "int2" => ("smallint", ""),
        "int4" => ("integer", ""),
        "int8" => ("bigint", ""),
        "float4" => ("real", ""),
        "float8" => ("double precision", ""),
        "numeric" => ("numeric", ""),
        "bool" => ("boolean", ""),
        "varchar" => ("character varying", ""),
        "bpchar" => ("character", ""),
        "bit" => ("bit", ""),
        "varbit" => ("bit varying", ""),
        "timestamptz" => ("timestamp", " with time zone"),
        "timestamp" => ("timestamp", " without time zone"),
        "timetz" => ("time", " with time zone"),
        "time" => ("time", " without time zone"),
        "interval" => ("interval", ""),
        "json" => ("json", ""),
        _ => return None,
    })
}

impl TypeName {
    /// The type as SQL that reads back as this type, with the SQL standard's names and quoted where needed.
    #[must_use]
    pub fn sql(&self) -> String {
        let mut out = String::new();
        // Infallible: writing to a string.
        let _ = self.write(&mut out, true);
        out
    }

    fn write(&self, out: &mut impl fmt::Write, quoted: bool) -> fmt::Result {
        if self.setof {
            out.write_str("SETOF ")?;
        }
        let name = self.name.name.as_str();
        // Without a modifier, `character` and `bit` would mean a length of one.
        let unlimited = self.modifiers.is_empty() && matches!(name, "bpchar" | "bit");
        let standard = if unlimited || self.name.schema.is_some() { None } else { standard_name(name) };
        match standard {
            Some((before, after)) => {
                out.write_str(before)?;
                let mut modifiers = &self.modifiers[..];
                if let [fields, rest @ ..] = modifiers
                    && name == "interval"
                    && fields.starts_with(|c: char| c.is_ascii_alphabetic())
                {
                    write!(out, " {fields}")?;
                    modifiers = rest;
                }
                write_modifiers(out, modifiers)?;
                out.write_str(after)?;
            }
            None if !quoted || name.ends_with("%TYPE") => {
                write!(out, "{}", self.name)?;
                write_modifiers(out, &self.modifiers)?;
            }
            None => {
                match &self.name.schema {
                    Some(_) => out.write_str(&quote_qname(&self.name))?,
                    None => out.write_str(&quote_ident(name))?,
                }
                write_modifiers(out, &self.modifiers)?;
            }
        }
        for _ in 0..self.array {
            out.write_str("[]")?;
        }
        Ok(())
    }
}

fn write_modifiers(out: &mut impl fmt::Write, modifiers: &[String]) -> fmt::Result {
    if modifiers.is_empty() { Ok(()) } else { write!(out, "({})", modifiers.join(",")) }
}

/// For people, with the SQL standard's names: `character varying(20)`, `timestamp with time zone`.
impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, false)
    }
}

/// `CREATE TYPE`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateType {
    /// Its name.
    pub name: QName,
    /// What kind of type.
    pub kind: TypeKind,
}

/// The kinds of user-defined types that have a structure.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeKind {
    /// `AS ENUM`, labels in order.
    Enum(Vec<String>),
    /// `AS (a int, …)`.
    Composite(Vec<(Ident, TypeName, Option<QName>)>),
    /// `AS RANGE`, options as written.
    Range(Vec<(Ident, String)>),
    /// A base type; options as written.
    Base(Vec<(Ident, String)>),
    /// `CREATE TYPE name;`.
    Shell,
}

/// `ALTER TYPE` on an enum.
#[derive(Clone, Debug, PartialEq)]
pub struct AlterEnum {
    /// The enum.
    pub name: QName,
    /// What happens.
    pub action: EnumAction,
}

/// A change of an enum's labels.
#[derive(Clone, Debug, PartialEq)]
pub enum EnumAction {
    /// `ADD VALUE`.
    AddValue {
        /// The new label.
        value: String,
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
        /// `BEFORE` (true) or `AFTER` (false) which label; at the end without.
        neighbour: Option<(bool, String)>,
    },
    /// `RENAME VALUE`.
    RenameValue {
        /// The old label.
        from: String,
        /// The new label.
        to: String,
    },
}

/// `CREATE DOMAIN`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateDomain {
    /// Its name.
    pub name: QName,
    /// The underlying type.
    pub base: TypeName,
    /// Collation, when given.
    pub collation: Option<QName>,
    /// Default value.
    pub default: Option<Expr>,
    /// `NOT NULL`.
    pub not_null: bool,
    /// `CHECK` constraints, and a `NOT NULL` that has a name.
    pub checks: Vec<ConstraintDef>,
}

/// `ALTER DOMAIN`.
#[derive(Clone, Debug, PartialEq)]
pub struct AlterDomain {
    /// The domain.
    pub name: QName,
    /// What happens.
    pub action: DomainAction,
}

/// A change of a domain.
#[derive(Clone, Debug, PartialEq)]
pub enum DomainAction {
    /// `SET DEFAULT`, or `DROP DEFAULT` with `None`.
    Default(Option<Expr>),
    /// `SET NOT NULL` (true) or `DROP NOT NULL`.
    NotNull(bool),
    /// `ADD CONSTRAINT`.
    AddConstraint(Box<ConstraintDef>),
    /// `DROP CONSTRAINT`.
    DropConstraint {
        /// Which.
        name: Ident,
        /// `IF EXISTS`.
        if_exists: bool,
        /// `CASCADE`.
        cascade: bool,
    },
    /// `VALIDATE CONSTRAINT`.
    ValidateConstraint(Ident),
}

/// The options of a sequence; `None` leaves the value as it is, or the default when creating.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct SequenceOptions {
    /// `AS type`.
    pub data_type: Option<TypeName>,
    /// `INCREMENT BY`.
    pub increment: Option<i64>,
    /// `MINVALUE`; `Some(None)` is `NO MINVALUE`.
    pub min_value: Option<Option<i64>>,
    /// `MAXVALUE`; `Some(None)` is `NO MAXVALUE`.
    pub max_value: Option<Option<i64>>,
    /// `START WITH`.
    pub start: Option<i64>,
    /// `RESTART [WITH n]`.
    pub restart: Option<Option<i64>>,
    /// `CACHE`.
    pub cache: Option<i64>,
    /// `CYCLE` or `NO CYCLE`.
    pub cycle: Option<bool>,
    /// `OWNED BY table.column`; `Some(None)` is `OWNED BY NONE`.
    pub owned_by: Option<Option<(QName, Ident)>>,
    /// `SEQUENCE NAME` of an identity column.
    pub sequence_name: Option<QName>,
}

/// `CREATE SEQUENCE`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateSequence {
    /// Its name.
    pub name: QName,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// `TEMPORARY`.
    pub temporary: bool,
    /// `UNLOGGED`.
    pub unlogged: bool,
    /// Options.
    pub options: Box<SequenceOptions>,
}

/// `ALTER SEQUENCE`.
#[derive(Clone, Debug, PartialEq)]
pub struct AlterSequence {
    /// Which.
    pub name: QName,
    /// `IF EXISTS`.
    pub if_exists: bool,
    /// What changes.
    pub options: Box<SequenceOptions>,
}
