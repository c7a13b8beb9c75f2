use super::*;
use crate::ir::expr::ExprFacts;
use crate::name::{Dialect, ServerVersion};

fn ty(text: &str) -> TypeName {
    let (name, modifiers) = text.split_once('(').unwrap_or((text, ""));
    let array = u8::from(text.ends_with("[]"));
    let modifiers = modifiers.trim_end_matches("[]").trim_end_matches(')');
    TypeName {
        modifiers: modifiers.split(',').filter(|m| !m.is_empty()).map(str::to_owned).collect(),
        array,
        ..TypeName::builtin(name.trim_end_matches("[]"))
    }
}

fn change(from: &str, to: &str) -> Rewrite {
    let schema = Schema::new(Dialect::PostgreSql, ServerVersion::NEWEST);
    rewrite(&schema, "c", &ty(from), &ty(to), None)
}

#[test]
fn values_that_stay() {
    for (from, to) in [
        ("varchar(20)", "varchar(50)"),
        ("varchar(20)", "varchar"),
        ("varchar(20)", "text"),
        ("text", "varchar"),
        ("text", "bpchar"),
        ("text", "citext"),
        ("citext", "text"),
        ("xml", "text"),
        ("numeric(10,2)", "numeric(12,2)"),
        ("numeric(10)", "numeric(12)"),
        ("numeric(10,2)", "numeric"),
        ("timestamptz(3)", "timestamptz(5)"),
        ("timestamptz(3)", "timestamptz"),
        ("timestamptz", "timestamptz(6)"),
        ("time(3)", "time"),
        ("interval(3)", "interval(4)"),
        ("interval(3)", "interval(day to second)"),
        ("interval(year to month)", "interval(day)"),
        ("interval(year)", "interval(month)"),
        ("varbit(4)", "varbit(8)"),
        ("bit(4)", "varbit"),
        ("cidr", "inet"),
        ("int4", "oid"),
        ("int4", "regclass"),
        ("oid", "int4"),
        ("bpchar(5)", "bpchar"),
        ("varchar(10)[]", "varchar[]"),
    ] {
        assert_eq!(change(from, to), Rewrite::No, "{from} to {to}");
    }
}

#[test]
fn values_that_are_converted() {
    for (from, to) in [
        ("varchar(20)", "varchar(10)"),
        ("varchar", "varchar(10)"),
        ("text", "varchar(100)"),
        ("text", "bpchar(5)"),
        ("bpchar(5)", "bpchar(10)"),
        ("bpchar(5)", "text"),
        ("numeric(10,2)", "numeric(8,2)"),
        ("numeric(10,2)", "numeric(12,4)"),
        ("numeric(10,2)", "numeric(12,1)"),
        ("numeric", "numeric(10,2)"),
        ("timestamptz", "timestamptz(3)"),
        ("timestamptz(3)", "timestamp(3)"),
        ("interval(3)", "interval(1)"),
        ("interval(day to second)", "interval(hour to minute)"),
        ("bit(4)", "bit(8)"),
        ("bit(4)", "varbit(4)"),
        ("varbit(8)", "varbit(2)"),
        ("inet", "cidr"),
        ("int4", "int8"),
        ("int8", "oid"),
        ("regclass", "regtype"),
        ("float4", "float8"),
        ("date", "timestamp"),
        ("json", "jsonb"),
        ("jsonb", "text"),
        ("name", "text"),
        ("varchar(10)[]", "varchar(20)[]"),
        ("text[]", "varchar[]"),
        ("int4[]", "oid[]"),
        ("mood", "text"),
    ] {
        assert_eq!(change(from, to), Rewrite::Yes, "{from} to {to}");
    }
}

#[test]
fn time_zones_decide() {
    assert_eq!(change("timestamp", "timestamptz"), Rewrite::UnlessUtc);
    assert_eq!(change("timestamptz", "timestamp(6)"), Rewrite::UnlessUtc);
    assert!(is_utc("UTC") && is_utc("Etc/UTC") && is_utc("gmt"));
    assert!(!is_utc("Europe/London") && !is_utc("Europe/Paris"));
}

#[test]
fn using_the_column_itself_is_no_expression() {
    let schema = Schema::new(Dialect::PostgreSql, ServerVersion::NEWEST);
    let with = |shape: ExprShape| {
        let using = Expr::from(ExprFacts { shape, ..ExprFacts::default() });
        rewrite(&schema, "c", &ty("varchar(20)"), &ty("text"), Some(&using))
    };
    assert_eq!(with(ExprShape::Column("c".into())), Rewrite::No);
    assert_eq!(with(ExprShape::ColumnCast("c".into(), ty("text"))), Rewrite::No);
    assert_eq!(with(ExprShape::Column("d".into())), Rewrite::Yes);
    assert_eq!(with(ExprShape::ColumnCast("c".into(), ty("int4"))), Rewrite::Yes);
    assert_eq!(with(ExprShape::Other), Rewrite::Yes);
}

#[test]
fn errors_follow_the_types() {
    let schema = Schema::new(Dialect::PostgreSql, ServerVersion::NEWEST);
    let states = |from: &str, to: &str| {
        errors(&schema, &ty(from), &ty(to)).into_iter().map(|(state, _)| state).collect::<Vec<_>>()
    };
    assert_eq!(states("int8", "int4"), ["22003"]);
    assert_eq!(states("int4", "int8"), [""; 0]);
    assert_eq!(states("text", "int4"), ["22P02", "22003"]);
    assert_eq!(states("text", "timestamptz"), ["22007"]);
    assert_eq!(states("varchar(20)", "varchar(10)"), ["22001"]);
    assert_eq!(states("varchar(20)", "varchar(30)"), [""; 0]);
    assert_eq!(states("numeric(10,2)", "numeric(8,2)"), ["22003"]);
    assert_eq!(states("text", "jsonb"), ["22P02"]);
    assert_eq!(states("text", "varchar"), [""; 0]);
}
