//! What is made on relations and beside them: triggers, rules, statistics, sequences; and relations in other schemas.

use crate::ir::expr::ExprShape;
use crate::ir::object::{CreateStatistics, SetSchema};
use crate::ir::routine::{CreateRule, CreateTrigger, TriggerTiming};
use crate::ir::table::TableAction;
use crate::ir::types::SequenceOptions;
use crate::name::QName;
use crate::schema::Schema;
use crate::schema::error::SchemaError;
use crate::schema::model::Object;

use super::super::Outcome;
use super::super::fail::unsupported;
use super::super::sequence;
use super::wrong;

impl Schema {
    pub(super) fn refuse_trigger(&self, op: &CreateTrigger) -> Outcome {
        let Some(name) = self.resolve_relation(&op.table) else { return Ok(()) };
        let instead = op.timing == TriggerTiming::InsteadOf;
        let kind = match self.at(&name) {
            Some(Object::Table(_)) if instead => "is a table",
            Some(Object::View(view)) if view.materialized => "is not a table or view",
            Some(Object::View(_)) if !instead && op.for_each_row => "is a view",
            _ => return Ok(()),
        };
        self.refuse_kind_of(&name, format!("\"{}\" {kind}", name.name))
    }

    /// A table is no view: before 16 the server tried to make it one, which this name prevents.
    pub(super) fn refuse_rule(&self, op: &CreateRule) -> Outcome {
        let Some(name) = self.resolve_relation(&op.table) else { return Ok(()) };
        if op.event != "SELECT" || !matches!(self.at(&name), Some(Object::Table(_))) {
            return Ok(());
        }
        if self.version().at_least(16) {
            return self
                .refuse_kind_of(&name, format!("relation \"{}\" cannot have ON SELECT rules", name.name));
        }
        if op.name == *"_RETURN" {
            return Ok(());
        }
        let message = format!("view rule for \"{}\" must be named \"_RETURN\"", name.name);
        self.refuse_on(&name, SchemaError::new("42P17", message))
    }

    pub(super) fn refuse_statistics(&self, op: &CreateStatistics) -> Outcome {
        if let [only] = &op.exprs[..]
            && matches!(only.shape, ExprShape::Column(_))
        {
            let message = "extended statistics require at least 2 columns";
            self.refuse_as_written(SchemaError::new("42P17", message))?;
        }
        let Some(name) = self.resolve_relation(&op.table) else { return Ok(()) };
        let fits = match self.at(&name) {
            Some(Object::View(view)) => view.materialized,
            Some(Object::Index(_) | Object::Sequence(_)) => false,
            _ => true,
        };
        if fits {
            return Ok(());
        }
        self.refuse_kind_of(&name, format!("cannot define statistics for relation \"{}\"", name.name))
    }

    /// Values and owners that a sequence cannot have; `name` is the one that changes.
    pub(super) fn refuse_sequence_options(&self, name: Option<&QName>, options: &SequenceOptions) -> Outcome {
        if options.increment == Some(0) {
            self.refuse_as_written(SchemaError::new("22023", "INCREMENT must not be zero"))?;
        }
        let before = name.and_then(|name| self.sequence(name));
        let limited =
            matches!((options.min_value, options.max_value), (Some(Some(_)), _) | (_, Some(Some(_))));
        if limited {
            let (min, max) = sequence::limits_after(before, options);
            if min >= max {
                let message = format!("MINVALUE ({min}) must be less than MAXVALUE ({max})");
                self.refuse_as_written(SchemaError::new("22023", message))?;
            }
        }
        let (Some(before), Some(Some((table, _)))) = (before, &options.owned_by) else { return Ok(()) };
        let Some(owner) = self.resolve_relation(table) else { return Ok(()) };
        let message = match self.at(&owner) {
            Some(Object::Index(_) | Object::Sequence(_)) => {
                return self.refuse_kind_of(
                    &owner,
                    format!("sequence cannot be owned by relation \"{}\"", owner.name),
                );
            }
            Some(Object::View(view)) if view.materialized => {
                return self.refuse_kind_of(
                    &owner,
                    format!("sequence cannot be owned by relation \"{}\"", owner.name),
                );
            }
            Some(object) if !before.identity => {
                if object.owner() != before.owner.as_ref() {
                    "sequence must have same owner as table it is linked to"
                } else if owner.schema != before.name.schema {
                    "sequence must be in same schema as table it is linked to"
                } else {
                    return Ok(());
                }
            }
            _ => return Ok(()),
        };
        self.refuse_on(&owner, SchemaError::new("55000", message))
    }

    /// Before 15 only tables could be unlogged.
    pub(in crate::schema::apply) fn refuse_sequence_action(
        &self,
        name: &QName,
        action: &TableAction,
    ) -> Outcome {
        if matches!(action, TableAction::SetLogged(_)) && !self.version().at_least(15) {
            return self.refuse_on(name, wrong(format!("\"{}\" is not a table", name.name)));
        }
        Ok(())
    }

    /// Fails when an action of `ALTER TABLE` is for tables and not for views.
    pub(in crate::schema::apply) fn refuse_view_action(&self, name: &QName, action: &TableAction) -> Outcome {
        let refused = match action {
            TableAction::RowSecurity(true) => "ENABLE ROW SECURITY",
            TableAction::RowSecurity(false) => "DISABLE ROW SECURITY",
            TableAction::ForceRowSecurity(true) => "FORCE ROW SECURITY",
            TableAction::ForceRowSecurity(false) => "NO FORCE ROW SECURITY",
            TableAction::SetLogged(true) => "SET LOGGED",
            TableAction::SetLogged(false) => "SET UNLOGGED",
            TableAction::Inherit { add: true, .. } => "INHERIT",
            TableAction::NotNull { not_null: true, .. } => "ALTER COLUMN ... SET NOT NULL",
            _ => return Ok(()),
        };
        self.refuse_action(name, refused)
    }

    /// The sequence of a column goes where its table goes.
    pub(super) fn refuse_set_schema(&self, op: &SetSchema) -> Outcome {
        let Some(name) = self.resolve_relation(&op.object.name) else { return Ok(()) };
        match self.at(&name) {
            Some(Object::Sequence(sequence)) if sequence.owned_by.is_some() && op.kind.is_relation() => {
                self.refuse_on(&name, unsupported("cannot move an owned sequence into another schema"))
            }
            _ => Ok(()),
        }
    }
}
