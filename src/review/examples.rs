//! The examples of a policy's assertions, executed: what is said to pass passes, what is said to fail is found.
//!
//! In: a policy. Out: how many examples there are, and each that does not behave as it says.

use crate::name::{Dialect, ServerVersion};
use crate::policy::{Assertion, Policy};
use crate::schema::{Coverage, Schema};
use crate::source::{Kind, Migration, Runner};
use crate::text::{SourceFile, SourceMap, Span, offset};

use super::{Reader, Report, Request, Wrapping, review};

/// What the examples of a policy do.
#[derive(Clone, Debug, Default)]
pub struct Executed {
    /// How many there are.
    pub examples: usize,
    /// How many assertions have none.
    pub without: Vec<String>,
    /// One sentence for each that does not behave as it says, with the place of its assertion.
    pub wrong: Vec<String>,
}

/// Executes the examples of all assertions of a policy, on PostgreSQL as psql would run them. Needs a large stack, see
/// [`crate::parse::with_large_stack`].
#[must_use]
pub fn execute(policy: &Policy) -> Executed {
    let mut executed = Executed::default();
    for asserted in policy.assertions() {
        let assertion = &asserted.assertion;
        let alone = policy.alone(&assertion.name);
        let examples = &assertion.examples;
        if examples.pass.is_empty() && examples.fail.is_empty() {
            executed.without.push(assertion.name.to_string());
        }
        for (list, word, wanted) in [(&examples.pass, "pass", false), (&examples.fail, "fail", true)] {
            for (index, sql) in list.iter().enumerate() {
                executed.examples += 1;
                if let Some(problem) = problem(assertion, &alone, sql, wanted) {
                    executed.wrong.push(format!(
                        "{}: {}: example {} of `{word}` {problem}",
                        assertion.place,
                        assertion.name,
                        index + 1
                    ));
                }
            }
        }
    }
    executed
}

/// What is wrong with an example.
fn problem(assertion: &Assertion, alone: &Policy, sql: &str, wanted: bool) -> Option<String> {
    let report = run(assertion.examples.before.as_deref().unwrap_or(""), sql, alone);
    let statements = || report.migrations.iter().flat_map(|m| &m.statements);
    if statements().next().is_none() {
        return Some("holds no statement".to_owned());
    }
    if let Some(error) = statements().find_map(|s| s.certain_error.as_ref()) {
        return Some(format!("fails on a server: {}", error.message));
    }
    if let Some(unread) = statements().find(|s| !s.analysed) {
        return Some(format!("cannot be read at its line {}", unread.line));
    }
    match report.findings.iter().find(|f| *f.rule == *assertion.name) {
        Some(finding) if !wanted => Some(format!("is found: {}; {}", finding.message, finding.why)),
        None if wanted => Some("is not found".to_owned()),
        _ => None,
    }
}

fn run(before: &str, sql: &str, policy: &Policy) -> Report {
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
    let (before, example) = (migration("before.sql", before), migration("example.sql", sql));
    let reader = Reader { dialect: Dialect::PostgreSql, wrapping: Wrapping::Auto };
    let mut schema = Schema::new(Dialect::PostgreSql, ServerVersion::NEWEST);
    schema.coverage = Coverage::Complete;
    review(Request {
        history: vec![reader.migration(&before, 0, &sources)],
        migrations: vec![reader.migration(&example, 1, &sources)],
        sources,
        schema,
        one_change_set: true,
        policy,
        baseline: None,
        queries: None,
        today: jiff::civil::Date::MIN,
        layout: "plain".to_owned(),
        trace: None,
        database: None,
        proofs: None,
        schema_diff: false,
        review_rollbacks: false,
        detail: false,
    })
    .report
}
