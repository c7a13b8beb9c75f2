//! Columns.

use crate::ir::DdlOp;
use crate::ir::object::{Comment, ObjectKind, ObjectName};
use crate::ir::table::{ColumnDef, ConstraintDef, ConstraintKind, Identity, TableAction};
use crate::ir::types::SequenceOptions;
use crate::name::{Ident, QName};
use crate::schema::acl::Acl;
use crate::schema::builtin;
use crate::schema::dependency::Part;
use crate::schema::model::{Column, Table};
use crate::text::Span;

use super::super::acl::{self, Owners};
use super::super::context::Context;
use super::super::piece::{Phase, Piece, Target, Verb};
use super::super::subject::Subject;
use super::super::{cast, sequence};
use super::Change;

/// The columns that `CREATE TABLE` lists. Inherited ones come from the parents; those of a partition are its
/// own, since it is made as a table and attached.
pub(super) fn definitions(table: &Table, cx: &Context<'_>) -> Vec<ColumnDef> {
    table
        .columns
        .iter()
        .filter(|c| !c.inherited || table.inherits.is_empty())
        .map(|c| {
            let mut def = definition(&table.name, c, cx);
            if table.of_type.is_some() {
                def.data_type = None;
            }
            if takes_identity(table, c, cx) {
                def.identity = None;
            }
            def
        })
        .filter(|def| def.data_type.is_some() || says_something(def))
        .collect()
}

/// Whether it is an identity column because the partitioned table's is, whose sequence it uses (17+).
fn takes_identity(table: &Table, column: &Column, cx: &Context<'_>) -> bool {
    table.partition_of.is_some() && cx.identity(&table.name, &column.name).is_none()
}

/// Whether a column of a typed table differs from the type's attribute.
fn says_something(def: &ColumnDef) -> bool {
    def.default.is_some() || def.generated.is_some() || def.not_null || !def.constraints.is_empty()
}

/// A column as `CREATE TABLE` and `ADD COLUMN` write it.
pub(super) fn definition(table: &QName, column: &Column, cx: &Context<'_>) -> ColumnDef {
    let named = column.not_null.as_ref().filter(|n| {
        let usual = format!("{}_{}_not_null", table.name, column.name);
        let needs_name = |name: &Ident| **name != *usual || cx.is_taken(table, &usual);
        !n.not_valid && (n.no_inherit || n.name.as_ref().is_some_and(needs_name))
    });
    let constraints = named
        .map(|n| ConstraintDef {
            name: n.name.clone(),
            kind: ConstraintKind::NotNull(column.name.clone()),
            deferrable: false,
            initially_deferred: false,
            not_valid: false,
            no_inherit: n.no_inherit,
            enforced: true,
            span: Span::default(),
        })
        .into_iter()
        .collect();
    ColumnDef {
        name: column.name.clone(),
        data_type: Some(column.data_type.clone()),
        collation: column.collation.clone(),
        default: column.default.clone(),
        generated: column.generated.clone(),
        identity: column.identity.map(|always| identity(table, &column.name, always, cx)),
        not_null: column.not_null.as_ref().is_some_and(|n| !n.not_valid),
        constraints,
        // `STORAGE` stands in a column definition only from 16 on, `COMPRESSION` from 14; `ALTER` takes both.
        storage: None,
        compression: None,
        foreign_options: column.foreign_options.clone(),
        comment: None,
        span: Span::default(),
    }
}

fn identity(table: &QName, column: &Ident, always: bool, cx: &Context<'_>) -> Identity {
    let options = cx.identity(table, column).map_or_else(SequenceOptions::default, |s| {
        let usual = format!("{}_{column}_seq", table.name);
        let mut options = sequence::options(s);
        // An identity's type is the column's.
        options.data_type = None;
        options.sequence_name =
            (*s.name.name != *usual || s.name.schema != table.schema).then(|| s.name.clone());
        options
    });
    Identity { always, options: Box::new(options) }
}

/// A column as its definition alone leaves it.
pub(super) fn fresh(column: &Column) -> Column {
    Column {
        not_null: column.not_null.clone().filter(|n| !n.not_valid),
        storage: None,
        compression: None,
        statistics: None,
        options: Vec::new(),
        comment: None,
        acl: Acl::default(),
        ..column.clone()
    }
}

impl Change<'_> {
    /// Columns that go.
    pub(super) fn removed_columns(&self) -> Vec<Piece> {
        self.from
            .columns
            .iter()
            .filter(|c| self.to.column(&c.name).is_none())
            .filter(|c| !self.followed(c).any(|(from, to)| from.is_some() && to.is_none()))
            .map(|c| {
                let action =
                    TableAction::DropColumn { name: c.name.clone(), if_exists: false, cascade: false };
                self.piece(Phase::Early, Verb::Remove, Part::Column(c.name.clone()), action)
            })
            .collect()
    }

    /// Columns that come or change, in order.
    pub(super) fn changed_columns(&self) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for new in &self.to.columns {
            let Some(old) = self.from.column(&new.name) else {
                if !self.followed(new).any(|(from, to)| from.is_none() && to.is_some()) {
                    let column = Box::new(definition(&self.to.name, new, self.cx));
                    let action = TableAction::AddColumn { column, if_not_exists: false };
                    pieces.push(self.piece(self.phase, Verb::Make, Part::Column(new.name.clone()), action));
                }
                pieces.extend(self.changed_column(&fresh(new), new));
                continue;
            };
            pieces.extend(self.changed_column(old, new));
        }
        pieces
    }

    fn changed_column(&self, old: &Column, new: &Column) -> Vec<Piece> {
        if old == new {
            return Vec::new();
        }
        let column = || new.name.clone();
        let mut actions = Vec::new();
        let retyped = !self.same(old, new, |c| (&c.data_type, &c.collation));
        let using = if retyped && old.data_type != new.data_type {
            cast::using(&new.name, &old.data_type, &new.data_type, self.cx)
        } else {
            None
        };
        // What has no assignment cast as a column has none as a default.
        let dropped_default = old.default.is_some() && using.is_some();
        let own_default = !self.same(old, new, |c| &c.default);
        if dropped_default || (own_default && old.default.is_some() && new.default.is_none()) {
            actions.push(TableAction::Default { column: column(), default: None });
        }
        let own_identity = !self.same(old, new, |c| &c.identity);
        let was_identity = old.identity.filter(|_| !self.leaves_identity());
        if own_identity && was_identity.is_some() && new.identity.is_none() {
            actions.push(TableAction::DropIdentity { column: column(), if_exists: false });
        }
        if old.generated.is_some() && new.generated.is_none() && !self.same(old, new, |c| &c.generated) {
            actions.push(TableAction::DropExpression { column: column(), if_exists: false });
        }
        if retyped {
            actions.push(TableAction::AlterType {
                column: column(),
                data_type: new.data_type.clone(),
                collation: new.collation.clone(),
                using,
            });
        }
        // The default is read anew in the new type.
        let read_anew = retyped && old.data_type != new.data_type;
        if new.default.is_some() && (dropped_default || own_default || read_anew) {
            actions.push(TableAction::Default { column: column(), default: new.default.clone() });
        }
        if let (Some(was), Some(is)) = (&old.generated, &new.generated)
            && was.expr != is.expr
            && !self.same(old, new, |c| &c.generated)
        {
            actions.push(TableAction::SetExpression { column: column(), expr: is.expr.clone() });
        }
        actions.extend(self.not_null(old, new));
        if let Some(always) = new.identity {
            match was_identity {
                None if takes_identity(self.to, new, self.cx) => {}
                None => actions.push(TableAction::AddIdentity {
                    column: column(),
                    identity: identity(&self.to.name, &new.name, always, self.cx),
                }),
                Some(was) if was != always && own_identity => actions.push(TableAction::SetIdentity {
                    column: column(),
                    always: Some(always),
                    options: Box::new(SequenceOptions::default()),
                }),
                Some(_) => {}
            }
        }
        if old.storage != new.storage {
            // `DEFAULT` came with 16; before, the type's own method has to be named.
            let storage = new
                .storage
                .clone()
                .unwrap_or_else(|| Ident::new(builtin::storage(&new.data_type).unwrap_or("extended")));
            actions.push(TableAction::SetStorage { column: column(), storage });
        }
        if old.compression != new.compression {
            let method = new.compression.clone().unwrap_or_else(|| Ident::new("default"));
            actions.push(TableAction::SetCompression { column: column(), method });
        }
        if old.statistics != new.statistics {
            actions.push(TableAction::SetStatistics { column: column(), target: new.statistics });
        }
        let (set, reset) = super::options(&old.options, &new.options);
        if !set.is_empty() || !reset.is_empty() {
            actions.push(TableAction::ColumnOptions { column: column(), set, reset });
        }
        if let Some(sql) = super::foreign_options(&old.foreign_options, &new.foreign_options) {
            actions.push(TableAction::ForeignOptions { column: Some(column()), sql });
        }
        let part = Part::Column(column());
        let mut pieces: Vec<Piece> = actions
            .into_iter()
            .map(|action| self.piece(self.phase, Verb::Change, part.clone(), action))
            .collect();
        if old.comment != new.comment {
            let object = ObjectName::part(self.to.name.clone(), column());
            let op = DdlOp::Comment(Comment { kind: ObjectKind::Column, object, text: new.comment.clone() });
            pieces.push(Piece::change(self.phase, Target { key: self.key.clone(), part }, op));
        }
        pieces
    }

    /// Whether the table is detached, which takes from its columns the identity that they have of the partitioned table
    /// (17+: `ATExecDetachPartition` in the server's `tablecmds.c`).
    fn leaves_identity(&self) -> bool {
        self.from.partition_of.is_some()
            && self.from.partition_of != self.to.partition_of
            && self.cx.version().is_some_and(|version| version.at_least(17))
    }

    /// Whether an attribute of a column is the same, or follows the parent's.
    fn same<'c, T: PartialEq>(
        &'c self,
        old: &'c Column,
        new: &'c Column,
        attribute: impl Fn(&'c Column) -> T,
    ) -> bool {
        attribute(old) == attribute(new)
            || self.followed(new).any(|parent| match parent {
                (Some(was), Some(is)) => attribute(was) != attribute(is) && attribute(is) == attribute(new),
                _ => false,
            })
    }

    fn not_null(&self, old: &Column, new: &Column) -> Option<TableAction> {
        let column = new.name.clone();
        if self.same(old, new, |c| c.not_null.as_ref().map(|n| n.not_valid)) {
            return None;
        }
        let usual = format!("{}_{column}_not_null", self.to.name.name);
        let needs_name = |name: &Ident| **name != *usual || self.cx.is_taken(&self.to.name, &usual);
        match (&old.not_null, &new.not_null) {
            (Some(_), None) => Some(TableAction::NotNull { column, not_null: false }),
            (None, Some(n)) if n.not_valid || n.no_inherit || n.name.as_ref().is_some_and(needs_name) => {
                Some(TableAction::AddConstraint(Box::new(ConstraintDef {
                    name: n.name.clone(),
                    kind: ConstraintKind::NotNull(column),
                    deferrable: false,
                    initially_deferred: false,
                    not_valid: n.not_valid,
                    no_inherit: n.no_inherit,
                    enforced: true,
                    span: Span::default(),
                })))
            }
            (None, Some(_)) => Some(TableAction::NotNull { column, not_null: true }),
            (Some(was), Some(is)) if was.not_valid && !is.not_valid => Some(
                is.name
                    .as_ref()
                    .or(was.name.as_ref())
                    .map_or(TableAction::NotNull { column, not_null: true }, |name| {
                        TableAction::ValidateConstraint(name.clone())
                    }),
            ),
            (Some(_), Some(_)) | (None, None) => None,
        }
    }

    /// Column privileges.
    pub(super) fn column_privileges(&self) -> Vec<Piece> {
        fn list(table: &Table) -> Vec<(&Ident, &Acl)> {
            table.columns.iter().map(|c| (&c.name, &c.acl)).collect()
        }
        let owners = Owners::new(self.from.owner.as_ref(), self.to.owner.as_ref());
        let whole = acl::between(self.kind, &self.from.acl, &self.to.acl, owners);
        let name = ObjectName::of(self.to.name.clone());
        let subject = Subject { key: self.key, kind: self.kind, name: &name, phase: self.phase };
        let shifts = acl::columns(&whole, &list(self.from), &list(self.to), owners);
        shifts.iter().map(|shift| subject.shift(shift, owners)).collect()
    }
}
