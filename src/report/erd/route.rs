//! Where lines go: up and down in the channels between columns, across a column in the gap between two of its boxes.
//!
//! Lines that lead to the same columns of the same table run in one lane, as a trunk with branches; every other line
//! has a lane of its own wherever it runs beside another. The lanes say how wide channels and gaps have to be, so the
//! way of a line is found first, on the boxes as they stand closest, and its exact place later.

use std::collections::{BTreeMap, BTreeSet};

/// One end of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Port {
    /// The column of boxes.
    pub(super) column: usize,
    /// Where on the box, from the top of the drawing.
    pub(super) y: i32,
}

/// A line to be led.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    /// Where it begins.
    pub(super) from: Port,
    /// Where it ends.
    pub(super) to: Port,
    /// Lines of the same trunk may share lanes.
    pub(super) trunk: usize,
}

/// The way of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Way {
    /// The channels that it runs in, the first and the last at its ends; channel 0 is left of all columns.
    pub(super) channels: Vec<usize>,
    /// The gaps that it crosses columns in, one between two channels: column and gap. Gap 0 is above all boxes.
    pub(super) gaps: Vec<(usize, usize)>,
}

/// Lanes for all lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Lanes {
    /// For each channel, how many lanes it has.
    pub(super) in_channel: Vec<usize>,
    /// The lane of a trunk in a channel, by channel, trunk and the run that a height belongs to.
    pub(super) channel: BTreeMap<(usize, usize), Vec<Run>>,
    /// The lane of a trunk in a gap, by column, gap and trunk.
    pub(super) gap: BTreeMap<(usize, usize, usize), usize>,
    /// How many lanes a gap has.
    pub(super) in_gap: BTreeMap<(usize, usize), usize>,
}

/// A part of a channel that a trunk occupies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) top: i32,
    pub(super) bottom: i32,
    pub(super) lane: usize,
}

/// The middles of each column's gaps, from top to bottom.
pub(super) type Gaps = Vec<Vec<i32>>;

/// Gaps that are looked at, nearest first.
const NEAREST: usize = 10;
/// What another line in a gap counts, in pixels.
const CROWD: i32 = 14;
/// What it counts that the gap is one that the trunk has already.
const SHARED: i32 = 40;

/// Leads each line; short ones first, so that long ones go around.
pub(super) fn ways(lines: &[Line], gaps: &Gaps) -> Vec<Way> {
    let mut order: Vec<usize> = (0..lines.len()).collect();
    let far = |line: &Line| {
        let (a, b) = (line.from, line.to);
        (a.column.abs_diff(b.column), (a.y - b.y).abs())
    };
    order.sort_by_key(|i| (far(&lines[*i]), *i));
    let mut used: BTreeMap<(usize, usize), BTreeSet<usize>> = BTreeMap::new();
    let mut busy = vec![0usize; gaps.len() + 1];
    let mut ways: Vec<Way> = vec![Way { channels: Vec::new(), gaps: Vec::new() }; lines.len()];
    for i in order {
        let way = way(&lines[i], gaps, &used, &busy);
        for gap in &way.gaps {
            used.entry(*gap).or_default().insert(lines[i].trunk);
        }
        for channel in &way.channels {
            busy[*channel] += 1;
        }
        ways[i] = way;
    }
    ways
}

fn way(line: &Line, gaps: &Gaps, used: &BTreeMap<(usize, usize), BTreeSet<usize>>, busy: &[usize]) -> Way {
    let (from, to) = (line.from, line.to);
    if from.column == to.column {
        // Around the boxes of one column, on the side where less is.
        let (left, right) = (from.column, from.column + 1);
        let channel = if busy[left] < busy[right] { left } else { right };
        return Way { channels: vec![channel], gaps: Vec::new() };
    }
    let rightwards = from.column < to.column;
    let crossed: Vec<usize> = if rightwards {
        (from.column + 1..to.column).collect()
    } else {
        (to.column + 1..from.column).rev().collect()
    };
    // For each column, the cheapest way to each of its nearest gaps: (cost, gap, place in the layer before).
    let mut layers: Vec<Vec<(i32, usize, usize)>> = Vec::with_capacity(crossed.len());
    let steps = i32::try_from(crossed.len() + 1).unwrap_or(i32::MAX);
    for (k, column) in crossed.iter().enumerate() {
        let passed = i32::try_from(k + 1).unwrap_or(i32::MAX);
        let straight = from.y + (to.y - from.y) / steps * passed;
        let mut near: Vec<usize> = (0..gaps[*column].len()).collect();
        near.sort_by_key(|g| ((gaps[*column][*g] - straight).abs(), *g));
        near.truncate(NEAREST);
        let layer = near
            .into_iter()
            .map(|gap| {
                let y = gaps[*column][gap];
                let trunks = used.get(&(*column, gap));
                let own = match trunks {
                    Some(trunks) if trunks.contains(&line.trunk) => -SHARED,
                    Some(trunks) => i32::try_from(trunks.len()).unwrap_or(0).saturating_mul(CROWD),
                    None => 0,
                };
                let best = match k.checked_sub(1) {
                    None => Some(((y - from.y).abs(), 0)),
                    Some(before) => layers[before]
                        .iter()
                        .enumerate()
                        .map(|(place, (cost, other, _))| {
                            let climb = (y - gaps[crossed[before]][*other]).abs();
                            (cost.saturating_add(climb), place)
                        })
                        .min(),
                };
                let (cost, before) = best.unwrap_or((0, 0));
                (cost.saturating_add(own), gap, before)
            })
            .collect();
        layers.push(layer);
    }
    let mut chosen = Vec::with_capacity(crossed.len());
    let mut place = layers.last().and_then(|layer| {
        let last = *crossed.last()?;
        (0..layer.len()).min_by_key(|p| {
            let (cost, gap, _) = layer[*p];
            (cost.saturating_add((gaps[last][gap] - to.y).abs()), *p)
        })
    });
    for (k, column) in crossed.iter().enumerate().rev() {
        let Some(p) = place else { break };
        let (_, gap, before) = layers[k][p];
        chosen.push((*column, gap));
        place = Some(before);
    }
    chosen.reverse();
    let channels = if rightwards {
        (from.column + 1..=to.column).collect()
    } else {
        (to.column + 1..=from.column).rev().collect()
    };
    Way { channels, gaps: chosen }
}

/// Gives each trunk a lane wherever it runs.
pub(super) fn lanes(lines: &[Line], ways: &[Way], gaps: &Gaps) -> Lanes {
    let mut lanes = Lanes { in_channel: vec![0; gaps.len() + 1], ..Lanes::default() };
    gap_lanes(lines, ways, gaps, &mut lanes);
    // By channel and trunk: where it runs, and to which side its ends go.
    let mut runs: BTreeMap<usize, BTreeMap<usize, Vec<(i32, i32, i32)>>> = BTreeMap::new();
    for (line, way) in lines.iter().zip(ways) {
        for (k, channel) in way.channels.iter().enumerate() {
            let (a, b) = ends(line, way, gaps, k);
            let side = side(line, way, k);
            runs.entry(*channel).or_default().entry(line.trunk).or_default().push((a.min(b), a.max(b), side));
        }
    }
    for (channel, trunks) in runs {
        let mut merged: Vec<(i32, i32, i32, usize)> = Vec::new();
        for (trunk, mut parts) in trunks {
            parts.sort_unstable();
            let mut joined: Vec<(i32, i32, i32)> = Vec::new();
            for part in parts {
                match joined.last_mut() {
                    Some(last) if part.0 <= last.1 + BESIDE => {
                        last.1 = last.1.max(part.1);
                        last.2 += part.2;
                    }
                    _ => joined.push(part),
                }
            }
            merged.extend(joined.into_iter().map(|(top, bottom, side)| (top, bottom, side, trunk)));
        }
        merged.sort_unstable();
        // The first lane that is free again.
        let mut ends: Vec<(i32, i32)> = Vec::new();
        let mut given: Vec<usize> = Vec::with_capacity(merged.len());
        for (top, bottom, side, _) in &merged {
            let free = ends.iter().position(|(end, _)| *end + BESIDE < *top);
            let lane = free.unwrap_or(ends.len());
            if lane == ends.len() {
                ends.push((*bottom, *side));
            } else {
                ends[lane].0 = *bottom;
                ends[lane].1 += side;
            }
            given.push(lane);
        }
        // Lanes whose lines go left stand left.
        let mut order: Vec<usize> = (0..ends.len()).collect();
        order.sort_by_key(|lane| (ends[*lane].1, *lane));
        let mut place = vec![0; ends.len()];
        for (new, lane) in order.into_iter().enumerate() {
            place[lane] = new;
        }
        lanes.in_channel[channel] = ends.len();
        for ((top, bottom, _, trunk), lane) in merged.into_iter().zip(given) {
            lanes.channel.entry((channel, trunk)).or_default().push(Run { top, bottom, lane: place[lane] });
        }
    }
    lanes
}

/// Runs in one lane are at least so far apart, with room for what final places add.
const BESIDE: i32 = 30;

/// Heights at which a line enters and leaves its channel number `k`.
pub(super) fn ends(line: &Line, way: &Way, gaps: &Gaps, k: usize) -> (i32, i32) {
    let at = |gap: &(usize, usize)| gaps[gap.0][gap.1];
    let a = if k == 0 { line.from.y } else { at(&way.gaps[k - 1]) };
    let b = way.gaps.get(k).map_or(line.to.y, at);
    (a, b)
}

/// To which side the ends in a channel go: negative for left.
fn side(line: &Line, way: &Way, k: usize) -> i32 {
    let mut side = 0;
    if k == 0 {
        side += if way.channels[0] > line.from.column { -1 } else { 1 };
    }
    if k + 1 == way.channels.len() {
        side += if way.channels[k] > line.to.column { -1 } else { 1 };
    }
    side
}

fn gap_lanes(lines: &[Line], ways: &[Way], gaps: &Gaps, lanes: &mut Lanes) {
    // By gap and trunk: heights around it, for an order in which few lines cross.
    let mut heights: BTreeMap<(usize, usize), BTreeMap<usize, (i64, i64)>> = BTreeMap::new();
    for (line, way) in lines.iter().zip(ways) {
        for (k, gap) in way.gaps.iter().enumerate() {
            let (before, _) = ends(line, way, gaps, k);
            let (_, after) = ends(line, way, gaps, k + 1);
            let entry = heights.entry(*gap).or_default().entry(line.trunk).or_default();
            entry.0 += i64::from(before) + i64::from(after);
            entry.1 += 2;
        }
    }
    for (gap, trunks) in heights {
        let mut order: Vec<(i64, usize)> =
            trunks.iter().map(|(trunk, (sum, count))| (sum / count, *trunk)).collect();
        order.sort_unstable();
        lanes.in_gap.insert(gap, order.len());
        for (lane, (_, trunk)) in order.into_iter().enumerate() {
            lanes.gap.insert((gap.0, gap.1, trunk), lane);
        }
    }
}

impl Lanes {
    /// The lane of a trunk in a channel at a height of the first layout.
    pub(super) fn at(&self, channel: usize, trunk: usize, y: i32) -> usize {
        let runs = self.channel.get(&(channel, trunk)).map_or(&[][..], Vec::as_slice);
        runs.iter().find(|r| r.top <= y && y <= r.bottom).or(runs.first()).map_or(0, |r| r.lane)
    }
}
