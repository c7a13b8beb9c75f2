//! MySQL, MariaDB and SQLite: what is lost and what breaks. Locks, rewrites and scans are modelled for
//! PostgreSQL only, which the effects say.

use crate::effects::fact::{
    Break, BreakKind, DataLoss, Effects, ErrorCondition, Extent, LossKind, PossibleError, RowWrite,
    RowWriteKind,
};
use crate::ir::DdlOp;
use crate::ir::access::GrantTarget;
use crate::ir::object::ObjectKind;
use crate::ir::table::{AlterTable, TableAction};
use crate::name::{Dialect, QName};
use crate::schema::Schema;

/// The effects of one statement.
pub(super) fn analyse(op: &DdlOp, schema: &Schema) -> Effects {
    let mut out = Generic { schema, fx: Effects::default() };
    out.operation(op);
    out.fx
}

struct Generic<'a> {
    schema: &'a Schema,
    fx: Effects,
}

impl Generic<'_> {
    fn lose(&mut self, object: &(impl ToString + ?Sized), what: LossKind) {
        self.fx.data_loss.push(DataLoss { object: object.to_string(), what });
    }

    fn breaks(&mut self, object: &(impl ToString + ?Sized), kind: BreakKind) {
        self.fx.breaks.push(Break { object: object.to_string(), kind });
    }

    fn write(&mut self, table: &QName, kind: RowWriteKind, extent: Extent) {
        let table = self.schema.relation_name(table);
        if matches!(kind, RowWriteKind::Update | RowWriteKind::Delete | RowWriteKind::Merge) {
            self.lose(&table, LossKind::Rows);
        }
        self.fx.row_writes.push(RowWrite { table, kind, extent });
    }

    fn unsure(&mut self) {
        let reason = "locks, rewrites and scans are modelled for PostgreSQL only";
        if self.fx.uncertain.is_empty() {
            self.fx.uncertain.push(reason.to_owned());
        }
    }

    fn operation(&mut self, op: &DdlOp) {
        match op {
            DdlOp::AlterTable(alter) => self.alter_table(alter),
            DdlOp::Drop(drop) => {
                self.unsure();
                for object in &drop.objects {
                    match drop.kind {
                        ObjectKind::Table => {
                            self.lose(&object.name, LossKind::Table);
                            self.breaks(&object.name, BreakKind::RelationGone { renamed_to: None });
                        }
                        ObjectKind::View => {
                            self.breaks(&object.name, BreakKind::RelationGone { renamed_to: None });
                        }
                        ObjectKind::Index | ObjectKind::Trigger => {}
                        _ => self.breaks(&object, BreakKind::ObjectGone { renamed_to: None }),
                    }
                }
            }
            DdlOp::Rename(rename) => {
                self.unsure();
                let renamed_to = Some(rename.to.to_string());
                match rename.kind {
                    ObjectKind::Table | ObjectKind::View => {
                        self.breaks(&rename.object.name, BreakKind::RelationGone { renamed_to });
                    }
                    ObjectKind::Column => {
                        self.breaks(&rename.object, BreakKind::ColumnGone { renamed_to });
                    }
                    ObjectKind::Index | ObjectKind::Constraint => {}
                    _ => self.breaks(&rename.object, BreakKind::ObjectGone { renamed_to }),
                }
            }
            DdlOp::Truncate(truncate) => {
                self.unsure();
                for table in &truncate.tables {
                    self.lose(&table, LossKind::Table);
                }
            }
            DdlOp::Insert(insert) => {
                let extent = insert.rows.map_or(Extent::Unbounded, Extent::Fixed);
                self.write(&insert.table, RowWriteKind::Insert, extent);
            }
            DdlOp::Update(update) => {
                let extent = if update.filter.is_some() { Extent::Filtered } else { Extent::Unbounded };
                self.write(&update.table, RowWriteKind::Update, extent);
            }
            DdlOp::Delete(delete) => {
                let extent = if delete.filter.is_some() { Extent::Filtered } else { Extent::Unbounded };
                self.write(&delete.table, RowWriteKind::Delete, extent);
            }
            DdlOp::Merge(merge) => self.write(&merge.table, RowWriteKind::Merge, Extent::Unbounded),
            DdlOp::Copy(copy) => {
                if let Some(table) = copy.table.as_ref().filter(|_| copy.from) {
                    self.write(table, RowWriteKind::Copy, Extent::Unbounded);
                }
            }
            DdlOp::Grant(grant) if !grant.grant => {
                if let GrantTarget::Objects(objects) = &grant.target {
                    for object in objects {
                        self.breaks(&object, BreakKind::PrivilegeRevoked);
                    }
                }
            }
            DdlOp::CreateSchema(create) => create.elements.iter().for_each(|op| self.operation(op)),
            DdlOp::Do(block) => block.statements.iter().for_each(|nested| self.operation(&nested.op)),
            DdlOp::Opaque(opaque) => {
                self.unsure();
                self.fx.uncertain.push(format!("{} was not read", opaque.verb));
            }
            DdlOp::CreateIndex(_)
            | DdlOp::CreateMatview(_)
            | DdlOp::CreateTrigger(_)
            | DdlOp::CreateTable(_)
            | DdlOp::CreateView(_)
            | DdlOp::LockTable(_)
            | DdlOp::Reindex(_)
            | DdlOp::Cluster(_)
            | DdlOp::Vacuum(_)
            | DdlOp::RefreshMatview(_)
            | DdlOp::SetSchema(_)
            | DdlOp::Call { .. }
            | DdlOp::Misc(_) => self.unsure(),
            DdlOp::CreateSequence(_)
            | DdlOp::AlterSequence(_)
            | DdlOp::CreateType(_)
            | DdlOp::AlterEnum(_)
            | DdlOp::CreateDomain(_)
            | DdlOp::AlterDomain(_)
            | DdlOp::CreateFunction(_)
            | DdlOp::AlterFunction(_)
            | DdlOp::CreateRule(_)
            | DdlOp::CreatePolicy(_)
            | DdlOp::AlterPolicy(_)
            | DdlOp::Grant(_)
            | DdlOp::GrantRole(_)
            | DdlOp::AlterDefaultPrivileges(_)
            | DdlOp::CreateRole(_)
            | DdlOp::AlterRole(_)
            | DdlOp::DropOwned { .. }
            | DdlOp::ReassignOwned { .. }
            | DdlOp::CreateExtension(_)
            | DdlOp::AlterExtension(_)
            | DdlOp::CreateStatistics(_)
            | DdlOp::CreatePublication(_)
            | DdlOp::AlterPublication(_)
            | DdlOp::Comment(_)
            | DdlOp::OwnerTo(_)
            | DdlOp::Select(_)
            | DdlOp::Transaction(_)
            | DdlOp::Set(_)
            | DdlOp::Session(_) => {}
        }
    }

    fn alter_table(&mut self, alter: &AlterTable) {
        self.unsure();
        let table = self.schema.relation_name(&alter.name);
        for (action, _) in &alter.actions {
            match action {
                TableAction::AddColumn { column, .. } => {
                    let required = column.not_null && column.default.is_none() && column.identity.is_none();
                    if required && column.generated.is_none() {
                        let object = format!("{table}.{}", column.name);
                        // SQLite refuses such a column; MySQL fills in a zero value.
                        if self.schema.dialect() == Dialect::Sqlite {
                            self.fx.possible_errors.push(PossibleError {
                                sqlstate: "HY000",
                                message: "Cannot add a NOT NULL column with default value NULL".to_owned(),
                                when: ErrorCondition::AnyRow,
                            });
                        }
                        self.breaks(&object, BreakKind::InsertWithoutColumn);
                    }
                }
                TableAction::DropColumn { name, .. } => {
                    let object = format!("{table}.{name}");
                    self.lose(&object, LossKind::Column);
                    self.breaks(&object, BreakKind::ColumnGone { renamed_to: None });
                }
                TableAction::AlterType { column, .. } => {
                    self.breaks(&format!("{table}.{column}"), BreakKind::TypeChanged);
                }
                TableAction::NotNull { column, not_null: true } => {
                    self.breaks(&format!("{table}.{column}"), BreakKind::ValuesRefused);
                }
                TableAction::AddConstraint(_) => self.breaks(&table, BreakKind::ValuesRefused),
                _ => {}
            }
        }
    }
}
