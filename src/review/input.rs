//! From a migration's text to parsed statements in the plan's terms.

use crate::engine::{Allowance, Malformed, Reach};
use crate::name::Dialect;
use crate::parse;
use crate::plan::{MigrationInfo, TransactionMode, Wrap};
use crate::rules::down::DownInfo;
use crate::rules::{Category, Rule, registry};
use crate::source::{Migration, Runner};
use crate::text::{FileId, SourceMap, Span};

use super::{ParsedDown, ParsedMigration};

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
            down: None,
            down_runner: migration.down.map_or(migration.runner, |down| down.runner),
            allowances: allowances(&script, migration.up),
            malformed: malformed(&script, migration.up),
            statements: script.statements,
        }
    }

    /// Parses one migration that is under review, with its way back.
    #[must_use]
    pub fn reviewed(&self, migration: &Migration, index: usize, sources: &SourceMap) -> ParsedMigration {
        let mut parsed = self.migration(migration, index, sources);
        let Some(down) = migration.down else { return parsed };
        let text = &sources.file(down.file).text;
        let script = parse::script(text, down.span, down.file, self.dialect);
        let wrap = match self.wrapping {
            Wrapping::Always => Wrap::Transaction,
            Wrapping::Never => Wrap::Statement,
            Wrapping::Auto => wrap(down.runner, &script),
        };
        parsed.allowances.extend(allowances(&script, down.file));
        parsed.malformed.extend(malformed(&script, down.file));
        parsed.down = Some(ParsedDown {
            info: DownInfo {
                file: down.file,
                span: down.span,
                declared: declares_no_way_back(&remarks(text, down.span, &script)),
            },
            wrap,
            statements: script.statements,
        });
        parsed
    }
}

/// What stands between the statements of a part of a file: its comments.
fn remarks(text: &str, span: Span, script: &parse::Parsed) -> String {
    let mut remarks = String::new();
    let mut at = span.start;
    for statement in &script.statements {
        remarks.push_str(Span::new(at, statement.span.start.max(at)).slice(text));
        remarks.push('\n');
        at = statement.span.end.max(at);
    }
    remarks.push_str(Span::new(at, span.end.max(at)).slice(text));
    remarks.to_lowercase()
}

/// Whether comments, in lower case, say that a migration is not to be undone.
fn declares_no_way_back(remarks: &str) -> bool {
    const WORDS: &[&str] = &[
        "irreversible",
        "irrevocable",
        "not reversible",
        "non-reversible",
        "no way back",
        "no going back",
        "no good way",
        "cannot",
        "can not",
        "can't",
        "couldn't",
        "could not be",
        "not possible",
        "impossible",
        "not supported",
        "not support",
        "unsupported",
        "no-op",
        "noop",
        "do nothing",
        "does nothing",
        "intentional",
        "on purpose",
        "deliberate",
        "forward-only",
        "forward only",
        "one-way",
        "one way",
        "won't",
        "will not",
        "do not",
        "don't",
        "no rollback",
        "no down",
        "no revert",
        "leave",
        "not needed",
        "not necessary",
        "unnecessary",
        "no need",
    ];
    WORDS.iter().any(|word| remarks.contains(word))
}

/// How the plan sends a file, given how the layout's tool does.
pub(super) fn wrap(runner: Runner, script: &parse::Parsed) -> Wrap {
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

fn allowances(script: &parse::Parsed, file: FileId) -> Vec<Allowance> {
    script
        .suppressions
        .iter()
        .map(|s| Allowance {
            file,
            span: s.span,
            rules: s.tool.map_or_else(|| s.rules.clone(), |tool| of_tool(tool, &s.rules)),
            reason: s.reason.clone().unwrap_or_default(),
            foreign: s.tool.is_some(),
            reach: s.statement.map_or(Reach::File, Reach::Statement),
        })
        .collect()
}

/// Our rules for those of another tool. A comment that names none is about what that tool judges: not about statements
/// that fail.
fn of_tool(tool: &str, names: &[String]) -> Vec<String> {
    let rules: Vec<&Rule> = if names.is_empty() {
        let known = |rule: &&Rule| rule.also_known_as.iter().any(|(other, _)| *other == tool);
        registry::all().filter(|rule| rule.category != Category::Correctness).filter(known).collect()
    } else {
        names.iter().flat_map(|name| registry::counterparts(tool, name)).collect()
    };
    rules.into_iter().map(|rule| rule.name.to_owned()).collect()
}

fn malformed(script: &parse::Parsed, file: FileId) -> Vec<Malformed> {
    script
        .malformed
        .iter()
        .map(|m| Malformed { file, span: m.span, message: m.message.clone(), help: m.help.clone() })
        .collect()
}
