//! Reviews of SQL text through the library, without files.

use checkrail::name::{Dialect, ServerVersion};
use checkrail::parse;
use checkrail::policy::Policy;
use checkrail::review::{Reader, Report, Request, Wrapping, review};
use checkrail::schema::{Coverage, Schema};
use checkrail::source::{Down, Kind, Migration, Runner};
use checkrail::text::{SourceFile, SourceMap, Span, offset};

/// Reviews `sql` as one file run by psql, on the schema that `before` makes, with every rule of the policy.
pub fn review_sql(before: &str, sql: &str, policy: &Policy, version: u16) -> Report {
    review_files(before, sql, None, policy, version)
}

/// Reviews `up` with its hand-written way back, each a file run by psql.
pub fn review_down(before: &str, up: &str, down: &str, policy: &Policy, version: u16) -> Report {
    review_files(before, up, Some(down), policy, version)
}

fn review_files(before: &str, sql: &str, down: Option<&str>, policy: &Policy, version: u16) -> Report {
    let mut sources = SourceMap::default();
    let mut migration = |path: &str, text: &str| Migration {
        version: None,
        name: path.to_owned(),
        kind: Kind::Versioned,
        up_span: Span::new(0, offset(text.len())),
        up: sources.add(SourceFile::new(path, text)),
        down: None,
        runner: Runner::PerStatement,
        transaction_reason: "plain SQL",
    };
    let before = migration("before.sql", before);
    let mut under_review = migration("migration.sql", sql);
    under_review.down = down.map(|text| {
        let down = migration("migration.down.sql", text);
        Down { file: down.up, span: down.up_span, runner: down.runner }
    });
    let reader = Reader { dialect: Dialect::PostgreSql, wrapping: Wrapping::Auto };
    parse::with_large_stack(|| {
        let history = vec![reader.migration(&before, 0, &sources)];
        let migrations = vec![reader.reviewed(&under_review, 1, &sources)];
        let version = ServerVersion::new(version).expect("supported");
        let mut schema = Schema::new(Dialect::PostgreSql, version);
        schema.coverage = Coverage::Complete;
        let today = "2026-01-15".parse().expect("a date");
        review(Request {
            sources,
            schema,
            history,
            migrations,
            one_change_set: true,
            policy,
            today,
            layout: "plain".to_owned(),
            trace: None,
            database: None,
            proofs: None,
            schema_diff: true,
            review_rollbacks: false,
            queries: None,
            baseline: None,
            detail: false,
        })
        .report
    })
    .expect("a thread")
}
