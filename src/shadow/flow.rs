//! The transactions around statements, as the migration tool makes them.
//!
//! In: how a file is wrapped, its statements one by one. Out: the `BEGIN` and `COMMIT` that the tool sends
//! between them. It is the counterpart of what `plan` assumes.

use crate::ir::DdlOp;
use crate::ir::data::Transaction;
use crate::plan::Wrap;

/// Where the session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Block {
    None,
    Runner,
    File,
}

/// The transactions of one file.
#[derive(Clone, Debug)]
pub(super) struct Flow {
    wrap: Wrap,
    block: Block,
    /// Whether the tool opens a transaction before the next statement.
    due: bool,
}

impl Flow {
    pub(super) fn new(wrap: Wrap) -> Self {
        Self { wrap, block: Block::None, due: matches!(wrap, Wrap::Transaction | Wrap::Query) }
    }

    /// What the tool sends before a statement.
    pub(super) fn before(&mut self, op: &DdlOp) -> Option<&'static str> {
        if self.wrap == Wrap::Split {
            if op.transaction_refusal().is_some() {
                return (self.block == Block::Runner).then(|| self.close());
            }
            self.due = self.block == Block::None;
        }
        if !std::mem::take(&mut self.due) {
            return None;
        }
        self.block = Block::Runner;
        Some("BEGIN")
    }

    /// Follows a statement that has run.
    pub(super) fn after(&mut self, op: &DdlOp) {
        let DdlOp::Transaction(transaction) = op else { return };
        let ends = match transaction {
            Transaction::Begin { .. } => {
                if self.block == Block::None || self.wrap == Wrap::Query {
                    self.block = Block::File;
                }
                false
            }
            Transaction::Commit { chain } | Transaction::Rollback { chain } => !chain,
            Transaction::TwoPhase(_) => true,
            Transaction::Savepoint(_) | Transaction::Release(_) | Transaction::RollbackTo(_) => false,
        };
        if ends && self.in_block() {
            self.block = Block::None;
            // The rest of a query string is a new implicit transaction.
            self.due = self.wrap == Wrap::Query;
        }
    }

    /// What the tool sends at the end.
    pub(super) fn end(&mut self) -> Option<&'static str> {
        self.in_block().then(|| self.close())
    }

    /// Whether a transaction is open.
    pub(super) fn in_block(&self) -> bool {
        self.block != Block::None
    }

    fn close(&mut self) -> &'static str {
        self.block = Block::None;
        "COMMIT"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::data::SetVariable;
    use crate::ir::index::Vacuum;

    fn ddl() -> DdlOp {
        DdlOp::Set(SetVariable { name: "search_path".to_owned(), values: Vec::new(), local: false })
    }

    fn sent(wrap: Wrap, ops: &[DdlOp]) -> Vec<&'static str> {
        let mut flow = Flow::new(wrap);
        let mut sent = Vec::new();
        for op in ops {
            sent.extend(flow.before(op));
            sent.push(op.transaction_refusal().map_or("x", |_| "refused"));
            flow.after(op);
        }
        sent.extend(flow.end());
        sent
    }

    #[test]
    fn transactions_are_those_of_the_tool() {
        let begin = || DdlOp::Transaction(Transaction::Begin { modes: Vec::new() });
        let commit = || DdlOp::Transaction(Transaction::Commit { chain: false });
        assert_eq!(sent(Wrap::Transaction, &[ddl(), ddl()]), ["BEGIN", "x", "x", "COMMIT"]);
        assert_eq!(sent(Wrap::Statement, &[ddl(), begin(), ddl()]), ["x", "x", "x", "COMMIT"]);
        assert_eq!(
            sent(Wrap::Query, &[ddl(), begin(), ddl(), commit(), ddl()]),
            ["BEGIN", "x", "x", "x", "x", "BEGIN", "x", "COMMIT"]
        );
        assert_eq!(sent(Wrap::Transaction, &[begin(), commit(), ddl()]), ["BEGIN", "x", "x", "x"]);
        let vacuum = DdlOp::Vacuum(Vacuum {
            vacuum: true,
            full: false,
            analyze: false,
            only: Vec::new(),
            tables: Vec::new(),
        });
        assert_eq!(
            sent(Wrap::Split, &[ddl(), vacuum.clone(), vacuum, ddl()]),
            ["BEGIN", "x", "COMMIT", "refused", "refused", "BEGIN", "x", "COMMIT"]
        );
    }
}
