//! `FROM`: relations, joins, sub-queries and functions, and which columns they bring.

use pg_query::NodeEnum;
use pg_query::protobuf::{self as pb, JoinType};

use super::catalog::Column;
use super::query::{relabelled, renamed};
use super::reader::Reader;
use super::scope::{Item, Sort};
use super::tree::{Node, Place};
use crate::ir::types::TypeName;
use crate::name::Ident;
use crate::parse::postgres::lower::names::{inner, items, relation, text, texts};
use crate::parse::postgres::lower::types::type_name;

/// The columns that `*` stands for, `None` where they are not known.
pub(super) type Stars = Option<Vec<(Ident, Node)>>;

impl Reader<'_> {
    pub(super) fn from(&mut self, nodes: &[pb::Node]) -> (Node, Stars) {
        let mut parts = Vec::new();
        let mut stars = Some(Vec::new());
        for node in nodes {
            let (part, columns) = self.item(node);
            parts.push(part);
            join_stars(&mut stars, columns);
        }
        (Node::form("from", parts), stars)
    }

    /// What a star in the output stands for: `None` when the target is none, `Some(None)` when it is not known.
    pub(super) fn star(&self, target: &pb::ResTarget, all: &Stars) -> Option<Stars> {
        let Some(NodeEnum::ColumnRef(column)) = inner(target.val.as_deref()) else { return None };
        let (last, before) = column.fields.split_last()?;
        if !matches!(last.node, Some(NodeEnum::AStar(_))) {
            return None;
        }
        let Some(qualifier) = before.last().and_then(text).map(Ident::new) else { return Some(all.clone()) };
        let depth = self.scopes.depth();
        let level = self.scopes.levels.last()?;
        let found = level.items.iter().position(|item| item.alias == qualifier);
        Some(found.and_then(|index| item_columns(&level.items[index], depth, index)))
    }

    fn add(&mut self, item: Item) -> Stars {
        let depth = self.scopes.depth();
        let level = self.scopes.top();
        level.items.push(item);
        let index = level.items.len() - 1;
        item_columns(&level.items[index], depth, index)
    }

    fn item(&mut self, node: &pb::Node) -> (Node, Stars) {
        match &node.node {
            Some(NodeEnum::RangeVar(range)) => self.range(range),
            Some(NodeEnum::JoinExpr(join)) => self.join(join),
            Some(NodeEnum::RangeSubselect(sub)) => {
                let (names, alias) = alias(sub.alias.as_ref());
                let (query, output) = match inner(sub.subquery.as_deref()) {
                    Some(NodeEnum::SelectStmt(select)) => self.select(select, true),
                    _ => return (Node::none(), None),
                };
                let query = relabelled(query, &names);
                let (columns, complete) = renamed(output, &names);
                let alias = alias.unwrap_or_else(|| Ident::new(""));
                let stars = self.add(Item { alias, relation: None, columns, complete, sort: Sort::Query });
                (Node::form(if sub.lateral { "lateral" } else { "derived" }, vec![query]), stars)
            }
            Some(NodeEnum::RangeFunction(function)) => self.table_function(function),
            Some(NodeEnum::RangeTableFunc(table)) => self.xml_table(table),
            Some(NodeEnum::RangeTableSample(sample)) => {
                let (relation, stars) =
                    sample.relation.as_deref().map_or((Node::none(), None), |n| self.item(n));
                let mut parts = vec![relation, super::reader::names(&sample.method)];
                parts.extend(self.all(&sample.args));
                parts.push(self.opt(sample.repeatable.as_deref()));
                (Node::form("sample", parts), stars)
            }
            _ => {
                let sql = super::reader::other(crate::parse::postgres::print::expr(node));
                let stars = self.add(Item {
                    alias: Ident::new(""),
                    relation: None,
                    columns: Vec::new(),
                    complete: false,
                    sort: Sort::Query,
                });
                (sql, stars)
            }
        }
    }

    /// A relation or a common table expression.
    pub(super) fn range(&mut self, range: &pb::RangeVar) -> (Node, Stars) {
        let name = relation(range);
        let (names, alias) = alias(range.alias.as_ref());
        if name.schema.is_none()
            && let Some(output) = self.scopes.with(&name.name)
        {
            let (columns, complete) = renamed(output, &names);
            let alias = alias.unwrap_or_else(|| name.name.clone());
            let stars = self.add(Item { alias, relation: None, columns, complete, sort: Sort::Query });
            return (Node::form("with item", vec![Node::word(&*name.name)]), stars);
        }
        let known = self.catalog.relation(&name);
        let (qualified, columns, complete) = match known {
            Some(known) => (known.name, known.columns, known.complete),
            None => (name.clone(), Vec::new(), false),
        };
        let (columns, complete) = renamed((columns, complete), &names);
        let item = Item {
            relation: alias.is_none().then(|| qualified.clone()),
            alias: alias.unwrap_or(name.name),
            columns,
            complete,
            sort: Sort::Relation(qualified.clone()),
        };
        let stars = self.add(item);
        let word = if range.inh { "relation" } else { "only" };
        (Node::form(word, vec![Node::Name(qualified)]), stars)
    }

    fn join(&mut self, join: &pb::JoinExpr) -> (Node, Stars) {
        let mut side = |node: Option<&pb::Node>| {
            let from = self.scopes.top().items.len();
            let (node, stars) = node.map_or((Node::none(), None), |node| self.item(node));
            (node, stars, from..self.scopes.top().items.len())
        };
        let (left, left_stars, left_range) = side(join.larg.as_deref());
        let (right, right_stars, right_range) = side(join.rarg.as_deref());
        let mut using: Vec<Ident> = texts(&join.using_clause).map(Ident::new).collect();
        if join.is_natural
            && let (Some(left), Some(right)) = (&left_stars, &right_stars)
        {
            let both = left.iter().filter(|(name, _)| right.iter().any(|(n, _)| n == name));
            using = both.map(|(name, _)| name.clone()).collect();
        }
        let kind = join.jointype();
        let mut merged = Vec::new();
        for name in &using {
            let node = match kind {
                JoinType::JoinRight => self.side_column(right_range.clone(), name),
                JoinType::JoinFull => Node::Column(Place::Merged(self.scopes.depth()), name.clone(), None),
                _ => self.side_column(left_range.clone(), name),
            };
            merged.push((name.clone(), node));
        }
        self.scopes.top().merged.extend(merged.iter().cloned());
        let word = match kind {
            JoinType::JoinLeft => "left",
            JoinType::JoinFull => "full",
            JoinType::JoinRight => "right",
            _ => "inner",
        };
        let condition = if join.is_natural && (left_stars.is_none() || right_stars.is_none()) {
            Node::word("natural")
        } else if using.is_empty() {
            match join.quals.as_deref() {
                Some(quals) => self.expr(quals),
                None => Node::Literal(super::tree::Value::Bool(true), None),
            }
        } else {
            Node::form("using", using.iter().map(|name| Node::word(&**name)).collect())
        };
        let mut stars = Some(merged);
        let unmerged = |side: Stars| -> Stars {
            side.map(|columns| columns.into_iter().filter(|(name, _)| !using.contains(name)).collect())
        };
        join_stars(&mut stars, unmerged(left_stars));
        join_stars(&mut stars, unmerged(right_stars));
        if let (_, Some(alias)) = alias(join.alias.as_ref()) {
            // References by the join's alias stay names.
            let columns: Vec<Column> = stars.iter().flatten().map(|(name, _)| (name.clone(), None)).collect();
            stars = stars.map(|_| {
                let column =
                    |(name, _): Column| (name.clone(), Node::Column(Place::Named(alias.clone()), name, None));
                columns.into_iter().map(column).collect()
            });
        }
        (Node::form("join", vec![Node::word(word), left, right, condition]), stars)
    }

    fn side_column(&self, range: std::ops::Range<usize>, name: &Ident) -> Node {
        let depth = self.scopes.depth();
        let Some(level) = self.scopes.levels.last() else { return Node::none() };
        let inside = |node: &Node| matches!(node, Node::Column(Place::At(d, at), _, _) if *d == depth && range.contains(at));
        if let Some((_, node)) = level.merged.iter().rev().find(|(n, node)| n == name && inside(node)) {
            return node.clone();
        }
        let has = |at: &usize| level.items[*at].columns.iter().any(|(column, _)| column == name);
        let open = |at: &usize| !level.items[*at].complete;
        let found = range.clone().find(has).or_else(|| range.clone().find(open));
        match found {
            Some(index) => level.items[index].column(depth, index, name),
            None => Node::Column(Place::Unknown, name.clone(), None),
        }
    }

    fn table_function(&mut self, range: &pb::RangeFunction) -> (Node, Stars) {
        let mut calls = Vec::new();
        let mut name = None;
        let mut result = None;
        for function in &range.functions {
            // A function and the columns that it is declared to return.
            let [call, ..] = items(function.node.as_ref()) else { continue };
            let node = self.expr(call);
            if let Node::Apply(_, function, _) = &node {
                name = Some(function.name.clone());
            }
            result = super::types::of(&node, self.catalog);
            calls.push(node);
        }
        let (names, alias) = alias(range.alias.as_ref());
        let declared: Vec<Column> = range
            .coldeflist
            .iter()
            .filter_map(|node| match &node.node {
                Some(NodeEnum::ColumnDef(def)) => {
                    let ty = def.type_name.as_ref().and_then(|t| type_name(t).ok());
                    Some((Ident::new(&def.colname), ty))
                }
                _ => None,
            })
            .collect();
        let alias = alias.or(name).unwrap_or_else(|| Ident::new(""));
        let (columns, complete) = if !declared.is_empty() {
            (declared.clone(), true)
        } else if !names.is_empty() {
            let single = names.len() == 1;
            (names.iter().map(|n| (n.clone(), result.clone().filter(|_| single))).collect(), true)
        } else {
            self.result_columns(&calls, &alias, result)
        };
        let stars = self.add(Item { alias, relation: None, columns, complete, sort: Sort::Function });
        let mut parts = calls;
        parts.extend(declared.into_iter().map(|(name, ty)| {
            Node::form(
                "declared",
                vec![Node::word(&*name), ty.map_or_else(Node::none, |ty| Node::word(ty.sql()))],
            )
        }));
        if range.ordinality {
            parts.push(Node::word("with ordinality"));
        }
        (Node::form("table function", parts), stars)
    }

    /// `XMLTABLE`, which sees what stands before it whether `LATERAL` is written or not.
    fn xml_table(&mut self, table: &pb::RangeTableFunc) -> (Node, Stars) {
        let mut parts = vec![self.opt(table.rowexpr.as_deref()), self.opt(table.docexpr.as_deref())];
        for node in &table.namespaces {
            if let Some(NodeEnum::ResTarget(target)) = &node.node {
                let uri = self.opt(target.val.as_deref());
                parts.push(Node::form("namespace", vec![Node::word(&*target.name), uri]));
            }
        }
        let mut columns = Vec::new();
        for node in &table.columns {
            let Some(NodeEnum::RangeTableFuncCol(column)) = &node.node else { continue };
            let ty = column.type_name.as_ref().and_then(|ty| type_name(ty).ok());
            parts.push(Node::form(
                "column",
                vec![
                    Node::word(&*column.colname),
                    ty.as_ref().map_or_else(Node::none, |ty| Node::word(ty.sql())),
                    Node::word(if column.for_ordinality { "ordinality" } else { "value" }),
                    Node::word(if column.is_not_null { "not null" } else { "null" }),
                    self.opt(column.colexpr.as_deref()),
                    self.opt(column.coldefexpr.as_deref()),
                ],
            ));
            let ty = if column.for_ordinality { Some(TypeName::builtin("int4")) } else { ty };
            columns.push((Ident::new(&column.colname), ty));
        }
        let (names, alias) = alias(table.alias.as_ref());
        let (columns, complete) = renamed((columns, true), &names);
        let alias = alias.unwrap_or_else(|| Ident::new("xmltable"));
        let stars = self.add(Item { alias, relation: None, columns, complete, sort: Sort::Function });
        (Node::form("xmltable", parts), stars)
    }

    /// The columns of a function without a list of them: those of the row type that it returns, or one with the
    /// alias as its name.
    fn result_columns(&self, calls: &[Node], alias: &Ident, result: Option<TypeName>) -> (Vec<Column>, bool) {
        let [Node::Apply(_, name, _)] = calls else { return (Vec::new(), false) };
        if let Some(row) = result.as_ref().and_then(|ty| self.catalog.relation(&ty.name)) {
            return (row.columns, row.complete);
        }
        if let Some(schema) = &name.schema
            && *schema != "pg_catalog"
        {
            // Of the users' functions, those that return something without columns have one.
            return match result {
                Some(ty) if ty.name.schema.is_none() && !ty.is("record") => {
                    (vec![(alias.clone(), Some(ty))], true)
                }
                _ => (Vec::new(), false),
            };
        }
        let text = || Some(TypeName::builtin("text"));
        let columns = |names: [&str; 2]| (names.map(|name| (Ident::new(name), None)).to_vec(), true);
        match &*name.name {
            "generate_series" | "unnest" | "regexp_split_to_table" | "generate_subscripts" => {
                (vec![(alias.clone(), result)], true)
            }
            "jsonb_object_keys" | "json_object_keys" | "string_to_table" => {
                (vec![(alias.clone(), text())], true)
            }
            // These have an output column with a name.
            "jsonb_array_elements" | "json_array_elements" => (vec![(Ident::new("value"), None)], true),
            "jsonb_array_elements_text" | "json_array_elements_text" => {
                (vec![(Ident::new("value"), text())], true)
            }
            "jsonb_each" | "json_each" | "jsonb_each_text" | "json_each_text" => columns(["key", "value"]),
            _ => (Vec::new(), false),
        }
    }
}

fn join_stars(all: &mut Stars, more: Stars) {
    match (all.as_mut(), more) {
        (Some(all), Some(more)) => all.extend(more),
        _ => *all = None,
    }
}

fn item_columns(item: &Item, depth: usize, index: usize) -> Stars {
    item.complete.then(|| {
        item.columns.iter().map(|(name, _)| (name.clone(), item.column(depth, index, name))).collect()
    })
}

/// The column names of an alias, and the alias.
fn alias(alias: Option<&pb::Alias>) -> (Vec<Ident>, Option<Ident>) {
    alias.map_or((Vec::new(), None), |a| {
        (texts(&a.colnames).map(Ident::new).collect(), Some(Ident::new(&a.aliasname)))
    })
}
