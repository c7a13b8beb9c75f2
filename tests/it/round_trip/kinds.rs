//! The vocabulary: every kind of statement and of table action. The lists are complete because they do not compile
//! otherwise, and neither do the generators that match on them.

use checkrail::ir::DdlOp;
use checkrail::ir::table::{ConstraintKind, TableAction};

macro_rules! kinds {
    ($name:ident of $of:ident: $($kind:ident),* $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($kind),* }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            pub fn of(value: &$of) -> Self {
                match value { $($of::$kind { .. } => Self::$kind),* }
            }
        }
    };
}

kinds! { Kind of DdlOp:
    CreateTable, AlterTable, CreateIndex, CreateView, CreateMatview, CreateSequence, AlterSequence, CreateType,
    AlterEnum, CreateDomain, AlterDomain, CreateFunction, AlterFunction, CreateTrigger, CreateRule, CreatePolicy,
    AlterPolicy, Grant, GrantRole, AlterDefaultPrivileges, CreateRole, AlterRole, DropOwned, ReassignOwned,
    CreateSchema, CreateExtension, AlterExtension, CreateStatistics, CreatePublication, AlterPublication, Comment,
    Drop, Rename, SetSchema, OwnerTo, Misc, Reindex, Cluster, Vacuum, RefreshMatview, Truncate, Insert, Update,
    Delete, Merge, Select, Copy, LockTable, Transaction, Set, Do, Call, Session, Opaque,
}

kinds! { Action of TableAction:
    AddColumn, DropColumn, AlterType, Default, NotNull, SetExpression, DropExpression, AddIdentity, SetIdentity,
    DropIdentity, SetStatistics, ColumnOptions, SetStorage, SetCompression, AddConstraint, AlterConstraint,
    ValidateConstraint, DropConstraint, TriggerState, RuleState, RowSecurity, ForceRowSecurity, ClusterOn,
    SetLogged, SetTablespace, SetAccessMethod, SetOptions, ResetOptions, Inherit, OfType, OwnerTo, ReplicaIdentity,
    AttachPartition, DetachPartition, ForeignOptions, Other,
}

kinds! { Demand of ConstraintKind:
    Check, NotNull, PrimaryKey, Unique, ForeignKey, Exclude,
}
