//! Leaving out what a script need not do.
//!
//! Two things are left out: what is done to an object that the script drops later, and what is made only to be
//! dropped again. Both only where nothing that stays in between relies on it. Whenever it is not clear, the
//! statement stays: a script that does too much is still right.

use crate::diff::piece::{Piece, Target, Verb};
use crate::hash::HashMap;
use crate::ir::DdlOp;
use crate::schema::dependency::Part;
use crate::schema::key::ObjectKey;

/// The tables that indexes, statistics and partitions hang on: they go with the table.
pub(super) type Hangs = HashMap<ObjectKey, ObjectKey>;

/// Takes out of the statements, given in the order in which they run, those that are not needed.
pub(super) fn prune(pieces: &[&Piece], hangs: &Hangs) -> Vec<Piece> {
    let mut script = Pruning::new(pieces, hangs);
    for end in (0..pieces.len()).rev() {
        if pieces[end].verb == Verb::Remove && script.keep[end] {
            script.absorb(end);
        }
    }
    for (end, piece) in pieces.iter().enumerate() {
        if piece.verb == Verb::Remove && script.keep[end] {
            script.cancel(end);
        }
    }
    let keep = script.keep;
    pieces.iter().zip(keep).filter(|(_, keep)| *keep).map(|(piece, _)| (*piece).clone()).collect()
}

struct Pruning<'a> {
    pieces: &'a [&'a Piece],
    keep: Vec<bool>,
    hangs: &'a Hangs,
    /// Where each object is the subject of a statement, in order. With this and `needing` every question looks
    /// at the statements that can matter only: a script of thousands is not read for each of its statements.
    about: HashMap<&'a ObjectKey, Vec<usize>>,
    /// Where each object is needed by a statement, in order.
    needing: HashMap<&'a ObjectKey, Vec<usize>>,
    /// What hangs on each table.
    hanging: HashMap<&'a ObjectKey, Vec<&'a ObjectKey>>,
}

/// Whether a statement needs an object to be there, other than to remove something.
fn uses(piece: &Piece, key: &ObjectKey) -> bool {
    piece.verb != Verb::Remove && piece.needs.contains(key)
}

impl<'a> Pruning<'a> {
    fn new(pieces: &'a [&'a Piece], hangs: &'a Hangs) -> Self {
        let mut about: HashMap<_, Vec<usize>> = HashMap::default();
        let mut needing: HashMap<_, Vec<usize>> = HashMap::default();
        for (at, piece) in pieces.iter().enumerate() {
            about.entry(&piece.on.key).or_default().push(at);
            for key in &piece.needs {
                needing.entry(key).or_default().push(at);
            }
        }
        let mut hanging: HashMap<_, Vec<_>> = HashMap::default();
        // In the order of the statements, each child once, so that nothing depends on how the map is hashed.
        for (at, piece) in pieces.iter().enumerate() {
            if let Some(table) = hangs.get(&piece.on.key)
                && about.get(&piece.on.key).and_then(|places| places.first()) == Some(&at)
            {
                hanging.entry(table).or_default().push(&piece.on.key);
            }
        }
        Self { pieces, keep: vec![true; pieces.len()], hangs, about, needing, hanging }
    }

    /// The kept statements between two places that are about one of the objects or need it.
    fn between<'k>(
        &self,
        start: usize,
        end: usize,
        objects: impl IntoIterator<Item = &'k ObjectKey>,
    ) -> impl Iterator<Item = &'a Piece> {
        let mut places: Vec<usize> = objects
            .into_iter()
            .flat_map(|key| [self.about.get(key), self.needing.get(key)])
            .flatten()
            .flat_map(|places| {
                let first = places.partition_point(|at| *at <= start);
                let last = places.partition_point(|at| *at < end);
                &places[first..last.max(first)]
            })
            .copied()
            .filter(|at| self.keep[*at])
            .collect();
        places.sort_unstable();
        places.dedup();
        let pieces = self.pieces;
        places.into_iter().map(move |at| pieces[at])
    }

    /// The statements before a place that are about an object or what hangs on it, the latest first.
    fn subjects_before(&self, end: usize, key: &ObjectKey) -> Vec<usize> {
        let children = self.hanging.get(key).into_iter().flatten().copied();
        let mut places: Vec<usize> = std::iter::once(key)
            .chain(children)
            .filter_map(|key| self.about.get(key))
            .flatten()
            .copied()
            .filter(|at| *at < end)
            .collect();
        places.sort_unstable_by(|a, b| b.cmp(a));
        places
    }

    /// Whether a target goes when `gone` does.
    fn goes_with(&self, gone: &Target, target: &Target) -> bool {
        gone.contains(target) || (gone.part == Part::Whole && self.hangs.get(&target.key) == Some(&gone.key))
    }

    /// Whether what hangs on a table by its name is made before a place on another table.
    fn hangs_elsewhere(&self, end: usize, key: &ObjectKey, table: &ObjectKey) -> bool {
        let places = self.about.get(key).into_iter().flatten().filter(|at| **at < end);
        places.into_iter().any(|at| match &self.pieces[*at].op {
            DdlOp::CreateIndex(create) => ObjectKey::Relation(create.table.clone()) != *table,
            DdlOp::CreateStatistics(create) => ObjectKey::Relation(create.table.clone()) != *table,
            _ => false,
        })
    }

    /// What is done to something before it is dropped need not be done.
    fn absorb(&mut self, end: usize) {
        let gone = &self.pieces[end].on;
        for at in self.subjects_before(end, &gone.key) {
            let piece = self.pieces[at];
            if !self.keep[at]
                || !self.goes_with(gone, &piece.on)
                || (piece.on.key != gone.key && self.hangs_elsewhere(end, &piece.on.key, &gone.key))
            {
                continue;
            }
            // Where the object itself comes into being, an earlier one of the same name was another.
            if piece.on == *gone && piece.verb == Verb::Make {
                return;
            }
            let concerned = [&piece.on.key, &gone.key].into_iter().chain(&piece.frees);
            let relied_on = self.between(at, end, concerned).any(|later| {
                let same_object = later.on.key == piece.on.key || later.on.key == gone.key;
                let touches = if gone.part == Part::Whole {
                    same_object
                } else {
                    // Of the other parts only those that are made or renamed may have to do with this one.
                    same_object && (later.on == *gone || matches!(later.verb, Verb::Make | Verb::Rename))
                };
                // What a statement lets go may have to be free for another one.
                let freed = matches!(later.verb, Verb::Remove | Verb::Change)
                    && later.on.key != gone.key
                    && piece.frees.contains(&later.on.key);
                touches || freed || uses(later, &piece.on.key) || uses(later, &gone.key)
            });
            if !relied_on {
                self.keep[at] = false;
            }
        }
    }

    /// What is made and dropped later, with nothing in between that needs it, need not be made.
    fn cancel(&mut self, end: usize) {
        let gone = &self.pieces[end].on;
        // Without a column its table would look different to everything in between.
        if matches!(gone.part, Part::Column(_) | Part::Default(_)) {
            return;
        }
        let made =
            |i: &usize| self.keep[*i] && self.pieces[*i].on == *gone && self.pieces[*i].verb == Verb::Make;
        let Some(start) = self.subjects_before(end, &gone.key).into_iter().find(made) else { return };
        let hanging = self.hanging.get(&gone.key).into_iter().flatten().copied();
        let concerned = std::iter::once(&gone.key).chain(hanging);
        let needed = self.between(start, end, concerned).any(|later| {
            let same_object = later.on.key == gone.key;
            later.on == *gone
                || uses(later, &gone.key)
                || (same_object && (gone.part == Part::Whole || later.verb == Verb::Rename))
                || (gone.part == Part::Whole && self.hangs.get(&later.on.key) == Some(&gone.key))
        });
        if !needed {
            self.keep[start] = false;
            self.keep[end] = false;
            self.cancel_indexes_below(start, end);
        }
    }

    /// The indexes of partitions go with the one above them, which has no statement of its own for them.
    fn cancel_indexes_below(&mut self, start: usize, end: usize) {
        let is_index = |at: usize| matches!(self.pieces[at].op, DdlOp::CreateIndex(_));
        if !is_index(start) {
            return;
        }
        let mut gone = Vec::new();
        for key in &self.pieces[start].needs {
            let whole = Target::whole(key.clone());
            let made =
                |at: &usize| self.keep[*at] && is_index(*at) && self.pieces[*at].on == whole && *at < start;
            if let Some(at) = self.subjects_before(start, key).into_iter().find(made)
                && self.between(at, end, [key]).next().is_none()
            {
                gone.push(at);
            }
        }
        for at in gone {
            self.keep[at] = false;
        }
    }
}
