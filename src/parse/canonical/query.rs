//! Queries.

use pg_query::NodeEnum;
use pg_query::protobuf::{self as pb, SetOperation, SortByDir, SortByNulls, a_const::Val};

use super::catalog::Column;
use super::reader::{Reader, names};
use super::scope::{Item, Level, Sort};
use super::tree::{Node, Value};
use super::types;
use crate::ir::types::TypeName;
use crate::name::Ident;
use crate::parse::postgres::lower::names::{inner, items, text, texts};
use crate::parse::postgres::lower::output;

/// The columns that a query puts out, and whether these are all.
pub(super) type Output = (Vec<Column>, bool);

impl Reader<'_> {
    /// A query. Its output columns keep their names in the tree only with `labels`, for where they are referred
    /// to by name.
    pub(super) fn select(&mut self, select: &pb::SelectStmt, labels: bool) -> (Node, Output) {
        self.scopes.levels.push(Level::default());
        let with = self.with(select.with_clause.as_ref());
        let (node, output) = if select.op() == SetOperation::SetopNone || select.larg.is_none() {
            self.simple(select, labels)
        } else {
            self.set_operation(select, labels)
        };
        self.scopes.levels.pop();
        if with == Node::none() { (node, output) } else { (Node::form("with", vec![with, node]), output) }
    }

    pub(super) fn with(&mut self, clause: Option<&pb::WithClause>) -> Node {
        let Some(clause) = clause else { return Node::none() };
        let mut parts = vec![Node::word(if clause.recursive { "recursive" } else { "" })];
        for node in &clause.ctes {
            let Some(NodeEnum::CommonTableExpr(cte)) = &node.node else { continue };
            let name = Ident::new(&cte.ctename);
            let aliases: Vec<Ident> = texts(&cte.aliascolnames).map(Ident::new).collect();
            if clause.recursive {
                // Seen from inside, it has the columns of its first part.
                let columns = first_part(cte).map(|first| self.peek(first)).unwrap_or_default();
                let (columns, complete) = renamed((columns.0, columns.1), &aliases);
                self.scopes.top().with.push((name.clone(), columns, complete));
            }
            let (query, output) = match inner(cte.ctequery.as_deref()) {
                Some(NodeEnum::SelectStmt(select)) => self.select(select, true),
                Some(other) => self.statement(other),
                None => continue,
            };
            let (columns, complete) = renamed(output, &aliases);
            if clause.recursive {
                self.scopes.top().with.pop();
            }
            self.scopes.top().with.push((name, columns, complete));
            let materialized = match cte.ctematerialized() {
                pb::CteMaterialize::Always => "materialized",
                pb::CteMaterialize::Never => "not materialized",
                _ => "",
            };
            let rest = format!("{:?}{:?}", cte.search_clause.is_some(), cte.cycle_clause.is_some());
            let query = relabelled(query, &aliases);
            parts.push(Node::form(
                "cte",
                vec![Node::word(&*cte.ctename), Node::word(materialized), Node::word(rest), query],
            ));
        }
        Node::form("ctes", parts)
    }

    /// The output of a query, without noting anything.
    fn peek(&mut self, select: &pb::SelectStmt) -> Output {
        self.select(select, true).1
    }

    fn set_operation(&mut self, select: &pb::SelectStmt, labels: bool) -> (Node, Output) {
        let word = match (select.op(), select.all) {
            (SetOperation::SetopUnion, false) => "union",
            (SetOperation::SetopUnion, true) => "union all",
            (SetOperation::SetopIntersect, false) => "intersect",
            (SetOperation::SetopIntersect, true) => "intersect all",
            (SetOperation::SetopExcept, false) => "except",
            (SetOperation::SetopExcept, true) => "except all",
            (SetOperation::SetopNone | SetOperation::Undefined, _) => "",
        };
        let (left, output) = match &select.larg {
            Some(left) => self.select(left, labels),
            None => (Node::none(), (Vec::new(), false)),
        };
        let right = select.rarg.as_deref().map_or_else(Node::none, |right| self.select(right, false).0);
        let order = select
            .sort_clause
            .iter()
            .map(|node| {
                let Some(NodeEnum::SortBy(sort)) = &node.node else { return Node::none() };
                let place = match inner(sort.node.as_deref()) {
                    Some(NodeEnum::ColumnRef(column)) => match &column.fields[..] {
                        [name] => output.0.iter().position(|(n, _)| text(name) == Some(n)),
                        _ => None,
                    },
                    _ => None,
                };
                let by = match place {
                    Some(place) => Node::Literal(Value::Number((place + 1).to_string()), None),
                    None => self.opt(sort.node.as_deref()),
                };
                self.sorted(sort, by)
            })
            .collect();
        let limit = self.limit(select);
        let node = Node::form("set", vec![Node::word(word), left, right, Node::form("order", order), limit]);
        // The types follow from both sides.
        let columns = output.0.into_iter().map(|(name, _)| (name, None)).collect();
        (node, (columns, output.1))
    }

    fn simple(&mut self, select: &pb::SelectStmt, labels: bool) -> (Node, Output) {
        if !select.values_lists.is_empty() {
            return self.values(select);
        }
        let (from, stars) = self.from(&select.from_clause);
        let where_clause = self.opt(select.where_clause.as_deref());
        let mut targets: Vec<(Ident, Node)> = Vec::new();
        let mut complete = true;
        for node in &select.target_list {
            let Some(NodeEnum::ResTarget(target)) = &node.node else { continue };
            match self.star(target, &stars) {
                Some(Some(columns)) => targets.extend(columns),
                Some(None) => {
                    complete = false;
                    let value = self.opt(target.val.as_deref());
                    targets.push((Ident::new("*"), value));
                }
                None => {
                    let label = output::targets(std::slice::from_ref(node)).pop().flatten();
                    let value = self.opt(target.val.as_deref());
                    targets.push((label.unwrap_or_else(|| Ident::new("?column?")), value));
                }
            }
        }
        let distinct = match &select.distinct_clause[..] {
            [] => Node::none(),
            [pb::Node { node: None }] => Node::word("distinct"),
            on => {
                let on = on.iter().map(|node| self.by(node, &targets, true)).collect();
                Node::form("distinct on", on)
            }
        };
        let group: Vec<Node> =
            grouped(&select.group_clause).into_iter().map(|n| self.by(n, &targets, false)).collect();
        let group = Node::form(if select.group_distinct { "group distinct" } else { "group" }, group);
        let having = self.opt(select.having_clause.as_deref());
        let windows = select
            .window_clause
            .iter()
            .map(|node| match &node.node {
                Some(NodeEnum::WindowDef(w)) => self.window(w),
                _ => Node::none(),
            })
            .collect();
        let order = select
            .sort_clause
            .iter()
            .map(|node| match &node.node {
                Some(NodeEnum::SortBy(sort)) => {
                    let by = sort.node.as_deref().map_or_else(Node::none, |n| self.by(n, &targets, true));
                    self.sorted(sort, by)
                }
                _ => Node::none(),
            })
            .collect();
        let limit = self.limit(select);
        let locks = self.locks(select);
        // What a view or a sub-query puts out as a bare constant is a text.
        let settle = |ty: Option<TypeName>, node: &Node| match node {
            Node::Literal(Value::Text(_), None) => Some(TypeName::builtin("text")),
            _ => ty,
        };
        let output = targets
            .iter()
            .map(|(label, node)| (label.clone(), settle(types::of(node, self.catalog), node)))
            .collect();
        let targets = targets
            .into_iter()
            .map(|(label, node)| {
                let label = if labels { Node::word(&*label) } else { Node::none() };
                Node::form("target", vec![label, node])
            })
            .collect();
        let slots = vec![
            distinct,
            Node::form("targets", targets),
            from,
            where_clause,
            group,
            having,
            Node::form("windows", windows),
            Node::form("order", order),
            limit,
            locks,
        ];
        (Node::form("select", slots), (output, complete))
    }

    fn values(&mut self, select: &pb::SelectStmt) -> (Node, Output) {
        let rows: Vec<Node> = select
            .values_lists
            .iter()
            .map(|row| Node::form("row", self.all(items(row.node.as_ref()))))
            .collect();
        let width = match rows.first() {
            Some(Node::Form(_, parts)) => parts.len(),
            _ => 0,
        };
        let column = |at: usize| {
            let ty = rows.iter().find_map(|row| match row {
                Node::Form(_, parts) => parts.get(at).and_then(|part| match part {
                    Node::Literal(Value::Text(_), None) => Some(TypeName::builtin("text")),
                    part => types::of(part, self.catalog),
                }),
                _ => None,
            });
            (Ident::from(format!("column{}", at + 1)), ty)
        };
        let columns = (0..width).map(column).collect();
        let order = Node::form("order", self.sorts(&select.sort_clause));
        let limit = self.limit(select);
        (Node::form("values", vec![Node::form("rows", rows), order, limit]), (columns, true))
    }

    /// What `ORDER BY`, `GROUP BY` and `DISTINCT ON` mean: the number of an output column, the name of one, or
    /// an expression. In `GROUP BY` the columns of `FROM` come before those of the output.
    fn by(&mut self, node: &pb::Node, targets: &[(Ident, Node)], output_first: bool) -> Node {
        match &node.node {
            Some(NodeEnum::AConst(pb::AConst { val: Some(Val::Ival(n)), .. })) => {
                let place = usize::try_from(n.ival).ok().and_then(|n| n.checked_sub(1));
                if let Some((_, target)) = place.and_then(|at| targets.get(at)) {
                    return target.clone();
                }
            }
            Some(NodeEnum::ColumnRef(column)) => {
                if let [name] = &column.fields[..]
                    && let Some(name) = text(name).map(Ident::new)
                    && let Some((_, target)) = targets.iter().find(|(label, _)| *label == name)
                    && (output_first || self.scopes.here(&name).is_none())
                {
                    return target.clone();
                }
            }
            _ => {}
        }
        self.expr(node)
    }

    pub(super) fn sorts(&mut self, nodes: &[pb::Node]) -> Vec<Node> {
        let sort = |node: &pb::Node| match &node.node {
            Some(NodeEnum::SortBy(sort)) => {
                let by = self.opt(sort.node.as_deref());
                self.sorted(sort, by)
            }
            _ => Node::none(),
        };
        nodes.iter().map(sort).collect()
    }

    /// With what is the default written out.
    fn sorted(&self, sort: &pb::SortBy, by: Node) -> Node {
        let direction = match sort.sortby_dir() {
            SortByDir::SortbyDesc => "desc",
            SortByDir::SortbyUsing => "using",
            SortByDir::SortbyDefault | SortByDir::SortbyAsc | SortByDir::Undefined => "asc",
        };
        let nulls = match sort.sortby_nulls() {
            SortByNulls::SortbyNullsFirst => "first",
            SortByNulls::SortbyNullsLast => "last",
            SortByNulls::SortbyNullsDefault | SortByNulls::Undefined if direction == "desc" => "first",
            SortByNulls::SortbyNullsDefault | SortByNulls::Undefined => "last",
        };
        Node::form("sort", vec![by, Node::word(direction), Node::word(nulls), names(&sort.use_op)])
    }

    fn limit(&mut self, select: &pb::SelectStmt) -> Node {
        let mut bound = |node: Option<&pb::Node>| match node.map(|node| self.expr(node)) {
            // `LIMIT ALL` is no limit.
            None | Some(Node::Literal(Value::Null, _)) => Node::none(),
            Some(node) => node,
        };
        let parts = vec![bound(select.limit_count.as_deref()), bound(select.limit_offset.as_deref())];
        let ties = select.limit_option() == pb::LimitOption::WithTies;
        Node::form(if ties { "limit with ties" } else { "limit" }, parts)
    }

    /// Which item of `FROM` is locked how; all of them where none is named.
    fn locks(&mut self, select: &pb::SelectStmt) -> Node {
        let mut locks: Vec<(usize, String)> = Vec::new();
        let items = &self.scopes.top().items;
        for node in &select.locking_clause {
            let Some(NodeEnum::LockingClause(lock)) = &node.node else { continue };
            let how = format!("{} {}", lock.strength, lock.wait_policy);
            let named: Vec<&str> = lock
                .locked_rels
                .iter()
                .filter_map(|node| match &node.node {
                    Some(NodeEnum::RangeVar(range)) => Some(range.relname.as_str()),
                    _ => None,
                })
                .collect();
            let locked = |item: &Item| match item.sort {
                Sort::Function | Sort::Row => false,
                Sort::Relation(_) | Sort::Query => named.is_empty() || named.contains(&&*item.alias),
            };
            locks
                .extend(items.iter().enumerate().filter(|(_, i)| locked(i)).map(|(at, _)| (at, how.clone())));
        }
        locks.sort();
        Node::form("locks", locks.into_iter().map(|(at, how)| Node::word(format!("{at} {how}"))).collect())
    }
}

/// What is grouped by: `(a, b)` is `a, b`.
fn grouped(nodes: &[pb::Node]) -> Vec<&pb::Node> {
    nodes
        .iter()
        .flat_map(|node| match &node.node {
            Some(NodeEnum::RowExpr(row)) if row.row_format() == pb::CoercionForm::CoerceImplicitCast => {
                grouped(&row.args)
            }
            _ => vec![node],
        })
        .collect()
}

/// The part of a recursive query that is not recursive.
fn first_part(cte: &pb::CommonTableExpr) -> Option<&pb::SelectStmt> {
    match inner(cte.ctequery.as_deref())? {
        NodeEnum::SelectStmt(select) => select.larg.as_deref(),
        _ => None,
    }
}

/// Columns with the names of an alias.
pub(super) fn renamed(output: Output, aliases: &[Ident]) -> Output {
    let (mut columns, complete) = output;
    if !complete && columns.iter().any(|(name, _)| *name == "*") {
        // Which is which is not known.
        columns.clear();
    }
    for (at, alias) in aliases.iter().enumerate() {
        match columns.get_mut(at) {
            Some(column) => column.0 = alias.clone(),
            None => columns.push((alias.clone(), None)),
        }
    }
    (columns, complete)
}

/// A query whose output columns have other names.
pub(super) fn relabelled(query: Node, aliases: &[Ident]) -> Node {
    if aliases.is_empty() {
        return query;
    }
    match query {
        Node::Form(word, mut slots) if word == "select" => {
            if let Some(Node::Form(_, targets)) = slots.get_mut(1) {
                for (target, alias) in targets.iter_mut().zip(aliases) {
                    if let Node::Form(_, parts) = target
                        && let Some(label) = parts.first_mut()
                    {
                        *label = Node::word(&**alias);
                    }
                }
            }
            Node::Form(word, slots)
        }
        Node::Form(word, mut slots) if word == "set" || word == "with" => {
            if let Some(first) = slots.get_mut(1) {
                *first = relabelled(std::mem::replace(first, Node::none()), aliases);
            }
            Node::Form(word, slots)
        }
        query => query,
    }
}
