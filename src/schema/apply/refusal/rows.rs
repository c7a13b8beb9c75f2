//! Statements on rows, and on relations as a whole: which kinds of relations take them.

use crate::ir::data::Truncate;
use crate::ir::object::ObjectKind;
use crate::ir::routine::TriggerTiming;
use crate::name::{Ident, QName};
use crate::schema::Schema;
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, TableKind, View};

use super::super::Outcome;
use super::super::tokens::Text;

impl Schema {
    pub(super) fn refuse_truncate(&self, op: &Truncate) -> Outcome {
        for written in &op.tables {
            let Some(name) = self.resolve_relation(written) else { continue };
            let Some(table) = self.table_at(&name) else { continue };
            match &table.kind {
                TableKind::Foreign(_) if !self.version().at_least(14) => {
                    self.refuse_kind_of(&name, format!("\"{}\" is not a table", name.name))?;
                }
                TableKind::Foreign(server) => self.refuse_without_handler(server)?,
                TableKind::Partitioned(_) if op.only.contains(written) => {
                    self.refuse_kind_of(&name, "cannot truncate only a partitioned table")?;
                }
                TableKind::Partitioned(_) | TableKind::Ordinary => {}
            }
        }
        Ok(())
    }

    /// Fails when the wrapper of a server was made without a handler: nothing can be done there.
    pub(super) fn refuse_without_handler(&self, server: &Ident) -> Outcome {
        let made = |kind: ObjectKind, name: &str| match self.get(&ObjectKey::Other(kind, name.to_owned())) {
            Some(Object::Other(other)) if !other.sql.is_empty() => Some(other.sql.as_str()),
            _ => None,
        };
        let Some(server) = made(ObjectKind::Server, server) else { return Ok(()) };
        let text = Text::new(server);
        let at = (0..text.tokens.len()).find(|at| text.word(*at, "data") && text.word(at + 1, "wrapper"));
        let Some(wrapper) = at.and_then(|at| text.name(at + 2)) else { return Ok(()) };
        let Some(definition) = made(ObjectKind::ForeignDataWrapper, &wrapper) else { return Ok(()) };
        let text = Text::new(definition);
        let mut words = 0..text.tokens.len();
        let handled = words.any(|at| text.word(at, "handler") && !text.word(at.wrapping_sub(1), "no"));
        if handled {
            return Ok(());
        }
        let message = format!("foreign-data wrapper \"{wrapper}\" has no handler");
        self.refuse(SchemaError::new("55000", message))
    }

    pub(super) fn refuse_lock(&self, tables: &[QName]) -> Outcome {
        for name in tables.iter().filter_map(|name| self.resolve_relation(name)) {
            let fits = match self.at(&name) {
                Some(Object::Table(table)) => !matches!(table.kind, TableKind::Foreign(_)),
                Some(Object::View(view)) => !view.materialized,
                Some(_) => false,
                None => true,
            };
            if !fits {
                self.refuse_kind_of(&name, format!("\"{}\" is not a table or view", name.name))?;
            }
        }
        Ok(())
    }

    /// Fails when rows of this relation cannot be written; `verb` is how the server calls it.
    pub(super) fn refuse_write(&self, written: &QName, verb: &str) -> Outcome {
        let Some(name) = self.resolve_relation(written) else { return Ok(()) };
        let Some(Object::View(view)) = self.at(&name) else { return Ok(()) };
        if view.materialized {
            return self.refuse_kind_of(&name, format!("cannot change materialized view \"{}\"", name.name));
        }
        match self.read_only(view, 0) {
            Some(view) => {
                let message = format!("cannot {verb} view \"{}\"", view.name.name);
                let detail =
                    "Views that do not select from a single table or view are not automatically updatable.";
                self.refuse_on(&name, SchemaError::new("55000", message).with_detail(detail))
            }
            None => Ok(()),
        }
    }

    /// The view, or one below it, that keeps rows from being written through it, if that is certain: it reads more
    /// than one relation, or none, and nobody says what to do instead.
    fn read_only<'a>(&'a self, view: &'a View, depth: u8) -> Option<&'a View> {
        let instead = view.triggers.iter().any(|t| t.def.timing == TriggerTiming::InsteadOf);
        if instead || !view.rules.is_empty() || depth > 32 {
            return None;
        }
        let mut tops = view.query.scopes.iter().filter(|scope| scope.parent.is_none());
        let (first, more) = (tops.next()?, tops.next());
        match (&first.relations[..], more) {
            ([only], None) if first.derived.is_empty() => match self.relation(&only.name) {
                Some(Object::View(below)) if !below.materialized => self.read_only(below, depth + 1),
                _ => None,
            },
            ([_, _, ..], None) => Some(view),
            _ => None,
        }
    }
}
