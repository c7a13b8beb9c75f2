//! What migrations make on a database, to be held against what a server has.
//!
//! In: a schema and the migrations that ran on it. Out: the differences object by object, each with the statement
//! that last touched the object in the model, and whether the model knows the object at all.

use std::collections::{HashMap, HashSet};

use crate::ir::{DdlOp, Stmt};
use crate::name::{Ident, QName};
use crate::plan::{Replay, Wrap};
use crate::schema::key::ObjectKey;
use crate::schema::model::Object;
use crate::schema::{Coverage, Schema};
use crate::text::{FileId, Span};

use super::compare::{Comparison, Differing, compare};

/// How far up partitions of partitions are followed.
const DEPTH: usize = 16;

/// The model's picture of a database.
#[derive(Debug)]
pub struct Expected {
    replay: Replay,
    /// The statement that touched an object last.
    touched: HashMap<ObjectKey, (FileId, Span)>,
    /// Objects that parts of a block may have changed or not.
    doubted: HashSet<ObjectKey>,
    /// Behind the last statement.
    end: Option<(FileId, Span)>,
}

/// How a database differs from what is expected.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Objects of either side.
    pub compared: usize,
    /// Those that differ, each with its place.
    pub differing: Vec<Located>,
    /// Those that differ where the model has said that it does not know: dynamic SQL, statements that were not
    /// analysed, conditions. They are not among `compared`.
    pub unknown: Vec<Located>,
    /// Behind the last statement: the place of what no statement touches.
    pub end: Option<(FileId, Span)>,
}

/// A difference with the statement that last touched the object.
#[derive(Clone, Debug)]
pub struct Located {
    /// What differs.
    pub difference: Differing,
    /// Where; `None` for objects that no statement touches.
    pub place: Option<(FileId, Span)>,
}

impl Expected {
    /// Starts from a schema, which is taken as the whole database.
    #[must_use]
    pub fn new(mut start: Schema) -> Self {
        start.coverage = Coverage::Complete;
        let (touched, doubted) = (HashMap::new(), HashSet::new());
        Self { replay: Replay::new(start), touched, doubted, end: None }
    }

    /// Replays a migration.
    pub fn replay<'s>(&mut self, wrap: Wrap, statements: impl Iterator<Item = &'s Stmt>) {
        let Self { replay, touched, doubted, end } = self;
        replay.history_with(wrap, statements, |stmt, changes, failed| {
            *end = Some((stmt.file, Span::new(stmt.span.end, stmt.span.end)));
            let conditional = matches!(&stmt.op, DdlOp::Do(block) if block.is_conditional());
            for change in changes {
                touched.insert(change.key.clone(), (stmt.file, stmt.span));
                if conditional {
                    doubted.insert(change.key.clone());
                }
            }
            // The server has taken it, as what stands in its way here is not there.
            if failed {
                doubted.extend(named(&stmt.op));
            }
            if let DdlOp::Do(block) = &stmt.op
                && conditional
            {
                doubted.extend(block.statements.iter().flat_map(|nested| named(&nested.op)));
            }
        });
    }

    /// Compares with what a database has. `ignored` are keys that are left out.
    #[must_use]
    pub fn against(self, live: &Schema, ignored: impl Fn(&ObjectKey) -> bool) -> Outcome {
        let Self { replay, touched, doubted, end } = self;
        let mut expected = replay.into_schema();
        expected.reset_session();
        // Without renames nothing can be wrong with them.
        let Comparison { objects, left_out, .. } = compare(&expected, live, &[]).unwrap_or_default();
        let only_live = live.objects().filter(|(key, _)| expected.get(key).is_none()).count();
        let mut outcome = Outcome {
            compared: expected.objects().count() + only_live - left_out,
            end,
            ..Outcome::default()
        };
        for difference in objects {
            let key = &difference.key;
            if ignored(key) {
                outcome.compared -= 1;
                continue;
            }
            let place = touched.get(key).copied();
            if is_unknown(key, [&expected, live], &expected, &doubted) {
                outcome.compared -= 1;
                outcome.unknown.push(Located { difference, place });
            } else {
                outcome.differing.push(Located { difference, place });
            }
        }
        outcome
    }
}

/// The relations that a statement changes by name, also the names that it gives.
fn named(op: &DdlOp) -> Vec<ObjectKey> {
    let mut names: Vec<QName> = match op {
        DdlOp::AlterTable(alter) => vec![alter.name.clone()],
        DdlOp::Drop(drop) if drop.kind.is_relation() => drop.objects.iter().map(|o| o.name.clone()).collect(),
        DdlOp::Rename(rename) if rename.kind.is_relation() => {
            vec![rename.object.name.clone(), rename.object.name.sibling(rename.to.clone())]
        }
        _ => Vec::new(),
    };
    for name in &mut names {
        name.schema.get_or_insert_with(|| Ident::new("public"));
    }
    names.into_iter().map(ObjectKey::Relation).collect()
}

/// Whether the model has said that it does not know an object, or what the object belongs to.
fn is_unknown(
    key: &ObjectKey,
    schemas: [&Schema; 2],
    expected: &Schema,
    doubted: &HashSet<ObjectKey>,
) -> bool {
    if expected.is_blind() || doubted.contains(key) {
        return true;
    }
    let name = |key: &ObjectKey| match key {
        ObjectKey::Relation(name) | ObjectKey::Type(name) | ObjectKey::Function(name, _) => {
            Some(name.clone())
        }
        _ => None,
    };
    let owner = |key: &ObjectKey| {
        schemas.iter().find_map(|schema| match schema.get(key)? {
            Object::Index(index) => Some(index.table.clone()),
            Object::Sequence(sequence) => sequence.owned_by.as_ref().map(|(table, _)| table.clone()),
            Object::Table(table) => table.partition_of.as_ref().map(|(parent, _)| parent.clone()),
            _ => None,
        })
    };
    // An index, its table, and the tables that this is a part of.
    let owners: Vec<QName> =
        std::iter::successors(owner(key), |name| owner(&ObjectKey::Relation(name.clone())))
            .take(DEPTH)
            .collect();
    let vague =
        |name: &QName| expected.is_unknown(name) || doubted.contains(&ObjectKey::Relation(name.clone()));
    name(key).iter().chain(&owners).any(vague)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::{Dialect, ServerVersion};
    use crate::parse;
    use crate::text::offset;

    fn expected(sql: &str) -> Expected {
        let whole = Span::new(0, offset(sql.len()));
        let script = parse::script(sql, whole, FileId(0), Dialect::PostgreSql);
        let mut expected = Expected::new(Schema::new(Dialect::PostgreSql, ServerVersion::default()));
        expected.replay(Wrap::Statement, script.statements.iter());
        expected
    }

    /// `+` for what is a difference, `?` for what is not known.
    fn told(migrations: &str, live: &str) -> (usize, Vec<String>) {
        parse::with_large_stack(|| told_here(migrations, live)).expect("a thread")
    }

    fn told_here(migrations: &str, live: &str) -> (usize, Vec<String>) {
        let live = expected(live).replay.into_schema();
        let outcome = expected(migrations).against(&live, |key| key.to_string() == "public.ignored");
        let names = |sign: &str, all: &[Located]| -> Vec<String> {
            all.iter().map(|l| format!("{sign}{} {}", l.difference.name, l.place.is_some())).collect()
        };
        (outcome.compared, [names("+", &outcome.differing), names("?", &outcome.unknown)].concat())
    }

    #[test]
    fn what_the_model_does_not_know_is_no_difference() {
        let t = "CREATE TABLE t (id int);";
        assert_eq!(told(t, t), (2, vec![]));
        assert_eq!(told(t, "CREATE TABLE t (id bigint);"), (2, vec!["+public.t true".to_owned()]));
        assert_eq!(told(t, "CREATE TABLE ignored (id int);"), (2, vec!["+public.t true".to_owned()]));
        assert_eq!(told("", t), (2, vec!["+public.t false".to_owned()]));
        let block = |body: &str| {
            format!("CREATE TABLE u (id int); DO $$ BEGIN IF current_user = 'x' THEN {body} END IF; END $$;")
        };
        // Conditions: the table and what belongs to it, and nothing else.
        let made = block("CREATE TABLE t (id serial PRIMARY KEY);");
        let unknown = ["?public.t true", "?public.t_id_seq true", "?public.t_pkey true"].map(str::to_owned);
        assert_eq!(told(&made, ""), (2, [&["+public.u true".to_owned()][..], &unknown].concat()));
        let altered = format!("{t} {}", block("ALTER TABLE t ADD n int;"));
        let live = format!("{t} CREATE TABLE u (id int); CREATE INDEX i ON t (id);");
        assert_eq!(
            told(&altered, &live),
            (2, ["?public.i false", "?public.t true"].map(str::to_owned).into())
        );
        // A name that a part of the block would give.
        let indexed = format!("{t} CREATE INDEX i ON t (id);");
        let renamed = format!("{indexed} {}", block("DROP INDEX i; ALTER INDEX i RENAME TO j;"));
        let live = format!("{t} CREATE TABLE u (id int); CREATE INDEX j ON t (id);");
        assert_eq!(told(&renamed, &live), (3, vec!["?public.j false".to_owned()]));
        // The server took what the model refuses, because the block made nothing there.
        let caught = "CREATE TABLE t (id int PRIMARY KEY);
            DO $$ BEGIN CREATE TABLE u (id int REFERENCES t); EXCEPTION WHEN OTHERS THEN NULL; END $$;
            DROP TABLE t;";
        let unknown = ["?public.t true", "?public.t_pkey true", "?public.u true"].map(str::to_owned);
        assert_eq!(told(caught, ""), (1, unknown.into()));
        // Dynamic SQL may have touched anything.
        let dynamic = block("EXECUTE current_setting('my.sql');");
        assert_eq!(told(&dynamic, ""), (1, vec!["?public.u true".to_owned()]));
    }
}
