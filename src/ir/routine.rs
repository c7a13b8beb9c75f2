//! Functions, procedures, triggers and rules.

use super::expr::{Expr, Query};
use super::types::TypeName;
use crate::name::{Ident, QName};

/// `CREATE FUNCTION` or `CREATE PROCEDURE`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateFunction {
    /// Its name.
    pub name: QName,
    /// `PROCEDURE`.
    pub procedure: bool,
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// Arguments in order, `OUT` and table columns included.
    pub args: Vec<FunctionArg>,
    /// `RETURNS`; `None` for procedures and functions with `OUT` arguments only.
    pub returns: Option<TypeName>,
    /// Language, folded.
    pub language: Ident,
    /// The source text: the string of `AS`, or the SQL-standard body's text.
    pub body: String,
    /// Whether the body is the SQL-standard form (`RETURN …`, `BEGIN ATOMIC`), parsed when created.
    pub sql_body: bool,
    /// `IMMUTABLE`, `STABLE` or `VOLATILE`.
    pub volatility: Volatility,
    /// `SECURITY DEFINER`.
    pub security_definer: bool,
    /// `STRICT`.
    pub strict: bool,
    /// `LEAKPROOF`.
    pub leakproof: bool,
    /// `PARALLEL`, lower case, when written.
    pub parallel: Option<Ident>,
    /// `WINDOW`.
    pub window: bool,
    /// `COST`, when written.
    pub cost: Option<String>,
    /// `ROWS`, when written.
    pub rows: Option<String>,
    /// `SUPPORT`, when written.
    pub support: Option<QName>,
    /// `SET name = value`; the value as SQL text, `None` for `FROM CURRENT`.
    pub config: Vec<(String, Option<String>)>,
    /// Relations and functions the body names, as far as it could be read.
    pub uses: BodyUses,
}

impl CreateFunction {
    /// The types by which the function is identified: its input arguments.
    #[must_use]
    pub fn signature(&self) -> Vec<TypeName> {
        self.args.iter().filter(|a| a.mode.is_input()).map(|a| a.data_type.clone()).collect()
    }
}

/// What a function body names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BodyUses {
    /// The queries and statements of the body.
    pub queries: Vec<Query>,
    /// Relations written to, with the columns when they are listed.
    pub writes: Vec<QName>,
    /// Number of dynamic `EXECUTE`s, whose text is not known.
    pub dynamic: usize,
    /// Whether the body could be read at all.
    pub readable: bool,
}

/// A function argument.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionArg {
    /// Its name, when given.
    pub name: Option<Ident>,
    /// Its mode.
    pub mode: ArgMode,
    /// Its type.
    pub data_type: TypeName,
    /// Its default.
    pub default: Option<Expr>,
}

/// The mode of a function argument.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ArgMode {
    /// `IN`.
    #[default]
    In,
    /// `OUT`.
    Out,
    /// `INOUT`.
    InOut,
    /// `VARIADIC`.
    Variadic,
    /// A column of `RETURNS TABLE`.
    Table,
}

impl ArgMode {
    /// Whether the argument is part of the function's identity.
    #[must_use]
    pub const fn is_input(self) -> bool {
        matches!(self, Self::In | Self::InOut | Self::Variadic)
    }
}

/// How far a function's result may change between calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Volatility {
    /// Never changes.
    Immutable,
    /// Fixed within one statement.
    Stable,
    /// May change at every call; the default.
    #[default]
    Volatile,
}

/// `ALTER FUNCTION` and its relatives, as far as it changes the function itself.
#[derive(Clone, Debug, PartialEq)]
pub struct AlterFunction {
    /// What the statement calls it.
    pub kind: super::object::ObjectKind,
    /// Which.
    pub name: QName,
    /// Argument types, when given.
    pub args: Option<Vec<TypeName>>,
    /// New volatility.
    pub volatility: Option<Volatility>,
    /// New security mode.
    pub security_definer: Option<bool>,
    /// New strictness.
    pub strict: Option<bool>,
    /// New leakproofness.
    pub leakproof: Option<bool>,
    /// New parallel mode.
    pub parallel: Option<Ident>,
    /// New cost.
    pub cost: Option<String>,
    /// New rows.
    pub rows: Option<String>,
    /// `SET name = value` (`None` for `FROM CURRENT`).
    pub set: Vec<(String, Option<String>)>,
    /// `RESET name`; `RESET ALL` is `*`.
    pub reset: Vec<String>,
}

/// `CREATE TRIGGER`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateTrigger {
    /// Its name.
    pub name: Ident,
    /// The table or view.
    pub table: QName,
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// `CONSTRAINT TRIGGER`.
    pub constraint: bool,
    /// When it fires.
    pub timing: TriggerTiming,
    /// The events.
    pub events: TriggerEvents,
    /// Columns of `UPDATE OF`.
    pub update_columns: Vec<Ident>,
    /// `FOR EACH ROW`; otherwise per statement.
    pub for_each_row: bool,
    /// `WHEN`.
    pub when: Option<Expr>,
    /// The function called.
    pub function: QName,
    /// Its literal arguments.
    pub args: Vec<String>,
    /// `REFERENCING OLD TABLE AS`.
    pub old_table: Option<Ident>,
    /// `REFERENCING NEW TABLE AS`.
    pub new_table: Option<Ident>,
    /// `FROM` of a constraint trigger.
    pub from_table: Option<QName>,
    /// `DEFERRABLE`.
    pub deferrable: bool,
    /// `INITIALLY DEFERRED`.
    pub initially_deferred: bool,
}

/// When a trigger fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TriggerTiming {
    /// `BEFORE`.
    Before,
    /// `AFTER`.
    After,
    /// `INSTEAD OF`.
    InsteadOf,
}

/// Which statements fire a trigger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TriggerEvents {
    /// `INSERT`.
    pub insert: bool,
    /// `UPDATE`.
    pub update: bool,
    /// `DELETE`.
    pub delete: bool,
    /// `TRUNCATE`.
    pub truncate: bool,
}

/// `CREATE RULE`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateRule {
    /// Its name.
    pub name: Ident,
    /// The table or view.
    pub table: QName,
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// The event, upper case.
    pub event: &'static str,
    /// `INSTEAD`.
    pub instead: bool,
    /// The whole statement's text.
    pub sql: String,
}
