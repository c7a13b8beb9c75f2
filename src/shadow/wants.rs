//! What a statement needs in order to be run and watched, as far as its kind tells.

use super::observation::SeenError;
use super::runner::Script;
use crate::ir::data::Transaction;
use crate::ir::index::ReindexTarget;
use crate::ir::object::ObjectKind;
use crate::ir::table::TableAction;
use crate::ir::{DdlOp, OpaqueReason};
use crate::name::QName;

/// How a statement is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// Watched, alone or with others.
    Watch,
    /// Watched inside a transaction; outside the server refuses it, as it would the tool.
    InBlock,
    /// Outside a transaction, stalled lock by lock.
    LockStep,
    /// Sent as it is: it takes no locks, and changes no relation.
    Quiet,
    /// Sent as it is: it begins or ends transactions.
    Control,
    /// Sent with its data.
    CopyIn,
    /// Not run, for this reason.
    Refuse(&'static str),
}

/// What a statement needs.
pub(super) fn need(op: &DdlOp, sql: &str) -> Need {
    match op {
        _ if op.transaction_refusal().is_some() => Need::LockStep,
        DdlOp::Transaction(_) => Need::Control,
        DdlOp::LockTable(_) => Need::InBlock,
        DdlOp::Set(_) => Need::Quiet,
        DdlOp::Copy(copy) if copy.from && mentions(sql, "stdin") => Need::CopyIn,
        DdlOp::Copy(copy) if !copy.from && mentions(sql, "stdout") => {
            Need::Refuse("it sends data to a client and changes nothing")
        }
        DdlOp::Opaque(opaque) if matches!(opaque.reason, OpaqueReason::ClientCommand(_)) => {
            Need::Refuse("it is a command of psql, not of the server")
        }
        _ => Need::Watch,
    }
}

fn mentions(sql: &str, word: &str) -> bool {
    sql.to_ascii_lowercase().contains(word)
}

/// The tables and indexes that a statement names which runs outside transactions.
pub(super) fn tables(op: &DdlOp) -> Vec<QName> {
    match op {
        DdlOp::CreateIndex(index) => vec![index.table.clone()],
        DdlOp::Drop(drop) if drop.kind == ObjectKind::Index => {
            drop.objects.iter().map(|o| o.name.clone()).collect()
        }
        DdlOp::Reindex(reindex) => match &reindex.target {
            ReindexTarget::Index(name) | ReindexTarget::Table(name) => vec![name.clone()],
            ReindexTarget::Schema(_) | ReindexTarget::Database | ReindexTarget::System => Vec::new(),
        },
        DdlOp::Vacuum(vacuum) => vacuum.tables.clone(),
        DdlOp::AlterTable(alter) => {
            let partition = |action: &TableAction| match action {
                TableAction::DetachPartition { partition, .. } => Some(partition.clone()),
                _ => None,
            };
            let partitions = alter.actions.iter().filter_map(|(action, _)| partition(action));
            std::iter::once(alter.name.clone()).chain(partitions).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether a statement is about the whole server, so that it can run once only.
pub(super) fn cluster_wide(op: &DdlOp) -> bool {
    let wide = |kind: ObjectKind| {
        matches!(
            kind,
            ObjectKind::Role | ObjectKind::Database | ObjectKind::Tablespace | ObjectKind::Subscription
        )
    };
    match op {
        DdlOp::CreateRole(_) | DdlOp::AlterRole(_) | DdlOp::GrantRole(_) => true,
        DdlOp::Drop(drop) => wide(drop.kind),
        DdlOp::Rename(rename) => wide(rename.kind),
        DdlOp::OwnerTo(owner) => wide(owner.kind),
        DdlOp::Misc(misc) => wide(misc.kind),
        DdlOp::Comment(comment) => wide(comment.kind),
        _ => false,
    }
}

/// Whether statements of a script cannot be told from one another by running each by itself: what it takes back,
/// and what ends with its transaction.
pub(super) fn is_entangled(script: &Script<'_>) -> bool {
    script.statements.iter().any(|stmt| match &stmt.op {
        DdlOp::Transaction(t) => {
            !matches!(t, Transaction::Begin { .. } | Transaction::Commit { chain: false })
        }
        DdlOp::CreateTable(table) => table.on_commit.is_some(),
        DdlOp::Session(session) => session.verb == "DECLARE",
        _ => false,
    })
}

/// Whether a script may take a role away, which the server refuses while another database knows the role.
pub(super) fn drops_roles(script: &Script<'_>) -> bool {
    let dropped = |op: &DdlOp| matches!(op, DdlOp::Drop(drop) if drop.kind == ObjectKind::Role);
    script.statements.iter().enumerate().any(|(index, stmt)| match &stmt.op {
        DdlOp::Do(_) => {
            ["drop role", "drop user", "drop group"].iter().any(|w| mentions(script.sql(index), w))
        }
        op => dropped(op),
    })
}

/// Whether a setting ends with its transaction, so that a transaction of its own must repeat it.
pub(super) fn is_local_setting(op: &DdlOp) -> bool {
    match op {
        DdlOp::Set(set) => set.local || set.name == "constraints",
        DdlOp::Select(select) => select.settings.iter().any(|set| set.local),
        _ => false,
    }
}

/// The data behind `COPY … FROM STDIN`: the lines up to `\.`.
pub(super) fn copy_data<'a>(script: &'a Script<'_>, index: usize) -> &'a str {
    let end = script.statements[index].span.end as usize;
    let rest = script.text.get(end..).unwrap_or_default();
    let Some(line_end) = rest.find('\n') else { return "" };
    let data = &rest[line_end + 1..];
    if data.starts_with("\\.") {
        return "";
    }
    match data.find("\n\\.") {
        Some(stop) => &data[..=stop],
        None => data,
    }
}

/// The role that an error says is missing.
pub(super) fn missing_role(error: &SeenError) -> Option<&str> {
    error.message.strip_prefix("role \"")?.strip_suffix("\" does not exist")
}

/// The extension that the server does not have the files of.
pub(super) fn missing_extension(op: &DdlOp, error: &SeenError) -> Option<String> {
    let DdlOp::CreateExtension(create) = op else { return None };
    // 58P01 undefined_file up to version 14, 0A000 feature_not_supported since.
    let unavailable = matches!(&*error.sqlstate, "58P01" | "0A000")
        && (error.message.contains("is not available") || error.message.contains("control file"));
    unavailable.then(|| create.name.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_read_from_the_message() {
        let error = |sqlstate: &str, message: &str| SeenError {
            sqlstate: sqlstate.to_owned(),
            message: message.to_owned(),
            detail: None,
            table: None,
        };
        assert_eq!(missing_role(&error("42704", "role \"app\" does not exist")), Some("app"));
        assert_eq!(missing_role(&error("42704", "type \"app\" does not exist")), None);
    }
}
