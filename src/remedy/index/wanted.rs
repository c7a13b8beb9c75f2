//! Indexes as people write them: `orders (customer_id, placed_at DESC) WHERE …`, or the whole statement.

use crate::ir::index::CreateIndex;
use crate::ir::{DdlOp, Opaque, OpaqueReason};
use crate::name::Dialect;
use crate::parse;
use crate::text::{FileId, SourceFile, Span, offset};

/// An index that somebody asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// The words.
    pub text: String,
    /// What they say.
    pub create: CreateIndex,
}

/// One index: what follows `CREATE INDEX ON`, or the whole statement. Run it with a large stack.
///
/// # Errors
/// What is wrong with it, as a fragment of a sentence.
pub fn given(text: &str) -> Result<Given, String> {
    let text = text.trim().trim_end_matches(';').trim_end();
    let word = text.split_whitespace().next().unwrap_or("");
    let sql =
        if word.eq_ignore_ascii_case("create") { text.to_owned() } else { format!("CREATE INDEX ON {text}") };
    let mut ops = parse::exact(&sql, Dialect::PostgreSql).into_iter();
    match (ops.next(), ops.next()) {
        (Some(op), None) => create(op).map(|create| Given { text: text.to_owned(), create }),
        (None, _) => Err("it is empty: write TABLE(COLUMN, …)".to_owned()),
        (Some(_), Some(_)) => Err("it is more than one statement".to_owned()),
    }
}

/// The indexes of a file: its `CREATE INDEX` statements when it is SQL, else one on each line, where `--` and `#`
/// begin comments.
///
/// # Errors
/// What is wrong, with its line.
pub fn listed(text: &str, is_sql: bool) -> Result<Vec<Given>, String> {
    if !is_sql {
        let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim()));
        let said =
            lines.filter(|(_, line)| !line.is_empty() && !line.starts_with("--") && !line.starts_with('#'));
        return said.map(|(at, line)| given(line).map_err(|why| format!("line {at}: {why}"))).collect();
    }
    let file = SourceFile::new("", text);
    let parsed = parse::script(text, Span::new(0, offset(text.len())), FileId(0), Dialect::PostgreSql);
    parsed
        .statements
        .into_iter()
        .map(|stmt| {
            let said = stmt.span.slice(text).split_whitespace().collect::<Vec<_>>().join(" ");
            let create = create(stmt.op)
                .map_err(|why| format!("line {}: {why}", file.line_col(stmt.span.start).line))?;
            Ok(Given { text: said, create })
        })
        .collect()
}

fn create(op: DdlOp) -> Result<CreateIndex, String> {
    match op {
        DdlOp::CreateIndex(create) => Ok(*create),
        DdlOp::Opaque(Opaque { reason: OpaqueReason::Syntax { message, .. }, .. }) => {
            Err(format!("{message}: write TABLE(COLUMN, …), or a CREATE INDEX statement"))
        }
        _ => Err("it is not a CREATE INDEX statement".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: Send>(work: impl FnOnce() -> T + Send) -> T {
        parse::with_large_stack(work).expect("a thread")
    }

    #[test]
    fn words_and_statements_say_the_same() {
        let (short, long) = read(|| {
            (
                given("orders(customer_id, at DESC) where paid"),
                given("CREATE INDEX ON orders (customer_id, at DESC) WHERE paid;"),
            )
        });
        assert_eq!(short.expect("an index").create, long.expect("an index").create);
        let unique = read(|| given("create unique index x on orders (id)")).expect("an index");
        assert!(unique.create.unique && unique.create.name.is_some());
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let error = read(|| given("orders customer_id")).expect_err("no parentheses");
        assert!(error.contains("syntax error"), "{error}");
        assert!(read(|| given("")).is_err());
        assert!(read(|| given("drop table x; select 1")).is_err());
        let error = read(|| listed("# keys\norders(a)\n\norders(", false)).expect_err("an open one");
        assert!(error.starts_with("line 4: "), "{error}");
        let error = read(|| listed("CREATE INDEX ON t (a);\n-- x\nDROP TABLE t;", true)).expect_err("a drop");
        assert_eq!(error, "line 3: it is not a CREATE INDEX statement");
        let two = read(|| listed("CREATE INDEX ON t (a);\nCREATE INDEX ON t\n (b);", true)).expect("two");
        assert_eq!(two[1].text, "CREATE INDEX ON t (b)");
    }
}
