//! The layout as a whole: boxes, frames and lines with their places in pixels.

use std::collections::HashMap;

use crate::review::picture::{Picture, Reference};

use super::Columns;
use super::cluster::{self, Group};
use super::measure::{self, HEAD, ROW, Row, Shape};
use super::place::{self, APART, Boxes, CHANNEL, GAP, Grid, PADDING, TITLE};
use super::route::{self, Gaps, Lanes, Line, Port, Way, ends};

/// A diagram with every place in pixels.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Drawing {
    /// Its width.
    pub width: i32,
    /// Its height.
    pub height: i32,
    /// The width of every box.
    pub box_width: i32,
    /// The boxes: one for each table of the picture.
    pub nodes: Vec<Node>,
    /// Frames around tables that belong together.
    pub frames: Vec<Frame>,
    /// The lines: one for each reference of the picture.
    pub edges: Vec<Edge>,
}

/// A table's box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its left side.
    pub x: i32,
    /// Its top.
    pub y: i32,
    /// Its height.
    pub height: i32,
    /// The table's name as it fits.
    pub title: String,
    /// The columns that are shown.
    pub rows: Vec<Row>,
    /// How many are not.
    pub more: usize,
}

/// A frame around boxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its left side.
    pub x: i32,
    /// Its top.
    pub y: i32,
    /// Its width.
    pub width: i32,
    /// Its height.
    pub height: i32,
    /// What it is called.
    pub title: String,
}

/// A line, from the referencing column to the referenced one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edge {
    /// Its corners; neighbours differ in one direction only.
    pub points: Vec<(i32, i32)>,
}

/// Around everything.
const MARGIN: i32 = 24;
/// Between lanes in a channel, and in a gap.
const LANE: i32 = 7;
const TRACK: i32 = 6;
/// From a box to the first lane: room for a crow's foot.
const FOOT: i32 = 22;

/// Lays a picture out.
#[must_use]
pub fn layout(picture: &Picture, columns: Columns) -> Drawing {
    let (shapes, width) = measure::shapes(picture, columns);
    let groups = cluster::groups(picture);
    let heights: Vec<i32> = shapes.iter().map(|s| s.height).collect();
    let links: Vec<(usize, usize)> = picture.references.iter().map(|r| (r.from, r.to)).collect();
    let grid = place::place(&Boxes { heights: &heights, width, links: &links }, &groups);
    let mut spots = vec![(0, 0); shapes.len()];
    let mut stacked: Vec<Vec<usize>> = vec![Vec::new(); grid.columns];
    for block in &grid.blocks {
        for (k, stack) in block.stacks.iter().enumerate() {
            for i in stack {
                let column = block.column + k;
                spots[*i] = (column, stacked[column].len());
                stacked[column].push(*i);
            }
        }
    }
    let plan = Plan { grid: &grid, heights: &heights, width, groups: &groups };

    let first = plan.geometry(&Lanes::default());
    let lines = lines(picture, &shapes, &spots, &first.y);
    let ways = route::ways(&lines, &first.middles);
    let lanes = route::lanes(&lines, &ways, &first.middles);
    let last = plan.geometry(&lanes);

    let ports = ports(picture, &shapes);
    let edges = (0..lines.len())
        .map(|i| {
            let reference = &picture.references[i];
            let there = (last.y[reference.from] + ports[i].0, last.y[reference.to] + ports[i].1);
            Edge { points: last.points(&lines[i], &ways[i], &first.middles, &lanes, there) }
        })
        .collect();
    let nodes = shapes
        .into_iter()
        .enumerate()
        .map(|(i, shape)| Node {
            x: last.x[spots[i].0],
            y: last.y[i],
            height: shape.height,
            title: shape.title,
            rows: shape.rows,
            more: shape.more,
        })
        .collect();
    Drawing { width: last.width, height: last.height, box_width: width, nodes, frames: last.frames, edges }
}

/// Where the two ends of each reference are on their boxes, from the box's top.
fn ports(picture: &Picture, shapes: &[Shape]) -> Vec<(i32, i32)> {
    let port = |table: usize, column: Option<&usize>| {
        let row = shapes[table].rows.iter().position(|r| Some(&r.column) == column);
        row.map_or(HEAD / 2, |row| HEAD + ROW * i32::try_from(row).unwrap_or(0) + ROW / 2)
    };
    let both = |r: &Reference| {
        let (from, to) = (port(r.from, r.columns.first()), port(r.to, r.to_columns.first()));
        // A table that refers to itself by its name only.
        if r.from == r.to && from == to { (from - 4, to + 4) } else { (from, to) }
    };
    picture.references.iter().map(both).collect()
}

fn lines(picture: &Picture, shapes: &[Shape], spots: &[(usize, usize)], y: &[i32]) -> Vec<Line> {
    let mut trunks: HashMap<(usize, &[usize]), usize> = HashMap::new();
    let ports = ports(picture, shapes);
    picture
        .references
        .iter()
        .zip(ports)
        .map(|(r, (from, to))| {
            let next = trunks.len();
            let trunk = *trunks.entry((r.to, r.to_columns.as_slice())).or_insert(next);
            Line {
                from: Port { column: spots[r.from].0, y: y[r.from] + from },
                to: Port { column: spots[r.to].0, y: y[r.to] + to },
                trunk,
            }
        })
        .collect()
}

/// What does not depend on lanes.
struct Plan<'a> {
    grid: &'a Grid,
    heights: &'a [i32],
    width: i32,
    groups: &'a [Group],
}

/// Places that leave room for lanes.
#[derive(Default)]
struct Geometry {
    /// The left side of each column.
    x: Vec<i32>,
    /// The left side of each channel's first lane.
    channel: Vec<i32>,
    /// The top of each box.
    y: Vec<i32>,
    /// The first lane of each column's gaps.
    tracks: Vec<Vec<i32>>,
    /// The middle lane.
    middles: Gaps,
    frames: Vec<Frame>,
    box_width: i32,
    width: i32,
    height: i32,
}

fn times(count: usize, each: i32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX / 64).saturating_mul(each)
}

impl Plan<'_> {
    fn geometry(&self, lanes: &Lanes) -> Geometry {
        let columns = self.grid.columns;
        let mut at =
            Geometry { y: vec![0; self.heights.len()], box_width: self.width, ..Geometry::default() };
        self.columns(lanes, &mut at);
        let tracks_in = |column: usize, gap: usize| lanes.in_gap.get(&(column, gap)).copied().unwrap_or(0);
        // For each column: the end of its last box, and of its last frame; none before the first.
        let mut last: Vec<Option<(i32, i32)>> = vec![None; columns];
        at.tracks = vec![Vec::new(); columns];
        at.middles = vec![Vec::new(); columns];
        for block in &self.grid.blocks {
            let span = block.column..block.column + block.stacks.len();
            let top = span.clone().map(|column| {
                let tracks = times(tracks_in(column, at.tracks[column].len()), TRACK);
                match last[column] {
                    Some((boxes, frame)) => (frame + APART).max(boxes + 18 + tracks),
                    None => MARGIN + if tracks > 0 { 10 + tracks } else { 0 },
                }
            });
            let top = top.max().unwrap_or(MARGIN);
            let content = top + if block.framed { TITLE } else { 0 };
            let mut bottom = content;
            for (column, stack) in span.clone().zip(&block.stacks) {
                let mut y = content;
                for (k, i) in stack.iter().enumerate() {
                    let tracks = tracks_in(column, at.tracks[column].len());
                    let first = match (k, last[column]) {
                        (0, None) => top - 10 - times(tracks.saturating_sub(1), TRACK),
                        (0, Some((boxes, _))) => boxes + 12,
                        _ => {
                            let room = GAP.max(14 + times(tracks, TRACK));
                            y += room;
                            y - room / 2 - times(tracks.saturating_sub(1), TRACK) / 2
                        }
                    };
                    at.tracks[column].push(first);
                    at.middles[column].push(first + times(tracks.saturating_sub(1), TRACK) / 2);
                    at.y[*i] = y;
                    y += self.heights[*i];
                    last[column] = Some((y, y));
                }
                bottom = bottom.max(y);
            }
            let bottom = bottom + if block.framed { PADDING } else { 0 };
            for column in span.clone() {
                let boxes = last[column].map_or(content, |(boxes, _)| boxes);
                last[column] = Some((boxes, bottom));
            }
            if block.framed {
                let (left, right) = (at.x[span.start], at.x[span.end - 1] + self.width);
                at.frames.push(Frame {
                    x: left - PADDING,
                    y: top,
                    width: right - left + 2 * PADDING,
                    height: bottom - top,
                    title: self.groups[block.group].title.clone(),
                });
            }
        }
        let mut height = MARGIN;
        for (column, end) in last.iter().enumerate() {
            let (boxes, frame) = end.unwrap_or((MARGIN, MARGIN));
            let tracks = tracks_in(column, at.tracks[column].len());
            at.tracks[column].push(boxes + 12);
            at.middles[column].push(boxes + 12);
            height = height.max(frame).max(boxes + 12 + times(tracks, TRACK));
        }
        at.height = height + MARGIN;
        at
    }

    /// The columns and the channels between them.
    fn columns(&self, lanes: &Lanes, at: &mut Geometry) {
        let lanes_in = |channel: usize| lanes.in_channel.get(channel).copied().unwrap_or(0);
        let mut x = 0;
        for channel in 0..=self.grid.columns {
            let count = lanes_in(channel);
            let spread = times(count.saturating_sub(1), LANE);
            let outer = channel == 0 || channel == self.grid.columns;
            let least = if outer { MARGIN + PADDING } else { CHANNEL };
            let width = if count == 0 { least } else { least.max(2 * FOOT + spread) };
            at.channel.push(x + (width - spread) / 2);
            x += width;
            if channel < self.grid.columns {
                at.x.push(x);
                x += self.width;
            }
        }
        at.width = x;
    }
}

impl Geometry {
    /// The corners of a line that ends at these heights. `nominal` holds the gaps by which the lanes were given.
    fn points(
        &self,
        line: &Line,
        way: &Way,
        nominal: &Gaps,
        lanes: &Lanes,
        y: (i32, i32),
    ) -> Vec<(i32, i32)> {
        let side = |port: &Port, channel: usize| {
            self.x[port.column] + if channel > port.column { self.box_width } else { 0 }
        };
        let (Some(first), Some(last)) = (way.channels.first(), way.channels.last()) else {
            return Vec::new();
        };
        let mut points = vec![(side(&line.from, *first), y.0)];
        let mut height = y.0;
        for (k, channel) in way.channels.iter().enumerate() {
            let lane = lanes.at(*channel, line.trunk, ends(line, way, nominal, k).0);
            let x = self.channel[*channel] + times(lane, LANE);
            points.push((x, height));
            height = match way.gaps.get(k) {
                Some((column, gap)) => {
                    let track = lanes.gap.get(&(*column, *gap, line.trunk)).copied().unwrap_or(0);
                    self.tracks[*column][*gap] + times(track, TRACK)
                }
                None => y.1,
            };
            points.push((x, height));
        }
        points.push((side(&line.to, *last), y.1));
        points.dedup();
        // Corners on a straight line are none.
        let mut out: Vec<(i32, i32)> = Vec::with_capacity(points.len());
        for point in points {
            if let [.., a, b] = out.as_slice()
                && ((a.0 == b.0 && b.0 == point.0) || (a.1 == b.1 && b.1 == point.1))
            {
                out.pop();
            }
            out.push(point);
        }
        out
    }
}
