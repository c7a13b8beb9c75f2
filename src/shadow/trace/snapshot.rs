//! The relations of a database at one moment, and what two moments differ in.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::ir::data::LockMode;
use crate::ir::object::ObjectKind;
use crate::name::QName;
use crate::shadow::observation::{Observed, SeenLock};

/// One row with one text: fields end with `\x01`, relations with `\x02`, which no sane name holds. Toast tables
/// follow their tables in everything and are left out; so is the schema of the tool itself.
pub(in crate::shadow) const RELATIONS: &str = r"
SELECT pg_catalog.string_agg(c.oid::text || E'\x01'
    || CASE WHEN n.nspname ~ '^pg_temp_' THEN 'pg_temp' ELSE n.nspname END || E'\x01'
    || c.relname || E'\x01' || c.relkind::text || E'\x01'
    || COALESCE(pg_catalog.pg_relation_filenode(c.oid), 0)::text, E'\x02')
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid >= 16384 AND c.relkind <> 't' AND n.nspname !~ '^(pg_toast|checkrail_shadow$)'";

/// How often each relation was read from end to end, as `oid:count`, of what this session has not yet handed to
/// the statistics collector. An empty table counts too.
pub(in crate::shadow) const SCANS: &str = "
SELECT pg_catalog.string_agg(s.oid::text || ':' || s.n::text, ',')
FROM (SELECT c.oid, pg_catalog.pg_stat_get_xact_numscans(c.oid) AS n FROM pg_catalog.pg_class c
      WHERE c.oid >= 16384 AND c.relkind IN ('r', 'm', 'p')) s
WHERE s.n > 0";

/// The same of what the session has handed over.
pub(in crate::shadow) const FLUSHED_SCANS: &str = "
SELECT pg_catalog.string_agg(s.oid::text || ':' || s.n::text, ',')
FROM (SELECT c.oid, pg_catalog.pg_stat_get_numscans(c.oid) AS n FROM pg_catalog.pg_class c
      WHERE c.oid >= 16384 AND c.relkind IN ('r', 'm', 'p')) s
WHERE s.n > 0";

/// A relation.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::shadow) struct Relation {
    pub(in crate::shadow) name: QName,
    /// `pg_class.relkind`.
    pub(in crate::shadow) kind: char,
    /// The file; 0 where there is none.
    file: u32,
}

impl Relation {
    fn object_kind(&self) -> ObjectKind {
        match self.kind {
            'v' => ObjectKind::View,
            'm' => ObjectKind::MaterializedView,
            'i' | 'I' => ObjectKind::Index,
            'S' => ObjectKind::Sequence,
            'f' => ObjectKind::ForeignTable,
            'c' => ObjectKind::CompositeType,
            _ => ObjectKind::Table,
        }
    }
}

/// All relations by OID.
#[derive(Clone, Debug, Default)]
pub(in crate::shadow) struct Snapshot(HashMap<u32, Relation>);

/// How many scans each relation has seen, by OID.
pub(in crate::shadow) type Scans = BTreeMap<u32, i64>;

/// Locks by OID.
pub(in crate::shadow) type Locks = Vec<(u32, LockMode)>;

impl Snapshot {
    /// Reads the answer to [`RELATIONS`].
    pub(in crate::shadow) fn parse(text: &str) -> Self {
        let relation = |row: &str| {
            let mut fields = row.split('\x01');
            let oid = fields.next()?.parse().ok()?;
            let name = QName::qualified(fields.next()?, fields.next()?);
            let kind = fields.next()?.chars().next()?;
            let file = fields.next()?.parse().ok()?;
            Some((oid, Relation { name, kind, file }))
        };
        Self(text.split('\x02').filter_map(relation).collect())
    }

    pub(in crate::shadow) fn get(&self, oid: u32) -> Option<&Relation> {
        self.0.get(&oid)
    }

    fn sorted(&self) -> Vec<(&u32, &Relation)> {
        let mut all: Vec<_> = self.0.iter().collect();
        all.sort_by(|a, b| a.1.name.cmp(&b.1.name).then(a.0.cmp(b.0)));
        all
    }

    /// The strongest lock on each relation, by name.
    pub(in crate::shadow) fn locks(&self, locks: &[(u32, LockMode)]) -> Vec<SeenLock> {
        let mut strongest: HashMap<u32, LockMode> = HashMap::new();
        for (oid, mode) in locks {
            let entry = strongest.entry(*oid).or_insert(*mode);
            *entry = (*entry).max(*mode);
        }
        let mut seen: Vec<SeenLock> = strongest
            .into_iter()
            .filter_map(|(oid, mode)| {
                let relation = self.get(oid)?;
                Some(SeenLock { relation: relation.name.clone(), kind: relation.object_kind(), mode })
            })
            .collect();
        seen.sort_by(|a, b| a.relation.cmp(&b.relation));
        seen
    }

    /// Fills in what differs between this moment and a later one, and what was read between them.
    pub(in crate::shadow) fn differences(
        &self,
        after: &Self,
        scans: (&Scans, &Scans),
        observed: &mut Observed,
    ) {
        let is_data = |r: &Relation| matches!(r.kind, 'r' | 'm' | 'p');
        let before = self.sorted();
        let later = after.sorted();
        for (oid, relation) in &before {
            let scanned = |scans: &Scans| scans.get(*oid).copied().unwrap_or(0);
            if is_data(relation) && scanned(scans.1) > scanned(scans.0) {
                observed.scans.push(relation.name.clone());
            }
            if let Some(now) = after.get(**oid)
                && is_data(relation)
                && relation.file != now.file
                && relation.file != 0
                && now.file != 0
            {
                observed.rewrites.push(relation.name.clone());
            }
        }
        // By name: `ALTER COLUMN … TYPE` may give an index a new OID and keep its file.
        let old: HashMap<&QName, &Relation> = before.iter().map(|(_, r)| (&r.name, *r)).collect();
        let new: HashMap<&QName, &Relation> = later.iter().map(|(_, r)| (&r.name, *r)).collect();
        // Nor is an index built that takes over the name of another.
        let files: HashSet<u32> = self.0.values().map(|r| r.file).collect();
        for (_, relation) in &later {
            match old.get(&relation.name) {
                None => observed.created.push((relation.object_kind(), relation.name.clone())),
                Some(was) if was.kind == 'i' && relation.kind == 'i' && !files.contains(&relation.file) => {
                    observed.index_builds.push(relation.name.clone());
                }
                Some(_) => {}
            }
        }
        for (_, relation) in &before {
            if !new.contains_key(&relation.name) {
                observed.dropped.push((relation.object_kind(), relation.name.clone()));
            }
        }
    }
}

/// Reads the answer to [`SCANS`] or [`FLUSHED_SCANS`].
pub(in crate::shadow) fn parse_scans(text: &str) -> Scans {
    text.split(',')
        .filter_map(|pair| {
            let (oid, count) = pair.split_once(':')?;
            Some((oid.parse().ok()?, count.parse().ok()?))
        })
        .collect()
}

/// The question for the locks of a server process on relations that are not catalogs, each as `oid:mode`, with
/// `!` in front of those that it waits for.
pub(in crate::shadow) fn locks_of(pid: i32) -> String {
    format!(
        "SELECT pg_catalog.string_agg(CASE WHEN granted THEN '' ELSE '!' END || relation::text || ':' || mode, ',') \
         FROM pg_catalog.pg_locks WHERE pid = {pid} AND locktype = 'relation' AND relation >= 16384"
    )
}

/// Reads the answer to [`locks_of`]: the granted locks and the one that is waited for.
pub(in crate::shadow) fn parse_locks(text: &str) -> (Locks, Option<(u32, LockMode)>) {
    let mut granted = Vec::new();
    let mut waiting = None;
    for item in text.split(',') {
        let Some((oid, mode)) = item.split_once(':') else { continue };
        let Some(mode) = lock_mode(mode) else { continue };
        match oid.strip_prefix('!') {
            Some(oid) => waiting = oid.parse().ok().map(|oid| (oid, mode)),
            None => granted.extend(oid.parse().ok().map(|oid: u32| (oid, mode))),
        }
    }
    (granted, waiting)
}

fn lock_mode(name: &str) -> Option<LockMode> {
    Some(match name {
        "AccessShareLock" => LockMode::AccessShare,
        "RowShareLock" => LockMode::RowShare,
        "RowExclusiveLock" => LockMode::RowExclusive,
        "ShareUpdateExclusiveLock" => LockMode::ShareUpdateExclusive,
        "ShareLock" => LockMode::Share,
        "ShareRowExclusiveLock" => LockMode::ShareRowExclusive,
        "ExclusiveLock" => LockMode::Exclusive,
        "AccessExclusiveLock" => LockMode::AccessExclusive,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(rows: &[(u32, &str, char, u32)]) -> Snapshot {
        let row = |(oid, name, kind, file): &(u32, &str, char, u32)| {
            format!("{oid}\x01public\x01{name}\x01{kind}\x01{file}")
        };
        Snapshot::parse(&rows.iter().map(row).collect::<Vec<_>>().join("\x02"))
    }

    fn names(relations: &[QName]) -> Vec<&str> {
        relations.iter().map(|r| r.name.as_str()).collect()
    }

    #[test]
    fn differences_are_told_apart() {
        let before =
            snapshot(&[(1, "t", 'r', 10), (2, "t_i", 'i', 20), (3, "kept", 'i', 30), (4, "old", 'v', 0)]);
        // `t` is rewritten, `t_i` rebuilt in place, `kept` made anew around its old file, `old` renamed.
        let after =
            snapshot(&[(1, "t", 'r', 11), (2, "t_i", 'i', 21), (5, "kept", 'i', 30), (4, "new", 'v', 0)]);
        let mut observed = Observed::default();
        let (none, one) = (Scans::new(), parse_scans("1:2,9:1"));
        before.differences(&after, (&none, &one), &mut observed);
        assert_eq!(names(&observed.rewrites), ["t"]);
        assert_eq!(names(&observed.scans), ["t"]);
        assert_eq!(names(&observed.index_builds), ["t_i"]);
        assert_eq!(observed.created, [(ObjectKind::View, QName::qualified("public", "new"))]);
        assert_eq!(observed.dropped, [(ObjectKind::View, QName::qualified("public", "old"))]);
    }

    #[test]
    fn the_strongest_lock_counts() {
        let (granted, waiting) =
            parse_locks("1:AccessShareLock,1:ShareLock,!2:AccessExclusiveLock,7:ExclusiveLock");
        assert_eq!(waiting, Some((2, LockMode::AccessExclusive)));
        let seen = snapshot(&[(1, "t", 'r', 10)]).locks(&granted);
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0].mode, LockMode::Share);
        assert_eq!(parse_locks(""), (Vec::new(), None));
    }
}
