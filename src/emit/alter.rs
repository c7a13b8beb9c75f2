//! `ALTER TABLE` and its relatives: one text per action, then the statement around them.

use super::column::{column, constraint, default, detached_constraints, generated_when, identity, keyword};
use super::expr;
use super::line::{Line, commas, spread};
use super::object::{ident, option_name, options, relation, role, setting, type_name};
use super::table::partition_bound;
use super::types::sequence_options;
use crate::ir::object::ObjectKind;
use crate::ir::table::{AlterTable, FiringState, ReplicaIdentity, TableAction, TriggerSelection};
use crate::ir::types::TypeName;
use crate::name::{Dialect, Ident, QName};

/// The statement. SQLite takes one action per statement, and MySQL does not take all at once, so several actions
/// can become several statements.
pub(super) fn alter_table(alter: &AlterTable, dialect: Dialect) -> String {
    let actions: Vec<&TableAction> = alter.actions.iter().map(|(action, _)| action).collect();
    let texts = || actions.iter().flat_map(|action| self::action(action, alter.kind, dialect));
    let statements: Vec<Vec<String>> = match dialect {
        Dialect::PostgreSql => vec![texts().collect()],
        Dialect::MySql => super::mysql::statements(&actions),
        Dialect::Sqlite => texts().map(|text| vec![text]).collect(),
    };
    let head = Line::new("ALTER")
        .word(alter.kind.keyword())
        .when(alter.if_exists, "IF EXISTS")
        .when(alter.only, "ONLY")
        .word(relation(&alter.name, dialect))
        .done();
    statements.iter().map(|texts| format!("{head}{}", spread(texts))).collect::<Vec<_>>().join(";\n")
}

/// The texts of one action, in the form that the kind of relation wants: mostly one, more where the column
/// of `ADD COLUMN` has constraints that only stand on a table, or where options are both set and reset.
pub(super) fn action(action: &TableAction, kind: ObjectKind, dialect: Dialect) -> Vec<String> {
    let column_word = if kind == ObjectKind::CompositeType { "ATTRIBUTE" } else { "COLUMN" };
    let alter = |column: &Ident| format!("ALTER {column_word} {}", column_ref(column, kind, dialect));
    let one = match action {
        TableAction::AddColumn { column: def, if_not_exists } => {
            let add = Line::new("ADD")
                .word(column_word)
                .when(*if_not_exists, "IF NOT EXISTS")
                .word(column(def, dialect))
                .done();
            let rest = detached_constraints(def, dialect).into_iter().map(|text| format!("ADD {text}"));
            return std::iter::once(add).chain(rest).collect();
        }
        TableAction::DropColumn { name, if_exists, cascade } => Line::new("DROP")
            .word(column_word)
            .when(*if_exists, "IF EXISTS")
            .word(ident(name, dialect))
            .when(*cascade, "CASCADE"),
        TableAction::AlterType { column, data_type, collation, using } => {
            alter_type(&alter(column), data_type, collation.as_ref(), dialect)
                .clause("USING", using.as_ref().map(|using| using.sql.as_str()))
        }
        TableAction::Default { column, default: Some(value) } => {
            Line::new(alter(column)).word("SET").word(default(value, dialect))
        }
        TableAction::Default { column, default: None } => Line::new(alter(column)).word("DROP DEFAULT"),
        TableAction::NotNull { column, not_null } => {
            Line::new(alter(column)).word(if *not_null { "SET NOT NULL" } else { "DROP NOT NULL" })
        }
        TableAction::SetExpression { column, expr } => {
            Line::new(alter(column)).clause("SET EXPRESSION AS", Some(expr::enclosed(expr)))
        }
        TableAction::DropExpression { column, if_exists } => {
            Line::new(alter(column)).word("DROP EXPRESSION").when(*if_exists, "IF EXISTS")
        }
        TableAction::AddIdentity { column, identity: value } => {
            Line::new(alter(column)).clause("ADD", Some(identity(value, dialect)))
        }
        TableAction::SetIdentity { column, always, options } => {
            let mut line = Line::new(alter(column));
            if let Some(always) = always {
                line = line.clause("SET GENERATED", Some(generated_when(*always)));
            }
            for option in sequence_options(options, dialect) {
                // `RESTART` stands alone, everything else behind `SET`.
                line = line.when(!option.starts_with("RESTART"), "SET").word(option);
            }
            line
        }
        TableAction::DropIdentity { column, if_exists } => {
            Line::new(alter(column)).word("DROP IDENTITY").when(*if_exists, "IF EXISTS")
        }
        // -1 is the default target in every version; the word DEFAULT came with PostgreSQL 17.
        TableAction::SetStatistics { column, target } => {
            Line::new(alter(column)).clause("SET STATISTICS", Some(target.unwrap_or(-1).to_string()))
        }
        TableAction::ColumnOptions { column, set, reset } => {
            let set = (!set.is_empty()).then(|| format!("{} SET ({})", alter(column), options(set)));
            let reset =
                (!reset.is_empty()).then(|| format!("{} RESET ({})", alter(column), option_names(reset)));
            return set.into_iter().chain(reset).collect();
        }
        TableAction::SetStorage { column, storage } => {
            Line::new(alter(column)).clause("SET STORAGE", Some(keyword(storage)))
        }
        TableAction::SetCompression { column, method } => {
            Line::new(alter(column)).clause("SET COMPRESSION", Some(compression(method)))
        }
        TableAction::AddConstraint(def) => Line::new("ADD").word(constraint(def, dialect)),
        TableAction::AlterConstraint { name, deferrability, enforced, no_inherit } => {
            let deferrability = match deferrability {
                None => "",
                Some((_, true)) => "DEFERRABLE INITIALLY DEFERRED",
                Some((true, false)) => "DEFERRABLE INITIALLY IMMEDIATE",
                Some((false, false)) => "NOT DEFERRABLE",
            };
            Line::new("ALTER CONSTRAINT")
                .word(ident(name, dialect))
                .word(deferrability)
                .word(enforced.map_or("", |enforced| if enforced { "ENFORCED" } else { "NOT ENFORCED" }))
                .word(no_inherit.map_or("", |no_inherit| if no_inherit { "NO INHERIT" } else { "INHERIT" }))
        }
        TableAction::ValidateConstraint(name) => Line::new("VALIDATE CONSTRAINT").word(ident(name, dialect)),
        TableAction::DropConstraint { name, if_exists, cascade } => Line::new("DROP CONSTRAINT")
            .when(*if_exists, "IF EXISTS")
            .word(ident(name, dialect))
            .when(*cascade, "CASCADE"),
        TableAction::TriggerState { which, state } => {
            let which = match which {
                TriggerSelection::Named(name) => ident(name, dialect).into_owned(),
                TriggerSelection::All => "ALL".into(),
                TriggerSelection::User => "USER".into(),
            };
            Line::new(firing(*state)).clause("TRIGGER", Some(which))
        }
        TableAction::RuleState { name, state } => {
            Line::new(firing(*state)).clause("RULE", Some(ident(name, dialect)))
        }
        TableAction::RowSecurity(on) => {
            Line::new(if *on { "ENABLE" } else { "DISABLE" }).word("ROW LEVEL SECURITY")
        }
        TableAction::ForceRowSecurity(on) => {
            Line::new(if *on { "FORCE" } else { "NO FORCE" }).word("ROW LEVEL SECURITY")
        }
        TableAction::ClusterOn(Some(index)) => Line::new("CLUSTER ON").word(ident(index, dialect)),
        TableAction::ClusterOn(None) => Line::new("SET WITHOUT CLUSTER"),
        TableAction::SetLogged(logged) => Line::new(if *logged { "SET LOGGED" } else { "SET UNLOGGED" }),
        TableAction::SetTablespace(space) => Line::new("SET TABLESPACE").word(ident(space, dialect)),
        TableAction::SetAccessMethod(method) => {
            let method = method.as_ref().map_or("DEFAULT".into(), |method| ident(method, dialect));
            Line::new("SET ACCESS METHOD").word(method)
        }
        TableAction::SetOptions(list) => Line::new("SET").word(format!("({})", options(list))),
        TableAction::ResetOptions(list) => Line::new("RESET").word(format!("({})", option_names(list))),
        TableAction::Inherit { parent, add } => {
            Line::new(if *add { "INHERIT" } else { "NO INHERIT" }).word(relation(parent, dialect))
        }
        // A plain name to the grammar: `OF bigint` would be a type of that name.
        TableAction::OfType(Some(data_type)) => Line::new("OF").word(relation(&data_type.name, dialect)),
        TableAction::OfType(None) => Line::new("NOT OF"),
        TableAction::OwnerTo(owner) => Line::new("OWNER TO").word(role(owner)),
        TableAction::ReplicaIdentity(identity) => Line::new("REPLICA IDENTITY").word(match identity {
            ReplicaIdentity::Default => "DEFAULT".into(),
            ReplicaIdentity::Full => "FULL".into(),
            ReplicaIdentity::Nothing => "NOTHING".into(),
            ReplicaIdentity::Index(index) => format!("USING INDEX {}", ident(index, dialect)),
        }),
        TableAction::AttachPartition { partition, bound } => Line::new("ATTACH PARTITION")
            .word(relation(partition, dialect))
            .clause("", bound.as_ref().map(partition_bound)),
        TableAction::DetachPartition { partition, concurrently, finalize } => Line::new("DETACH PARTITION")
            .word(relation(partition, dialect))
            .when(*concurrently, "CONCURRENTLY")
            .when(*finalize, "FINALIZE"),
        TableAction::ForeignOptions { column: Some(column), sql } => Line::new(alter(column)).word(sql),
        TableAction::ForeignOptions { column: None, sql } | TableAction::Other(sql) => Line::new(sql),
    };
    vec![one.done()]
}

/// `… TYPE type COLLATE collation`.
fn alter_type(alter: &str, data_type: &TypeName, collation: Option<&QName>, dialect: Dialect) -> Line {
    Line::new(alter)
        .clause("TYPE", Some(type_name(data_type, dialect)))
        .clause("COLLATE", collation.map(|collation| relation(collation, dialect)))
}

/// A column by name; a column of an index may be named by its number, which takes no quotes.
fn column_ref(column: &Ident, kind: ObjectKind, dialect: Dialect) -> String {
    let number = kind == ObjectKind::Index && column.bytes().all(|b| b.is_ascii_digit());
    if number { column.to_string() } else { ident(column, dialect).into_owned() }
}

/// A compression method: a name, or the keyword `DEFAULT`.
fn compression(method: &Ident) -> String {
    if *method == "default" { "DEFAULT".into() } else { setting(method) }
}

pub(super) const fn firing(state: FiringState) -> &'static str {
    match state {
        FiringState::Enabled => "ENABLE",
        FiringState::Disabled => "DISABLE",
        FiringState::Replica => "ENABLE REPLICA",
        FiringState::Always => "ENABLE ALWAYS",
    }
}

fn option_names(list: &[String]) -> String {
    commas(list, |name| option_name(name))
}
