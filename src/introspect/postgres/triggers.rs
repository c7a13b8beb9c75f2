//! Triggers on tables and views.

use crate::introspect::Error;
use crate::ir::DdlOp;
use crate::ir::table::FiringState;
use crate::parse::postgres::piece;
use crate::schema::model::Trigger;

use super::Area;
use super::builder::Builder;
use super::constraints::without_catalog;
use super::row::Row;

pub(super) const AREA: Area = Area {
    what: "the triggers",
    // Before 15, what partitions have from their parents is marked as internal.
    sql: |_| {
        "SELECT t.oid, t.tgrelid AS relation, t.tgenabled::text AS state, t.tgparentid <> 0 AS inherited,
                pg_get_triggerdef(t.oid) AS definition, d.description AS comment
         FROM pg_trigger t
         JOIN pg_proc p ON p.oid = t.tgfoid
         LEFT JOIN pg_description d ON d.classoid = 'pg_trigger'::regclass AND d.objoid = t.oid
         WHERE NOT t.tgisinternal OR (t.tgparentid <> 0 AND t.tgconstrrelid = 0 AND p.proname !~ '^RI_FKey_')
         ORDER BY t.oid"
            .to_owned()
    },
    build,
    expressions: &[],
    types: &[],
};

/// When a trigger or a rule fires, by its letter.
pub(super) fn firing_state(letter: &str) -> FiringState {
    match letter {
        "D" => FiringState::Disabled,
        "R" => FiringState::Replica,
        "A" => FiringState::Always,
        _ => FiringState::Enabled,
    }
}

fn build(builder: &mut Builder, rows: &[Row]) -> Result<(), Error> {
    for row in rows {
        if builder.is_member("pg_trigger", row.oid("oid")?) {
            continue;
        }
        let Some(triggers) = builder.triggers(row.oid("relation")?) else { continue };
        let text = row.text("definition")?;
        let DdlOp::CreateTrigger(mut def) = piece::one(text) else {
            return Err(row.unexpected(format!("cannot read the trigger {text}")));
        };
        without_catalog(&mut def.function);
        triggers.push(Trigger {
            def: (*def).into(),
            state: firing_state(row.text("state")?),
            inherited: row.flag("inherited")?,
            comment: row.owned("comment")?,
        });
    }
    Ok(())
}
