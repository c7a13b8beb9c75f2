//! One walk over a tree that collects what reviews need from queries and expressions: the `SELECT` levels
//! with their relations and columns, functions, types, sequences, tables written, settings.
//!
//! In: any node of a raw parse tree. Out: the fields of [`Walk`]. Common table expressions are not relations
//! where they are visible, and every column is recorded at the level where it stands.

use pg_query::NodeEnum;
use pg_query::protobuf::{self as pb, a_const::Val};

use super::names::{builtin_qname, ident, inner, name_in_text, relation, text, texts};
use super::types::type_name;
use crate::ir::data::SetVariable;
use crate::ir::expr::{RelationRef, Scope};
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};
use crate::parse::postgres::print::value_function_name;

/// What a walk has found so far. Nothing is listed twice, and everything in order of appearance.
#[derive(Default)]
pub(super) struct Walk<'t> {
    /// The levels; the outermost first.
    pub(super) scopes: Vec<Scope>,
    pub(super) functions: Vec<QName>,
    pub(super) types: Vec<TypeName>,
    /// Sequences named in `nextval`, `currval` and `setval`.
    pub(super) sequences: Vec<QName>,
    /// Relations written by statements inside `WITH`.
    pub(super) writes: Vec<QName>,
    /// `set_config` with literal arguments.
    pub(super) settings: Vec<SetVariable>,
    pub(super) locks_rows: bool,
    /// The level of the outermost `SELECT`, once it was met.
    pub(super) top: Option<usize>,
    /// Common table expressions that are visible.
    ctes: Vec<&'t str>,
}

/// Adds what is not there yet.
pub(super) fn add<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

impl<'t> Walk<'t> {
    /// Opens a level and returns its index.
    pub(super) fn open(&mut self, parent: Option<usize>) -> usize {
        self.scopes.push(Scope { parent, ..Scope::default() });
        self.scopes.len() - 1
    }

    /// A statement that may stand in `WITH`, or be a query by itself.
    pub(super) fn statement(&mut self, node: &'t NodeEnum, parent: Option<usize>) {
        match node {
            NodeEnum::SelectStmt(select) => self.select(select, parent),
            NodeEnum::InsertStmt(insert) => {
                self.write(insert.relation.as_ref());
                self.insert(insert, parent);
            }
            NodeEnum::UpdateStmt(update) => {
                self.write(update.relation.as_ref());
                self.update(update, parent);
            }
            NodeEnum::DeleteStmt(delete) => {
                self.write(delete.relation.as_ref());
                self.delete(delete, parent);
            }
            NodeEnum::MergeStmt(merge) => {
                self.write(merge.relation.as_ref());
                self.merge(merge, parent);
            }
            _ => {}
        }
    }

    fn write(&mut self, target: Option<&pb::RangeVar>) {
        if let Some(target) = target {
            add(&mut self.writes, relation(target));
        }
    }

    /// Makes the expressions of a `WITH` visible, walks them, and returns how many were visible before.
    fn with(&mut self, clause: Option<&'t pb::WithClause>, parent: Option<usize>) -> usize {
        let before = self.ctes.len();
        let Some(clause) = clause else { return before };
        let ctes = || {
            clause.ctes.iter().filter_map(|node| match &node.node {
                Some(NodeEnum::CommonTableExpr(cte)) => Some(&**cte),
                _ => None,
            })
        };
        if clause.recursive {
            self.ctes.extend(ctes().map(|cte| cte.ctename.as_str()));
        }
        for cte in ctes() {
            if let Some(query) = inner(cte.ctequery.as_ref()) {
                self.statement(query, parent);
            }
            if !clause.recursive {
                self.ctes.push(&cte.ctename);
            }
        }
        before
    }

    pub(super) fn select(&mut self, select: &'t pb::SelectStmt, parent: Option<usize>) {
        let outermost = self.top.is_none();
        if select.op() != pb::SetOperation::SetopNone {
            self.top.get_or_insert(self.scopes.len()); // not that of a common table expression
            let before = self.with(select.with_clause.as_ref(), parent);
            let first = self.scopes.len();
            if outermost {
                self.top = None; // that of the first arm
            }
            for arm in [&select.larg, &select.rarg].into_iter().flatten() {
                self.select(arm, parent);
            }
            // ORDER BY names output columns here; only the limits can hold anything else.
            if first < self.scopes.len() {
                self.opt(select.limit_count.as_ref(), first);
                self.opt(select.limit_offset.as_ref(), first);
            }
            self.locks_rows |= !select.locking_clause.is_empty();
            self.ctes.truncate(before);
            return;
        }
        let scope = self.open(parent);
        self.top.get_or_insert(scope);
        let before = self.with(select.with_clause.as_ref(), parent);
        for item in &select.from_clause {
            self.from(item, scope);
        }
        self.list(&select.distinct_clause, scope);
        self.list(&select.target_list, scope);
        self.opt(select.where_clause.as_ref(), scope);
        self.unless_output(&select.group_clause, &select.target_list, scope);
        self.opt(select.having_clause.as_ref(), scope);
        self.list(&select.window_clause, scope);
        self.list(&select.values_lists, scope);
        self.unless_output(&select.sort_clause, &select.target_list, scope);
        self.opt(select.limit_offset.as_ref(), scope);
        self.opt(select.limit_count.as_ref(), scope);
        self.locks_rows |= !select.locking_clause.is_empty();
        self.ctes.truncate(before);
    }

    /// `GROUP BY` and `ORDER BY` may name an output column, which is not a column of a relation.
    fn unless_output(&mut self, nodes: &'t [pb::Node], targets: &[pb::Node], scope: usize) {
        let is_alias = |name: &str| {
            targets.iter().any(
                |target| matches!(&target.node, Some(NodeEnum::ResTarget(target)) if target.name == name),
            )
        };
        for node in nodes {
            let key = match &node.node {
                Some(NodeEnum::SortBy(sort)) => inner(sort.node.as_ref()),
                other => other.as_ref(),
            };
            let output = match key {
                Some(NodeEnum::ColumnRef(column)) => match &column.fields[..] {
                    [name] => text(name).is_some_and(is_alias),
                    _ => false,
                },
                _ => false,
            };
            if !output {
                self.node(node, scope);
            }
        }
    }

    pub(super) fn insert(&mut self, insert: &'t pb::InsertStmt, parent: Option<usize>) {
        let before = self.with(insert.with_clause.as_ref(), parent);
        if let Some(source) = inner(insert.select_stmt.as_ref()) {
            self.statement(source, parent);
        }
        // What follows the source sees the target.
        if insert.on_conflict_clause.is_some() || insert.returning_clause.is_some() {
            let scope = self.open(parent);
            self.target(insert.relation.as_ref(), scope);
            if let Some(conflict) = &insert.on_conflict_clause {
                self.list(&conflict.target_list, scope);
                self.opt(conflict.where_clause.as_ref(), scope);
                if let Some(infer) = &conflict.infer {
                    self.list(&infer.index_elems, scope);
                    self.opt(infer.where_clause.as_ref(), scope);
                }
            }
            self.returning(insert.returning_clause.as_ref(), scope);
        }
        self.ctes.truncate(before);
    }

    pub(super) fn update(&mut self, update: &'t pb::UpdateStmt, parent: Option<usize>) {
        let scope = self.open(parent);
        let before = self.with(update.with_clause.as_ref(), parent);
        self.target(update.relation.as_ref(), scope);
        for item in &update.from_clause {
            self.from(item, scope);
        }
        self.list(&update.target_list, scope);
        self.opt(update.where_clause.as_ref(), scope);
        self.returning(update.returning_clause.as_ref(), scope);
        self.ctes.truncate(before);
    }

    pub(super) fn delete(&mut self, delete: &'t pb::DeleteStmt, parent: Option<usize>) {
        let scope = self.open(parent);
        let before = self.with(delete.with_clause.as_ref(), parent);
        self.target(delete.relation.as_ref(), scope);
        for item in &delete.using_clause {
            self.from(item, scope);
        }
        self.opt(delete.where_clause.as_ref(), scope);
        self.returning(delete.returning_clause.as_ref(), scope);
        self.ctes.truncate(before);
    }

    pub(super) fn merge(&mut self, merge: &'t pb::MergeStmt, parent: Option<usize>) {
        let scope = self.open(parent);
        let before = self.with(merge.with_clause.as_ref(), parent);
        self.target(merge.relation.as_ref(), scope);
        if let Some(source) = &merge.source_relation {
            self.from(source, scope);
        }
        self.opt(merge.join_condition.as_ref(), scope);
        for node in &merge.merge_when_clauses {
            if let Some(NodeEnum::MergeWhenClause(when)) = &node.node {
                self.opt(when.condition.as_ref(), scope);
                self.list(&when.target_list, scope);
                self.list(&when.values, scope);
            }
        }
        self.returning(merge.returning_clause.as_ref(), scope);
        self.ctes.truncate(before);
    }

    fn returning(&mut self, clause: Option<&'t pb::ReturningClause>, scope: usize) {
        if let Some(clause) = clause {
            self.list(&clause.exprs, scope);
        }
    }

    /// The relation a statement writes: it is always a relation, even when an expression has its name.
    fn target(&mut self, range: Option<&pb::RangeVar>, scope: usize) {
        if let Some(range) = range {
            let alias = range.alias.as_ref().and_then(|a| ident(&a.aliasname));
            self.scopes[scope].relations.push(RelationRef { name: relation(range), alias });
            // `table AS t (a, b)` has other column names than the table.
            if let Some(renamed) = range.alias.as_ref().filter(|a| !a.colnames.is_empty()) {
                self.scopes[scope].derived.push(Ident::new(&renamed.aliasname));
            }
        }
    }

    /// An item of `FROM`.
    pub(super) fn from(&mut self, node: &'t pb::Node, scope: usize) {
        match &node.node {
            Some(NodeEnum::RangeVar(range)) => {
                let cte = range.schemaname.is_empty() && self.ctes.contains(&range.relname.as_str());
                if cte {
                    let alias = range.alias.as_ref().map_or(&*range.relname, |a| &*a.aliasname);
                    self.scopes[scope].derived.push(Ident::new(alias));
                } else {
                    self.target(Some(range), scope);
                }
            }
            Some(NodeEnum::JoinExpr(join)) => {
                for side in [&join.larg, &join.rarg].into_iter().flatten() {
                    self.from(side, scope);
                }
                for column in texts(&join.using_clause) {
                    add(&mut self.scopes[scope].columns, (None, Ident::new(column)));
                }
                self.opt(join.quals.as_ref(), scope);
                for alias in [&join.alias, &join.join_using_alias].into_iter().flatten() {
                    self.derive(Some(alias), scope);
                }
            }
            Some(NodeEnum::RangeSubselect(sub)) => {
                self.derive(sub.alias.as_ref(), scope);
                let parent = if sub.lateral { Some(scope) } else { self.scopes[scope].parent };
                if let Some(query) = inner(sub.subquery.as_ref()) {
                    self.statement(query, parent);
                }
            }
            Some(NodeEnum::RangeFunction(function)) => {
                self.derive(function.alias.as_ref(), scope);
                self.list(&function.functions, scope);
                self.list(&function.coldeflist, scope);
            }
            Some(NodeEnum::RangeTableSample(sample)) => {
                if let Some(relation) = &sample.relation {
                    self.from(relation, scope);
                }
                self.list(&sample.args, scope);
                self.opt(sample.repeatable.as_ref(), scope);
            }
            Some(NodeEnum::RangeTableFunc(function)) => {
                self.derive(function.alias.as_ref(), scope);
                self.node(node, scope);
            }
            Some(NodeEnum::JsonTable(table)) => {
                self.derive(table.alias.as_ref(), scope);
                self.node(node, scope);
            }
            _ => self.node(node, scope),
        }
    }

    fn derive(&mut self, alias: Option<&pb::Alias>, scope: usize) {
        let alias = alias.map_or("", |alias| &alias.aliasname);
        self.scopes[scope].derived.push(Ident::new(alias));
    }

    pub(super) fn list(&mut self, nodes: &'t [pb::Node], scope: usize) {
        for node in nodes {
            self.node(node, scope);
        }
    }

    pub(super) fn opt(&mut self, node: Option<&'t Box<pb::Node>>, scope: usize) {
        if let Some(node) = node {
            self.node(node, scope);
        }
    }

    pub(super) fn ty(&mut self, name: Option<&pb::TypeName>) {
        if let Some(Ok(name)) = name.map(type_name) {
            add(&mut self.types, name);
        }
    }

    pub(super) fn column(&mut self, column: &pb::ColumnRef, scope: usize) {
        let scope = &mut self.scopes[scope];
        let Some((last, before)) = column.fields.split_last() else { return };
        let qualifier = before.last().and_then(text).map(Ident::new);
        match text(last) {
            Some(name) => add(&mut scope.columns, (qualifier, Ident::new(name))),
            None => add(&mut scope.stars, qualifier),
        }
    }

    pub(super) fn value_function(&mut self, function: &pb::SqlValueFunction) {
        add(&mut self.functions, QName::bare(value_function_name(function.op())));
    }

    pub(super) fn call(&mut self, call: &'t pb::FuncCall, scope: usize) {
        let name = builtin_qname(&call.funcname);
        if name.schema.is_none() {
            match &*name.name {
                "nextval" | "currval" | "setval" => {
                    if let Some(sequence) = call.args.first().and_then(literal).and_then(name_in_text) {
                        add(&mut self.sequences, sequence);
                    }
                }
                "set_config" => self.setting(&call.args),
                _ => {}
            }
        }
        add(&mut self.functions, name);
        self.list(&call.args, scope);
        self.list(&call.agg_order, scope);
        self.opt(call.agg_filter.as_ref(), scope);
        if let Some(window) = &call.over {
            self.window(window, scope);
        }
    }

    fn setting(&mut self, args: &[pb::Node]) {
        if let [name, value, local] = args
            && let (Some(name), Some(value)) = (literal(name), literal(value))
            && let Some(NodeEnum::AConst(pb::AConst { val: Some(Val::Boolval(local)), .. })) = &local.node
        {
            let name = name.to_ascii_lowercase();
            self.settings.push(SetVariable { name, values: vec![value.to_owned()], local: local.boolval });
        }
    }

    pub(super) fn window(&mut self, window: &'t pb::WindowDef, scope: usize) {
        self.list(&window.partition_clause, scope);
        self.list(&window.order_clause, scope);
        self.opt(window.start_offset.as_ref(), scope);
        self.opt(window.end_offset.as_ref(), scope);
    }
}

/// A string literal, also under a cast.
pub(super) fn literal(node: &pb::Node) -> Option<&str> {
    match &node.node {
        Some(NodeEnum::AConst(pb::AConst { val: Some(Val::Sval(s)), .. })) => Some(&s.sval),
        Some(NodeEnum::TypeCast(cast)) => literal(cast.arg.as_ref()?),
        _ => None,
    }
}
