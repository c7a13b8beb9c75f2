//! What hangs on a table: the views, functions, policies and triggers that stop working with it.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::name::QName;
use crate::schema::Schema;
use crate::schema::dependency::Part;
use crate::schema::key::ObjectKey;
use crate::schema::model::Object;

use super::Dependent;

/// More are not listed.
const MOST: usize = 200;

/// Who uses what in a schema.
pub(super) struct Reach<'a> {
    schema: &'a Schema,
    /// Functions whose bodies name a relation: the server does not know, and finds out when they run.
    bodies: HashMap<QName, Vec<&'a ObjectKey>>,
}

impl<'a> Reach<'a> {
    pub(super) fn new(schema: &'a Schema) -> Self {
        let mut bodies: HashMap<QName, Vec<&ObjectKey>> = HashMap::new();
        for (key, object) in schema.objects() {
            let Object::Function(function) = object else { continue };
            let body = &function.def.uses;
            let read = body.queries.iter().flat_map(|q| q.relations());
            for name in read.chain(&body.writes) {
                let Some(name) = schema.resolve_relation(name) else { continue };
                let users = bodies.entry(name).or_default();
                if users.last() != Some(&key) {
                    users.push(key);
                }
            }
        }
        Self { schema, bodies }
    }

    /// What uses a table, then what uses that, and so on. Foreign keys are not among it, nor what is part of the
    /// table.
    pub(super) fn of(&self, table: &QName) -> Vec<Dependent> {
        let start = ObjectKey::Relation(table.clone());
        let mut seen: HashSet<ObjectKey> = HashSet::from([start.clone()]);
        let mut named: HashSet<(String, String)> = HashSet::new();
        let mut queue = VecDeque::from([(start, 1)]);
        let mut found = Vec::new();
        while let Some((key, distance)) = queue.pop_front() {
            if found.len() >= MOST {
                break;
            }
            for (user, part) in self.users(&key) {
                let Some(object) = self.schema.get(user) else { continue };
                let (kind, name) = match (object, part) {
                    (Object::View(_) | Object::Function(_) | Object::Publication(_), _) => {
                        (object.kind().to_string(), user.to_string())
                    }
                    (Object::Table(other), Some(Part::Policy(name))) if other.name != *table => {
                        ("policy".to_owned(), format!("{name} on {}", other.name))
                    }
                    (Object::Table(other), Some(Part::Trigger(name))) if other.name != *table => {
                        ("trigger".to_owned(), format!("{name} on {}", other.name))
                    }
                    (Object::Table(other), Some(Part::Whole))
                        if other.partition_of.is_none() && other.name != *table =>
                    {
                        ("child table".to_owned(), user.to_string())
                    }
                    (Object::Table(other), Some(Part::Default(column) | Part::Column(column)))
                        if other.name != *table =>
                    {
                        ("column".to_owned(), format!("{}.{column}", other.name))
                    }
                    _ => continue,
                };
                if named.insert((kind.clone(), name.clone())) {
                    found.push(Dependent { kind, name, distance });
                }
                if matches!(object, Object::View(_) | Object::Function(_)) && seen.insert(user.clone()) {
                    queue.push_back((user.clone(), distance + 1));
                }
            }
        }
        found
    }

    fn users(&self, key: &ObjectKey) -> Vec<(&'a ObjectKey, Option<&'a Part>)> {
        let mut users: Vec<_> =
            self.schema.dependents(key).into_iter().map(|(user, d)| (user, Some(&d.via))).collect();
        if let ObjectKey::Relation(name) = key {
            users.extend(self.bodies.get(name).into_iter().flatten().map(|user| (*user, None)));
        }
        users
    }
}
