//! Functions and procedures.

use crate::ir::DdlOp;
use crate::ir::object::{Drop, ObjectKind, ObjectName};
use crate::ir::routine::{ArgMode, BodyUses, CreateFunction, FunctionArg};
use crate::schema::acl::Acl;
use crate::schema::key::ObjectKey;
use crate::schema::model::Function;

use super::acl::Owners;
use super::piece::{Phase, Piece, Target};
use super::subject::Subject;

fn kind(function: &Function) -> ObjectKind {
    if function.def.procedure { ObjectKind::Procedure } else { ObjectKind::Function }
}

/// The name with its argument types.
pub(crate) fn name(function: &Function) -> ObjectName {
    ObjectName { args: Some(function.def.signature()), ..ObjectName::of(function.def.name.clone()) }
}

/// What makes the function, without what only describes the text.
fn essence(function: &Function) -> CreateFunction {
    CreateFunction { or_replace: false, uses: BodyUses::default(), ..function.def.clone() }
}

/// The statements that make a function.
pub(super) fn create(key: &ObjectKey, function: &Function) -> Vec<Piece> {
    let def = CreateFunction { or_replace: false, ..function.def.clone() };
    let op = DdlOp::CreateFunction(Box::new(def));
    let mut pieces = vec![Piece::make(Phase::Create, Target::whole(key.clone()), op)];
    let bare = Function { owner: None, acl: Acl::default(), comment: None, ..function.clone() };
    pieces.extend(rest(key, &bare, function, Phase::Create));
    pieces
}

/// The statement that drops a function.
pub(super) fn drop(key: &ObjectKey, function: &Function) -> Vec<Piece> {
    let op = DdlOp::Drop(Drop {
        kind: kind(function),
        objects: vec![name(function)],
        if_exists: false,
        cascade: false,
        concurrently: false,
    });
    vec![Piece::remove(Phase::Drop, Target::whole(key.clone()), op)]
}

/// Whether `CREATE OR REPLACE` refuses: it keeps the kind, the result and the names of arguments, and takes no
/// default away (PostgreSQL documentation, CREATE FUNCTION, notes).
pub(super) fn must_rebuild(from: &Function, to: &Function) -> bool {
    let (old, new) = (&from.def, &to.def);
    let inputs = |def: &'_ CreateFunction| -> Vec<FunctionArg> {
        def.args.iter().filter(|a| a.mode.is_input()).cloned().collect()
    };
    let outputs = |def: &'_ CreateFunction| -> Vec<FunctionArg> {
        let out = |a: &&FunctionArg| matches!(a.mode, ArgMode::Out | ArgMode::InOut | ArgMode::Table);
        def.args.iter().filter(out).map(|a| FunctionArg { default: None, ..a.clone() }).collect()
    };
    old.procedure != new.procedure
        || old.returns != new.returns
        || outputs(old) != outputs(new)
        || old.window != new.window
        || inputs(old).iter().zip(inputs(new)).any(|(was, is)| {
            (was.name.is_some() && was.name != is.name)
                || was.mode != is.mode
                || (was.default.is_some() && is.default.is_none())
        })
}

/// The statements that lead from one state of a function to another, when it need not be rebuilt.
pub(super) fn change(key: &ObjectKey, from: &Function, to: &Function) -> Vec<Piece> {
    let mut pieces = Vec::new();
    if from.def != to.def && essence(from) != essence(to) {
        let def = CreateFunction { or_replace: true, ..to.def.clone() };
        let op = DdlOp::CreateFunction(Box::new(def));
        pieces.push(Piece::change(Phase::Alter, Target::whole(key.clone()), op));
    }
    pieces.extend(rest(key, from, to, Phase::Alter));
    pieces
}

fn rest(key: &ObjectKey, from: &Function, to: &Function, phase: Phase) -> Vec<Piece> {
    let name = name(to);
    let subject = Subject { key, kind: kind(to), name: &name, phase };
    let mut pieces: Vec<Piece> = subject.owner(from.owner.as_ref(), to.owner.as_ref()).into_iter().collect();
    pieces.extend(subject.privileges(
        &from.acl,
        &to.acl,
        Owners::new(from.owner.as_ref(), to.owner.as_ref()),
    ));
    pieces.extend(subject.comment(from.comment.as_ref(), to.comment.as_ref()));
    pieces
}
