//! What becomes of one column definition: the bare column, and what it gets before, after and in the end.

use crate::ir::DdlOp;
use crate::ir::expr::Expr;
use crate::ir::object::{ObjectKind, ObjectName};
use crate::ir::table::{ColumnDef, Generated, Identity, TableAction};
use crate::ir::types::{AlterSequence, CreateSequence, SequenceOptions, TypeName};
use crate::name::QName;

use super::build::{self, alter, ident, literal, nextval, relation};
use super::case::{Case, Target, fresh_on};
use super::{backfill, column, constraint, key};

/// The pieces of one new column.
pub(super) struct Parts {
    /// The column without default, `NOT NULL`, and constraints that read rows.
    pub(super) bare: ColumnDef,
    /// What has to exist before the column.
    pub(super) before: Vec<DdlOp>,
    /// What fills the column of new rows.
    pub(super) after: Vec<DdlOp>,
    /// What fills the column of old rows.
    pub(super) fill: String,
    /// What is left when the column is full and `NOT NULL`.
    pub(super) finish: Vec<DdlOp>,
}

impl Parts {
    /// Takes a definition apart; `None` when it leaves nothing to fill the column with.
    pub(super) fn of(case: &Case<'_>, target: &Target<'_>, def: &ColumnDef) -> Option<Self> {
        let name = ident(&def.name);
        let missing = format!("{name} IS NULL");
        let parts = Self {
            bare: bare(def)?,
            before: Vec::new(),
            after: Vec::new(),
            fill: backfill::note(target.table, &format!("{name} = DEFAULT"), &missing),
            finish: Vec::new(),
        };
        match (&def.generated, &def.identity, &def.default) {
            (Some(generated), _, _) if generated.stored => Some(parts.generated(case, target, generated)),
            (None, Some(identity), _) => Some(parts.identity(case, target, identity)),
            (None, None, _) if column::is_serial(def) => parts.serial(case, target),
            (None, None, Some(default)) => {
                let set = parts.set_default(target, Some(default.clone()));
                Some(Self { after: vec![set], ..parts })
            }
            (Some(_), _, _) | (None, None, None) => None,
        }
    }

    fn set_default(&self, target: &Target<'_>, default: Option<Expr>) -> DdlOp {
        alter(target.name(), vec![TableAction::Default { column: self.bare.name.clone(), default }])
    }

    /// `serial` is a sequence that the column owns, and a default.
    fn serial(mut self, case: &Case<'_>, target: &Target<'_>) -> Option<Self> {
        let after = case.after()?;
        let sequence = after.sequences_of(target.name(), &self.bare.name).first()?.name.clone();
        let data_type = self.bare.data_type.clone().filter(|ty| !ty.is("int8"));
        let options = SequenceOptions { data_type, ..SequenceOptions::default() };
        self.before.push(create_sequence(&sequence, options));
        self.after.push(self.set_default(target, Some(nextval(&sequence))));
        let owned_by = Some(Some((target.name().clone(), self.bare.name.clone())));
        self.after.push(DdlOp::AlterSequence(AlterSequence {
            name: sequence,
            if_exists: false,
            options: Box::new(SequenceOptions { owned_by, ..SequenceOptions::default() }),
        }));
        Some(self)
    }

    /// A sequence for the time being numbers the rows; the identity's own goes on where that one ended.
    fn identity(mut self, case: &Case<'_>, target: &Target<'_>, identity: &Identity) -> Self {
        let column = self.bare.name.clone();
        let sequence = fresh_on(case.before(), target.table, &[&target.name().name, &column], "fill");
        let sequence = target.name().sibling(sequence);
        let data_type = self.bare.data_type.clone();
        let options = SequenceOptions { data_type, sequence_name: None, ..(*identity.options).clone() };
        self.before.push(create_sequence(&sequence, options));
        self.after.push(self.set_default(target, Some(nextval(&sequence))));
        let own =
            format!("pg_get_serial_sequence({}, {})", literal(&relation(target.name())), literal(&column));
        let position = format!("SELECT setval({own}, nextval({}), false)", literal(&relation(&sequence)));
        let add = TableAction::AddIdentity { column, identity: identity.clone() };
        self.finish = vec![
            self.set_default(target, None),
            alter(target.name(), vec![add]),
            build::select(position, vec![sequence.clone()]),
            build::drop(ObjectKind::Sequence, ObjectName::of(sequence)),
        ];
        self
    }

    /// The server computes stored values only in a rewrite; a trigger computes the same ones.
    fn generated(mut self, case: &Case<'_>, target: &Target<'_>, generated: &Generated) -> Self {
        let name = ident(&self.bare.name);
        let table = relation(target.name());
        let own = ident(&target.name().name);
        let expression = &generated.expr.sql;
        let trigger =
            fresh_on(case.before(), target.table, &["zz", &target.name().name, &self.bare.name], "generated");
        let body = format!(
            "\nBEGIN\n  NEW.{name} := (SELECT {expression} FROM (SELECT NEW.*) AS {own});\n  RETURN NEW;\nEND\n"
        );
        self.after.extend(build::row_trigger(target.name(), &trigger, body));
        let key = backfill::key(target.table);
        let pending = format!("{name} IS DISTINCT FROM ({expression})");
        self.fill = backfill::note(target.table, &format!("{name} = ({expression})"), &pending);
        if key.is_empty() {
            self.fill = format!(
                "-- {table} has no primary key, so each batch searches the whole table.\n{}",
                self.fill
            );
        }
        self
    }
}

/// The column with its type alone, and the constraints that read no rows.
fn bare(def: &ColumnDef) -> Option<ColumnDef> {
    let data_type = def.data_type.as_ref()?;
    let base = data_type.serial_base().map(TypeName::builtin);
    let mut bare = ColumnDef {
        data_type: Some(base.unwrap_or_else(|| data_type.clone())),
        default: None,
        generated: None,
        identity: None,
        not_null: false,
        ..def.clone()
    };
    bare.constraints.retain(|c| {
        !constraint::is_checked(c)
            && !key::is_key(c)
            && !matches!(c.kind, crate::ir::table::ConstraintKind::NotNull(_))
    });
    Some(bare)
}

fn create_sequence(name: &QName, options: SequenceOptions) -> DdlOp {
    DdlOp::CreateSequence(CreateSequence {
        name: name.clone(),
        if_not_exists: false,
        temporary: false,
        unlogged: false,
        options: Box::new(options),
    })
}
