//! The safe way as a change of the file itself.
//!
//! In: a statement, the remedy that a rule names, and its stages. Out: the text that can stand in the statement's place,
//! or before it; nothing where the safe way needs migrations of its own.

use std::collections::HashMap;

use crate::finding::RemedyHint;
use crate::name::Dialect;
use crate::parse;
use crate::plan::Step;
use crate::text::{FileId, SourceMap, Span, offset};

use super::model::{Edit, RewriteStage};

/// Makes edits; remembers what the parser read of each file.
pub(super) struct Edits<'a> {
    sources: &'a SourceMap,
    dialect: Dialect,
    neutral: HashMap<FileId, String>,
}

impl<'a> Edits<'a> {
    pub(super) fn new(sources: &'a SourceMap, dialect: Dialect) -> Self {
        Self { sources, dialect, neutral: HashMap::new() }
    }

    /// The edit for a statement. A limit for the wait goes before it. Else there is one when a single stage does it all
    /// and may run where the statement runs, and when the statement holds no template placeholder: the new text is made
    /// from the model, which does not know them.
    pub(super) fn of(&mut self, step: &Step, hint: RemedyHint, stages: &[RewriteStage]) -> Option<Edit> {
        if hint == RemedyHint::LockTimeout {
            return self.limited(step);
        }
        let [stage] = stages else { return None };
        if step.in_transaction() && !stage.transaction {
            return None;
        }
        let file = self.sources.file(step.stmt.file);
        let span = step.stmt.span;
        let neutral = self.neutral.entry(step.stmt.file).or_insert_with(|| {
            parse::neutral(&file.text, Span::new(0, offset(file.text.len())), self.dialect)
        });
        if span.slice(neutral) != span.slice(&file.text) {
            return None;
        }
        let rest = file.text.get(span.end as usize..)?;
        let blank = rest.len() - rest.trim_start().len();
        let semicolon = rest.trim_start().starts_with(';');
        let end = if semicolon { span.end + offset(blank) + 1 } else { span.end };
        let after = file.text.get(end as usize..)?.lines().next().unwrap_or("");
        let mut text = stage.sql.trim_end().to_owned();
        let ends_in_comment = text.lines().next_back().is_some_and(|line| line.starts_with("--"));
        if ends_in_comment && !after.trim().is_empty() {
            text.push('\n');
        }
        Some(self.edit(step.stmt.file, Span::new(span.start, end), text))
    }

    /// The statement behind a limit for how long it waits, where there is none yet.
    fn limited(&self, step: &Step) -> Option<Edit> {
        if self.dialect != Dialect::PostgreSql || step.lock_timeout_ms.is_some() {
            return None;
        }
        let set = if step.in_transaction() { "SET LOCAL" } else { "SET" };
        let at = step.stmt.span.start;
        Some(self.edit(step.stmt.file, Span::new(at, at), format!("{set} lock_timeout = '2s';\n")))
    }

    fn edit(&self, file: FileId, span: Span, text: String) -> Edit {
        let (start, end) = self.sources.file(file).range(span);
        Edit { line: start.line, column: start.column, end_line: end.line, end_column: end.column, text }
    }
}
