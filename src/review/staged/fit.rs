//! Stages in the form that the migration tool takes.

use similar::TextDiff;

use crate::emit;
use crate::ir::DdlOp;
use crate::ir::data::SetVariable;
use crate::name::Dialect;
use crate::parse;
use crate::source::{Outside, Part};

use super::Stage;

/// The scripts for stages, given how the tool runs what must not be in a transaction.
///
/// # Errors
/// What the tool cannot run, as a fragment of a sentence.
pub fn fitting(stages: &[Stage], outside: Outside) -> Result<Vec<Part>, String> {
    let mut parts = Vec::with_capacity(stages.len());
    for stage in stages {
        let title: Vec<String> = stage.title.lines().map(str::to_owned).collect();
        let first = parts.len();
        if stage.transaction || outside == Outside::Statements {
            let statements = stage.statements.clone();
            parts.push(Part {
                remarks: title,
                transaction: stage.transaction,
                statements,
                notes: stage.notes.clone(),
            });
            continue;
        }
        if outside == Outside::Never {
            return Err(format!(
                "the tool runs every script in a transaction, and this must not be: {}",
                what(stage)
            ));
        }
        for statement in &stage.statements {
            let op = parse::exact(statement, Dialect::PostgreSql).into_iter().next();
            match op {
                // A timeout that would be alone in its query.
                Some(DdlOp::Set(set)) if set.name.ends_with("_timeout") => continue,
                Some(DdlOp::Set(set)) => {
                    return Err(format!(
                        "the tool runs one statement only outside a transaction, and this one needs {} to be set: {}",
                        set.name,
                        what(stage)
                    ));
                }
                Some(op) if outside == Outside::Known && op.transaction_refusal().is_none() => {
                    return Err(format!("the tool would run this in a transaction: {}", what(stage)));
                }
                _ => {}
            }
            let statements = vec![statement.clone()];
            parts.push(Part { remarks: title.clone(), transaction: false, statements, notes: Vec::new() });
        }
        let count = parts.len() - first;
        for (k, part) in parts.iter_mut().skip(first).enumerate().filter(|_| count > 1) {
            if let Some(title) = part.remarks.first_mut() {
                *title = format!("{title} ({} of {count})", k + 1);
            }
        }
        if let Some(last) = parts.last_mut() {
            last.notes.extend(stage.notes.iter().cloned());
        }
    }
    Ok(parts)
}

/// The limit for waits in a transaction, as the stages of rewrites have it.
pub(super) fn lock_timeout() -> String {
    let op = SetVariable { name: "lock_timeout".into(), values: vec!["2s".into()], local: true };
    emit::sql(&DdlOp::Set(op), Dialect::PostgreSql)
}

fn what(stage: &Stage) -> &str {
    match stage.title.lines().next() {
        Some(title) if !title.is_empty() => title,
        _ => stage.statements.first().and_then(|s| s.lines().next()).unwrap_or(""),
    }
}

/// A change of a file, or a new one, as `patch` and `git apply` read it.
#[must_use]
pub fn patch(path: &str, old: Option<&str>, new: &str) -> String {
    let diff = TextDiff::from_lines(old.unwrap_or(""), new);
    let (from, to) = (format!("a/{path}"), format!("b/{path}"));
    let from = if old.is_some() { from.as_str() } else { "/dev/null" };
    diff.unified_diff().context_radius(3).header(from, &to).to_string()
}
