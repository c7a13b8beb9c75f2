//! From the file to a schema: its statements are parsed and carried out, then the facts are set.

use std::sync::Arc;

use crate::hash::HashMap;
use crate::name::{Ident, QName, ServerVersion};
use crate::parse;
use crate::schema::key::ObjectKey;
use crate::schema::model::Object;
use crate::schema::{Coverage, Schema, Session};

use super::file::{Entry, Facts, File, Statement};
use super::{Error, Snapshot};

pub(super) fn snapshot(file: File) -> Result<Snapshot, Error> {
    let mut errors = Vec::new();
    let mut schema = schema(&file, &mut errors)?;
    if let Some(error) = errors.into_iter().next() {
        return Err(error);
    }
    schema.sizes = Arc::new(file.sizes.unwrap_or_default());
    Ok(Snapshot { schema, hidden: file.hidden })
}

/// The schema that the objects of a file make; a statement that does not fit is left out and named in `errors`.
pub(super) fn schema(file: &File, errors: &mut Vec<Error>) -> Result<Schema, Error> {
    let version = ServerVersion::new(file.server_version).map_err(Error::Version)?;
    let mut schema = Schema::new(file.dialect, version);
    schema.coverage = if file.complete { Coverage::Complete } else { Coverage::Partial };
    if !file.objects.iter().any(|e| e.kind == "schema" && e.name == "public") {
        schema.put(ObjectKey::Schema(Ident::new("public")), None);
    }
    for (namespace, name) in &file.unknown.relations {
        let namespace = Some(namespace.as_str()).filter(|n| !n.is_empty()).map(Ident::from);
        schema.mark_unknown(QName { schema: namespace, name: name.as_str().into() });
    }
    if file.unknown.anything {
        schema.mark_blind();
    }
    schema.migrator.clone_from(&file.migrator);
    // Bodies may name what comes later.
    schema.session.check_function_bodies = false;
    for entry in &file.objects {
        errors.extend(run(&mut schema, entry, &entry.create).err());
    }
    for entry in &file.objects {
        errors.extend(run(&mut schema, entry, &entry.after).err());
    }
    set_facts(&mut schema, file);
    schema.reset_session();
    Ok(schema)
}

fn run(schema: &mut Schema, entry: &Entry, statements: &[Statement]) -> Result<(), Error> {
    let path = entry.search_path.clone().unwrap_or_else(|| Session::default().search_path);
    schema.session.search_path = path;
    for statement in statements {
        let text = statement.text();
        for op in parse::exact(&text, schema.dialect()) {
            let wrong = |why: String| Error::Statement {
                object: format!("{} {}", entry.kind, entry.name),
                sql: text.clone(),
                why,
            };
            if !op.is_analysed() {
                return Err(wrong("it cannot be read".to_owned()));
            }
            if let Some(error) = schema.apply(&op).into_iter().next() {
                return Err(wrong(error.message));
            }
        }
    }
    // Nobody undoes a snapshot.
    schema.take_changes();
    Ok(())
}

fn set_facts(schema: &mut Schema, file: &File) {
    let told: HashMap<String, &Entry> =
        file.objects.iter().filter(|e| e.facts != Facts::default()).map(|e| (e.name.clone(), e)).collect();
    if told.is_empty() {
        return;
    }
    let found: Vec<(ObjectKey, &Entry)> = schema
        .objects()
        .filter_map(|(key, object)| {
            let entry = *told.get(&key.to_string())?;
            (entry.kind == object.kind().to_string()).then(|| (key.clone(), entry))
        })
        .collect();
    for (key, entry) in found {
        schema.update(&key, |object| match object {
            Object::Index(index) => {
                index.valid &= !entry.facts.invalid;
                if !entry.facts.labels.is_empty() {
                    index.labels.clone_from(&entry.facts.labels);
                }
            }
            Object::Role(role) => role.options.password = entry.facts.password,
            Object::Table(table) if entry.facts.columns_unknown => table.columns_known = false,
            _ => {}
        });
    }
}
