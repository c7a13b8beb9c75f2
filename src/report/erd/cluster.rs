//! Which tables belong together: communities of the graph of foreign keys, schema by schema.
//!
//! The communities are those of the Louvain method (local moving, then the same on the graph of communities), with
//! ties broken by order, so that the same graph gives the same groups.

use std::collections::BTreeMap;

use crate::review::picture::Picture;

use super::measure::short_text;

/// Tables that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    /// What it is called; empty when it is the only one.
    pub(super) title: String,
    /// Its tables, by their places.
    pub(super) members: Vec<usize>,
}

/// Smaller groups join the one that they are most connected with; small parts of the graph are no groups of their own.
const SMALLEST: usize = 3;
/// A graph of so few tables is one group.
const FEW: usize = 12;

/// Groups in an order of their first members; what stands for itself comes last.
pub(super) fn groups(picture: &Picture) -> Vec<Group> {
    let count = picture.tables.len();
    let mut schemas: BTreeMap<&str, usize> = BTreeMap::new();
    for table in &picture.tables {
        let next = schemas.len();
        schemas.entry(&table.schema).or_insert(next);
    }
    let schema_of: Vec<usize> = picture.tables.iter().map(|t| schemas[t.schema.as_str()]).collect();
    let mut near: Vec<BTreeMap<usize, u32>> = vec![BTreeMap::new(); count];
    let mut degree = vec![0usize; count];
    for reference in picture.references.iter().filter(|r| r.from != r.to) {
        degree[reference.from] += 1;
        degree[reference.to] += 1;
        if schema_of[reference.from] == schema_of[reference.to] {
            *near[reference.from].entry(reference.to).or_default() += 1;
            *near[reference.to].entry(reference.from).or_default() += 1;
        }
    }
    let mut label = communities(&near);
    join_small(&near, &mut label);
    // What has no neighbour in its schema, or only one or two, stands together.
    let mut sizes = vec![0usize; count];
    label.iter().for_each(|l| sizes[*l] += 1);
    for (label, schema) in label.iter_mut().zip(&schema_of) {
        if sizes[*label] <= SMALLEST {
            *label = count + schema;
        }
    }
    let mut members: BTreeMap<(bool, usize), Vec<usize>> = BTreeMap::new();
    for (i, label) in label.iter().enumerate() {
        members.entry((*label >= count, *label)).or_default().push(i);
    }
    let alone = members.len() == 1;
    let per_schema = |schema: usize| members.values().filter(|m| schema_of[m[0]] == schema).count();
    members
        .iter()
        .map(|((isolated, _), tables)| {
            let schema = &picture.tables[tables[0]].schema;
            let lonely = per_schema(schema_of[tables[0]]) == 1 && schemas.len() > 1;
            let hub = tables.iter().max_by_key(|i| (degree[**i], std::cmp::Reverse(**i)));
            let hub = hub.map_or_else(String::new, |i| short_text(&picture.tables[*i].name, 40));
            let what = match (lonely, isolated) {
                (true, _) => String::new(),
                (false, true) => "others".to_owned(),
                (false, false) => format!("around {hub}"),
            };
            let title = if alone {
                String::new()
            } else if schemas.len() == 1 {
                what
            } else if what.is_empty() {
                short_text(schema, 40)
            } else {
                format!("{} · {what}", short_text(schema, 40))
            };
            Group { title, members: tables.clone() }
        })
        .collect()
}

/// The community of each node, as the smallest of its members.
fn communities(near: &[BTreeMap<usize, u32>]) -> Vec<usize> {
    let count = near.len();
    let mut label: Vec<usize> = (0..count).collect();
    let mut graph: Vec<BTreeMap<usize, u32>> = near.to_vec();
    // The node of the shrunken graph that each table is part of.
    let mut place: Vec<usize> = (0..count).collect();
    for _ in 0..8 {
        let moved = local_moves(&graph);
        let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
        for community in &moved {
            let next = numbers.len();
            numbers.entry(*community).or_insert(next);
        }
        if numbers.len() == graph.len() {
            break;
        }
        let mut shrunken: Vec<BTreeMap<usize, u32>> = vec![BTreeMap::new(); numbers.len()];
        for (from, targets) in graph.iter().enumerate() {
            for (to, weight) in targets {
                *shrunken[numbers[&moved[from]]].entry(numbers[&moved[*to]]).or_default() += weight;
            }
        }
        for at in &mut place {
            *at = numbers[&moved[*at]];
        }
        graph = shrunken;
    }
    let mut first: BTreeMap<usize, usize> = BTreeMap::new();
    for (i, at) in place.iter().enumerate() {
        label[i] = *first.entry(*at).or_insert(i);
    }
    few_are_one(near, &mut label);
    label
}

/// One pass of the method: each node goes to the neighbour's community that gains most, until none moves.
fn local_moves(graph: &[BTreeMap<usize, u32>]) -> Vec<usize> {
    let weight = |targets: &BTreeMap<usize, u32>| targets.values().map(|w| f64::from(*w)).sum::<f64>();
    let own: Vec<f64> = graph.iter().map(weight).collect();
    let all: f64 = own.iter().sum::<f64>().max(1.0);
    let mut community: Vec<usize> = (0..graph.len()).collect();
    let mut total = own.clone();
    for _ in 0..16 {
        let mut moved = false;
        for node in 0..graph.len() {
            let home = community[node];
            total[home] -= own[node];
            let mut links: BTreeMap<usize, f64> = BTreeMap::from([(home, 0.0)]);
            for (to, weight) in graph[node].iter().filter(|(to, _)| **to != node) {
                *links.entry(community[*to]).or_default() += f64::from(*weight);
            }
            let gain = |to: usize, links: f64| links - total[to] * own[node] / all;
            let mut best = (home, gain(home, links[&home]));
            for (to, weight) in &links {
                let gain = gain(*to, *weight);
                if gain > best.1 + 1e-9 {
                    best = (*to, gain);
                }
            }
            total[best.0] += own[node];
            moved |= best.0 != home;
            community[node] = best.0;
        }
        if !moved {
            break;
        }
    }
    community
}

/// A connected part of few tables is not divided.
fn few_are_one(near: &[BTreeMap<usize, u32>], label: &mut [usize]) {
    let mut seen = vec![false; near.len()];
    for start in 0..near.len() {
        if seen[start] {
            continue;
        }
        seen[start] = true;
        let mut part = vec![start];
        let mut at = 0;
        while let Some(node) = part.get(at).copied() {
            at += 1;
            for to in near[node].keys() {
                if !seen[*to] {
                    seen[*to] = true;
                    part.push(*to);
                }
            }
        }
        if part.len() <= FEW {
            for node in part {
                label[node] = start;
            }
        }
    }
}

/// Groups of one or two that have neighbours go to them.
fn join_small(near: &[BTreeMap<usize, u32>], label: &mut [usize]) {
    let mut sizes: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (i, label) in label.iter().enumerate() {
        sizes.entry(*label).or_default().push(i);
    }
    for members in sizes.values().filter(|m| m.len() < SMALLEST) {
        let own = label[members[0]];
        let mut links: BTreeMap<usize, u32> = BTreeMap::new();
        for (to, weight) in members.iter().flat_map(|i| &near[*i]) {
            if label[*to] != own {
                *links.entry(label[*to]).or_default() += weight;
            }
        }
        let best = links.iter().max_by_key(|(to, weight)| (**weight, std::cmp::Reverse(**to)));
        if let Some((to, _)) = best {
            for i in members {
                label[*i] = *to;
            }
        }
    }
}
