//! Where boxes stand: columns of boxes as wide as each other, groups as rectangles over some of the columns.
//!
//! Within a group, tables are first put in the order in which foreign keys lead from one to the next, then boxes are
//! exchanged as long as that makes lines shorter. Groups are stacked where they are near to those that they refer to.

use std::collections::BTreeMap;

use super::cluster::Group;

/// Between boxes one above the other.
pub(super) const GAP: i32 = 26;
/// Between columns, where no line is.
pub(super) const CHANNEL: i32 = 56;
/// Between groups one above the other.
pub(super) const APART: i32 = 40;
/// A group's frame around its boxes.
pub(super) const PADDING: i32 = 14;
/// A group's title.
pub(super) const TITLE: i32 = 30;
/// Widths are so many times heights.
const ASPECT: f64 = 1.5;
/// Exchanges are tried until so many lengths of lines were looked at.
const BUDGET: usize = 1_500_000;

/// A group with a place.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// Which group.
    pub(super) group: usize,
    /// Its first column.
    pub(super) column: usize,
    /// Its boxes, column by column from top to bottom.
    pub(super) stacks: Vec<Vec<usize>>,
    /// Whether it has a frame with a title.
    pub(super) framed: bool,
}

/// All boxes in columns.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    /// Groups in the order in which they were placed: within a column, each stands below the one before.
    pub(super) blocks: Vec<Block>,
    /// How many columns there are.
    pub(super) columns: usize,
}

/// What is placed.
pub(super) struct Boxes<'a> {
    /// Heights.
    pub(super) heights: &'a [i32],
    /// The width of all.
    pub(super) width: i32,
    /// Pairs that refer to each other.
    pub(super) links: &'a [(usize, usize)],
}

pub(super) fn place(boxes: &Boxes<'_>, groups: &[Group]) -> Grid {
    let count = boxes.heights.len();
    let mut near: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (a, b) in boxes.links.iter().filter(|(a, b)| a != b) {
        near[*a].push(*b);
        near[*b].push(*a);
    }
    let stacks: Vec<Vec<Vec<usize>>> = groups.iter().map(|g| stack(boxes, &near, &g.members)).collect();
    let mut grid = arrange(boxes, groups, stacks);
    improve(boxes, &near, &mut grid);
    grid
}

/// Pixels of a box with the room below it.
fn tall(boxes: &Boxes<'_>, i: usize) -> i32 {
    boxes.heights[i] + GAP
}

/// A group's boxes in columns: neighbours in the graph become neighbours in the order, which is cut into columns of
/// about the same height.
fn stack(boxes: &Boxes<'_>, near: &[Vec<usize>], members: &[usize]) -> Vec<Vec<usize>> {
    let height: i32 = members.iter().map(|i| tall(boxes, *i)).sum();
    let wide = f64::from(boxes.width + CHANNEL);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
    let columns = (ASPECT * f64::from(height) / wide).sqrt().round().max(1.0) as usize;
    let columns = columns.clamp(1, members.len().max(1));
    let target = height / i32::try_from(columns).unwrap_or(1).max(1);
    let mut stacks: Vec<Vec<usize>> = vec![Vec::new()];
    let mut filled = 0;
    for i in walk(near, members) {
        let own = tall(boxes, i);
        if filled > 0 && filled + own / 2 > target && stacks.len() < columns {
            stacks.push(Vec::new());
            filled = 0;
        }
        filled += own;
        if let Some(last) = stacks.last_mut() {
            last.push(i);
        }
    }
    stacks
}

/// The members breadth first, each connected part from its best connected member.
fn walk(near: &[Vec<usize>], members: &[usize]) -> Vec<usize> {
    let mut inside: BTreeMap<usize, bool> = members.iter().map(|i| (*i, false)).collect();
    let mut order: Vec<usize> = members.to_vec();
    order.sort_by_key(|i| (std::cmp::Reverse(near[*i].len()), *i));
    let mut out = Vec::with_capacity(members.len());
    for start in order {
        if inside.get(&start) != Some(&false) {
            continue;
        }
        inside.insert(start, true);
        let mut at = out.len();
        out.push(start);
        while let Some(node) = out.get(at).copied() {
            at += 1;
            for to in &near[node] {
                if inside.get(to) == Some(&false) {
                    inside.insert(*to, true);
                    out.push(*to);
                }
            }
        }
    }
    out
}

/// Puts groups over columns, each as high up and as near to its neighbours as it can be.
fn arrange(boxes: &Boxes<'_>, groups: &[Group], stacks: Vec<Vec<Vec<usize>>>) -> Grid {
    let framed = groups.len() > 1;
    let column = boxes.width + CHANNEL;
    let tallest = |stacks: &[Vec<usize>]| -> i32 {
        let heights = stacks.iter().map(|s| s.iter().map(|i| tall(boxes, *i)).sum::<i32>());
        heights.max().unwrap_or(0) + if framed { TITLE + PADDING + APART } else { APART }
    };
    let heights: Vec<i32> = stacks.iter().map(|s| tallest(s)).collect();
    let widths: Vec<i32> = stacks.iter().map(|s| i32::try_from(s.len()).unwrap_or(1) * column).collect();
    let area: f64 = heights.iter().zip(&widths).map(|(h, w)| f64::from(*h) * f64::from(*w)).sum();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small positive number")]
    let fitting = ((area * ASPECT).sqrt() / f64::from(column)).round().max(1.0) as usize;
    let columns = stacks.iter().map(Vec::len).max().unwrap_or(1).max(fitting);

    let mut home = vec![0usize; boxes.heights.len()];
    for (g, group) in groups.iter().enumerate() {
        group.members.iter().for_each(|i| home[*i] = g);
    }
    let mut ties: Vec<BTreeMap<usize, i32>> = vec![BTreeMap::new(); groups.len()];
    for (a, b) in boxes.links {
        let (a, b) = (home[*a], home[*b]);
        if a != b {
            *ties[a].entry(b).or_default() += 1;
            *ties[b].entry(a).or_default() += 1;
        }
    }
    let mut skyline = vec![0i32; columns];
    let mut middle: Vec<Option<(i32, i32)>> = vec![None; groups.len()];
    let mut grid = Grid { blocks: Vec::new(), columns };
    let mut stacks: Vec<Option<Vec<Vec<usize>>>> = stacks.into_iter().map(Some).collect();
    for _ in 0..groups.len() {
        let pull = |g: usize| -> i32 {
            ties[g].iter().filter(|(to, _)| middle[**to].is_some()).map(|(_, weight)| *weight).sum()
        };
        let left = (0..groups.len()).filter(|g| stacks[*g].is_some());
        // The best connected with what is placed; what has no ties at all comes last, by size.
        let next = left.max_by_key(|g| {
            let linked = !ties[*g].is_empty();
            (linked, pull(*g), i64::from(heights[*g]) * i64::from(widths[*g]), std::cmp::Reverse(*g))
        });
        let Some((g, own)) = next.and_then(|g| Some((g, stacks[g].take()?))) else { break };
        let span = own.len();
        let spot = |start: usize| -> (i64, i32) {
            let y = skyline[start..start + span].iter().copied().max().unwrap_or(0);
            let low = skyline[start..start + span].iter().map(|s| i64::from(y - s)).sum::<i64>();
            let x = i32::try_from(start).unwrap_or(0) * column + widths[g] / 2;
            let mut cost = i64::from(y + heights[g]) * 2 + low;
            for (to, weight) in &ties[g] {
                if let Some((other_x, other_y)) = middle[*to] {
                    let away = (x - other_x).abs() + (y + heights[g] / 2 - other_y).abs();
                    cost += i64::from(away) * i64::from((*weight).min(4)) / 4;
                }
            }
            (cost, y)
        };
        let best = (0..=columns - span).map(|start| (spot(start), start)).min();
        let Some(((_, y), start)) = best else { break };
        for at in &mut skyline[start..start + span] {
            *at = y + heights[g];
        }
        middle[g] = Some((i32::try_from(start).unwrap_or(0) * column + widths[g] / 2, y + heights[g] / 2));
        grid.blocks.push(Block { group: g, column: start, stacks: own, framed });
    }
    grid
}

/// Exchanges boxes of a group as long as lines become shorter.
fn improve(boxes: &Boxes<'_>, near: &[Vec<usize>], grid: &mut Grid) {
    let count = boxes.heights.len();
    let column = boxes.width + CHANNEL;
    let mut centre = vec![(0i32, 0i32); count];
    let mut skyline = vec![0i32; grid.columns];
    let mut tops = Vec::with_capacity(grid.blocks.len());
    for block in &grid.blocks {
        let span = block.column..block.column + block.stacks.len();
        let top = skyline[span.clone()].iter().copied().max().unwrap_or(0);
        let mut bottom = top;
        for (k, stack) in block.stacks.iter().enumerate() {
            bottom = bottom.max(settle(boxes, stack, block.column + k, column, top, &mut centre));
        }
        skyline[span].iter_mut().for_each(|s| *s = bottom + TITLE + PADDING + APART);
        tops.push(top);
    }
    let mut spent = 0;
    for _ in 0..6 {
        let mut better = false;
        for (b, top) in tops.iter().enumerate() {
            let block = &mut grid.blocks[b];
            let (first, stacks) = (block.column, &mut block.stacks);
            let spots: Vec<(usize, usize)> =
                stacks.iter().enumerate().flat_map(|(k, s)| (0..s.len()).map(move |i| (k, i))).collect();
            for (n, one) in spots.iter().enumerate() {
                for two in &spots[n + 1..] {
                    let (a, z) = (stacks[one.0][one.1], stacks[two.0][two.1]);
                    if near[a].is_empty() && near[z].is_empty() {
                        continue;
                    }
                    if spent > BUDGET {
                        return;
                    }
                    let mut moved: Vec<usize> = stacks[one.0].clone();
                    if one.0 != two.0 {
                        moved.extend(&stacks[two.0]);
                    }
                    let length = |centre: &[(i32, i32)]| -> i64 {
                        moved.iter().map(|i| lines(*i, near, centre)).sum()
                    };
                    spent += moved.iter().map(|i| near[*i].len() + 1).sum::<usize>() * 2;
                    let before = length(&centre);
                    exchange(stacks, *one, *two);
                    for k in [one.0, two.0] {
                        settle(boxes, &stacks[k], first + k, column, *top, &mut centre);
                    }
                    if length(&centre) < before {
                        better = true;
                    } else {
                        exchange(stacks, *one, *two);
                        for k in [one.0, two.0] {
                            settle(boxes, &stacks[k], first + k, column, *top, &mut centre);
                        }
                    }
                }
            }
        }
        if !better {
            return;
        }
    }
}

fn exchange(stacks: &mut [Vec<usize>], one: (usize, usize), two: (usize, usize)) {
    let (a, z) = (stacks[one.0][one.1], stacks[two.0][two.1]);
    stacks[one.0][one.1] = z;
    stacks[two.0][two.1] = a;
}

/// The length of a box's lines. Sideways counts more: each column that a line passes is one more turn.
fn lines(i: usize, near: &[Vec<usize>], centre: &[(i32, i32)]) -> i64 {
    let (x, y) = centre[i];
    near[i]
        .iter()
        .map(|to| {
            let (other_x, other_y) = centre[*to];
            let (dx, dy) = ((x - other_x).abs(), (y - other_y).abs());
            // Within a column a line goes around boxes between.
            let around = if dx == 0 { dy / 2 } else { 0 };
            i64::from(dx) * 2 + i64::from(dy) + i64::from(around)
        })
        .sum()
}

/// Notes where the boxes of a stack are; the result is where it ends.
fn settle(
    boxes: &Boxes<'_>,
    stack: &[usize],
    column: usize,
    width: i32,
    top: i32,
    centre: &mut [(i32, i32)],
) -> i32 {
    let x = i32::try_from(column).unwrap_or(0) * width;
    let mut y = top;
    for i in stack {
        centre[*i] = (x, y + boxes.heights[*i] / 2);
        y += tall(boxes, *i);
    }
    y
}
