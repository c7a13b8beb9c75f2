//! A review made by hand, with everything a report can hold: so that the snapshots change when a format does,
//! and not when a rule does.

use checkrail::finding::{Confidence, Severity};
use checkrail::plan::TransactionMode;
use checkrail::remedy::rollback::Reversibility;
use checkrail::review::Review;
use checkrail::review::model::{
    Down, DownVerdict, Edit, Finding, Lock, LockSpan, Migration, Report, Rewrite, RewriteStage, Rollback,
    ServerError, Silenced, SilencedBy, Statement, Summary, Tool, Verdict,
};
use checkrail::text::{SourceFile, SourceMap};

pub const PATH: &str = "db/migrations/7_orders.up.sql";
const SQL: &str = "\
CREATE INDEX orders_customer_idx
    ON orders (customer_id);
ALTER TABLE orders DROP COLUMN fax, ADD COLUMN note text;
EXPLODE orders;
";

pub fn review() -> Review {
    let mut sources = SourceMap::default();
    sources.add(SourceFile::new(PATH, SQL));
    Review::new(report(), sources)
}

fn report() -> Report {
    let findings = vec![index(), column(), unread(), exception()];
    Report {
        version: 1,
        tool: Tool { name: "checkrail", version: "0.0.0" },
        dialect: "postgresql".to_owned(),
        server_version: Some(17),
        layout: "golang-migrate".to_owned(),
        policy: "policies/team.yaml".to_owned(),
        verdict: Verdict::Block,
        summary: Summary {
            migrations: 1,
            statements: 3,
            analysed: 2,
            not_analysed: 1,
            errors: 1,
            warnings: 2,
            advice: 1,
            silenced: 1,
            in_baseline: 0,
            history: 6,
        },
        migrations: vec![Migration {
            path: PATH.to_owned(),
            version: Some("7".to_owned()),
            transaction: TransactionMode::Single,
            transaction_reason: "the tool wraps every file".to_owned(),
            statements: statements(),
            timeline: vec![
                span("table", "SHARE", 0),
                span("table", "ACCESS EXCLUSIVE", 1),
                span("index", "ACCESS EXCLUSIVE", 1),
            ],
            down: Some(Down {
                path: PATH.replace(".up.", ".down."),
                line: 1,
                verdict: DownVerdict::Differs,
                differences: vec!["column public.orders.fax is missing".to_owned()],
                observed: None,
            }),
        }],
        findings,
        silenced: vec![Silenced {
            rule: "missing-lock-timeout".to_owned(),
            path: PATH.to_owned(),
            line: 3,
            column: 1,
            end_line: 3,
            end_column: 57,
            severity: Severity::Warning,
            object: Some("public.orders".to_owned()),
            message: "waits for its lock without a limit".to_owned(),
            fingerprint: "fedcba9876543210".to_owned(),
            by: SilencedBy::Policy,
            reason: "the role has a lock_timeout".to_owned(),
            place: "policies/team.yaml:12".to_owned(),
        }],
        rollback: vec![Rollback {
            path: PATH.to_owned(),
            class: Reversibility::Lossy,
            sql: "ALTER TABLE public.orders ADD COLUMN fax text;\nDROP INDEX public.orders_customer_idx;\n"
                .to_owned(),
            transaction: true,
            proven: None,
            proof: None,
            keep: None,
            findings: Vec::new(),
        }],
        rewrites: vec![Rewrite {
            path: PATH.to_owned(),
            line: 1,
            statement: 0,
            summary: "build the index without blocking writes".to_owned(),
            stages: vec![RewriteStage {
                title: "build".to_owned(),
                transaction: false,
                later: false,
                sql: "CREATE INDEX CONCURRENTLY orders_customer_idx ON public.orders (customer_id);\n"
                    .to_owned(),
            }],
        }],
        verification: None,
        queries: None,
        database: None,
        assertions: Vec::new(),
        schema_diff: Some(
            "--- schema before\n+++ schema after\n@@ -1 +1 @@\n-    fax text\n+    note text\n".to_owned(),
        ),
    }
}

fn finding(
    rule: &str,
    severity: Severity,
    (line, column): (u32, u32),
    (end_line, end_column): (u32, u32),
) -> Finding {
    Finding {
        rule: rule.to_owned(),
        severity,
        confidence: Confidence::High,
        path: PATH.to_owned(),
        line,
        column,
        end_line,
        end_column,
        object: Some("public.orders".to_owned()),
        message: String::new(),
        why: String::new(),
        help: String::new(),
        diff: None,
        related: Vec::new(),
        docs: format!("checkrail explain {rule}"),
        fingerprint: "0123456789abcdef".to_owned(),
        work: None,
        policy: None,
        rewrite: None,
        edit: None,
    }
}

fn index() -> Finding {
    Finding {
        message: "building the index takes SHARE on public.orders, which blocks writes".to_owned(),
        why: "inserts, updates and deletes wait until the build is done".to_owned(),
        help: "build it with CREATE INDEX CONCURRENTLY".to_owned(),
        policy: Some("policies/team.yaml:4".to_owned()),
        rewrite: Some(0),
        edit: Some(Edit {
            line: 1,
            column: 1,
            end_line: 2,
            end_column: 29,
            text: "CREATE INDEX CONCURRENTLY orders_customer_idx\n    ON orders (customer_id);".to_owned(),
        }),
        ..finding("non-concurrent-index", Severity::Error, (1, 1), (2, 29))
    }
}

fn column() -> Finding {
    Finding {
        object: Some("public.orders.fax".to_owned()),
        message: "drops public.orders.fax with its values".to_owned(),
        why: "the values are gone at commit".to_owned(),
        help: "keep a copy of what matters".to_owned(),
        ..finding("drop-column", Severity::Warning, (3, 20), (3, 35))
    }
}

fn unread() -> Finding {
    Finding {
        object: None,
        message: "EXPLODE was not analysed".to_owned(),
        why: "what it does is unknown from here on".to_owned(),
        help: "look at it by hand".to_owned(),
        confidence: Confidence::Low,
        ..finding("statement-not-analysed", Severity::Warning, (4, 1), (4, 16))
    }
}

/// About the policy: it has no place in a migration.
fn exception() -> Finding {
    Finding {
        object: None,
        message: "the exception for drop-table at policies/team.yaml:9 matches nothing".to_owned(),
        why: "an exception that is not needed hides the next finding in its place".to_owned(),
        help: "remove it".to_owned(),
        policy: Some("policies/team.yaml:9".to_owned()),
        path: "policies/team.yaml".to_owned(),
        ..finding("unused-exception", Severity::Advice, (9, 1), (9, 1))
    }
}

fn lock(relation: &str, kind: &str, mode: &'static str, preexisting: bool) -> Lock {
    let (relation, kind) = (relation.to_owned(), kind.to_owned());
    Lock { relation, kind, mode, preexisting, held_until_commit: true, size: None }
}

/// Until the end of the transaction.
fn span(kind: &str, mode: &'static str, first: usize) -> LockSpan {
    let relation = if kind == "index" { "public.orders_fax_idx" } else { "public.orders" };
    LockSpan { relation: relation.to_owned(), kind: kind.to_owned(), mode, first, last: 2 }
}

fn statements() -> Vec<Statement> {
    let plain = Statement {
        line: 1,
        end_line: 2,
        kind: "create-index".to_owned(),
        analysed: true,
        in_transaction: true,
        locks: Vec::new(),
        rewrites: Vec::new(),
        scans: Vec::new(),
        can_run_in_transaction: true,
        certain_error: None,
        possible_errors: Vec::new(),
        data_loss: Vec::new(),
        breaks: Vec::new(),
        reversibility: Reversibility::Exact,
        uncertain: Vec::new(),
        observed: None,
        not_run: None,
    };
    let orders = "public.orders";
    vec![
        Statement {
            locks: vec![
                lock(orders, "table", "SHARE", true),
                lock("public.orders_customer_idx", "index", "ACCESS EXCLUSIVE", false),
            ],
            scans: vec![orders.to_owned()],
            ..plain.clone()
        },
        Statement {
            line: 3,
            end_line: 3,
            kind: "alter-table".to_owned(),
            locks: vec![
                lock(orders, "table", "ACCESS EXCLUSIVE", true),
                lock("public.orders_fax_idx", "index", "ACCESS EXCLUSIVE", true),
            ],
            data_loss: vec!["public.orders.fax".to_owned()],
            breaks: vec!["public.orders.fax".to_owned()],
            possible_errors: vec![ServerError {
                sqlstate: "2BP01".to_owned(),
                message: "other objects may depend on it".to_owned(),
            }],
            reversibility: Reversibility::Lossy,
            ..plain.clone()
        },
        Statement {
            line: 4,
            end_line: 4,
            kind: "opaque".to_owned(),
            analysed: false,
            uncertain: vec!["the statement was not analysed".to_owned()],
            reversibility: Reversibility::Irreversible,
            ..plain
        },
    ]
}
