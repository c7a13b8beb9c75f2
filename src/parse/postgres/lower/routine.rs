//! Functions, procedures, triggers and rules.

use pg_query::NodeEnum;
use pg_query::protobuf::{self as pb, FunctionParameterMode, VariableSetKind};

use super::Cx;
use super::body;
use super::names::{
    arg, constant, defs, ident, idents, inner, items, qname, relation, relation_of, texts, truth, value,
};
use super::object::object_kind;
use super::session::set_sql;
use crate::ir::DdlOp;
use crate::ir::object::ObjectKind;
use crate::ir::routine::{
    AlterFunction, ArgMode, CreateFunction, CreateRule, CreateTrigger, FunctionArg, TriggerEvents,
    TriggerTiming, Volatility,
};
use crate::name::{Ident, QName};

/// The options that `CREATE` and `ALTER FUNCTION` share.
#[derive(Default)]
struct FunctionOptions {
    volatility: Option<Volatility>,
    security_definer: Option<bool>,
    strict: Option<bool>,
    leakproof: Option<bool>,
    parallel: Option<Ident>,
    cost: Option<String>,
    rows: Option<String>,
    support: Option<QName>,
    set: Vec<(String, Option<String>)>,
    reset: Vec<String>,
}

impl FunctionOptions {
    /// Reads one option; false when it is not one of these.
    fn read(&mut self, def: &pb::DefElem) -> bool {
        let node = arg(def);
        let text = || node.map(value);
        match &*def.defname {
            "volatility" => {
                self.volatility = Some(match text().as_deref() {
                    Some("immutable") => Volatility::Immutable,
                    Some("stable") => Volatility::Stable,
                    _ => Volatility::Volatile,
                });
            }
            "security" => self.security_definer = Some(truth(node)),
            "strict" => self.strict = Some(truth(node)),
            "leakproof" => self.leakproof = Some(truth(node)),
            "parallel" => self.parallel = text().map(|t| Ident::from(t.to_ascii_lowercase())),
            "cost" => self.cost = text(),
            "rows" => self.rows = text(),
            "support" => self.support = Some(qname(items(node))),
            "set" => {
                if let Some(NodeEnum::VariableSetStmt(set)) = node {
                    self.setting(set);
                }
            }
            _ => return false,
        }
        true
    }

    fn setting(&mut self, set: &pb::VariableSetStmt) {
        let name = set.name.to_ascii_lowercase();
        match set.kind() {
            VariableSetKind::VarResetAll => self.reset.push("*".to_owned()),
            // `SET x TO DEFAULT` removes the setting, as RESET does.
            VariableSetKind::VarReset | VariableSetKind::VarSetDefault => self.reset.push(name),
            VariableSetKind::VarSetCurrent => self.set.push((name, None)),
            _ => self.set.push((name, Some(set_sql(set)))),
        }
    }
}

fn function_arg(cx: &Cx, parameter: &pb::FunctionParameter) -> FunctionArg {
    FunctionArg {
        name: ident(&parameter.name),
        mode: match parameter.mode() {
            FunctionParameterMode::FuncParamOut => ArgMode::Out,
            FunctionParameterMode::FuncParamInout => ArgMode::InOut,
            FunctionParameterMode::FuncParamVariadic => ArgMode::Variadic,
            FunctionParameterMode::FuncParamTable => ArgMode::Table,
            _ => ArgMode::In,
        },
        data_type: cx.type_of(parameter.arg_type.as_ref()),
        default: cx.opt_expr(parameter.defexpr.as_deref()),
    }
}

pub(super) fn create_function(cx: &Cx, stmt: &pb::CreateFunctionStmt) -> DdlOp {
    let mut options = FunctionOptions::default();
    let mut language = None;
    let mut source = Vec::new();
    let mut window = false;
    for def in defs(&stmt.options) {
        match &*def.defname {
            "as" => source = texts(items(arg(def))).map(str::to_owned).collect(),
            "language" => language = arg(def).map(|l| Ident::from(value(l).to_ascii_lowercase())),
            "window" => window = truth(arg(def)),
            // How arguments are handed over in untrusted languages.
            "transform" => {}
            other => {
                if !options.read(def) {
                    cx.unsupported(&format!("the function option {other}"));
                }
            }
        }
    }
    // Only the SQL-standard body may do without a language.
    let language = language.unwrap_or_else(|| Ident::new("sql"));
    let sql_body = inner(stmt.sql_body.as_deref());
    let (text, uses) = if let Some(node) = sql_body {
        body::sql_standard(cx, node)
    } else {
        let uses = body::uses(cx, &language, source.first().map_or("", String::as_str));
        // A C function has the file and the symbol.
        (source.join(", "), uses)
    };
    let parameters = stmt.parameters.iter().filter_map(|node| match &node.node {
        Some(NodeEnum::FunctionParameter(parameter)) => Some(function_arg(cx, parameter)),
        _ => None,
    });
    DdlOp::CreateFunction(Box::new(CreateFunction {
        name: qname(&stmt.funcname),
        procedure: stmt.is_procedure,
        or_replace: stmt.replace,
        args: parameters.collect(),
        returns: stmt.return_type.as_ref().map(|name| cx.type_name(name)),
        language,
        body: text,
        sql_body: sql_body.is_some(),
        volatility: options.volatility.unwrap_or_default(),
        security_definer: options.security_definer.unwrap_or(false),
        strict: options.strict.unwrap_or(false),
        leakproof: options.leakproof.unwrap_or(false),
        parallel: options.parallel,
        window,
        cost: options.cost,
        rows: options.rows,
        support: options.support,
        config: options.set,
        uses,
    }))
}

pub(super) fn alter_function(cx: &Cx, stmt: &pb::AlterFunctionStmt) -> DdlOp {
    let kind = object_kind(stmt.objtype());
    let Some(function) = &stmt.func else { return cx.unsupported_op("ALTER FUNCTION without a function") };
    let mut options = FunctionOptions::default();
    for def in defs(&stmt.actions) {
        if !options.read(def) {
            cx.unsupported(&format!("the function option {}", def.defname));
        }
    }
    if options.support.is_some() {
        // A planner hint of extensions, without effect on what the function does.
        return cx.misc_alter(kind, super::object::with_args(cx, kind, function));
    }
    let object = super::object::with_args(cx, ObjectKind::Function, function);
    DdlOp::AlterFunction(Box::new(AlterFunction {
        kind,
        name: object.name,
        args: object.args,
        volatility: options.volatility,
        security_definer: options.security_definer,
        strict: options.strict,
        leakproof: options.leakproof,
        parallel: options.parallel,
        cost: options.cost,
        rows: options.rows,
        set: options.set,
        reset: options.reset,
    }))
}

// The bits of the server's `pg_trigger.h`.
const BEFORE: i32 = 1 << 1;
const INSERT: i32 = 1 << 2;
const DELETE: i32 = 1 << 3;
const UPDATE: i32 = 1 << 4;
const TRUNCATE: i32 = 1 << 5;
const INSTEAD: i32 = 1 << 6;

pub(super) fn create_trigger(cx: &Cx, stmt: &pb::CreateTrigStmt) -> DdlOp {
    let transition = |new: bool| {
        stmt.transition_rels.iter().find_map(|node| match &node.node {
            Some(NodeEnum::TriggerTransition(t)) if t.is_new == new => ident(&t.name),
            _ => None,
        })
    };
    let argument = |node: &pb::Node| match &node.node {
        Some(NodeEnum::AConst(c)) => Some(constant(c)),
        Some(node) => Some(value(node)),
        None => None,
    };
    DdlOp::CreateTrigger(Box::new(CreateTrigger {
        name: Ident::new(&stmt.trigname),
        table: relation_of(stmt.relation.as_ref()),
        or_replace: stmt.replace,
        constraint: stmt.isconstraint,
        timing: if stmt.timing & INSTEAD != 0 {
            TriggerTiming::InsteadOf
        } else if stmt.timing & BEFORE != 0 {
            TriggerTiming::Before
        } else {
            TriggerTiming::After
        },
        events: TriggerEvents {
            insert: stmt.events & INSERT != 0,
            update: stmt.events & UPDATE != 0,
            delete: stmt.events & DELETE != 0,
            truncate: stmt.events & TRUNCATE != 0,
        },
        update_columns: idents(&stmt.columns),
        for_each_row: stmt.row,
        when: cx.opt_expr(stmt.when_clause.as_deref()),
        function: qname(&stmt.funcname),
        args: stmt.args.iter().filter_map(argument).collect(),
        old_table: transition(false),
        new_table: transition(true),
        from_table: stmt.constrrel.as_ref().map(relation),
        deferrable: stmt.deferrable,
        initially_deferred: stmt.initdeferred,
    }))
}

pub(super) fn create_rule(cx: &Cx, stmt: &pb::RuleStmt) -> DdlOp {
    DdlOp::CreateRule(CreateRule {
        name: Ident::new(&stmt.rulename),
        table: relation_of(stmt.relation.as_ref()),
        or_replace: stmt.replace,
        event: match stmt.event() {
            pb::CmdType::CmdInsert => "INSERT",
            pb::CmdType::CmdUpdate => "UPDATE",
            pb::CmdType::CmdDelete => "DELETE",
            _ => "SELECT",
        },
        instead: stmt.instead,
        sql: cx.source().to_owned(),
    })
}
