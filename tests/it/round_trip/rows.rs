//! Statements on rows, sessions and storage.

use checkrail::quote::{quote_ident, quote_qname};

use super::world::World;

pub fn insert(world: &mut World<'_>) -> Option<String> {
    let table = world.table()?;
    let mut columns = Vec::new();
    let mut values = Vec::new();
    for column in table.columns.iter().filter(|c| c.generated.is_none() && c.identity != Some(true)) {
        columns.push(quote_ident(&column.name).into_owned());
        values.push(world.value(&column.data_type)?);
    }
    if columns.is_empty() {
        return None;
    }
    let end = world.word(&["", "", " ON CONFLICT DO NOTHING"]);
    let (table, columns, values) = (quote_qname(&table.name), columns.join(", "), values.join(", "));
    Some(format!("INSERT INTO {table} ({columns}) VALUES ({values}){end}"))
}

pub fn update(world: &mut World<'_>) -> Option<String> {
    let table = world.table()?;
    let column = world.column_where(table, |c| c.generated.is_none() && c.identity.is_none())?;
    let value = world.value(&column.data_type)?;
    let filter = world.column(table)?;
    let condition = world.condition(filter);
    Some(format!(
        "UPDATE {} SET {} = {value} WHERE {condition}",
        quote_qname(&table.name),
        quote_ident(&column.name)
    ))
}

pub fn delete(world: &mut World<'_>) -> Option<String> {
    let table = world.table()?;
    let column = world.column(table)?;
    let condition = world.condition(column);
    Some(format!("DELETE FROM {} WHERE {condition}", quote_qname(&table.name)))
}

pub fn merge(world: &mut World<'_>) -> Option<String> {
    if !world.server(15) {
        return None;
    }
    let table = world.ordinary()?;
    let name = quote_qname(&table.name);
    Some(format!("MERGE INTO {name} t USING (SELECT 1 AS one) q ON false WHEN MATCHED THEN DELETE"))
}

pub fn on_table(world: &mut World<'_>, statement: &str) -> Option<String> {
    let table = world.table()?;
    Some(statement.replace('#', &quote_qname(&table.name)))
}

pub fn refresh(world: &mut World<'_>) -> Option<String> {
    let view = world.view(true)?;
    Some(format!("REFRESH MATERIALIZED VIEW {}{}", quote_qname(&view.name), world.maybe(" WITH NO DATA")))
}

pub fn cluster(world: &mut World<'_>) -> Option<String> {
    let index = world.index()?;
    Some(format!("CLUSTER {} USING {}", quote_qname(&index.table), quote_ident(&index.name.name)))
}

pub fn block(world: &mut World<'_>) -> Option<String> {
    let table = world.ordinary()?;
    let name = world.new_part(table, "d");
    let table = quote_qname(&table.name);
    Some(format!(
        "DO $$ BEGIN ALTER TABLE {table} ADD COLUMN {name} integer; COMMENT ON TABLE {table} IS 'x'; END $$"
    ))
}
