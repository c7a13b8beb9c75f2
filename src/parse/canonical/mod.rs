//! Whether two texts say the same: what a person wrote and what the server prints of it.
//!
//! In: expressions, queries, rules and function bodies as text, with the schema that their names come from. Out:
//! whether they mean the same for certain. Both are read into a tree in which spelling is gone, and the trees are
//! compared.
//!
//! Gone from the tree: parentheses, aliases of relations (columns are known by their place in `FROM`), qualifiers
//! of columns, `pg_catalog`, `*`, names of sub-queries' columns where nothing refers to them, `BETWEEN`, `IN`
//! lists, row comparisons, numbers and names in `ORDER BY` and `GROUP BY`, defaults such as `ASC` and `ELSE NULL`,
//! the spelling of constants (`'24 hours'` and `'24:00:00'` as intervals), two names of one thing (`now()` and
//! `CURRENT_TIMESTAMP`).
//!
//! Looked over when only one of the two has them:
//! - a cast of a constant that is a text without a type otherwise; in comparisons with a number or a time only
//!   when it is the type of the other side;
//! - a cast to the type that the argument has, or to `text` and its relatives of something that is text;
//! - a promotion (`integer` to `numeric`, `date` to `timestamptz`) where the operator beside, the other arms of
//!   `CASE` or the function would have it;
//! - where the type of the argument is not known: a cast to `text`; to a number in arguments of functions and among
//!   values that become one type;
//! - the relation that a column is from, where the columns of what stands in `FROM` are not all known;
//! - a schema in front of a function, type, operator or relation that the catalog does not know.
//!
//! Everything else makes texts different, a cast of a column to a type that is no promotion among it, and so does
//! a text that cannot be parsed.

mod call;
mod catalog;
mod define;
mod from;
mod operator;
mod query;
mod reader;
mod same;
mod scope;
mod statement;
#[cfg(test)]
mod tests;
mod time;
mod tree;
mod types;
mod value;
mod words;

use pg_query::NodeEnum;
use pg_query::protobuf as pb;

pub use self::catalog::{Catalog, Column, Nothing, Relation};

use self::reader::Reader;
use self::same::{Around, Comparison};
use self::scope::{Item, Level, Scopes, Sort};
use self::tree::Node;
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};
use crate::parse::postgres::{ffi, print};
use crate::parse::with_large_stack;

/// How many parts of trees are compared before they count as different: far more than any sensible text has.
const FUEL: u32 = 1_000_000;

/// A text and where its names come from.
#[derive(Clone, Copy)]
pub struct Text<'a> {
    /// The SQL.
    pub sql: &'a str,
    /// The schema.
    pub catalog: &'a dyn Catalog,
}

/// What an expression belongs to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Home<'a> {
    /// The table whose columns it names.
    pub table: Option<&'a QName>,
    /// The type that it is stored as, for defaults.
    pub ty: Option<&'a TypeName>,
    /// What `VALUE` is, in the checks of a domain.
    pub value: Option<&'a TypeName>,
    /// Whether it names the columns by `OLD` and `NEW`, as the condition of a trigger does.
    pub rows: bool,
}

/// Whether two expressions mean the same.
#[must_use]
pub fn same_expression(a: Text<'_>, b: Text<'_>, home: Home<'_>) -> bool {
    let wrap = |sql: &str| format!("SELECT {sql}");
    same(a, b, home, wrap, |reader, node| match node {
        NodeEnum::SelectStmt(select) => match &select.target_list[..] {
            [pb::Node { node: Some(NodeEnum::ResTarget(target)) }] => {
                target.val.as_deref().map(|value| reader.expr(value))
            }
            _ => None,
        },
        _ => None,
    })
}

/// Whether two queries give the same; the names of the outermost columns aside.
#[must_use]
pub fn same_query(a: Text<'_>, b: Text<'_>) -> bool {
    same(a, b, Home::default(), str::to_owned, |reader, node| match node {
        NodeEnum::SelectStmt(select) => Some(reader.select(select, false).0),
        _ => None,
    })
}

/// Whether two `CREATE RULE` statements do the same.
#[must_use]
pub fn same_rule(a: Text<'_>, b: Text<'_>) -> bool {
    same(a, b, Home::default(), str::to_owned, |reader, node| match node {
        NodeEnum::RuleStmt(rule) => Some(reader.rule(rule)),
        _ => None,
    })
}

/// Whether two function bodies in the SQL standard's form do the same.
#[must_use]
pub fn same_body(a: Text<'_>, b: Text<'_>) -> bool {
    let wrap = |sql: &str| format!("CREATE FUNCTION f() LANGUAGE sql {sql}");
    same(a, b, Home::default(), wrap, |reader, node| match node {
        NodeEnum::CreateFunctionStmt(function) => {
            let body = function.sql_body.as_ref()?.node.as_ref()?;
            Some(reader.statement(body).0)
        }
        _ => None,
    })
}

/// Whether two statements that define an object are the same but for layout, the case of words, the order of options,
/// `OR REPLACE`, `IF NOT EXISTS`, and schemas in front of names that the other does not have.
#[must_use]
pub fn same_definition(a: &str, b: &str) -> bool {
    let printed = |sql: &str| {
        let parsed = ffi::parse(sql).ok()?;
        let [stmt] = &parsed.stmts[..] else { return None };
        let mut node = stmt.stmt.as_ref()?.node.clone()?;
        if let NodeEnum::DefineStmt(define) = &mut node {
            define::settle(define);
        }
        print::statement(node).ok()
    };
    a == b
        || with_large_stack(|| match (printed(a), printed(b)) {
            (Some(a), Some(b)) => words::same(&a, &b),
            _ => false,
        })
        .unwrap_or(false)
}

/// Whether two constants are the same value of a type, as in the bounds of partitions.
#[must_use]
pub fn same_constant(a: &str, b: &str, ty: Option<&TypeName>) -> bool {
    same_expression(
        Text { sql: a, catalog: &Nothing },
        Text { sql: b, catalog: &Nothing },
        Home { ty, ..Home::default() },
    )
}

fn same(
    a: Text<'_>,
    b: Text<'_>,
    home: Home<'_>,
    wrap: impl Fn(&str) -> String + Sync,
    read: impl Fn(&mut Reader<'_>, &NodeEnum) -> Option<Node> + Sync,
) -> bool {
    if a.sql == b.sql {
        return true;
    }
    let tree = |text: Text<'_>| {
        let parsed = ffi::parse(&wrap(text.sql)).ok()?;
        let [stmt] = &parsed.stmts[..] else { return None };
        let mut reader = Reader { catalog: text.catalog, scopes: scopes(home, text.catalog) };
        read(&mut reader, stmt.stmt.as_ref()?.node.as_ref()?)
    };
    let around = home.ty.map_or(Around::Nothing, Around::Target);
    let work = || match (tree(a), tree(b)) {
        (Some(x), Some(y)) => Comparison { a: a.catalog, b: b.catalog, fuel: FUEL }.same(&x, &y, around),
        _ => false,
    };
    // Without a thread nothing can be read: they are different then, as texts are.
    with_large_stack(work).unwrap_or(false)
}

/// The columns that an expression sees.
fn scopes(home: Home<'_>, catalog: &dyn Catalog) -> Scopes {
    if let Some(ty) = home.value {
        let item = Item {
            alias: Ident::new(""),
            relation: None,
            columns: vec![(Ident::new("value"), Some(ty.clone()))],
            complete: true,
            sort: Sort::Query,
        };
        return Scopes { levels: vec![Level { items: vec![item], ..Level::default() }] };
    }
    let Some(table) = home.table else { return Scopes::default() };
    let (name, columns, complete) = match catalog.relation(table) {
        Some(known) => (known.name, known.columns, known.complete),
        None => (table.clone(), Vec::new(), false),
    };
    if home.rows {
        return Scopes { levels: vec![scope::rows(&Relation { name, columns, complete })] };
    }
    let item = Item {
        alias: Ident::new(&name.name),
        relation: Some(name.clone()),
        columns,
        complete,
        sort: Sort::Relation(name),
    };
    Scopes { levels: vec![Level { items: vec![item], ..Level::default() }] }
}
