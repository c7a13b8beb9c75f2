//! Hash tables for keys of our own, such as names and places.
//!
//! The standard library's hash function withstands whoever chooses keys to make a table slow, and costs several times
//! as much. Here the keys come from the files under review, and the tables of a run are seeded anew for each run.

use foldhash::fast::RandomState;

/// A hash map; `default()` makes an empty one.
pub type HashMap<K, V> = std::collections::HashMap<K, V, RandomState>;

/// A hash set; `default()` makes an empty one.
pub type HashSet<T> = std::collections::HashSet<T, RandomState>;

/// A hash map in the order of insertion; `default()` makes an empty one.
pub type IndexMap<K, V> = indexmap::IndexMap<K, V, RandomState>;

/// A hash set in the order of insertion; `default()` makes an empty one.
pub type IndexSet<T> = indexmap::IndexSet<T, RandomState>;
