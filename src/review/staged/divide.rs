//! One migration cut where its statements give way to their rewrites.

use crate::emit;
use crate::ir::data::{Copy, SetVariable, Transaction};
use crate::ir::table::Persistence;
use crate::ir::{DdlOp, OpaqueReason, Stmt};
use crate::name::Dialect;
use crate::parse;
use crate::text::{FileId, Span, offset};

use super::super::model;
use super::Stage;

/// A statement and what stands around it.
pub(super) struct Piece<'a> {
    op: &'a DdlOp,
    text: &'a str,
    remarks: Vec<String>,
    in_transaction: bool,
}

impl Piece<'_> {
    fn with_remarks(&self) -> String {
        self.comments() + self.text
    }

    fn comments(&self) -> String {
        self.remarks.iter().flat_map(|remark| ["-- ", remark, "\n"]).collect()
    }
}

pub(super) fn pieces<'a>(
    text: &'a str,
    span: Span,
    statements: &'a [Stmt],
    facts: Option<&[model::Statement]>,
) -> Vec<Piece<'a>> {
    let mut at = span.start;
    let mut pieces = Vec::with_capacity(statements.len());
    for (index, stmt) in statements.iter().enumerate() {
        let between = Span::new(at, stmt.span.start.max(at)).slice(text);
        let in_transaction = facts.and_then(|f| f.get(index)).is_some_and(|f| f.in_transaction);
        let remarks = remarks(between);
        pieces.push(Piece { op: &stmt.op, text: stmt.span.slice(text), remarks, in_transaction });
        at = stmt.span.end.max(at);
    }
    pieces
}

/// The comments in what stands between two statements, line by line, without directives to the migration tool.
fn remarks(between: &str) -> Vec<String> {
    let bare = |line: &str| {
        line.trim()
            .trim_start_matches(';')
            .trim_start_matches(['-', '/', '*'])
            .trim_end_matches(['/', '*'])
            .trim()
            .to_owned()
    };
    let directive = |line: &String| {
        line.starts_with("+goose") || line.starts_with("migrate:") || line.starts_with("no-transaction")
    };
    between.lines().map(bare).filter(|line| !line.is_empty() && !directive(line)).collect()
}

/// Puts the stages of the rewrites in the place of their statements; `None` when there is none.
pub(super) fn divide(
    pieces: &[Piece<'_>],
    rewrites: &[&model::Rewrite],
) -> Result<Option<Vec<Stage>>, String> {
    if rewrites.is_empty() {
        return Ok(None);
    }
    for piece in pieces {
        if let Some(reason) = holds_together(piece.op) {
            return Err(reason.to_owned());
        }
    }
    let mut stages: Vec<Stage> = Vec::new();
    // Settings that hold for what follows, wherever that is.
    let mut settings: Vec<(String, String)> = Vec::new();
    let mut open: Option<Stage> = None;
    for (index, piece) in pieces.iter().enumerate() {
        if matches!(piece.op, DdlOp::Transaction(_)) {
            stages.extend(open.take());
            continue;
        }
        if let Some(rewrite) = rewrites.iter().find(|r| r.statement == index) {
            stages.extend(open.take());
            let mut own: Vec<Stage> = rewrite.stages.iter().map(rewritten).collect();
            if let Some(statement) = own.first_mut().and_then(|stage| stage.statements.first_mut()) {
                statement.insert_str(0, &piece.comments());
            }
            stages.extend(own);
            continue;
        }
        if open.as_ref().is_some_and(|stage| stage.transaction != piece.in_transaction) {
            stages.extend(open.take());
        }
        let stage = open.get_or_insert_with(|| Stage {
            title: String::new(),
            notes: Vec::new(),
            transaction: piece.in_transaction,
            later: false,
            statements: settings.iter().map(|(_, text)| text.clone()).collect(),
        });
        if let DdlOp::Set(SetVariable { name, local: false, .. }) = piece.op {
            settings.retain(|(known, _)| known != name);
            settings.push((name.clone(), piece.text.to_owned()));
        }
        stage.statements.push(piece.with_remarks());
    }
    stages.extend(open);
    // What is left of a part may be nothing but settings.
    stages.retain(|stage| !stage.statements.iter().all(|s| is_setting(s)));
    Ok(Some(stages))
}

fn is_setting(statement: &str) -> bool {
    let parsed =
        parse::script(statement, Span::new(0, offset(statement.len())), FileId(0), Dialect::PostgreSql);
    parsed.statements.iter().all(|s| matches!(s.op, DdlOp::Set(_)))
}

/// A stage of a rewrite. Inside a transaction, what it sets ends with it.
fn rewritten(stage: &model::RewriteStage) -> Stage {
    let span = Span::new(0, offset(stage.sql.len()));
    let parsed = parse::script(&stage.sql, span, FileId(0), Dialect::PostgreSql);
    let mut statements: Vec<String> = Vec::new();
    for piece in pieces(&stage.sql, span, &parsed.statements, None) {
        match piece.op {
            DdlOp::Set(set) if stage.transaction => {
                let local = SetVariable { local: true, ..set.clone() };
                statements.push(emit::sql(&DdlOp::Set(local), Dialect::PostgreSql));
            }
            _ => statements.push(piece.with_remarks()),
        }
    }
    let end = parsed.statements.last().map_or(0, |s| s.span.end as usize);
    Stage {
        title: stage.title.clone(),
        notes: remarks(stage.sql.get(end..).unwrap_or("")),
        transaction: stage.transaction,
        later: stage.later,
        statements,
    }
}

/// Why a migration with this statement must stay whole.
fn holds_together(op: &DdlOp) -> Option<&'static str> {
    match op {
        DdlOp::CreateTable(create) if create.persistence == Persistence::Temporary => {
            Some("it uses a temporary table, which ends with the session")
        }
        DdlOp::LockTable(_) => Some("it locks a table for the statements that follow"),
        DdlOp::Set(set) if set.local && !set.name.ends_with("_timeout") => {
            Some("it sets something for its transaction only")
        }
        DdlOp::Transaction(Transaction::Begin { .. } | Transaction::Commit { chain: false }) => None,
        DdlOp::Transaction(_) => Some("it rolls back, or uses savepoints"),
        DdlOp::Copy(copy) if is_client_data(copy) => Some("it holds the data of COPY"),
        DdlOp::Opaque(opaque) => match opaque.reason {
            OpaqueReason::ClientCommand(_) => Some("it holds commands of psql"),
            OpaqueReason::Syntax { .. } => Some("it holds a statement that cannot be read"),
            OpaqueReason::Unsupported(_) => None,
        },
        _ => None,
    }
}

fn is_client_data(copy: &Copy) -> bool {
    copy.from
}
