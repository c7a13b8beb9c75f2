//! The layout keeps its promises on graphs of every shape: no two boxes overlap, no line crosses a box, and the same
//! picture gives the same drawing.

use crate::review::picture::{Column, Picture, Reference, Table};

use super::{Columns, Drawing, layout};

fn column(name: &str, primary: bool, foreign: bool) -> Column {
    Column {
        name: name.to_owned(),
        data_type: "bigint".to_owned(),
        not_null: primary,
        primary,
        unique: primary,
        foreign,
        change: None,
    }
}

fn table(number: usize, columns: usize) -> Table {
    let mut list = vec![column("id", true, false)];
    list.extend((1..columns).map(|i| column(&format!("column_{i}"), false, i < 4)));
    Table {
        schema: "public".to_owned(),
        name: format!("table_{number}"),
        kind: "table",
        columns: list,
        partitions: 0,
        definition: String::new(),
        indexes: Vec::new(),
        members: Vec::new(),
        comment: None,
        dependents: Vec::new(),
        size: None,
        change: None,
    }
}

/// Numbers that look random and are always the same.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % end
    }
}

fn reference(picture: &Picture, from: usize, to: usize, column: usize) -> Reference {
    let column = column.min(picture.tables[from].columns.len() - 1);
    Reference {
        name: "fk".to_owned(),
        from,
        columns: vec![column],
        to,
        to_columns: vec![0],
        optional: true,
        single: false,
        change: None,
    }
}

/// Communities of ten with a few references between them, some tables in two schemas, some alone.
fn picture(tables: usize, seed: u64) -> Picture {
    let mut numbers = Numbers(seed);
    let mut picture = Picture::default();
    for i in 0..tables {
        let columns = 1 + numbers.below(14);
        let mut table = table(i, columns);
        if i % 7 == 3 {
            "audit".clone_into(&mut table.schema);
        }
        picture.tables.push(table);
    }
    for i in 0..tables {
        for column in 1..=numbers.below(4) {
            let near = (i / 10 * 10 + numbers.below(10)).min(tables - 1);
            let to = if numbers.below(6) == 0 { numbers.below(tables) } else { near };
            if i % 5 != 4 {
                picture.references.push(reference(&picture, i, to, column));
            }
        }
    }
    picture
}

/// Left, top, right, bottom.
fn boxes(drawing: &Drawing) -> Vec<(i32, i32, i32, i32)> {
    drawing.nodes.iter().map(|n| (n.x, n.y, n.x + drawing.box_width, n.y + n.height)).collect()
}

#[track_caller]
fn is_sound(picture: &Picture, columns: Columns) {
    let drawing = layout(picture, columns);
    assert_eq!(drawing, layout(picture, columns), "the same each time");
    assert_eq!(drawing.nodes.len(), picture.tables.len());
    assert_eq!(drawing.edges.len(), picture.references.len());
    let boxes = boxes(&drawing);
    for (i, a) in boxes.iter().enumerate() {
        assert!(a.0 >= 0 && a.1 >= 0 && a.2 <= drawing.width && a.3 <= drawing.height, "{i} is outside");
        for (j, b) in boxes.iter().enumerate().skip(i + 1) {
            let apart = a.2 + 20 <= b.0 || b.2 + 20 <= a.0 || a.3 + 10 <= b.1 || b.3 + 10 <= a.1;
            assert!(apart, "{i} {a:?} and {j} {b:?} touch");
        }
    }
    for (edge, reference) in drawing.edges.iter().zip(&picture.references) {
        let (from, to) = (boxes[reference.from], boxes[reference.to]);
        let on =
            |p: (i32, i32), b: (i32, i32, i32, i32)| (p.0 == b.0 || p.0 == b.2) && b.1 <= p.1 && p.1 <= b.3;
        let (first, last) = (edge.points[0], edge.points[edge.points.len() - 1]);
        assert!(on(first, from) && on(last, to), "{edge:?} ends at {from:?} and {to:?}");
        for pair in edge.points.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            assert!((a.0 == b.0) != (a.1 == b.1), "{a:?} to {b:?} is not straight");
            let inside =
                |p: (i32, i32)| p.0 >= 0 && p.1 >= 0 && p.0 <= drawing.width && p.1 <= drawing.height;
            assert!(inside(a) && inside(b), "{a:?} to {b:?} is outside");
            let (left, right) = (a.0.min(b.0), a.0.max(b.0));
            let (top, bottom) = (a.1.min(b.1), a.1.max(b.1));
            for (i, z) in boxes.iter().enumerate() {
                let crosses = left < z.2 && right > z.0 && top < z.3 && bottom > z.1;
                assert!(!crosses, "{a:?} to {b:?} crosses {i} {z:?}");
            }
        }
    }
}

#[test]
fn boxes_are_apart_and_lines_go_around_them() {
    for (tables, seed) in [(1, 1), (2, 2), (3, 3), (9, 4), (14, 5), (40, 6), (40, 7), (120, 8), (300, 9)] {
        let picture = picture(tables, seed);
        for columns in [Columns::All, Columns::Keys, Columns::None] {
            is_sound(&picture, columns);
        }
    }
}

#[test]
fn a_thousand_tables() {
    let picture = picture(1000, 10);
    assert_eq!(Columns::Auto.settle(&picture), Columns::Keys);
    is_sound(&picture, Columns::Auto);
}

#[test]
fn one_table_that_all_refer_to() {
    let mut picture = Picture { tables: (0..80).map(|i| table(i, 5)).collect(), references: Vec::new() };
    picture.references = (0..80).map(|i| reference(&picture, i, 0, 1)).collect();
    is_sound(&picture, Columns::All);
    is_sound(&picture, Columns::None);
}

#[test]
fn everything_refers_to_everything() {
    let mut picture = Picture { tables: (0..12).map(|i| table(i, 8)).collect(), references: Vec::new() };
    for from in 0..12 {
        for to in 0..12 {
            let reference = reference(&picture, from, to, 1 + to % 7);
            picture.references.push(reference);
        }
    }
    is_sound(&picture, Columns::All);
}

#[test]
fn nothing_and_wide_tables() {
    is_sound(&Picture::default(), Columns::Auto);
    let picture = Picture { tables: vec![table(0, 400), table(1, 1)], references: Vec::new() };
    let drawing = layout(&picture, Columns::All);
    assert_eq!((drawing.nodes[0].rows.len(), drawing.nodes[0].more), (40, 360));
    is_sound(&picture, Columns::All);
}

/// What refers to each other is drawn near to each other: lines of a group are much shorter than the drawing.
#[test]
fn neighbours_are_near() {
    let picture = picture(120, 11);
    let drawing = layout(&picture, Columns::Keys);
    let mut lengths: Vec<i32> = drawing
        .edges
        .iter()
        .map(|e| e.points.windows(2).map(|p| (p[0].0 - p[1].0).abs() + (p[0].1 - p[1].1).abs()).sum())
        .collect();
    lengths.sort_unstable();
    let middle = lengths[lengths.len() / 2];
    assert!(middle * 3 < drawing.width + drawing.height, "{middle} in {}×{}", drawing.width, drawing.height);
}
