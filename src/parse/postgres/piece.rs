//! Pieces of SQL that stand by themselves: expressions and statements as a server's catalogs hand them out.
//!
//! In: texts without a source around them. Out: what the front end reads from them. As everything that parses,
//! this runs inside [`super::stack::with_large_stack`].

use pg_query::NodeEnum;
use pg_query::protobuf as pb;

use super::{SyntaxError, ffi, lower, statement};
use crate::ir::DdlOp;
use crate::ir::expr::Expr;
use crate::name::Dialect;
use crate::parse::split::split;
use crate::text::{Span, offset};

/// How many expressions are parsed together: most of the time for a short text goes into the call.
const BATCH: usize = 64;

/// Reads expressions, each in its place. A text that is no expression has the error instead.
#[must_use]
pub fn expressions(texts: &[&str]) -> Vec<Result<Expr, SyntaxError>> {
    texts.chunks(BATCH).flat_map(batch).collect()
}

fn batch(texts: &[&str]) -> Vec<Result<Expr, SyntaxError>> {
    match together(texts) {
        Some(found) => found,
        // One of them is to blame.
        None if texts.len() > 1 => texts.iter().flat_map(|text| batch(std::slice::from_ref(text))).collect(),
        None => {
            let select = format!("SELECT ({}\n)", texts.first().copied().unwrap_or_default());
            let error = ffi::parse(&select).err();
            vec![Err(error.unwrap_or_else(|| SyntaxError::new("not one expression")))]
        }
    }
}

/// The expressions as the columns of one query; nothing unless it has exactly as many.
fn together(texts: &[&str]) -> Option<Vec<Result<Expr, SyntaxError>>> {
    // The line break ends a comment.
    let columns: Vec<String> = texts.iter().map(|text| format!("({text}\n)")).collect();
    let tree = ffi::parse(&format!("SELECT {}", columns.join(", "))).ok()?;
    let [pb::RawStmt { stmt: Some(stmt), .. }] = &tree.stmts[..] else { return None };
    let Some(NodeEnum::SelectStmt(select)) = &stmt.node else { return None };
    if select.target_list.len() != texts.len() || !select.from_clause.is_empty() {
        return None;
    }
    let value = |node: &pb::Node| match &node.node {
        Some(NodeEnum::ResTarget(target)) if target.name.is_empty() => {
            Some(lower::expression(target.val.as_deref()?).map_err(SyntaxError::new))
        }
        _ => None,
    };
    select.target_list.iter().map(value).collect()
}

/// Reads one statement without a terminator.
#[must_use]
pub fn one(sql: &str) -> DdlOp {
    let script = split(sql, Dialect::PostgreSql);
    statement(sql, Span::new(0, offset(sql.len())), &script.tokens)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::expr::ExprShape;
    use crate::parse::with_large_stack;

    #[test]
    fn expressions_keep_their_places() {
        let found = with_large_stack(|| expressions(&["now()", "a +", "'x'::text -- why", "1, 2", "(b)"]))
            .expect("a thread");
        let sql: Vec<_> = found.iter().map(|e| e.as_ref().map(|e| e.sql.as_str()).ok()).collect();
        assert_eq!(sql, [Some("now()"), None, Some("'x'::text"), Some("(1, 2)"), Some("b")]);
        assert_eq!(found[4].as_ref().map(|e| e.shape.clone()), Ok(ExprShape::Column("b".into())));
        assert!(found[1].as_ref().is_err_and(|e| e.message.contains("syntax error")));
    }

    #[test]
    fn statements_are_read_as_they_are() {
        let op = with_large_stack(|| one("CREATE VIEW v AS SELECT '{{x}}'::text AS a;")).expect("a thread");
        let DdlOp::CreateView(view) = op else { panic!("{op:?}") };
        assert_eq!(view.query.sql, "SELECT '{{x}}'::text AS a");
    }
}
