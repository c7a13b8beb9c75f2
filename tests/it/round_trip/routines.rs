//! Functions, triggers, rules, policies.

use checkrail::ir::types::TypeName;
use checkrail::quote::{quote_ident, quote_qname};
use checkrail::schema::model::{Function, Table, TableKind};

use super::world::World;

/// `name(types)`.
pub fn signature(function: &Function) -> String {
    let args: Vec<String> = function.def.signature().iter().map(TypeName::sql).collect();
    format!("{}({})", quote_qname(&function.def.name), args.join(", "))
}

pub fn create_function(world: &mut World<'_>) -> Option<String> {
    if world.one_in(4)
        && let Some(function) = world.function()
        && function.def.language == *"plpgsql"
        && function.def.returns.as_ref().is_some_and(|ty| ty.is("trigger"))
    {
        let body = world.word(&["BEGIN RETURN NULL; END", "BEGIN RAISE NOTICE 'x'; RETURN NEW; END"]);
        return Some(format!(
            "CREATE OR REPLACE FUNCTION {} RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
            signature(function)
        ));
    }
    let name = world.new_name("f");
    Some(match world.below(6) {
        0 => format!(
            "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$"
        ),
        1 => format!(
            "CREATE FUNCTION {name}(a integer, b text DEFAULT 'x') RETURNS integer LANGUAGE sql IMMUTABLE STRICT AS 'SELECT a + length(b)'"
        ),
        2 => format!(
            "CREATE FUNCTION {name}(a integer) RETURNS integer LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog COST 50 RETURN a + 1"
        ),
        3 => {
            let table = world.table_where(|t| !t.columns.is_empty() && t.columns_known)?;
            let table = quote_qname(&table.name);
            format!(
                "CREATE FUNCTION {name}() RETURNS SETOF {table} LANGUAGE sql ROWS 5 AS 'SELECT * FROM {table}'"
            )
        }
        4 => format!("CREATE PROCEDURE {name}(INOUT a integer) LANGUAGE plpgsql AS $$ BEGIN a := 1; END $$"),
        _ => {
            let ty = world.data_type();
            format!("CREATE OR REPLACE FUNCTION {name}(a {ty}) RETURNS {ty} LANGUAGE sql AS 'SELECT a'")
        }
    })
}

pub fn alter_function(world: &mut World<'_>) -> Option<String> {
    let function = world.function()?;
    let what = if function.def.procedure {
        world.word(&["SECURITY DEFINER", "SET work_mem = '1MB'", "RESET ALL"])
    } else {
        world.word(&[
            "STABLE",
            "SECURITY DEFINER",
            "STRICT",
            "COST 7",
            "SET search_path = public, pg_temp",
            "RESET ALL",
            "PARALLEL SAFE",
            "LEAKPROOF",
        ])
    };
    let kind = if function.def.procedure { "PROCEDURE" } else { "FUNCTION" };
    Some(format!("ALTER {kind} {} {what}", signature(function)))
}

fn trigger_function<'a>(world: &mut World<'a>) -> Option<&'a Function> {
    world.pick_object(|object| match object {
        checkrail::schema::model::Object::Function(f)
            if f.def.returns.as_ref().is_some_and(|ty| ty.is("trigger")) =>
        {
            Some(f)
        }
        _ => None,
    })
}

pub fn create_trigger(world: &mut World<'_>) -> Option<String> {
    let function = trigger_function(world)?;
    let function = quote_qname(&function.def.name);
    if world.one_in(5) {
        let view = world.view(false)?;
        let name = format!("instead{}", view.triggers.len());
        return Some(format!(
            "CREATE TRIGGER {name} INSTEAD OF INSERT ON {} FOR EACH ROW EXECUTE FUNCTION {function}()",
            quote_qname(&view.name)
        ));
    }
    let table = world.table()?;
    let name = world.new_part(table, "tr");
    let on = quote_qname(&table.name);
    let run = format!("EXECUTE FUNCTION {function}('a', '1')");
    Some(match world.below(5) {
        0 => format!("CREATE TRIGGER {name} BEFORE INSERT ON {on} FOR EACH ROW {run}"),
        1 => {
            let column = world.column(table)?;
            let of = quote_ident(&column.name);
            format!("CREATE TRIGGER {name} AFTER UPDATE OF {of} OR DELETE ON {on} FOR EACH STATEMENT {run}")
        }
        2 => {
            let column = world.column_where(table, |c| c.generated.is_none())?;
            let new = quote_ident(&column.name);
            format!(
                "CREATE TRIGGER {name} AFTER UPDATE ON {on} FOR EACH ROW WHEN (OLD.{new} IS DISTINCT FROM NEW.{new}) {run}"
            )
        }
        3 if !table.is_partitioned() => {
            format!(
                "CREATE CONSTRAINT TRIGGER {name} AFTER INSERT ON {on} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW {run}"
            )
        }
        _ => format!(
            "CREATE TRIGGER {name} AFTER INSERT ON {on} REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT {run}"
        ),
    })
}

pub fn create_rule(world: &mut World<'_>) -> Option<String> {
    let table = world.table_where(|t| matches!(t.kind, TableKind::Ordinary))?;
    let name = world.new_part(table, "ru");
    let on = quote_qname(&table.name);
    let what = world.word(&["ON DELETE TO # DO INSTEAD NOTHING", "ON INSERT TO # DO ALSO NOTIFY touched"]);
    Some(format!("CREATE RULE {name} AS {}", what.replace('#', &on)))
}

pub fn create_policy(world: &mut World<'_>) -> Option<String> {
    let table = world.table()?;
    let name = world.new_part(table, "po");
    let on = quote_qname(&table.name);
    let column = world.column(table)?;
    let condition = world.condition(column);
    let to = world.grantee();
    Some(match world.below(4) {
        0 => format!("CREATE POLICY {name} ON {on} USING ({condition})"),
        1 => format!("CREATE POLICY {name} ON {on} AS RESTRICTIVE FOR SELECT TO {to} USING ({condition})"),
        2 => format!("CREATE POLICY {name} ON {on} FOR INSERT TO {to} WITH CHECK ({condition})"),
        _ => {
            let other = world.table_where(|t| !t.columns.is_empty())?;
            let from = quote_qname(&other.name);
            format!(
                "CREATE POLICY {name} ON {on} FOR UPDATE USING (EXISTS (SELECT 1 FROM {from})) WITH CHECK (true)"
            )
        }
    })
}

pub fn alter_policy(world: &mut World<'_>) -> Option<String> {
    let table = world.table_where(|t: &Table| !t.policies.is_empty())?;
    let all: Vec<_> = table.policies.iter().collect();
    let policy = world.of(&all)?;
    let column = world.column(table)?;
    let condition = world.condition(column);
    let name = quote_ident(&policy.name);
    let what = match world.below(2) {
        0 => format!("TO {}", world.grantee()),
        _ if policy.using.is_some() => format!("USING ({condition})"),
        _ => format!("WITH CHECK ({condition})"),
    };
    Some(format!("ALTER POLICY {name} ON {} {what}", quote_qname(&table.name)))
}
