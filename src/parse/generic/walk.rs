//! What reviews need from queries and expressions, collected in one walk over `sqlparser`'s tree.
//!
//! In: an expression, a query or a statement. Out: the fields of [`Walk`]. Common table expressions are not
//! relations; the keys of `ORDER BY` that name an output column are not columns.

use std::ops::ControlFlow;

use sqlparser::ast::{
    Expr, GroupByExpr, ObjectName, OrderBy, Query, Select, SelectItem, SelectItemQualifiedWildcardKind,
    SetExpr, TableAlias, TableFactor, Visitor,
};

use super::cursor::unquote;
use super::types;
use crate::ir::expr::{RelationRef, Scope};
use crate::ir::types::TypeName;
use crate::name::{Dialect, Ident, QName};

/// What a walk has found so far, everything once and in order of appearance.
pub(super) struct Walk {
    /// The levels; the outermost first.
    pub(super) scopes: Vec<Scope>,
    pub(super) functions: Vec<QName>,
    pub(super) types: Vec<TypeName>,
    pub(super) locks_rows: bool,
    /// The levels that are open, the innermost last.
    open: Vec<usize>,
    /// Names of common table expressions by query, the innermost query last.
    ctes: Vec<Vec<Ident>>,
    /// Output names of the queries whose keys may name them.
    output: Vec<Ident>,
    in_order_by: bool,
}

impl Walk {
    /// A walk with one level open, for what stands outside every `SELECT`.
    pub(super) fn outside() -> Self {
        Self { scopes: vec![Scope::default()], open: vec![0], ..Self::new() }
    }

    /// A walk without levels.
    pub(super) fn new() -> Self {
        Self {
            scopes: Vec::new(),
            functions: Vec::new(),
            types: Vec::new(),
            locks_rows: false,
            open: Vec::new(),
            ctes: Vec::new(),
            output: Vec::new(),
            in_order_by: false,
        }
    }

    fn scope(&mut self) -> Option<&mut Scope> {
        // Behind the last `SELECT` come its keys and limits: they belong to the first level.
        let at = self.open.last().copied().unwrap_or(0);
        self.scopes.get_mut(at)
    }

    fn column(&mut self, qualifier: Option<Ident>, name: Ident) {
        // A MySQL variable.
        if name.starts_with('@') || (self.in_order_by && qualifier.is_none() && self.output.contains(&name)) {
            return;
        }
        if let Some(scope) = self.scope() {
            add(&mut scope.columns, (qualifier, name));
        }
    }

    fn is_cte(&self, name: &QName) -> bool {
        name.schema.is_none() && self.ctes.iter().flatten().any(|cte| cte.eq_ignore_ascii_case(&name.name))
    }

    /// A relation named in `FROM`, or the target of a statement.
    pub(super) fn relation(&mut self, name: &ObjectName, alias: Option<&TableAlias>) {
        let name = qname(name);
        if self.is_cte(&name) {
            return self.derived(alias, Some(name.name));
        }
        let alias = alias.map(|alias| ident(&alias.name));
        if let Some(scope) = self.scope() {
            add(&mut scope.relations, RelationRef::of(name, alias));
        }
    }
}

impl Walk {
    /// What stands in `FROM` and is no relation: a sub-query, a common table expression, a function.
    fn derived(&mut self, alias: Option<&TableAlias>, name: Option<Ident>) {
        let name = alias.map(|alias| ident(&alias.name)).or(name).unwrap_or_else(|| Ident::new(""));
        if let Some(scope) = self.scope() {
            scope.derived.push(name);
        }
    }
}

impl Visitor for Walk {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let ctes = query.with.iter().flat_map(|with| &with.cte_tables);
        self.ctes.push(ctes.map(|cte| ident(&cte.alias.name)).collect());
        self.locks_rows |= !query.locks.is_empty();
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.ctes.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        let scope = Scope { parent: self.open.last().copied(), stars: stars(select), ..Scope::default() };
        self.scopes.push(scope);
        self.open.push(self.scopes.len() - 1);
        self.output.extend(output(select).into_iter().flatten());
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, _: &Select) -> ControlFlow<()> {
        self.open.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        match factor {
            TableFactor::Table { name, alias, args: None, .. } => self.relation(name, alias.as_ref()),
            TableFactor::Table { name, alias, .. } | TableFactor::Function { name, alias, .. } => {
                let name = function_name(name);
                add(&mut self.functions, name.clone());
                self.derived(alias.as_ref(), Some(name.name));
            }
            TableFactor::Derived { alias, .. } | TableFactor::TableFunction { alias, .. } => {
                self.derived(alias.as_ref(), None);
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_order_by(&mut self, _: &OrderBy) -> ControlFlow<()> {
        self.in_order_by = true;
        ControlFlow::Continue(())
    }

    fn post_visit_order_by(&mut self, _: &OrderBy) -> ControlFlow<()> {
        self.in_order_by = false;
        ControlFlow::Continue(())
    }

    fn pre_visit_group_by(&mut self, _: &GroupByExpr) -> ControlFlow<()> {
        self.in_order_by = true;
        ControlFlow::Continue(())
    }

    fn post_visit_group_by(&mut self, _: &GroupByExpr) -> ControlFlow<()> {
        self.in_order_by = false;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        match expr {
            Expr::Identifier(name) => self.column(None, ident(name)),
            Expr::CompoundIdentifier(parts) => {
                if let [.., qualifier, name] = parts.as_slice() {
                    self.column(Some(ident(qualifier)), ident(name));
                }
            }
            Expr::Function(function) => add(&mut self.functions, function_name(&function.name)),
            Expr::Cast { data_type, .. } => add(&mut self.types, types::of_cast(&data_type.to_string())),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

/// Adds what is not there yet.
pub(super) fn add<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// An identifier without its quotes. (The parser leaves doubled quotes doubled.)
pub(super) fn ident(name: &sqlparser::ast::Ident) -> Ident {
    match name.quote_style {
        Some(quote) if quote != '[' => {
            Ident::from(unquote(&format!("{quote}{}{quote}", name.value), Dialect::Sqlite))
        }
        _ => Ident::new(&name.value),
    }
}

/// The last two parts of a name.
pub(super) fn qname(name: &ObjectName) -> QName {
    let parts: Vec<Ident> = name.0.iter().filter_map(|part| part.as_ident()).map(ident).collect();
    match parts.as_slice() {
        [.., schema, name] => QName::qualified(schema.clone(), name.clone()),
        [name] => QName::bare(name.clone()),
        [] => QName::bare(""),
    }
}

/// Functions are the same in any case.
pub(super) fn function_name(name: &ObjectName) -> QName {
    let QName { schema, name } = qname(name);
    QName { schema, name: Ident::from(name.to_ascii_lowercase()) }
}

fn stars(select: &Select) -> Vec<Option<Ident>> {
    let star = |item: &SelectItem| match item {
        SelectItem::Wildcard(_) => Some(None),
        SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
            Some(Some(qname(name).name))
        }
        _ => None,
    };
    select.projection.iter().filter_map(star).collect()
}

/// The names of the output columns of a query, as far as its text tells them.
pub(super) fn output_of(query: &Query) -> Vec<Option<Ident>> {
    let mut body = &query.body;
    loop {
        match &**body {
            SetExpr::SetOperation { left, .. } => body = left,
            SetExpr::Query(query) => body = &query.body,
            SetExpr::Select(select) => return output(select),
            _ => return Vec::new(),
        }
    }
}

/// The outermost `SELECT` of a query, when it is one.
pub(super) fn outermost(query: &Query) -> Option<&Select> {
    match &*query.body {
        SetExpr::Select(select) => Some(select),
        SetExpr::Query(query) => outermost(query),
        _ => None,
    }
}

fn output(select: &Select) -> Vec<Option<Ident>> {
    let name = |item: &SelectItem| match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(ident(alias)),
        SelectItem::UnnamedExpr(Expr::Identifier(name)) => Some(ident(name)),
        SelectItem::UnnamedExpr(Expr::CompoundIdentifier(parts)) => parts.last().map(ident),
        _ => None,
    };
    select.projection.iter().map(name).collect()
}
