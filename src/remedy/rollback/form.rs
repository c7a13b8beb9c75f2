//! How the tool that runs a script treats transactions.

/// The transactions around the statements of a script.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// The script says `BEGIN` and `COMMIT` itself where it cannot be one transaction, as psql runs it.
    #[default]
    Own,
    /// The same, and one transaction is said too: whoever runs the script sends each statement by itself.
    Psql,
    /// The whole script is one transaction, made by whoever runs it; only a script of one statement may be none.
    /// What would be written `CONCURRENTLY` or in two steps is not.
    Transaction,
    /// The same, and a script of one statement is no exception.
    Block,
    /// Each statement is by itself, and `BEGIN` would not reach the next.
    Statements,
}
