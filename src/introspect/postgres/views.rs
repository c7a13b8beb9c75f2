//! The queries of views and materialized views.

use crate::introspect::Error;
use crate::ir::DdlOp;
use crate::parse::postgres::piece;

use super::Area;
use super::builder::Builder;
use super::row::Row;

pub(super) const AREA: Area = Area {
    what: "the views",
    sql: |_| {
        "SELECT c.oid, pg_get_viewdef(c.oid) AS query
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('v', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
            .to_owned()
    },
    build,
    expressions: &[],
    types: &[],
};

fn build(builder: &mut Builder, rows: &[Row]) -> Result<(), Error> {
    for row in rows {
        let Some(view) = builder.view(row.oid("oid")?) else { continue };
        let Some(text) = row.maybe("query")? else { continue };
        let text = text.trim().trim_end_matches(';').trim_end();
        match piece::one(&format!("CREATE VIEW v AS {text}")) {
            DdlOp::CreateView(op) => view.query = op.query,
            _ => {
                text.clone_into(&mut view.query.sql);
                builder.texts.unread.push(text.to_owned());
            }
        }
    }
    Ok(())
}
