//! See [`RULE`].

use crate::ir::DdlOp;
use crate::ir::types::EnumAction;
use crate::rule;
use crate::rules::{ChangeSetContext, Sink};

rule! {
    /// A label of an enum gets another name while code still uses the old one.
    ///
    /// ## What it flags
    /// `ALTER TYPE … RENAME VALUE` on a type that existed before the change set.
    ///
    /// ## Why it hurts
    /// Rows keep their value and show the new label at once. Running code that writes or compares the old label
    /// fails: `invalid input value for enum` (22P02).
    ///
    /// ## Flagged
    /// ```sql before
    /// CREATE TYPE mood AS ENUM ('sad', 'happy');
    /// ```
    /// ```sql flagged
    /// ALTER TYPE mood RENAME VALUE 'sad' TO 'unhappy';
    /// ```
    ///
    /// ## Accepted
    /// ```sql accepted
    /// ALTER TYPE mood ADD VALUE 'unhappy' BEFORE 'sad';
    /// ```
    ///
    /// ## Safe rewrite
    /// Add the new label, deploy code that writes it and reads both, change the rows in batches, and leave the old
    /// label unused: labels cannot be removed.
    ///
    /// ## References
    /// - <https://www.postgresql.org/docs/current/sql-altertype.html>
    name: "rename-enum-value",
    category: Compatibility,
    severity: Warning,
    confidence: High,
    dialects: [PostgreSql],
    also_known_as: [("strong_migrations", "rename_enum_value"), ("migrationpilot", "MP060")],
    options: [],
    check: ChangeSet(check),
}

fn check(cx: &ChangeSetContext<'_>, sink: &mut Sink<'_>) {
    for step in cx.steps {
        let DdlOp::AlterEnum(alter) = &step.stmt.op else { continue };
        let EnumAction::RenameValue { from, to } = &alter.action else { continue };
        let Some(change) = step.changes.first().filter(|change| cx.was_there(&change.key)) else { continue };
        sink.step(step)
            .object(&change.key)
            .message(format!("renames the label '{from}' of {} to '{to}'", change.key))
            .why("running code that writes or compares the old label fails from the moment of commit (22P02)")
            .help("add the new label, move code and rows to it, and leave the old one unused")
            .report();
    }
}
