//! Functions, triggers, rules, `DO` and `CALL`.

use super::{Sample, e, id, ids, q, ty};
use crate::ir::DdlOp;
use crate::ir::object::ObjectKind;
use crate::ir::routine::{
    AlterFunction, ArgMode, BodyUses, CreateFunction, CreateRule, CreateTrigger, FunctionArg, TriggerEvents,
    TriggerTiming, Volatility,
};
use crate::ir::types::TypeName;

pub(super) fn samples() -> Vec<Sample> {
    [functions(), alterations(), triggers(), others()].concat()
}

fn function(name: &str, language: &str, body: &str) -> CreateFunction {
    CreateFunction {
        name: q(name),
        procedure: false,
        or_replace: false,
        args: Vec::new(),
        returns: None,
        language: id(language),
        body: body.into(),
        sql_body: false,
        volatility: Volatility::Volatile,
        security_definer: false,
        strict: false,
        leakproof: false,
        parallel: None,
        window: false,
        cost: None,
        rows: None,
        support: None,
        config: Vec::new(),
        uses: BodyUses::default(),
    }
}

fn arg(name: Option<&str>, mode: ArgMode, data_type: &str) -> FunctionArg {
    FunctionArg { name: name.map(id), mode, data_type: ty(data_type), default: None }
}

fn create(create: CreateFunction) -> DdlOp {
    DdlOp::CreateFunction(Box::new(create))
}

fn functions() -> Vec<Sample> {
    vec![
        (
            create(CreateFunction {
                or_replace: true,
                args: vec![
                    arg(Some("operationName"), ArgMode::In, "text"),
                    FunctionArg { default: Some(e("NULL")), ..arg(Some("n"), ArgMode::InOut, "int4") },
                    arg(None, ArgMode::Out, "numeric(3,1)"),
                    arg(Some("rest"), ArgMode::Variadic, "text"),
                ],
                returns: Some(TypeName { setof: true, array: 1, ..ty("bpchar(3)") }),
                volatility: Volatility::Stable,
                security_definer: true,
                strict: true,
                leakproof: true,
                parallel: Some(id("safe")),
                window: true,
                cost: Some("10".into()),
                rows: Some("5".into()),
                support: Some(q("app.help")),
                config: vec![("search_path".into(), Some("''".into())), ("app.x".into(), None)],
                ..function("app.f", "plpgsql", "begin return $1; end")
            }),
            "CREATE OR REPLACE FUNCTION app.f(\"operationName\" text, INOUT n integer DEFAULT NULL, \
             OUT numeric(3,1), VARIADIC rest text)\n\
             RETURNS SETOF character(3)[]\n\
             LANGUAGE plpgsql\n\
             WINDOW STABLE LEAKPROOF STRICT SECURITY DEFINER PARALLEL SAFE COST 10 ROWS 5 SUPPORT app.help\n\
             SET search_path = ''\n\
             SET app.x FROM CURRENT\n\
             AS $body$begin return $1; end$body$",
        ),
        (
            create(CreateFunction {
                args: vec![arg(Some("a"), ArgMode::In, "int4"), arg(Some("b"), ArgMode::Table, "date")],
                returns: Some(TypeName { setof: true, ..ty("record") }),
                ..function("f", "sql", "SELECT now()")
            }),
            "CREATE FUNCTION f(a integer)\nRETURNS TABLE (b date)\nLANGUAGE sql\nAS $$SELECT now()$$",
        ),
        (
            create(CreateFunction {
                returns: Some(ty("int4")),
                sql_body: true,
                volatility: Volatility::Immutable,
                ..function("f", "sql", "RETURN 1;")
            }),
            "CREATE FUNCTION f()\nRETURNS integer\nLANGUAGE sql\nIMMUTABLE\nRETURN 1",
        ),
        (
            create(CreateFunction { returns: Some(ty("int4")), ..function("f", "c", "lib/x, symbol") }),
            "CREATE FUNCTION f()\nRETURNS integer\nLANGUAGE c\nAS 'lib/x', 'symbol'",
        ),
        (
            create(CreateFunction { procedure: true, ..function("p", "sql", "") }),
            "CREATE PROCEDURE p()\nLANGUAGE sql\nAS $$$$",
        ),
    ]
}

fn alterations() -> Vec<Sample> {
    let nothing = AlterFunction {
        kind: ObjectKind::Function,
        name: q("app.f"),
        args: Some(vec![ty("int4"), ty("text")]),
        volatility: None,
        security_definer: None,
        strict: None,
        leakproof: None,
        parallel: None,
        cost: None,
        rows: None,
        set: Vec::new(),
        reset: Vec::new(),
    };
    vec![
        (
            DdlOp::AlterFunction(Box::new(AlterFunction {
                volatility: Some(Volatility::Volatile),
                security_definer: Some(false),
                strict: Some(false),
                leakproof: Some(false),
                parallel: Some(id("unsafe")),
                cost: Some("1".into()),
                rows: Some("2".into()),
                ..nothing.clone()
            })),
            "ALTER FUNCTION app.f(integer, text) VOLATILE NOT LEAKPROOF CALLED ON NULL INPUT \
             SECURITY INVOKER PARALLEL UNSAFE COST 1 ROWS 2",
        ),
        (
            DdlOp::AlterFunction(Box::new(AlterFunction {
                kind: ObjectKind::Routine,
                args: None,
                set: vec![("search_path".into(), Some("app, pg_temp".into())), ("x.y".into(), None)],
                reset: vec!["work_mem".into(), "*".into()],
                ..nothing
            })),
            "ALTER ROUTINE app.f SET search_path = app, pg_temp SET x.y FROM CURRENT RESET work_mem RESET ALL",
        ),
    ]
}

fn triggers() -> Vec<Sample> {
    let trigger = CreateTrigger {
        name: id("g"),
        table: q("app.t"),
        or_replace: true,
        constraint: false,
        timing: TriggerTiming::Before,
        events: TriggerEvents { insert: true, update: true, delete: false, truncate: false },
        update_columns: ids(&["a", "B"]),
        for_each_row: true,
        when: Some(e("new.a > 0")),
        function: q("app.f"),
        args: vec!["it's".into(), "2".into()],
        old_table: None,
        new_table: None,
        from_table: None,
        deferrable: false,
        initially_deferred: false,
    };
    let statement = CreateTrigger {
        or_replace: false,
        timing: TriggerTiming::After,
        events: TriggerEvents { insert: false, update: true, delete: false, truncate: false },
        update_columns: Vec::new(),
        for_each_row: false,
        when: None,
        args: Vec::new(),
        old_table: Some(id("o")),
        new_table: Some(id("n")),
        ..trigger.clone()
    };
    let constraint = CreateTrigger {
        constraint: true,
        for_each_row: true,
        events: TriggerEvents { insert: false, update: false, delete: true, truncate: false },
        old_table: None,
        new_table: None,
        from_table: Some(q("o")),
        deferrable: true,
        initially_deferred: true,
        ..statement.clone()
    };
    let truncate = CreateTrigger {
        events: TriggerEvents { insert: false, update: false, delete: true, truncate: true },
        old_table: None,
        new_table: None,
        ..statement.clone()
    };
    let view = CreateTrigger { timing: TriggerTiming::InsteadOf, for_each_row: true, ..truncate.clone() };
    vec![
        (
            DdlOp::CreateTrigger(Box::new(trigger)),
            "CREATE OR REPLACE TRIGGER g\n    BEFORE INSERT OR UPDATE OF a, \"B\" ON app.t\n    FOR EACH ROW\n    \
             WHEN (new.a > 0)\n    EXECUTE FUNCTION app.f('it''s', '2')",
        ),
        (
            DdlOp::CreateTrigger(Box::new(statement)),
            "CREATE TRIGGER g\n    AFTER UPDATE ON app.t\n    REFERENCING OLD TABLE AS o NEW TABLE AS n\n    \
             FOR EACH STATEMENT\n    EXECUTE FUNCTION app.f()",
        ),
        (
            DdlOp::CreateTrigger(Box::new(constraint)),
            "CREATE CONSTRAINT TRIGGER g\n    AFTER DELETE ON app.t\n    FROM o\n    \
             DEFERRABLE INITIALLY DEFERRED\n    FOR EACH ROW\n    EXECUTE FUNCTION app.f()",
        ),
        (
            DdlOp::CreateTrigger(Box::new(truncate)),
            "CREATE TRIGGER g\n    AFTER DELETE OR TRUNCATE ON app.t\n    FOR EACH STATEMENT\n    \
             EXECUTE FUNCTION app.f()",
        ),
        (
            DdlOp::CreateTrigger(Box::new(view)),
            "CREATE TRIGGER g\n    INSTEAD OF DELETE OR TRUNCATE ON app.t\n    FOR EACH ROW\n    \
             EXECUTE FUNCTION app.f()",
        ),
    ]
}

fn others() -> Vec<Sample> {
    vec![
        (
            DdlOp::CreateRule(CreateRule {
                name: id("r"),
                table: q("t"),
                or_replace: false,
                event: "INSERT",
                instead: true,
                sql: "CREATE RULE r AS ON INSERT TO t DO INSTEAD NOTHING ;\n".into(),
            }),
            "CREATE RULE r AS ON INSERT TO t DO INSTEAD NOTHING",
        ),
        (DdlOp::Call { procedure: q("app.p") }, "-- text not kept: CALL app.p"),
    ]
}
