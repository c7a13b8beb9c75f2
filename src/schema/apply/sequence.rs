//! Sequences, alone and behind columns.

use std::sync::Arc;

use crate::ir::expr::{Conjunct, Expr, ExprFacts, ExprShape};
use crate::ir::object::ObjectKind;
use crate::ir::table::{Persistence, TableAction};
use crate::ir::types::{AlterSequence, CreateSequence, SequenceOptions, TypeName};
use crate::name::{Ident, QName};
use crate::quote::{quote_literal, quote_qname};
use crate::schema::Schema;
use crate::schema::acl::Acl;
use crate::schema::error::SchemaError;
use crate::schema::key::ObjectKey;
use crate::schema::model::{Object, Sequence};

use super::Outcome;
use super::fail::{self, wrong_kind};

/// The default of a serial column: `nextval('schema.name'::regclass)`.
pub(super) fn nextval(sequence: &QName) -> Expr {
    let function = QName::bare("nextval");
    Expr::from(ExprFacts {
        sql: format!("nextval({}::regclass)", quote_literal(&quote_qname(sequence))),
        functions: vec![function.clone()],
        sequences: vec![sequence.clone()],
        types: vec![TypeName::builtin("regclass")],
        label: Some(function.name.clone()),
        shape: ExprShape::Call(function),
        // As the front end reads it.
        conjuncts: vec![Conjunct::Other],
        ..ExprFacts::default()
    })
}

impl Schema {
    /// Makes the sequence of a serial or identity column beside its table and returns its name.
    pub(super) fn owned_sequence(
        &mut self,
        table: &QName,
        column: &Ident,
        ty: &TypeName,
        options: &SequenceOptions,
        identity: bool,
        persistence: Persistence,
    ) -> QName {
        let name = match &options.sequence_name {
            Some(name) if name.schema.is_some() => name.clone(),
            Some(name) => table.sibling(name.name.clone()),
            None => self.choose_relation_name(table, Some(column), "seq", false),
        };
        let mut sequence = self.blank_sequence(name.clone());
        sequence.data_type = ty.clone();
        sequence.identity = identity;
        sequence.owned_by = Some((table.clone(), column.clone()));
        // It belongs to whom the table belongs (`generateSerialExtraStmts` in `parse_utilcmd.c`).
        if let Some(table) = self.table_at(table) {
            sequence.owner.clone_from(&table.owner);
        }
        // Sequences of unlogged tables are unlogged since 15 (release notes, E.15.3.3).
        sequence.persistence = match persistence {
            Persistence::Unlogged if !self.version().at_least(15) => Persistence::Permanent,
            other => other,
        };
        set_options(&mut sequence, options);
        self.put(ObjectKey::Relation(name.clone()), Some(Arc::new(Object::Sequence(sequence))));
        name
    }

    fn blank_sequence(&self, name: QName) -> Sequence {
        Sequence {
            owner: self.current_role(),
            acl: self.default_acl(ObjectKind::Sequence, name.schema.as_ref()),
            ..blank(name)
        }
    }

    pub(super) fn create_sequence(&mut self, op: &CreateSequence) -> Outcome {
        let temporary = op.temporary || op.name.in_schema("pg_temp");
        let name = if temporary {
            QName::qualified("pg_temp", op.name.name.clone())
        } else {
            self.new_name(&op.name)?
        };
        if !self.make_room(&name, op.if_not_exists)? {
            return Ok(());
        }
        self.type_name_free(&name)?;
        let mut sequence = self.blank_sequence(name.clone());
        if temporary {
            sequence.persistence = Persistence::Temporary;
        } else if op.unlogged {
            sequence.persistence = Persistence::Unlogged;
        }
        set_options(&mut sequence, &op.options);
        sequence.owned_by = self.sequence_owner(&op.options)?;
        self.put(ObjectKey::Relation(name), Some(Arc::new(Object::Sequence(sequence))));
        Ok(())
    }

    /// The column of `OWNED BY`, qualified.
    fn sequence_owner(&self, options: &SequenceOptions) -> Result<Option<(QName, Ident)>, SchemaError> {
        let Some(Some((table, column))) = &options.owned_by else { return Ok(None) };
        let Some(name) = self.find_relation(table, false)? else {
            return Ok(Some((self.qualify(table), column.clone())));
        };
        if let Some(table) = self.table_at(&name)
            && table.column(column).is_none()
        {
            self.refuse_column(table, column, fail::column_missing(&name, column))?;
        }
        Ok(Some((name, column.clone())))
    }

    pub(super) fn alter_sequence(&mut self, op: &AlterSequence) -> Outcome {
        let Some(name) = self.find_relation(&op.name, op.if_exists)? else { return Ok(()) };
        if !matches!(self.at(&name), Some(Object::Sequence(_))) {
            return self.refuse_on(&name, wrong_kind(&name, "sequence"));
        }
        self.change_sequence(&name, &op.options)
    }

    /// Applies options to a sequence.
    pub(super) fn change_sequence(&mut self, name: &QName, options: &SequenceOptions) -> Outcome {
        let owner = self.sequence_owner(options)?;
        let identity = self.sequence(name).is_some_and(|s| s.identity);
        if identity && options.owned_by.is_some() {
            let error = SchemaError::new("0A000", "cannot change ownership of identity sequence");
            return self.refuse_on(name, error);
        }
        self.update(&ObjectKey::Relation(name.clone()), |object| {
            if let Object::Sequence(sequence) = object {
                set_options(sequence, options);
                if options.owned_by.is_some() {
                    sequence.owned_by = owner;
                }
            }
        });
        Ok(())
    }

    /// `ALTER SEQUENCE` with table actions.
    pub(super) fn alter_sequence_relation(&mut self, name: &QName, action: &TableAction) -> Outcome {
        self.refuse_sequence_action(name, action)?;
        match action {
            TableAction::OwnerTo(owner) => {
                let owned = self.sequence(name).and_then(|s| s.owned_by.clone());
                if let Some((table, _)) = owned.filter(|(table, _)| self.table_at(table).is_some()) {
                    let error = SchemaError::new(
                        "0A000",
                        format!("cannot change owner of sequence \"{}\"", name.name),
                    )
                    .with_detail(format!(
                        "Sequence \"{}\" is linked to table \"{}\".",
                        name.name, table.name
                    ));
                    return self.refuse_on(name, error);
                }
                self.own_relation(name, owner);
            }
            TableAction::SetLogged(logged) => self.set_logged(name, *logged),
            _ => {}
        }
        Ok(())
    }

    /// `SET LOGGED | UNLOGGED`; the sequences behind a table's columns follow since 15.
    pub(super) fn set_logged(&mut self, name: &QName, logged: bool) {
        let persistence = if logged { Persistence::Permanent } else { Persistence::Unlogged };
        let mut relations = vec![name.clone()];
        if self.version().at_least(15)
            && let Some(table) = self.table_at(name)
        {
            let columns: Vec<Ident> = table.columns.iter().map(|c| c.name.clone()).collect();
            for column in &columns {
                relations.extend(self.sequences_of(name, column).into_iter().map(|s| s.name.clone()));
            }
        }
        for relation in relations {
            self.update(&ObjectKey::Relation(relation), |object| match object {
                Object::Table(table) => table.persistence = persistence,
                Object::Sequence(sequence) => sequence.persistence = persistence,
                _ => {}
            });
        }
    }
}

/// The limits that a sequence has after a change; without one before, of a new one.
pub(super) fn limits_after(before: Option<&Sequence>, options: &SequenceOptions) -> (i64, i64) {
    let mut sequence = before.cloned().unwrap_or_else(|| blank(QName::bare("")));
    set_options(&mut sequence, options);
    let min = sequence.min_value.unwrap_or_else(|| default_min(&sequence));
    (min, sequence.max_value.unwrap_or_else(|| default_max(&sequence)))
}

/// A sequence of `bigint` that says nothing else.
fn blank(name: QName) -> Sequence {
    Sequence {
        name,
        data_type: TypeName::builtin("int8"),
        increment: 1,
        min_value: None,
        max_value: None,
        start: None,
        cache: 1,
        cycle: false,
        owned_by: None,
        identity: false,
        persistence: Persistence::Permanent,
        owner: None,
        acl: Acl::default(),
        comment: None,
    }
}

fn set_options(sequence: &mut Sequence, options: &SequenceOptions) {
    if let Some(ty) = &options.data_type {
        sequence.data_type = ty.clone();
    }
    if let Some(increment) = options.increment {
        sequence.increment = increment;
    }
    if let Some(min) = options.min_value {
        sequence.min_value = min.filter(|min| *min != default_min(sequence));
    }
    if let Some(max) = options.max_value {
        sequence.max_value = max.filter(|max| *max != default_max(sequence));
    }
    if let Some(start) = options.start {
        sequence.start = Some(start).filter(|start| *start != default_start(sequence));
    }
    if let Some(cache) = options.cache {
        sequence.cache = cache;
    }
    if let Some(cycle) = options.cycle {
        sequence.cycle = cycle;
    }
}

/// The limits of the sequence's type.
fn limits(sequence: &Sequence) -> (i64, i64) {
    match sequence.data_type.name.name.as_str() {
        "int2" => (i64::from(i16::MIN), i64::from(i16::MAX)),
        "int4" => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    }
}

fn default_min(sequence: &Sequence) -> i64 {
    if sequence.increment > 0 { 1 } else { limits(sequence).0 }
}

/// The maximum of a sequence that says nothing else.
pub(super) fn default_max(sequence: &Sequence) -> i64 {
    if sequence.increment > 0 { limits(sequence).1 } else { -1 }
}

fn default_start(sequence: &Sequence) -> i64 {
    if sequence.increment > 0 {
        sequence.min_value.unwrap_or_else(|| default_min(sequence))
    } else {
        sequence.max_value.unwrap_or_else(|| default_max(sequence))
    }
}
