//! Sequences and their options.

use pg_query::NodeEnum;
use pg_query::protobuf as pb;

use super::Cx;
use super::names::{arg, defs, items, number, qname, relation_of, texts, truth};
use super::table::persistence;
use crate::ir::DdlOp;
use crate::ir::table::Persistence;
use crate::ir::types::{AlterSequence, CreateSequence, SequenceOptions};
use crate::name::Ident;

/// The options of a sequence or of an identity column.
pub(super) fn sequence_options(cx: &Cx, nodes: &[pb::Node]) -> SequenceOptions {
    let mut options = SequenceOptions::default();
    for def in defs(nodes) {
        let value = arg(def);
        match &*def.defname {
            "as" => {
                if let Some(NodeEnum::TypeName(name)) = value {
                    options.data_type = Some(cx.type_name(name));
                }
            }
            "increment" => options.increment = number(value),
            "minvalue" => options.min_value = Some(number(value)),
            "maxvalue" => options.max_value = Some(number(value)),
            "start" => options.start = number(value),
            "restart" => options.restart = Some(number(value)),
            "cache" => options.cache = number(value),
            "cycle" => options.cycle = Some(truth(value)),
            "owned_by" => options.owned_by = Some(owner(items(value))),
            "sequence_name" => options.sequence_name = Some(qname(items(value))),
            // The `GENERATED` of `SET GENERATED`, which is read elsewhere, and persistence, which is no
            // option of the sequence itself.
            "generated" | "logged" | "unlogged" => {}
            other => cx.unsupported(&format!("the sequence option {other}")),
        }
    }
    options
}

/// `OWNED BY table.column`; `NONE` gives nothing.
fn owner(path: &[pb::Node]) -> Option<(crate::name::QName, Ident)> {
    let (column, table) = path.split_last()?;
    if table.is_empty() {
        return None;
    }
    let column = texts(std::slice::from_ref(column)).next().map(Ident::new)?;
    Some((qname(table), column))
}

pub(super) fn create_sequence(cx: &Cx, stmt: &pb::CreateSeqStmt) -> DdlOp {
    let persistence = persistence(stmt.sequence.as_ref());
    DdlOp::CreateSequence(CreateSequence {
        name: relation_of(stmt.sequence.as_ref()),
        if_not_exists: stmt.if_not_exists,
        temporary: persistence == Persistence::Temporary,
        unlogged: persistence == Persistence::Unlogged,
        options: Box::new(sequence_options(cx, &stmt.options)),
    })
}

pub(super) fn alter_sequence(cx: &Cx, stmt: &pb::AlterSeqStmt) -> DdlOp {
    DdlOp::AlterSequence(AlterSequence {
        name: relation_of(stmt.sequence.as_ref()),
        if_exists: stmt.missing_ok,
        options: Box::new(sequence_options(cx, &stmt.options)),
    })
}
