//! Objects without a model of their own: which exist, and the statements that made them, which follow new names.

use std::sync::Arc;

use crate::ir::object::{Misc, MiscAction, ObjectKind, ObjectName};
use crate::ir::table::FiringState;
use crate::name::{Ident, QName};
use crate::parse::lexer::TokenKind;
use crate::quote::{quote_ident, quote_qname};
use crate::schema::Schema;
use crate::schema::acl::Acl;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, OtherObject, Table, TableKind};

use super::Outcome;
use super::tokens::Text;

/// Whether objects of a kind live in a schema.
const fn lives_in_schema(kind: ObjectKind) -> bool {
    matches!(
        kind,
        ObjectKind::Aggregate
            | ObjectKind::Collation
            | ObjectKind::Conversion
            | ObjectKind::Operator
            | ObjectKind::OperatorClass
            | ObjectKind::OperatorFamily
            | ObjectKind::TextSearchConfiguration
            | ObjectKind::TextSearchDictionary
            | ObjectKind::TextSearchParser
            | ObjectKind::TextSearchTemplate
    )
}

impl Schema {
    pub(super) fn misc(&mut self, op: &Misc) -> Outcome {
        let Some(name) = &op.object else { return Ok(()) };
        match op.action {
            MiscAction::Create => {}
            MiscAction::State(state) => return self.event_trigger_state(name, state),
            MiscAction::Alter | MiscAction::Other => return Ok(()),
        }
        let key = if lives_in_schema(op.kind) {
            ObjectKey::Other(op.kind, self.qualified_other(op.kind, name).to_string())
        } else {
            self.other_key(op.kind, name)
        };
        let ObjectKey::Other(kind, text) = &key else { return Ok(()) };
        let object = OtherObject {
            kind: *kind,
            name: text.clone(),
            sql: op.sql.clone(),
            owner: self.current_role(),
            acl: Acl::default(),
            state: FiringState::Enabled,
            comment: None,
        };
        self.put(key, Some(Arc::new(Object::Other(object))));
        Ok(())
    }

    /// `ALTER EVENT TRIGGER … ENABLE | DISABLE`.
    fn event_trigger_state(&mut self, name: &ObjectName, state: FiringState) -> Outcome {
        if let Some((key, _)) = self.locate(ObjectKind::EventTrigger, name, false, false)? {
            self.update(&key, |object| {
                if let Object::Other(other) = object {
                    other.state = state;
                }
            });
        }
        Ok(())
    }

    /// An event trigger by its name in a statement.
    #[must_use]
    pub fn event_trigger(&self, name: Option<&ObjectName>) -> Option<&OtherObject> {
        match self.get(&self.other_key(ObjectKind::EventTrigger, name?))? {
            Object::Other(other) => Some(other),
            _ => None,
        }
    }

    /// Gives an object another name, another schema, or both.
    pub(super) fn rename_other(&mut self, key: &ObjectKey, schema: Option<&Ident>, name: Option<&Ident>) {
        let ObjectKey::Other(kind, text) = key else { return };
        let kind = *kind;
        if let Some(name) = name {
            self.rename_in_others(kind, text, name);
        }
        let new = Label::of(kind, text).changed(schema, name);
        self.rekey(key, ObjectKey::Other(kind, new.clone()), |object| {
            if let Object::Other(other) = object {
                other.sql = renamed(&other.sql, kind, schema, name);
                other.name = new;
            }
        });
    }

    /// The servers that a foreign-data wrapper serves.
    pub(super) fn servers_of(&self, wrapper: &str) -> Vec<ObjectKey> {
        self.objects()
            .filter(|(key, object)| match (key, object) {
                (ObjectKey::Other(ObjectKind::Server, _), Object::Other(server)) => {
                    let text = Text::new(&server.sql);
                    wrapper_at(&text).and_then(|at| text.name(at)).is_some_and(|name| *name == *wrapper)
                }
                _ => false,
            })
            .map(|(key, _)| key.clone())
            .collect()
    }

    /// The user mappings on a foreign server.
    pub(super) fn mappings_on(&self, server: &str) -> Vec<ObjectKey> {
        let ending = format!(" SERVER {}", quote_ident(server));
        let on = |key: &&ObjectKey| matches!(key, ObjectKey::Other(ObjectKind::UserMapping, text) if text.ends_with(&ending));
        self.objects().map(|(key, _)| key).filter(on).cloned().collect()
    }

    /// Carries the new name of a server or of a wrapper to what names it.
    fn rename_in_others(&mut self, kind: ObjectKind, from: &str, to: &Ident) {
        match kind {
            ObjectKind::Server => {
                for key in self.mappings_on(from) {
                    let ObjectKey::Other(kind, text) = &key else { continue };
                    let stem = text.rsplit_once(" SERVER ").map_or(text.as_str(), |(stem, _)| stem);
                    let name = format!("{stem} SERVER {}", quote_ident(to));
                    self.rekey(&key, ObjectKey::Other(*kind, name.clone()), |object| {
                        if let Object::Other(mapping) = object {
                            mapping.sql = with_server(&mapping.sql, to);
                            mapping.name = name;
                        }
                    });
                }
                let foreign = |t: &&Table| matches!(&t.kind, TableKind::Foreign(s) if **s == *from);
                let tables: Vec<QName> = self.tables().filter(foreign).map(|t| t.name.clone()).collect();
                for table in tables {
                    self.edit_table(&table, |t| t.kind = TableKind::Foreign(to.clone()));
                }
            }
            ObjectKind::ForeignDataWrapper => {
                for key in self.servers_of(from) {
                    self.update(&key, |object| {
                        if let Object::Other(server) = object {
                            let text = Text::new(&server.sql);
                            if let Some(at) = wrapper_at(&text) {
                                server.sql = text.edited(vec![((at, at + 1), quote_ident(to).into_owned())]);
                            }
                        }
                    });
                }
            }
            _ => {}
        }
    }

    /// The objects of these kinds that live in a schema.
    pub(super) fn others_in(&self, schema: &Ident) -> Vec<ObjectKey> {
        let inside = |key: &&ObjectKey| match key {
            ObjectKey::Other(kind, text) => {
                lives_in_schema(*kind) && Label::of(*kind, text).schema == Some(schema.as_str())
            }
            _ => false,
        };
        self.objects().map(|(key, _)| key).filter(inside).cloned().collect()
    }
}

impl OtherObject {
    /// The object as statements address it.
    #[must_use]
    pub fn address(&self) -> ObjectName {
        let label = Label::of(self.kind, &self.name);
        let name = QName { schema: label.schema.map(Ident::new), name: Ident::new(label.name) };
        let text = match self.kind {
            // Their texts are SQL.
            ObjectKind::Operator
            | ObjectKind::OperatorClass
            | ObjectKind::OperatorFamily
            | ObjectKind::Cast
            | ObjectKind::Transform
            | ObjectKind::UserMapping
            | ObjectKind::LargeObject => Some(self.name.clone()),
            ObjectKind::Aggregate => {
                let args = if label.rest == "()" { "(*)" } else { label.rest };
                Some(format!("{}{args}", quote_qname(&name)))
            }
            _ => None,
        };
        match text {
            // The text is also what it goes by.
            Some(text) => ObjectName { text: Some(text), ..ObjectName::of(QName::bare(&*self.name)) },
            None => ObjectName::of(name),
        }
    }
}

/// What such an object goes by: `schema.name (arguments)`, `schema.name USING method`, `name`.
struct Label<'t> {
    schema: Option<&'t str>,
    name: &'t str,
    rest: &'t str,
}

impl<'t> Label<'t> {
    fn of(kind: ObjectKind, text: &'t str) -> Self {
        let end = match kind {
            ObjectKind::Operator => text.rfind(" ("),
            ObjectKind::Aggregate => text.find('('),
            ObjectKind::OperatorClass | ObjectKind::OperatorFamily => text.rfind(" USING "),
            _ => None,
        };
        let (name, rest) = text.split_at(end.unwrap_or(text.len()));
        let (schema, name) = match name.split_once('.') {
            Some((schema, name)) if lives_in_schema(kind) => (Some(schema), name),
            _ => (None, name),
        };
        Self { schema, name, rest }
    }

    fn changed(&self, schema: Option<&Ident>, name: Option<&Ident>) -> String {
        let schema = schema.map(Ident::as_str).or(self.schema);
        let name = name.map_or(self.name, Ident::as_str);
        let schema = schema.map_or_else(String::new, |schema| format!("{schema}."));
        format!("{schema}{name}{}", self.rest)
    }
}

/// Where a statement that makes a server names the wrapper.
fn wrapper_at(text: &Text<'_>) -> Option<usize> {
    (0..text.tokens.len()).find(|at| text.word(*at, "data") && text.word(at + 1, "wrapper")).map(|at| at + 2)
}

/// A statement that makes a user mapping, for a server of another name.
fn with_server(sql: &str, server: &Ident) -> String {
    let text = Text::new(sql);
    match (0..text.tokens.len()).find(|at| text.word(*at, "server")) {
        Some(at) => text.edited(vec![((at + 1, at + 2), quote_ident(server).into_owned())]),
        None => sql.to_owned(),
    }
}

/// A statement that makes an object, with another name or schema for it.
fn renamed(sql: &str, kind: ObjectKind, schema: Option<&Ident>, name: Option<&Ident>) -> String {
    let text = Text::new(sql);
    let words: Vec<String> = kind.keyword().split(' ').map(str::to_lowercase).collect();
    let starts = |at: usize| words.iter().enumerate().all(|(n, word)| text.word(at + n, word));
    let Some(start) = (0..text.tokens.len()).find(|at| starts(*at)) else { return sql.to_owned() };
    let mut at = start + words.len();
    if text.word(at, "if") && text.word(at + 1, "not") && text.word(at + 2, "exists") {
        at += 3;
    }
    let (old_schema, at_name) =
        if text.is(at + 1, TokenKind::Dot) { (text.name(at), at + 2) } else { (None, at) };
    let schema = schema.cloned().or(old_schema);
    let replacement = match (name.cloned().or_else(|| text.name(at_name)), &schema) {
        (Some(name), _) => quote_qname(&QName { schema, name }),
        // The name of an operator is no identifier.
        (None, Some(schema)) => {
            let Some(token) = text.tokens.get(at_name) else { return sql.to_owned() };
            format!("{}.{}", quote_ident(schema), token.text(sql))
        }
        (None, None) => return sql.to_owned(),
    };
    text.edited(vec![((at, at_name + 1), replacement)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_follow_new_names() {
        let (app, new) = (Ident::new("app"), Ident::new("New one"));
        for (sql, kind, schema, name, expected) in [
            (
                "CREATE SERVER far FOREIGN DATA WRAPPER w",
                ObjectKind::Server,
                None,
                Some(&new),
                "CREATE SERVER \"New one\" FOREIGN DATA WRAPPER w",
            ),
            (
                "create server if not exists far foreign data wrapper w",
                ObjectKind::Server,
                None,
                Some(&new),
                "create server if not exists \"New one\" foreign data wrapper w",
            ),
            (
                "CREATE AGGREGATE agg (integer) (sfunc = f)",
                ObjectKind::Aggregate,
                Some(&app),
                None,
                "CREATE AGGREGATE app.agg (integer) (sfunc = f)",
            ),
            (
                "CREATE OPERATOR s.=== (LEFTARG = int)",
                ObjectKind::Operator,
                Some(&app),
                None,
                "CREATE OPERATOR app.=== (LEFTARG = int)",
            ),
            (
                "CREATE TEXT SEARCH CONFIGURATION s.c (COPY = simple)",
                ObjectKind::TextSearchConfiguration,
                None,
                Some(&new),
                "CREATE TEXT SEARCH CONFIGURATION s.\"New one\" (COPY = simple)",
            ),
        ] {
            assert_eq!(renamed(sql, kind, schema, name), expected);
        }
    }

    #[test]
    fn labels_keep_what_follows_the_name() {
        let (app, new) = (Ident::new("app"), Ident::new("new"));
        let label = |kind, text: &str| Label::of(kind, text).changed(Some(&app), Some(&new));
        assert_eq!(label(ObjectKind::Aggregate, "s.agg(numeric(4,2))"), "app.new(numeric(4,2))");
        assert_eq!(label(ObjectKind::OperatorFamily, "s.fam USING btree"), "app.new USING btree");
        assert_eq!(Label::of(ObjectKind::Server, "a.b").changed(None, Some(&new)), "new");
    }
}
