//! Rewrite rules, those of views themselves excepted.

use crate::introspect::Error;
use crate::schema::model::Rule;

use super::Area;
use super::builder::Builder;
use super::row::Row;
use super::triggers::firing_state;

pub(super) const AREA: Area = Area {
    what: "the rules",
    sql: |_| {
        "SELECT r.oid, r.ev_class AS relation, r.rulename::text AS name, r.ev_enabled::text AS state,
                pg_get_ruledef(r.oid) AS definition, d.description AS comment
         FROM pg_rewrite r
         JOIN pg_class c ON c.oid = r.ev_class
         JOIN pg_namespace n ON n.oid = c.relnamespace
         LEFT JOIN pg_description d ON d.classoid = 'pg_rewrite'::regclass AND d.objoid = r.oid
         WHERE r.rulename <> '_RETURN' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
         ORDER BY r.oid"
            .to_owned()
    },
    build,
    expressions: &[],
    types: &[],
};

fn build(builder: &mut Builder, rows: &[Row]) -> Result<(), Error> {
    for row in rows {
        if builder.is_member("pg_rewrite", row.oid("oid")?) {
            continue;
        }
        let Some(rules) = builder.rules(row.oid("relation")?) else { continue };
        rules.push(Rule {
            name: row.ident("name")?,
            sql: row.text("definition")?.trim_end_matches(';').to_owned(),
            state: firing_state(row.text("state")?),
            comment: row.owned("comment")?,
        });
    }
    Ok(())
}
