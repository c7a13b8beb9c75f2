//! See [`RULE`].

use crate::finding::Severity;
use crate::ir::DdlOp;
use crate::ir::routine::Volatility;
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};
use crate::schema::model::{Change, Function, Object, View};

rule! {
    /// `CREATE OR REPLACE` takes away options that the statement does not repeat.
    ///
    /// ## What it flags
    /// `CREATE OR REPLACE VIEW` without the `security_invoker`, `security_barrier` or check option that the view
    /// has, and `CREATE OR REPLACE FUNCTION` without the `SECURITY DEFINER`, `SET`, `LEAKPROOF`, `PARALLEL`,
    /// `STABLE` or `IMMUTABLE` that the function has. What is lost without anything to do with rights is advice.
    ///
    /// ## Why it hurts
    /// `OR REPLACE` keeps owner, privileges and comment, which makes it look as if it kept everything. It does not:
    /// what is not written again is back at its default. A view loses `security_invoker`, and the policies of its
    /// tables are those of its owner from then on; a function keeps running with its owner's rights and loses the
    /// `search_path` that made that safe.
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TABLE documents (id bigint PRIMARY KEY, owner text);
    /// CREATE VIEW own_documents WITH (security_invoker = true) AS SELECT id FROM documents;
    /// CREATE FUNCTION total() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
    ///   AS 'SELECT count(*) FROM documents';
    /// ```
    /// ```sql flagged
    /// CREATE OR REPLACE VIEW own_documents AS SELECT id, owner FROM documents;
    /// ```
    /// ```sql flagged
    /// CREATE OR REPLACE FUNCTION total() RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
    ///   AS 'SELECT count(id) FROM documents';
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// CREATE OR REPLACE VIEW own_documents WITH (security_invoker = true) AS SELECT id, owner FROM documents;
    /// ```
    ///
    /// ## Safe rewrite
    /// Write all options again. Changes of options alone are made with `ALTER VIEW … SET` and `ALTER FUNCTION`.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-createview.html>
    /// - <https://www.postgresql.org/docs/current/sql-createfunction.html>
    name: "replace-resets-options",
    category: Access,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    for step in cx.steps {
        let replaces = match &step.stmt.op {
            DdlOp::CreateView(view) => view.or_replace,
            DdlOp::CreateFunction(function) => function.or_replace,
            _ => false,
        };
        if !replaces {
            continue;
        }
        for change in &step.changes {
            let (rights, others) = match (change.before.as_deref(), change.after.as_deref()) {
                (Some(Object::View(was)), Some(Object::View(is))) => (of_view(was, is), Vec::new()),
                (Some(Object::Function(was)), Some(Object::Function(is))) => of_function(was, is),
                _ => continue,
            };
            // What the change set sets again with ALTER is not lost.
            if (rights.is_empty() && others.is_empty()) || !cx.was_there(&change.key) || restored(cx, change)
            {
                continue;
            }
            let severity = if rights.is_empty() { Severity::Advice } else { Severity::Warning };
            let lost: Vec<String> = rights.into_iter().chain(others).collect();
            sink.step(step)
                .object(&change.key)
                .severity(severity)
                .message(format!("OR REPLACE takes {} away from {}", lost.join(", "), change.key))
                .why("what is not written again is back at its default, without a word from the server")
                .help("write the option again, or take it away with ALTER when that is meant")
                .report();
        }
    }
}

fn restored(cx: &ChangeSetContext<'_>, change: &Change) -> bool {
    match (change.before.as_deref(), cx.schema.get(&change.key)) {
        (Some(Object::View(was)), Some(Object::View(is))) => of_view(was, is).is_empty(),
        (Some(Object::Function(was)), Some(Object::Function(is))) => {
            let (rights, others) = of_function(was, is);
            rights.is_empty() && others.is_empty()
        }
        // Dropped since.
        _ => true,
    }
}

fn of_view(was: &View, is: &View) -> Vec<String> {
    let on = |value: &str| !matches!(value, "false" | "off" | "no" | "0");
    let options = was.options.iter().filter(|(name, value)| {
        matches!(name.as_str(), "security_invoker" | "security_barrier")
            && on(value)
            && is.options.iter().all(|(n, _)| n != name)
    });
    let mut lost: Vec<String> = options.map(|(name, _)| name.clone()).collect();
    if was.check_option.is_some() && is.check_option.is_none() {
        lost.push("WITH CHECK OPTION".to_owned());
    }
    lost
}

/// What has to do with rights, and the rest.
fn of_function(was: &Function, is: &Function) -> (Vec<String>, Vec<String>) {
    let (was, is) = (&was.def, &is.def);
    let mut rights = Vec::new();
    let mut others = Vec::new();
    if was.security_definer && !is.security_definer {
        rights.push("SECURITY DEFINER".to_owned());
    }
    for (name, _) in was.config.iter().filter(|(name, _)| is.config.iter().all(|(n, _)| n != name)) {
        let list = if is.security_definer { &mut rights } else { &mut others };
        list.push(format!("SET {name}"));
    }
    if was.leakproof && !is.leakproof {
        others.push("LEAKPROOF".to_owned());
    }
    if let Some(parallel) = was.parallel.as_ref().filter(|p| is.parallel.is_none() && **p != *"unsafe") {
        others.push(format!("PARALLEL {}", parallel.to_ascii_uppercase()));
    }
    if was.volatility != Volatility::Volatile && is.volatility == Volatility::Volatile {
        let name = if was.volatility == Volatility::Stable { "STABLE" } else { "IMMUTABLE" };
        others.push(name.to_owned());
    }
    (rights, others)
}
