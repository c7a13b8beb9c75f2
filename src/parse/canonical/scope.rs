//! Which column a name means: the `FROM` items of each query level, innermost first.

use super::catalog::{Column, Relation};
use super::tree::{Node, Place};
use crate::ir::types::TypeName;
use crate::name::{Ident, QName};

/// Something in `FROM`.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// What qualifies its columns.
    pub(super) alias: Ident,
    /// The relation, when it is one and the alias hides nothing.
    pub(super) relation: Option<QName>,
    /// Its columns as far as they are known.
    pub(super) columns: Vec<Column>,
    /// Whether these are all.
    pub(super) complete: bool,
    /// What sort.
    pub(super) sort: Sort,
}

/// What an item is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    /// A relation; its rows are of the type of the same name.
    Relation(QName),
    /// A sub-query, or a common table expression.
    Query,
    /// A function. If it has one column, that and the whole row are the same.
    Function,
    /// `OLD` and `NEW`: their columns are seen by the qualifier only.
    Row,
}

/// One query.
#[derive(Debug, Default)]
pub(super) struct Level {
    pub(super) items: Vec<Item>,
    /// Columns that `USING` has merged, and what they stand for.
    pub(super) merged: Vec<(Ident, Node)>,
    /// Common table expressions that are visible from here on inwards.
    pub(super) with: Vec<(Ident, Vec<Column>, bool)>,
}

/// The query levels, outermost first.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    pub(super) levels: Vec<Level>,
}

/// Columns that every table has.
const SYSTEM: [(&str, &str); 6] = [
    ("ctid", "tid"),
    ("xmin", "xid"),
    ("xmax", "xid"),
    ("cmin", "cid"),
    ("cmax", "cid"),
    ("tableoid", "oid"),
];

impl Item {
    /// One of its columns.
    pub(super) fn column(&self, depth: usize, index: usize, name: &Ident) -> Node {
        let place = Place::At(depth, index);
        let own = self.columns.iter().find(|(n, _)| n == name).and_then(|(_, ty)| ty.clone());
        match &self.sort {
            Sort::Relation(relation) if *name == "*" => {
                let ty = TypeName { name: relation.clone(), ..TypeName::builtin("") };
                Node::Column(place, name.clone(), Some(ty))
            }
            Sort::Function => match &self.columns[..] {
                [(only, ty)] if only == name || *name == "*" => {
                    Node::Column(place, Ident::new("*"), ty.clone())
                }
                [] if self.alias == *name => Node::Column(place, Ident::new("*"), None),
                _ => Node::Column(place, name.clone(), own),
            },
            _ => {
                let system = SYSTEM.iter().find(|(column, _)| own.is_none() && *name == *column);
                Node::Column(place, name.clone(), own.or(system.map(|(_, ty)| TypeName::builtin(ty))))
            }
        }
    }

    fn has(&self, name: &Ident) -> bool {
        self.sort != Sort::Row && self.columns.iter().any(|(column, _)| column == name)
    }
}

impl Scopes {
    /// How deep the current query is.
    pub(super) fn depth(&self) -> usize {
        self.levels.len().saturating_sub(1)
    }

    pub(super) fn top(&mut self) -> &mut Level {
        if self.levels.is_empty() {
            self.levels.push(Level::default());
        }
        let last = self.levels.len() - 1;
        &mut self.levels[last]
    }

    /// `qualifier.column`, also `schema.table.column`; `*` is the whole row.
    pub(super) fn qualified(&self, schema: Option<&str>, qualifier: &Ident, name: &Ident) -> Node {
        for (depth, level) in self.levels.iter().enumerate().rev() {
            let found = level.items.iter().position(|item| match schema {
                None => item.alias == *qualifier,
                Some(schema) => item
                    .relation
                    .as_ref()
                    .is_some_and(|r| r.name == *qualifier && r.schema.as_ref().is_none_or(|s| s == schema)),
            });
            if let Some(index) = found {
                return level.items[index].column(depth, index, name);
            }
        }
        Node::Column(Place::Named(qualifier.clone()), name.clone(), None)
    }

    /// A column without a qualifier, on the current level and outwards.
    pub(super) fn bare(&self, name: &Ident) -> Node {
        for (depth, level) in self.levels.iter().enumerate().rev() {
            if let Some(node) = level.find(depth, name) {
                return node;
            }
            if level.items.iter().any(|item| !item.complete) {
                let mut open = level.items.iter().enumerate().filter(|(_, item)| !item.complete);
                return match (open.next(), open.next(), level.items.iter().any(|i| i.alias == *name)) {
                    (Some((index, item)), None, false) => item.column(depth, index, name),
                    (_, _, true) => break,
                    _ => Node::Column(Place::Unknown, name.clone(), None),
                };
            }
        }
        // The name of a `FROM` item is its whole row.
        for (depth, level) in self.levels.iter().enumerate().rev() {
            if let Some(index) = level.items.iter().position(|item| item.alias == *name) {
                return level.items[index].column(depth, index, &Ident::new("*"));
            }
        }
        Node::Column(Place::Unknown, name.clone(), None)
    }

    /// A column of the current level only; nothing where there is none of that name for certain.
    pub(super) fn here(&self, name: &Ident) -> Option<Node> {
        self.levels.last()?.find(self.depth(), name)
    }

    /// The columns of a common table expression, and whether these are all.
    pub(super) fn with(&self, name: &Ident) -> Option<(Vec<Column>, bool)> {
        let mut all = self.levels.iter().rev().flat_map(|level| level.with.iter().rev());
        all.find(|(n, _, _)| n == name).map(|(_, columns, complete)| (columns.clone(), *complete))
    }
}

impl Level {
    fn find(&self, depth: usize, name: &Ident) -> Option<Node> {
        if let Some((_, node)) = self.merged.iter().rev().find(|(n, _)| n == name) {
            return Some(node.clone());
        }
        let index = self.items.iter().position(|item| item.has(name)).or_else(|| {
            (self.items.len() == 1
                && self.items[0].relation.is_some()
                && SYSTEM.iter().any(|(system, _)| *name == *system))
            .then_some(0)
        })?;
        Some(self.items[index].column(depth, index, name))
    }
}

/// The level of a trigger's condition or a rule: `OLD` and `NEW`.
pub(super) fn rows(table: &Relation) -> Level {
    let row = |alias: &str| Item {
        alias: Ident::new(alias),
        relation: None,
        columns: table.columns.clone(),
        complete: true,
        sort: Sort::Row,
    };
    Level { items: vec![row("old"), row("new")], ..Level::default() }
}
