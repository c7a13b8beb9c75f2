//! From a migration's text to parsed statements in the plan's terms.

use crate::engine::{Allowance, Malformed, Reach};
use crate::name::Dialect;
use crate::parse;
use crate::plan::{MigrationInfo, TransactionMode, Wrap};
use crate::source::{Migration, Runner};
use crate::text::SourceMap;

use super::ParsedMigration;

/// How files are wrapped into transactions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wrapping {
    /// As the layout's tool does; a plain file runs as psql would.
    #[default]
    Auto,
    /// Every file in one transaction.
    Always,
    /// Every statement by itself.
    Never,
}

/// Parses migrations.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    /// The dialect.
    pub dialect: Dialect,
    /// How files are wrapped.
    pub wrapping: Wrapping,
}

impl Reader {
    /// Parses one migration; `index` is its place in the set.
    #[must_use]
    pub fn migration(&self, migration: &Migration, index: usize, sources: &SourceMap) -> ParsedMigration {
        let file = sources.file(migration.up);
        let script = parse::script(&file.text, migration.up_span, migration.up, self.dialect);
        let (wrap, wrap_reason) = match self.wrapping {
            Wrapping::Always => (Wrap::Transaction, "--transaction always"),
            Wrapping::Never => (Wrap::Statement, "--transaction never"),
            Wrapping::Auto => (wrap(migration.runner, &script), migration.transaction_reason),
        };
        let transaction = match wrap {
            Wrap::Transaction | Wrap::Query | Wrap::Split => TransactionMode::Single,
            Wrap::Statement => TransactionMode::None,
        };
        ParsedMigration {
            info: MigrationInfo {
                file: migration.up,
                span: migration.up_span,
                version: migration.version.clone(),
                index,
                transaction,
            },
            wrap,
            wrap_reason,
            allowances: allowances(&script, migration),
            malformed: malformed(&script, migration),
            statements: script.statements,
        }
    }
}

/// How the plan sends a file, given how the layout's tool does.
fn wrap(runner: Runner, script: &parse::Parsed) -> Wrap {
    let forbidden = || script.statements.iter().any(|s| s.op.transaction_refusal().is_some());
    match runner {
        Runner::Single | Runner::Shared => Wrap::Transaction,
        Runner::PerStatement => Wrap::Statement,
        // One statement alone is no implicit transaction block.
        Runner::MultiStatementQuery if script.statements.len() == 1 => Wrap::Statement,
        Runner::MultiStatementQuery => Wrap::Query,
        Runner::SingleUnlessForbidden if forbidden() => Wrap::Statement,
        Runner::SingleUnlessForbidden => Wrap::Transaction,
        Runner::SplitAroundForbidden => Wrap::Split,
    }
}

fn allowances(script: &parse::Parsed, migration: &Migration) -> Vec<Allowance> {
    script
        .suppressions
        .iter()
        .map(|s| Allowance {
            file: migration.up,
            span: s.span,
            rules: s.rules.clone(),
            reason: s.reason.clone().unwrap_or_default(),
            reach: s.statement.map_or(Reach::File, Reach::Statement),
        })
        .collect()
}

fn malformed(script: &parse::Parsed, migration: &Migration) -> Vec<Malformed> {
    script
        .malformed
        .iter()
        .map(|m| Malformed {
            file: migration.up,
            span: m.span,
            message: m.message.clone(),
            help: m.help.clone(),
        })
        .collect()
}
