//! One walk over a tree that collects what reviews need from queries and expressions: the `SELECT` levels
//! with their relations and columns, functions, types, sequences, tables written, settings.
//!
//! In: any node of a raw parse tree. Out: the fields of [`Walk`]. Common table expressions are not relations
//! where they are visible, and every column is recorded at the level where it stands.

use pg_query::NodeEnum;
use pg_query::protobuf::{self as pb, a_const::Val};

use super::names::{builtin_qname, ident, inner, name_in_text, relation, text, texts};
use super::output;
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
    /// Aliases of whole joins, with the level where they stand.
    pub(super) joins: Vec<(usize, &'t str)>,
    /// Common table expressions that are visible.
    ctes: Vec<&'t str>,
    /// Whose rows the level that is walked locks.
    row_lock: RowLock<'t>,
    /// Whether the sub-query that is next belongs to a level that locks its rows.
    inside_row_lock: bool,
}

/// What `FOR UPDATE` and its relatives mean at one level.
#[derive(Default)]
enum RowLock<'t> {
    #[default]
    None,
    All,
    /// `OF`.
    Named(Vec<&'t str>),
}

impl<'t> RowLock<'t> {
    fn of(select: &'t pb::SelectStmt) -> Self {
        let mut named = Vec::new();
        for clause in &select.locking_clause {
            let Some(NodeEnum::LockingClause(clause)) = &clause.node else { continue };
            if clause.locked_rels.is_empty() {
                return Self::All;
            }
            named.extend(clause.locked_rels.iter().filter_map(|node| match &node.node {
                Some(NodeEnum::RangeVar(range)) => Some(range.relname.as_str()),
                _ => None,
            }));
        }
        if named.is_empty() { Self::None } else { Self::Named(named) }
    }

    fn covers(&self, alias: Option<&pb::Alias>, name: &str) -> bool {
        match self {
            Self::None => false,
            Self::All => true,
            Self::Named(names) => names.contains(&alias.map_or(name, |alias| &alias.aliasname)),
        }
    }
}

/// Adds what is not there yet.
pub(super) fn add<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

impl<'t> Walk<'t> {
    /// A walk inside a statement with a `WITH`.
    pub(super) fn within(with: Option<&'t pb::WithClause>) -> Self {
        let nodes = with.map_or(&[][..], |clause| &clause.ctes);
        Self { ctes: ctes(nodes).map(|cte| cte.ctename.as_str()).collect(), ..Self::default() }
    }

    /// Opens a level and returns its index.
    pub(super) fn open(&mut self, parent: Option<usize>) -> usize {
        self.scopes.push(Scope { parent, ..Scope::default() });
        self.scopes.len() - 1
    }

    /// A statement that may stand in `WITH`, or be a query by itself.
    pub(super) fn statement(&mut self, node: &'t NodeEnum, parent: Option<usize>) {
        match node {
            NodeEnum::SelectStmt(select) => return self.select(select, parent),
            NodeEnum::InsertStmt(insert) => self.insert(insert, parent),
            NodeEnum::UpdateStmt(update) => self.update(update, parent),
            NodeEnum::DeleteStmt(delete) => self.delete(delete, parent),
            NodeEnum::MergeStmt(merge) => self.merge(merge, parent),
            _ => {}
        }
        if let Some(written) = super::query::target(node) {
            add(&mut self.writes, written);
        }
    }

    /// Walks what a `WITH` belongs to, then the expressions of the `WITH`: levels are listed from the outside in.
    fn with(
        &mut self,
        clause: Option<&'t pb::WithClause>,
        parent: Option<usize>,
        main: impl FnOnce(&mut Self),
    ) {
        let before = self.ctes.len();
        let nodes = clause.map_or(&[][..], |clause| &clause.ctes);
        self.ctes.extend(ctes(nodes).map(|cte| cte.ctename.as_str()));
        main(self);
        let recursive = clause.is_some_and(|clause| clause.recursive);
        if !recursive {
            self.ctes.truncate(before);
        }
        for cte in ctes(nodes) {
            if let Some(query) = inner(cte.ctequery.as_deref()) {
                self.statement(query, parent);
            }
            // Each sees those written before it.
            if !recursive {
                self.ctes.push(&cte.ctename);
            }
        }
        self.ctes.truncate(before);
    }

    pub(super) fn select(&mut self, select: &'t pb::SelectStmt, parent: Option<usize>) {
        self.with(select.with_clause.as_ref(), parent, |walk| walk.select_body(select, parent));
    }

    fn select_body(&mut self, select: &'t pb::SelectStmt, parent: Option<usize>) {
        self.locks_rows |= !select.locking_clause.is_empty();
        if select.op() != pb::SetOperation::SetopNone {
            let first = self.scopes.len();
            for arm in [&select.larg, &select.rarg].into_iter().flatten() {
                self.select(arm, parent);
            }
            // ORDER BY names output columns here; only the limits can hold anything else.
            if first < self.scopes.len() {
                self.opt(select.limit_count.as_deref(), first);
                self.opt(select.limit_offset.as_deref(), first);
            }
            return;
        }
        let scope = self.open(parent);
        let inside = std::mem::take(&mut self.inside_row_lock);
        let row_lock = if inside { RowLock::All } else { RowLock::of(select) };
        let outside = std::mem::replace(&mut self.row_lock, row_lock);
        for item in &select.from_clause {
            self.from(item, scope);
        }
        self.row_lock = outside;
        self.unless_output(&select.distinct_clause, &select.target_list, scope);
        self.list(&select.target_list, scope);
        self.opt(select.where_clause.as_deref(), scope);
        self.unless_output(&select.group_clause, &select.target_list, scope);
        self.opt(select.having_clause.as_deref(), scope);
        self.list(&select.window_clause, scope);
        self.list(&select.values_lists, scope);
        self.unless_output(&select.sort_clause, &select.target_list, scope);
        self.opt(select.limit_offset.as_deref(), scope);
        self.opt(select.limit_count.as_deref(), scope);
    }

    /// `DISTINCT ON`, `GROUP BY` and `ORDER BY` may name an output column, which is not a column of a relation.
    fn unless_output(&mut self, nodes: &'t [pb::Node], targets: &[pb::Node], scope: usize) {
        if nodes.is_empty() {
            return;
        }
        let labels = output::targets(targets);
        let is_label = |name: &str| labels.iter().flatten().any(|label| *label == *name);
        for node in nodes {
            let key = match &node.node {
                Some(NodeEnum::SortBy(sort)) => inner(sort.node.as_deref()),
                other => other.as_ref(),
            };
            let output = match key {
                Some(NodeEnum::ColumnRef(column)) => match &column.fields[..] {
                    [name] => text(name).is_some_and(&is_label),
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
        self.with(insert.with_clause.as_ref(), parent, |walk| {
            if let Some(source) = inner(insert.select_stmt.as_deref()) {
                walk.statement(source, parent);
            }
            walk.insert_rest(insert, parent);
        });
    }

    /// What follows the source of an `INSERT`: it sees the target.
    fn insert_rest(&mut self, insert: &'t pb::InsertStmt, parent: Option<usize>) {
        let conflict = insert.on_conflict_clause.as_deref();
        let update = conflict.is_some_and(|c| !c.target_list.is_empty());
        let infer = conflict
            .and_then(|c| c.infer.as_deref())
            .filter(|i| !i.index_elems.is_empty() || !i.conname.is_empty());
        if !update && infer.is_none() && insert.returning_clause.is_none() {
            return;
        }
        let scope = self.open(parent);
        self.target(insert.relation.as_ref(), scope);
        if let Some(conflict) = conflict {
            self.list(&conflict.target_list, scope);
            self.opt(conflict.where_clause.as_deref(), scope);
        }
        if let Some(infer) = infer {
            self.list(&infer.index_elems, scope);
            self.opt(infer.where_clause.as_deref(), scope);
        }
        self.returning(insert.returning_clause.as_ref(), scope);
    }

    pub(super) fn update(&mut self, update: &'t pb::UpdateStmt, parent: Option<usize>) {
        self.with(update.with_clause.as_ref(), parent, |walk| {
            let scope = walk.open(parent);
            walk.target(update.relation.as_ref(), scope);
            for item in &update.from_clause {
                walk.from(item, scope);
            }
            walk.list(&update.target_list, scope);
            walk.opt(update.where_clause.as_deref(), scope);
            walk.returning(update.returning_clause.as_ref(), scope);
        });
    }

    pub(super) fn delete(&mut self, delete: &'t pb::DeleteStmt, parent: Option<usize>) {
        self.with(delete.with_clause.as_ref(), parent, |walk| {
            let scope = walk.open(parent);
            walk.target(delete.relation.as_ref(), scope);
            for item in &delete.using_clause {
                walk.from(item, scope);
            }
            walk.opt(delete.where_clause.as_deref(), scope);
            walk.returning(delete.returning_clause.as_ref(), scope);
        });
    }

    pub(super) fn merge(&mut self, merge: &'t pb::MergeStmt, parent: Option<usize>) {
        self.with(merge.with_clause.as_ref(), parent, |walk| {
            let scope = walk.open(parent);
            walk.target(merge.relation.as_ref(), scope);
            if let Some(source) = &merge.source_relation {
                walk.from(source, scope);
            }
            walk.opt(merge.join_condition.as_deref(), scope);
            for node in &merge.merge_when_clauses {
                if let Some(NodeEnum::MergeWhenClause(when)) = &node.node {
                    walk.opt(when.condition.as_deref(), scope);
                    walk.list(&when.target_list, scope);
                    walk.list(&when.values, scope);
                }
            }
            walk.returning(merge.returning_clause.as_ref(), scope);
        });
    }

    fn returning(&mut self, clause: Option<&'t pb::ReturningClause>, scope: usize) {
        if let Some(clause) = clause {
            self.list(&clause.exprs, scope);
        }
    }

    /// The relation a statement writes: it is always a relation, even when an expression has its name.
    fn target(&mut self, range: Option<&pb::RangeVar>, scope: usize) {
        if let Some(range) = range {
            self.refer(range, RelationRef { target: true, ..reference(range) }, scope);
        }
    }

    fn refer(&mut self, range: &pb::RangeVar, relation: RelationRef, scope: usize) {
        self.scopes[scope].relations.push(relation);
        // `table AS t (a, b)` has other column names than the table.
        if let Some(renamed) = range.alias.as_ref().filter(|a| !a.colnames.is_empty()) {
            self.scopes[scope].derived.push(Ident::new(&renamed.aliasname));
        }
    }

    /// An item of `FROM`.
    pub(super) fn from(&mut self, node: &'t pb::Node, scope: usize) {
        match &node.node {
            Some(NodeEnum::RangeVar(range)) => {
                let cte = range.schemaname.is_empty() && self.ctes.contains(&range.relname.as_str());
                if cte {
                    self.derive(range.alias.as_ref(), &range.relname, scope);
                } else {
                    let row_lock = self.row_lock.covers(range.alias.as_ref(), &range.relname);
                    self.refer(range, RelationRef { row_lock, ..reference(range) }, scope);
                }
            }
            Some(NodeEnum::JoinExpr(join)) => {
                for side in [&join.larg, &join.rarg].into_iter().flatten() {
                    self.from(side, scope);
                }
                for column in texts(&join.using_clause) {
                    add(&mut self.scopes[scope].columns, (None, Ident::new(column)));
                }
                self.opt(join.quals.as_deref(), scope);
                let aliases = [&join.alias, &join.join_using_alias].into_iter().flatten();
                self.joins.extend(aliases.map(|alias| (scope, alias.aliasname.as_str())));
            }
            Some(NodeEnum::RangeSubselect(sub)) => {
                self.derive(sub.alias.as_ref(), "", scope);
                let parent = if sub.lateral { Some(scope) } else { self.scopes[scope].parent };
                if let Some(query) = inner(sub.subquery.as_deref()) {
                    self.inside_row_lock = self.row_lock.covers(sub.alias.as_ref(), "");
                    self.statement(query, parent);
                    self.inside_row_lock = false;
                }
            }
            Some(NodeEnum::RangeFunction(function)) => {
                self.derive(function.alias.as_ref(), function_name(function), scope);
                self.list(&function.functions, scope);
                self.list(&function.coldeflist, scope);
            }
            Some(NodeEnum::RangeTableSample(sample)) => {
                if let Some(relation) = &sample.relation {
                    self.from(relation, scope);
                }
                self.list(&sample.args, scope);
                self.opt(sample.repeatable.as_deref(), scope);
            }
            Some(NodeEnum::RangeTableFunc(function)) => {
                self.derive(function.alias.as_ref(), "", scope);
                self.node(node, scope);
            }
            Some(NodeEnum::JsonTable(table)) => {
                self.derive(table.alias.as_ref(), "", scope);
                self.node(node, scope);
            }
            _ => self.node(node, scope),
        }
    }

    /// Notes what is in `FROM` and is no relation, by its alias or, without one, the name it goes by.
    fn derive(&mut self, alias: Option<&pb::Alias>, name: &str, scope: usize) {
        let name = alias.map_or(name, |alias| &alias.aliasname);
        self.scopes[scope].derived.push(Ident::new(name));
    }

    pub(super) fn list(&mut self, nodes: &'t [pb::Node], scope: usize) {
        for node in nodes {
            self.node(node, scope);
        }
    }

    pub(super) fn opt(&mut self, node: Option<&'t pb::Node>, scope: usize) {
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
        self.opt(call.agg_filter.as_deref(), scope);
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
        self.opt(window.start_offset.as_deref(), scope);
        self.opt(window.end_offset.as_deref(), scope);
    }
}

/// The name by which the columns of a function in `FROM` can be qualified.
fn function_name(function: &pb::RangeFunction) -> &str {
    let call = match &function.functions[..] {
        [one] => super::names::items(one.node.as_ref()).first(),
        _ => None,
    };
    match call.and_then(|c| c.node.as_ref()) {
        Some(NodeEnum::FuncCall(call)) => call.funcname.last().and_then(text).unwrap_or(""),
        _ => "",
    }
}

/// The expressions of a `WITH`.
fn ctes(nodes: &[pb::Node]) -> impl Iterator<Item = &pb::CommonTableExpr> {
    nodes.iter().filter_map(|node| match &node.node {
        Some(NodeEnum::CommonTableExpr(cte)) => Some(&**cte),
        _ => None,
    })
}

/// A string literal, also under a cast.
pub(super) fn literal(node: &pb::Node) -> Option<&str> {
    match &node.node {
        Some(NodeEnum::AConst(pb::AConst { val: Some(Val::Sval(s)), .. })) => Some(&s.sval),
        Some(NodeEnum::TypeCast(cast)) => literal(cast.arg.as_ref()?),
        _ => None,
    }
}

fn reference(range: &pb::RangeVar) -> RelationRef {
    let alias = range.alias.as_ref().and_then(|a| ident(&a.aliasname));
    RelationRef { only: !range.inh, ..RelationRef::of(relation(range), alias) }
}
