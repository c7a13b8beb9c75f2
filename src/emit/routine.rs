//! Functions, procedures, triggers and `DO` blocks.

use super::expr;
use super::line::{Line, commas};
use super::object::{columns, ident, literal, option_name, relation, type_name};
use crate::ir::routine::{
    AlterFunction, ArgMode, CreateFunction, CreateTrigger, FunctionArg, TriggerTiming, Volatility,
};
use crate::name::{Dialect, Ident};
use crate::quote;

/// `CREATE FUNCTION` and `CREATE PROCEDURE`, the body last.
pub(super) fn create_function(create: &CreateFunction, dialect: Dialect) -> String {
    let (columns, args): (Vec<&FunctionArg>, Vec<&FunctionArg>) =
        create.args.iter().partition(|arg| arg.mode == ArgMode::Table);
    let returns = if columns.is_empty() {
        create.returns.as_ref().map(|data_type| type_name(data_type, dialect))
    } else {
        Some(format!("TABLE ({})", commas(&columns, |column| argument(column, dialect))))
    };
    let head = Line::new("CREATE")
        .when(create.or_replace, "OR REPLACE")
        .word(if create.procedure { "PROCEDURE" } else { "FUNCTION" })
        .word(format!("{}({})", relation(&create.name, dialect), commas(&args, |arg| argument(arg, dialect))))
        .done();
    let attributes = Line::new("")
        .when(create.window, "WINDOW")
        .word(match create.volatility {
            // The default, and a procedure may not say it.
            Volatility::Volatile => "",
            other => volatility(other),
        })
        .when(create.leakproof, "LEAKPROOF")
        .when(create.strict, "STRICT")
        .when(create.security_definer, "SECURITY DEFINER")
        .clause("PARALLEL", create.parallel.as_ref().map(|mode| mode.to_ascii_uppercase()))
        .clause("COST", create.cost.as_ref())
        .clause("ROWS", create.rows.as_ref())
        .clause("SUPPORT", create.support.as_ref().map(|name| relation(name, dialect)))
        .done();
    let mut lines = vec![head];
    lines.extend(returns.map(|returns| format!("RETURNS {returns}")));
    lines.push(format!("LANGUAGE {}", ident(&create.language, dialect)));
    lines.push(attributes);
    lines.extend(create.config.iter().map(|(name, value)| configuration(name, value.as_deref())));
    lines.push(body(create, dialect));
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}

/// The body: SQL as it is, or a dollar-quoted string; for C an object file and, behind a comma, a symbol in it.
fn body(create: &CreateFunction, dialect: Dialect) -> String {
    let is_symbol = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if create.sql_body {
        super::verbatim(&create.body)
    } else if create.language == "c" || create.language == "internal" {
        let parts = match create.body.rsplit_once(", ") {
            Some((file, symbol)) if is_symbol(symbol) => vec![file, symbol],
            _ => vec![create.body.as_str()],
        };
        format!("AS {}", commas(&parts, |part| literal(part, dialect)))
    } else {
        format!("AS {}", quote::dollar_quote(&create.body))
    }
}

/// `mode name type DEFAULT …`.
fn argument(arg: &FunctionArg, dialect: Dialect) -> String {
    let mode = match arg.mode {
        ArgMode::In | ArgMode::Table => "",
        ArgMode::Out => "OUT",
        ArgMode::InOut => "INOUT",
        ArgMode::Variadic => "VARIADIC",
    };
    Line::new(mode)
        .clause("", arg.name.as_ref().map(|name| ident(name, dialect)))
        .word(type_name(&arg.data_type, dialect))
        .clause("DEFAULT", arg.default.as_ref().map(|value| value.sql.as_str()))
        .done()
}

const fn volatility(volatility: Volatility) -> &'static str {
    match volatility {
        Volatility::Immutable => "IMMUTABLE",
        Volatility::Stable => "STABLE",
        Volatility::Volatile => "VOLATILE",
    }
}

/// `SET name = value` or `SET name FROM CURRENT`; the value is SQL already.
fn configuration(name: &str, value: Option<&str>) -> String {
    match value {
        Some(value) => format!("SET {} = {value}", option_name(name)),
        None => format!("SET {} FROM CURRENT", option_name(name)),
    }
}

/// `ALTER FUNCTION`, `ALTER PROCEDURE` or `ALTER ROUTINE`.
pub(super) fn alter_function(alter: &AlterFunction, dialect: Dialect) -> String {
    let name = relation(&alter.name, dialect);
    let name = match &alter.args {
        Some(args) => format!("{name}({})", commas(args, |arg| type_name(arg, dialect))),
        None => name,
    };
    let mut line = Line::new("ALTER")
        .word(alter.kind.keyword())
        .word(name)
        .clause("", alter.volatility.map(volatility))
        .clause("", alter.leakproof.map(|on| if on { "LEAKPROOF" } else { "NOT LEAKPROOF" }))
        .clause("", alter.strict.map(|on| if on { "STRICT" } else { "CALLED ON NULL INPUT" }))
        .clause("SECURITY", alter.security_definer.map(|on| if on { "DEFINER" } else { "INVOKER" }))
        .clause("PARALLEL", alter.parallel.as_ref().map(|mode| mode.to_ascii_uppercase()))
        .clause("COST", alter.cost.as_ref())
        .clause("ROWS", alter.rows.as_ref());
    for (name, value) in &alter.set {
        line = line.word(configuration(name, value.as_deref()));
    }
    for name in &alter.reset {
        line = line.word("RESET").word(if name == "*" { "ALL".into() } else { option_name(name) });
    }
    line.done()
}

/// `CREATE TRIGGER`, one clause per line.
pub(super) fn create_trigger(create: &CreateTrigger, dialect: Dialect) -> String {
    let timing = match create.timing {
        TriggerTiming::Before => "BEFORE",
        TriggerTiming::After => "AFTER",
        TriggerTiming::InsteadOf => "INSTEAD OF",
    };
    let events = format!("{timing} {} ON {}", events(create, dialect), relation(&create.table, dialect));
    let referencing = Line::new("REFERENCING")
        .clause("OLD TABLE AS", create.old_table.as_ref().map(|name| ident(name, dialect)))
        .clause("NEW TABLE AS", create.new_table.as_ref().map(|name| ident(name, dialect)))
        .done();
    let deferrability = super::column::deferrability(create.deferrable, create.initially_deferred);
    let transition_tables = create.old_table.is_some() || create.new_table.is_some();
    Line::new("CREATE")
        .when(create.or_replace, "OR REPLACE")
        .when(create.constraint, "CONSTRAINT")
        .word("TRIGGER")
        .word(ident(&create.name, dialect))
        .line(events)
        .line(create.from_table.as_ref().map_or(String::new(), |t| format!("FROM {}", relation(t, dialect))))
        .line(deferrability)
        .line(if transition_tables { &referencing } else { "" })
        .line(if create.for_each_row { "FOR EACH ROW" } else { "FOR EACH STATEMENT" })
        .line(create.when.as_ref().map_or(String::new(), |when| format!("WHEN {}", expr::enclosed(when))))
        .line(format!(
            "EXECUTE FUNCTION {}({})",
            relation(&create.function, dialect),
            commas(&create.args, |arg| literal(arg, dialect))
        ))
        .done()
}

/// `INSERT OR UPDATE OF a, b OR …`.
fn events(create: &CreateTrigger, dialect: Dialect) -> String {
    let mut events = Vec::new();
    if create.events.insert {
        events.push("INSERT".into());
    }
    if create.events.update {
        let columns = columns(&create.update_columns, dialect);
        events.push(Line::new("UPDATE").clause("OF", (!columns.is_empty()).then_some(columns)).done());
    }
    if create.events.delete {
        events.push("DELETE".into());
    }
    if create.events.truncate {
        events.push("TRUNCATE".into());
    }
    events.join(" OR ")
}

/// `DO`.
pub(super) fn do_block(language: &Ident, body: &str, dialect: Dialect) -> String {
    let language = (*language != "plpgsql").then(|| ident(language, dialect));
    Line::new("DO").clause("LANGUAGE", language).word(quote::dollar_quote(body)).done()
}
