//! What people write and what servers print of it is the same to `diff`: statements of many kinds, with the texts
//! of PostgreSQL 13 and 18 as fixtures, and with those of the server at hand.

use std::fs;

use checkrail::diff;
use checkrail::emit;
use checkrail::name::{Dialect, ServerVersion};
use checkrail::parse::{script, with_large_stack};
use checkrail::schema::{Coverage, Schema};
use checkrail::text::{FileId, Span};

use crate::harness::{PgServer, repo};

fn text(name: &str) -> String {
    fs::read_to_string(repo("tests/canonical").join(name)).expect("a fixture")
}

/// The schema after some scripts. No statement may fail.
fn schema(version: u16, scripts: &[&str]) -> Schema {
    let mut schema = Schema::new(Dialect::PostgreSql, ServerVersion::new(version).expect("supported"));
    schema.coverage = Coverage::Complete;
    for text in scripts {
        let whole = Span::new(0, u32::try_from(text.len()).expect("short"));
        for statement in &script(text, whole, FileId(0), Dialect::PostgreSql).statements {
            let errors = schema.apply(&statement.op);
            assert!(errors.is_empty(), "{errors:?}\n{}", statement.span.slice(text));
            schema.take_changes();
        }
        schema.reset_session();
    }
    schema
}

/// The statements of `written.sql` that the version takes.
fn written(version: u16) -> String {
    let more = if version >= 14 { text("written.14.sql") } else { String::new() };
    text("written.sql") + &more
}

/// Replays both sides and compares them, both ways.
fn compare(version: u16, printed: &str) {
    let report = with_large_stack(|| {
        let base = text("base.sql");
        let people = schema(version, &[&base, &written(version)]);
        let server = schema(version, &[&base, printed]);
        let mut report = String::new();
        for (from, to) in [(&people, &server), (&server, &people)] {
            let pieces = diff::between_schemas(from, to);
            let ops = diff::merge(pieces.into_iter().map(|piece| piece.op));
            report.push_str(&emit::script(&ops, Dialect::PostgreSql));
        }
        report
    });
    assert_eq!(report.expect("a thread"), "", "PostgreSQL {version}");
}

#[test]
fn printed_by_13() {
    compare(13, &text("printed.13.sql"));
}

#[test]
fn printed_by_18() {
    compare(18, &text("printed.18.sql"));
}

/// The server at hand prints them anew.
#[test]
fn printed_now() {
    let Some(server) = PgServer::shared() else { return };
    let database = server.create_db("canonical");
    let run = |sql: &str| server.psql(&database, sql).unwrap();
    let version = run("SHOW server_version_num").parse::<u32>().unwrap() / 10_000;
    let version = u16::try_from(version).unwrap();
    run(&text("base.sql"));
    run(&written(version));
    let printed = run(&format!("SET search_path = '';\n{}", text("definitions.sql")));
    compare(version, &printed);
}
