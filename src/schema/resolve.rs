//! Which relations and columns a query means: names resolved scope by scope, as the server does when a view, a
//! policy or an SQL-standard function body is made.
//!
//! In: the scopes that the front end found. Out: [`Use`]s. A column that no relation of the model can have, and
//! that may come from a relation whose columns are not all known, makes the use of that relation uncertain.

use crate::ir::expr::{RelationRef, Scope};
use crate::name::{Ident, QName};

use super::Schema;
use super::key::ObjectKey;
use super::model::{Object, Table, Use};

/// One relation in `FROM`.
struct Source<'a> {
    alias: &'a Ident,
    name: QName,
    columns: Vec<&'a Ident>,
    complete: bool,
}

/// Columns that every table has.
pub(super) const SYSTEM_COLUMNS: [&str; 6] = ["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"];

/// How the name of a column was found.
enum Hit {
    /// A column of this source.
    Column,
    /// The name of the source itself: the whole row.
    Row,
    /// Possibly a column of this source.
    Perhaps,
}

impl Schema {
    /// What queries read. `outer` is the table whose columns the outermost scopes see too, as in a policy.
    #[must_use]
    pub fn resolve_uses(&self, scopes: &[Scope], outer: Option<&Table>) -> Vec<Use> {
        let mut levels: Vec<Vec<Source<'_>>> = Vec::with_capacity(scopes.len() + 1);
        for scope in scopes {
            levels.push(scope.relations.iter().filter_map(|r| self.source(r)).collect());
        }
        let base = scopes.len();
        levels.push(outer.map(table_source).into_iter().collect());
        let mut uses: Vec<Use> = Vec::new();
        for source in levels[..base].iter().flatten() {
            note(&mut uses, &source.name);
        }
        for (index, scope) in scopes.iter().enumerate() {
            for star in &scope.stars {
                for source in &levels[index] {
                    if star.as_ref().is_none_or(|s| s == source.alias) {
                        let used = note(&mut uses, &source.name);
                        used.columns.extend(source.columns.iter().map(|c| (*c).clone()));
                        used.uncertain |= !source.complete;
                    }
                }
            }
            for (qualifier, column) in &scope.columns {
                let mut level = Some(index);
                while let Some(at) = level {
                    let hits = find(&levels[at], qualifier.as_ref(), column);
                    let certain = hits.iter().any(|(hit, _)| !matches!(hit, Hit::Perhaps));
                    for (hit, source) in hits {
                        let used = note(&mut uses, &source.name);
                        match hit {
                            Hit::Column => used.columns.push(column.clone()),
                            Hit::Perhaps if qualifier.is_some() => used.columns.push(column.clone()),
                            Hit::Perhaps if !certain => used.uncertain = true,
                            Hit::Row | Hit::Perhaps => {}
                        }
                    }
                    if certain || (qualifier.is_some() && has_alias(&levels[at], qualifier.as_ref())) {
                        break;
                    }
                    // The level after the last scope is the outer table.
                    level = if at == base { None } else { Some(parent(scopes, at).unwrap_or(base)) };
                }
            }
        }
        for used in &mut uses {
            used.columns.sort();
            used.columns.dedup();
        }
        uses
    }

    /// A column that a query names and that certainly no relation in sight has, as the server's message has it:
    /// `a` or `t.a`. Nothing when every column may exist.
    pub(super) fn missing_column(&self, scopes: &[Scope], outer: Option<&Table>) -> Option<String> {
        let mut levels: Vec<Vec<Source<'_>>> = scopes
            .iter()
            .map(|scope| scope.relations.iter().filter_map(|r| self.source(r)).collect())
            .collect();
        let base = scopes.len();
        levels.push(outer.map(table_source).into_iter().collect());
        for (index, scope) in scopes.iter().enumerate() {
            'column: for (qualifier, column) in &scope.columns {
                if SYSTEM_COLUMNS.contains(&column.as_str()) {
                    continue;
                }
                let mut level = Some(index);
                while let Some(at) = level {
                    let sources = &levels[at];
                    if let Some(scope) = scopes.get(at) {
                        // What is no relation of the model may have any column.
                        let open = scope.relations.len() != sources.len();
                        let derived = match qualifier {
                            Some(qualifier) => scope.derived.contains(qualifier),
                            None => !scope.derived.is_empty(),
                        };
                        if open || derived {
                            continue 'column;
                        }
                    }
                    if !find(sources, qualifier.as_ref(), column).is_empty() {
                        continue 'column;
                    }
                    if has_alias(sources, qualifier.as_ref()) {
                        // `t.f` may call a function of the row.
                        let call = QName::bare(column.clone());
                        if self.resolve_function(&call).is_some() {
                            continue 'column;
                        }
                        let qualifier = qualifier.as_ref()?;
                        return Some(format!("column {qualifier}.{column} does not exist"));
                    }
                    level = if at == base { None } else { Some(parent(scopes, at).unwrap_or(base)) };
                }
                if qualifier.is_none() {
                    return Some(format!("column \"{column}\" does not exist"));
                }
            }
        }
        None
    }

    fn source<'a>(&'a self, written: &'a RelationRef) -> Option<Source<'a>> {
        let alias = written.alias.as_ref().unwrap_or(&written.name.name);
        let Some(name) = self.resolve_relation(&written.name) else {
            if is_system(&written.name) {
                return None;
            }
            let name = self.qualify(&written.name);
            return Some(Source { alias, name, columns: Vec::new(), complete: false });
        };
        let (columns, complete) = match self.get(&ObjectKey::Relation(name.clone()))? {
            Object::Table(table) => (table.columns.iter().map(|c| &c.name).collect(), table.columns_known),
            Object::View(view) => (view.columns.iter().map(|c| &c.name).collect(), view.columns_known),
            // `SELECT last_value FROM sequence`
            _ => (Vec::new(), true),
        };
        Some(Source { alias, name, columns, complete })
    }
}

/// Whether a name belongs to the system catalogs or the information schema.
#[must_use]
pub(super) fn is_system(name: &QName) -> bool {
    match name.schema.as_deref() {
        Some(schema) => is_system_schema(schema),
        None => name.name.starts_with("pg_"),
    }
}

/// Whether a schema is one of the server's own; `pg_temp` is not.
#[must_use]
pub(super) fn is_system_schema(name: &str) -> bool {
    name == "information_schema" || (name.starts_with("pg_") && !name.starts_with("pg_temp"))
}

fn table_source(table: &Table) -> Source<'_> {
    Source {
        alias: &table.name.name,
        name: table.name.clone(),
        columns: table.columns.iter().map(|c| &c.name).collect(),
        complete: table.columns_known,
    }
}

fn parent(scopes: &[Scope], at: usize) -> Option<usize> {
    // A parent always stands before its child; anything else would make the walk run in circles.
    scopes[at].parent.filter(|p| *p < at)
}

fn has_alias(sources: &[Source<'_>], qualifier: Option<&Ident>) -> bool {
    sources.iter().any(|s| Some(s.alias) == qualifier)
}

fn find<'s, 'a>(
    sources: &'s [Source<'a>],
    qualifier: Option<&Ident>,
    column: &Ident,
) -> Vec<(Hit, &'s Source<'a>)> {
    let mut hits = Vec::new();
    for source in sources {
        if qualifier.is_some_and(|q| q != source.alias) {
            continue;
        }
        if source.columns.contains(&column) {
            hits.push((Hit::Column, source));
        } else if qualifier.is_none() && source.alias == column {
            hits.push((Hit::Row, source));
        } else if !source.complete {
            hits.push((Hit::Perhaps, source));
        }
    }
    hits
}

fn note<'u>(uses: &'u mut Vec<Use>, relation: &QName) -> &'u mut Use {
    let at = uses.iter().position(|u| u.relation == *relation).unwrap_or_else(|| {
        uses.push(Use { relation: relation.clone(), columns: Vec::new(), uncertain: false });
        uses.len() - 1
    });
    &mut uses[at]
}
