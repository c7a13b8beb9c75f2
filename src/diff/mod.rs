//! Differences between states of objects, as operations.
//!
//! In: objects of the schema model, before and after. Out: [`DdlOp`]s that make one, change one into another, or
//! drop one, in an order in which the server takes them. The rollback of a statement and the comparison of two
//! schemas both come from here, so neither knows about single kinds of statements.
//!
//! Each kind of object has a file that says how it is made, dropped and changed. What cannot be changed is
//! dropped and made again; whoever must not lose rows looks at [`Piece::verb`]. Parts that live in objects of
//! their own (the index of a constraint, the sequence of an identity column) come and go with what owns them
//! and get no statement.

mod access;
mod acl;
mod align;
mod cast;
mod context;
mod given;
mod index;
mod merge;
mod named;
mod names;
mod order;
pub mod piece;
pub mod residue;
mod routine;
mod schemas;
mod sequence;
mod subject;
mod table;
mod user_type;
mod usual;
mod view;
mod way;

#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use crate::ir::DdlOp;
use crate::name::{Dialect, ServerVersion};
use crate::schema::Schema;
use crate::schema::key::ObjectKey;
use crate::schema::model::Object;

use self::context::Context;
use self::piece::Piece;

pub use self::align::align;
pub use self::merge::merge;
pub use self::schemas::{Difference, along, between_schemas, differences};

pub(crate) use self::cast::leaves_casts;
pub(crate) use self::routine::name as routine_name;

/// One object before and after.
#[derive(Clone, Copy, Debug)]
pub struct Transition<'a> {
    /// Which object.
    pub key: &'a ObjectKey,
    /// What it is; `None` when it does not exist.
    pub from: Option<&'a Object>,
    /// What it is to be; `None` when it is not to exist.
    pub to: Option<&'a Object>,
    /// Whether it is dropped and made again even if nothing about it changes, because it stands in the way.
    pub rebuild: bool,
}

/// The statements that make an object as it is, with everything that hangs on it: constraints, triggers,
/// policies, comments, privileges, owner.
#[must_use]
pub fn definition(key: &ObjectKey, object: &Object) -> Vec<DdlOp> {
    between(key, None, Some(object))
}

/// The statements that turn one state of an object into another, seen by itself.
#[must_use]
pub fn between(key: &ObjectKey, from: Option<&Object>, to: Option<&Object>) -> Vec<DdlOp> {
    // The sorting asks a schema for nothing but its objects' references, which are in the objects.
    static EMPTY: LazyLock<Schema> =
        LazyLock::new(|| Schema::new(Dialect::PostgreSql, ServerVersion::default()));
    merge(plan(&EMPTY, &[Transition { key, from, to, rebuild: false }]).into_iter().map(|p| p.op))
}

/// The statements that turn one state of several objects into another, in an order in which they can run.
/// `schema` knows objects that are not among them.
#[must_use]
pub fn plan(schema: &Schema, transitions: &[Transition<'_>]) -> Vec<Piece> {
    let cx = Context::new(schema, transitions);
    let pieces = transitions.iter().map(|t| steps(t, &cx)).collect();
    order::sort(schema, transitions, pieces)
}

/// Whether an object cannot be altered from one state into the other, but has to be dropped and made again.
#[must_use]
pub fn must_rebuild(from: &Object, to: &Object) -> bool {
    match (from, to) {
        (Object::Schema(_), Object::Schema(_))
        | (Object::Role(_), Object::Role(_))
        | (Object::Extension(_), Object::Extension(_))
        | (Object::Publication(_), Object::Publication(_))
        | (Object::Statistics(_), Object::Statistics(_))
        | (Object::DefaultAcl(_), Object::DefaultAcl(_))
        | (Object::Sequence(_), Object::Sequence(_))
        | (Object::Other(_), Object::Other(_)) => false,
        (Object::Table(a), Object::Table(b)) => {
            std::mem::discriminant(&a.kind) != std::mem::discriminant(&b.kind)
        }
        (Object::View(a), Object::View(b)) => view::must_rebuild(a, b),
        (Object::Index(a), Object::Index(b)) => index::must_rebuild(a, b),
        (Object::Type(a), Object::Type(b)) => user_type::must_rebuild(a, b),
        (Object::Function(a), Object::Function(b)) => routine::must_rebuild(a, b),
        (
            Object::Schema(_)
            | Object::Table(_)
            | Object::View(_)
            | Object::Index(_)
            | Object::Sequence(_)
            | Object::Type(_)
            | Object::Function(_)
            | Object::Role(_)
            | Object::Extension(_)
            | Object::Publication(_)
            | Object::Statistics(_)
            | Object::DefaultAcl(_)
            | Object::Other(_),
            _,
        ) => true,
    }
}

fn steps(t: &Transition<'_>, cx: &Context<'_>) -> Vec<Piece> {
    match (t.from, t.to) {
        (None, None) => Vec::new(),
        (None, Some(to)) => make(t.key, to, cx),
        (Some(from), None) => remove(t.key, from, cx),
        (Some(from), Some(to)) if t.rebuild || must_rebuild(from, to) => {
            let mut pieces = remove(t.key, from, cx);
            pieces.extend(make(t.key, to, cx));
            pieces
        }
        (Some(from), Some(to)) if from == to => Vec::new(),
        (Some(from), Some(to)) => change(t.key, from, to, cx),
    }
}

fn make(key: &ObjectKey, object: &Object, cx: &Context<'_>) -> Vec<Piece> {
    let mut pieces = made(key, object, cx);
    given::correct(key, object, &mut pieces, cx);
    pieces
}

fn made(key: &ObjectKey, object: &Object, cx: &Context<'_>) -> Vec<Piece> {
    match object {
        Object::Schema(o) => named::namespace(key, None, Some(o)),
        Object::Table(o) => table::create(key, o, cx),
        Object::View(o) => view::create(key, o),
        Object::Index(o) => index::create(key, o),
        Object::Sequence(o) => sequence::create(key, o),
        Object::Type(o) => user_type::create(key, o),
        Object::Function(o) => routine::create(key, o),
        Object::Role(o) => access::create_role(key, o),
        Object::Extension(o) => named::extension(key, None, Some(o)),
        Object::Publication(o) => named::publication(key, None, Some(o), cx),
        Object::Statistics(o) => named::statistics(key, None, Some(o), cx),
        Object::DefaultAcl(o) => access::default_privileges(key, None, Some(o)),
        Object::Other(o) => named::other(key, None, Some(o)),
    }
}

fn remove(key: &ObjectKey, object: &Object, cx: &Context<'_>) -> Vec<Piece> {
    match object {
        Object::Schema(o) => named::namespace(key, Some(o), None),
        Object::Table(o) => table::drop(key, o, cx),
        Object::View(o) => view::drop(key, o),
        Object::Index(o) => index::drop(key, o, cx),
        Object::Sequence(o) => sequence::drop(key, o, cx),
        Object::Type(o) => user_type::drop(key, o),
        Object::Function(o) => routine::drop(key, o),
        Object::Role(o) => access::drop_role(key, o),
        Object::Extension(o) => named::extension(key, Some(o), None),
        Object::Publication(o) => named::publication(key, Some(o), None, cx),
        Object::Statistics(o) => named::statistics(key, Some(o), None, cx),
        Object::DefaultAcl(o) => access::default_privileges(key, Some(o), None),
        Object::Other(o) => named::other(key, Some(o), None),
    }
}

/// Objects that need not be rebuilt.
fn change(key: &ObjectKey, from: &Object, to: &Object, cx: &Context<'_>) -> Vec<Piece> {
    match (from, to) {
        (Object::Schema(a), Object::Schema(b)) => named::namespace(key, Some(a), Some(b)),
        (Object::Table(a), Object::Table(b)) => table::change(key, a, b, cx),
        (Object::View(a), Object::View(b)) => view::change(key, a, b),
        (Object::Index(a), Object::Index(b)) => index::change(key, a, b, cx),
        (Object::Sequence(a), Object::Sequence(b)) => sequence::change(key, a, b),
        (Object::Type(a), Object::Type(b)) => user_type::change(key, a, b),
        (Object::Function(a), Object::Function(b)) => routine::change(key, a, b),
        (Object::Role(a), Object::Role(b)) => access::change_role(key, a, b, cx),
        (Object::Extension(a), Object::Extension(b)) => named::extension(key, Some(a), Some(b)),
        (Object::Publication(a), Object::Publication(b)) => named::publication(key, Some(a), Some(b), cx),
        (Object::Statistics(a), Object::Statistics(b)) => named::statistics(key, Some(a), Some(b), cx),
        (Object::DefaultAcl(a), Object::DefaultAcl(b)) => access::default_privileges(key, Some(a), Some(b)),
        (Object::Other(a), Object::Other(b)) => named::other(key, Some(a), Some(b)),
        (
            Object::Schema(_)
            | Object::Table(_)
            | Object::View(_)
            | Object::Index(_)
            | Object::Sequence(_)
            | Object::Type(_)
            | Object::Function(_)
            | Object::Role(_)
            | Object::Extension(_)
            | Object::Publication(_)
            | Object::Statistics(_)
            | Object::DefaultAcl(_)
            | Object::Other(_),
            _,
        ) => Vec::new(),
    }
}
