//! Types, domains, enums and sequences.

use std::fmt;

use super::expr::Expr;
use super::table::ConstraintDef;
use crate::name::{Ident, QName};

/// A data type as written, with built-in aliases resolved to the catalog's names (`int` is `int4`,
/// `timestamp with time zone` is `timestamptz`, `decimal` is `numeric`); the schema `pg_catalog` is dropped.
/// `serial` and its relatives stay, since they are notation and not types.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TypeName {
    /// Name of the element type.
    pub name: QName,
    /// Modifiers such as a length, or precision and scale; interval fields come as text (`day to second`).
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

/// For people, with the SQL standard's names: `character varying(20)`, `timestamp with time zone`.
impl fmt::Display for TypeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.setof {
            f.write_str("SETOF ")?;
        }
        let modifiers =
            if self.modifiers.is_empty() { String::new() } else { format!("({})", self.modifiers.join(",")) };
        let plain = |f: &mut fmt::Formatter<'_>, name: &str| write!(f, "{name}{modifiers}");
        if self.name.schema.is_some() {
            write!(f, "{}{modifiers}", self.name)?;
        } else {
            match self.name.name.as_str() {
                "int2" => plain(f, "smallint")?,
                "int4" => plain(f, "integer")?,
                "int8" => plain(f, "bigint")?,
                "float4" => plain(f, "real")?,
                "float8" => plain(f, "double precision")?,
                "bool" => plain(f, "boolean")?,
                "varchar" => plain(f, "character varying")?,
                "bpchar" => plain(f, "character")?,
                "varbit" => plain(f, "bit varying")?,
                "timestamptz" => write!(f, "timestamp{modifiers} with time zone")?,
                "timestamp" => write!(f, "timestamp{modifiers} without time zone")?,
                "timetz" => write!(f, "time{modifiers} with time zone")?,
                "time" => write!(f, "time{modifiers} without time zone")?,
                other => plain(f, other)?,
            }
        }
        for _ in 0..self.array {
            f.write_str("[]")?;
        }
        Ok(())
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
    /// `CHECK` constraints.
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
    pub options: SequenceOptions,
}

/// `ALTER SEQUENCE`.
#[derive(Clone, Debug, PartialEq)]
pub struct AlterSequence {
    /// Which.
    pub name: QName,
    /// `IF EXISTS`.
    pub if_exists: bool,
    /// What changes.
    pub options: SequenceOptions,
}
