//! The walk over expression nodes: which children each kind has.

use pg_query::NodeEnum;
use pg_query::protobuf as pb;

use super::names::inner;
use super::walk::Walk;

impl<'t> Walk<'t> {
    /// An expression, or a node that holds some.
    pub(super) fn node(&mut self, node: &'t pb::Node, scope: usize) {
        let Some(node) = &node.node else { return };
        match node {
            NodeEnum::ColumnRef(n) => self.column(n, scope),
            NodeEnum::FuncCall(n) => self.call(n, scope),
            NodeEnum::SqlvalueFunction(n) => self.value_function(n),
            NodeEnum::TypeCast(n) => {
                self.ty(n.type_name.as_ref());
                self.opt(n.arg.as_deref(), scope);
            }
            NodeEnum::AExpr(n) => {
                self.opt(n.lexpr.as_deref(), scope);
                self.opt(n.rexpr.as_deref(), scope);
            }
            NodeEnum::SubLink(n) => {
                self.opt(n.testexpr.as_deref(), scope);
                if let Some(query) = inner(n.subselect.as_deref()) {
                    self.statement(query, Some(scope));
                }
            }
            NodeEnum::BoolExpr(n) => self.list(&n.args, scope),
            NodeEnum::List(n) => self.list(&n.items, scope),
            NodeEnum::CoalesceExpr(n) => self.list(&n.args, scope),
            NodeEnum::MinMaxExpr(n) => self.list(&n.args, scope),
            NodeEnum::RowExpr(n) => self.list(&n.args, scope),
            NodeEnum::AArrayExpr(n) => self.list(&n.elements, scope),
            NodeEnum::GroupingFunc(n) => self.list(&n.args, scope),
            NodeEnum::GroupingSet(n) => self.list(&n.content, scope),
            NodeEnum::NullTest(n) => self.opt(n.arg.as_deref(), scope),
            NodeEnum::BooleanTest(n) => self.opt(n.arg.as_deref(), scope),
            NodeEnum::CollateClause(n) => self.opt(n.arg.as_deref(), scope),
            NodeEnum::NamedArgExpr(n) => self.opt(n.arg.as_deref(), scope),
            NodeEnum::CaseExpr(n) => {
                self.opt(n.arg.as_deref(), scope);
                self.list(&n.args, scope);
                self.opt(n.defresult.as_deref(), scope);
            }
            NodeEnum::CaseWhen(n) => {
                self.opt(n.expr.as_deref(), scope);
                self.opt(n.result.as_deref(), scope);
            }
            NodeEnum::AIndirection(n) => {
                self.opt(n.arg.as_deref(), scope);
                self.list(&n.indirection, scope);
            }
            NodeEnum::AIndices(n) => {
                self.opt(n.lidx.as_deref(), scope);
                self.opt(n.uidx.as_deref(), scope);
            }
            NodeEnum::ResTarget(n) => {
                self.list(&n.indirection, scope);
                self.opt(n.val.as_deref(), scope);
            }
            NodeEnum::MultiAssignRef(n) => {
                // Each column of `(a, b) = …` has the whole source; the first stands for all.
                if n.colno == 1 {
                    self.opt(n.source.as_deref(), scope);
                }
            }
            NodeEnum::SortBy(n) => self.opt(n.node.as_deref(), scope),
            NodeEnum::WindowDef(n) => self.window(n, scope),
            NodeEnum::IndexElem(n) => {
                if !n.name.is_empty() {
                    let column = (None, crate::name::Ident::new(&n.name));
                    super::walk::add(&mut self.scopes[scope].columns, column);
                }
                self.opt(n.expr.as_deref(), scope);
            }
            NodeEnum::ColumnDef(n) => self.ty(n.type_name.as_ref()),
            NodeEnum::RangeTableFunc(n) => {
                self.opt(n.docexpr.as_deref(), scope);
                self.opt(n.rowexpr.as_deref(), scope);
                self.list(&n.namespaces, scope);
                self.list(&n.columns, scope);
            }
            NodeEnum::RangeTableFuncCol(n) => {
                self.ty(n.type_name.as_ref());
                self.opt(n.colexpr.as_deref(), scope);
                self.opt(n.coldefexpr.as_deref(), scope);
            }
            NodeEnum::XmlExpr(n) => {
                self.list(&n.named_args, scope);
                self.list(&n.args, scope);
            }
            NodeEnum::XmlSerialize(n) => {
                self.ty(n.type_name.as_ref());
                self.opt(n.expr.as_deref(), scope);
            }
            other => self.json(other, scope),
        }
    }

    fn json(&mut self, node: &'t NodeEnum, scope: usize) {
        match node {
            NodeEnum::JsonValueExpr(n) => self.json_value(Some(n), scope),
            NodeEnum::JsonIsPredicate(n) => self.opt(n.expr.as_deref(), scope),
            NodeEnum::JsonArgument(n) => self.json_value(n.val.as_deref(), scope),
            NodeEnum::JsonKeyValue(n) => {
                self.opt(n.key.as_deref(), scope);
                self.json_value(n.value.as_deref(), scope);
            }
            NodeEnum::JsonFuncExpr(n) => {
                self.json_value(n.context_item.as_deref(), scope);
                self.opt(n.pathspec.as_deref(), scope);
                self.list(&n.passing, scope);
                self.json_output(n.output.as_ref());
                self.json_behavior(n.on_empty.as_deref(), scope);
                self.json_behavior(n.on_error.as_deref(), scope);
            }
            NodeEnum::JsonTable(n) => {
                self.json_value(n.context_item.as_deref(), scope);
                self.list(&n.passing, scope);
                self.list(&n.columns, scope);
                self.json_behavior(n.on_error.as_deref(), scope);
            }
            NodeEnum::JsonTableColumn(n) => {
                self.ty(n.type_name.as_ref());
                self.list(&n.columns, scope);
                self.json_behavior(n.on_empty.as_deref(), scope);
                self.json_behavior(n.on_error.as_deref(), scope);
            }
            NodeEnum::JsonParseExpr(n) => {
                self.json_value(n.expr.as_deref(), scope);
                self.json_output(n.output.as_ref());
            }
            NodeEnum::JsonScalarExpr(n) => {
                self.opt(n.expr.as_deref(), scope);
                self.json_output(n.output.as_ref());
            }
            NodeEnum::JsonSerializeExpr(n) => {
                self.json_value(n.expr.as_deref(), scope);
                self.json_output(n.output.as_ref());
            }
            NodeEnum::JsonObjectConstructor(n) => {
                self.list(&n.exprs, scope);
                self.json_output(n.output.as_ref());
            }
            NodeEnum::JsonArrayConstructor(n) => {
                self.list(&n.exprs, scope);
                self.json_output(n.output.as_ref());
            }
            NodeEnum::JsonArrayQueryConstructor(n) => {
                if let Some(query) = inner(n.query.as_deref()) {
                    self.statement(query, Some(scope));
                }
                self.json_output(n.output.as_ref());
            }
            NodeEnum::JsonObjectAgg(n) => {
                if let Some(pair) = &n.arg {
                    self.opt(pair.key.as_deref(), scope);
                    self.json_value(pair.value.as_deref(), scope);
                }
                self.json_aggregate(n.constructor.as_deref(), scope);
            }
            NodeEnum::JsonArrayAgg(n) => {
                self.json_value(n.arg.as_deref(), scope);
                self.json_aggregate(n.constructor.as_deref(), scope);
            }
            // Constants, parameters and what holds no expression.
            _ => {}
        }
    }

    fn json_value(&mut self, value: Option<&'t pb::JsonValueExpr>, scope: usize) {
        if let Some(value) = value {
            self.opt(value.raw_expr.as_deref(), scope);
        }
    }

    fn json_output(&mut self, output: Option<&pb::JsonOutput>) {
        self.ty(output.and_then(|o| o.type_name.as_ref()));
    }

    fn json_behavior(&mut self, behavior: Option<&'t pb::JsonBehavior>, scope: usize) {
        if let Some(behavior) = behavior {
            self.opt(behavior.expr.as_deref(), scope);
        }
    }

    fn json_aggregate(&mut self, aggregate: Option<&'t pb::JsonAggConstructor>, scope: usize) {
        if let Some(aggregate) = aggregate {
            self.opt(aggregate.agg_filter.as_deref(), scope);
            self.list(&aggregate.agg_order, scope);
            if let Some(window) = &aggregate.over {
                self.window(window, scope);
            }
            self.json_output(aggregate.output.as_ref());
        }
    }
}
