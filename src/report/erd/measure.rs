//! How big boxes are: text is measured by estimates that hold for common fonts, and shortened where it is too long.

use crate::review::picture::{Picture, Table};

use super::Columns;

/// Height of the line with the table's name.
pub(super) const HEAD: i32 = 28;
/// Height of a column's line.
pub(super) const ROW: i32 = 18;
/// Below the last line.
const FOOT: i32 = 6;
/// Where columns' names begin; marks of keys stand before.
pub(super) const NAMES: i32 = 42;
/// Between a column's name and its type.
const BETWEEN: i32 = 10;
/// Right of the types; the mark of `NOT NULL` stands there.
pub(super) const RIGHT: i32 = 18;
/// Widths of boxes: all of a diagram are alike, so that columns of boxes line up.
const NARROWEST: i32 = 150;
const WIDEST: i32 = 290;
/// Types are shortened first.
const WIDEST_TYPE: i32 = 104;
/// Of one table; more are counted.
const MOST_ROWS: usize = 40;

/// A character's width in a monospaced font of 11.5 pixels, in hundredths of a pixel.
const MONO: i32 = 695;
/// The same in a bold proportional font of 13 pixels, on average and with room to spare.
const BOLD: i32 = 790;

/// One line of a box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The column, by its place in the table.
    pub column: usize,
    /// Its name as it fits.
    pub name: String,
    /// Its type as it fits.
    pub data_type: String,
}

/// A box before it has a place.
#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) title: String,
    pub(super) rows: Vec<Row>,
    /// Columns that are not shown.
    pub(super) more: usize,
    pub(super) height: i32,
}

/// The boxes of a picture, and the width of all.
pub(super) fn shapes(picture: &Picture, columns: Columns) -> (Vec<Shape>, i32) {
    let columns = columns.settle(picture);
    let chosen: Vec<Vec<usize>> = picture.tables.iter().map(|t| choose(t, columns)).collect();
    let needs = picture.tables.iter().zip(&chosen).map(|(table, chosen)| {
        let rows = chosen.iter().map(|i| {
            let column = &table.columns[*i];
            NAMES + mono(&column.name) + BETWEEN + mono(&column.data_type).min(WIDEST_TYPE) + RIGHT
        });
        rows.max().unwrap_or(0).max(bold(&title(table)) + 24)
    });
    let width = needs.max().unwrap_or(0).clamp(NARROWEST, WIDEST);
    let shapes = picture
        .tables
        .iter()
        .zip(chosen)
        .map(|(table, chosen)| {
            let rows: Vec<Row> = chosen.into_iter().map(|i| row(table, i, width)).collect();
            let more = if columns == Columns::None { 0 } else { table.columns.len() - rows.len() };
            let lines = rows.len() + usize::from(more > 0);
            let foot = if lines > 0 { FOOT } else { 0 };
            let height = HEAD + ROW * i32::try_from(lines).unwrap_or(i32::MAX / 64) + foot;
            Shape { title: fit(&title(table), width - 24, BOLD), rows, more, height }
        })
        .collect();
    (shapes, width)
}

/// A table's name; the usual schema is not said.
pub(super) fn title(table: &Table) -> String {
    if table.schema == "public" { table.name.clone() } else { table.qualified() }
}

fn choose(table: &Table, columns: Columns) -> Vec<usize> {
    let is_key = |i: &usize| {
        let column = &table.columns[*i];
        column.primary || column.foreign || column.change.is_some()
    };
    let all = 0..table.columns.len();
    match columns {
        Columns::None => Vec::new(),
        Columns::Keys => all.filter(is_key).take(MOST_ROWS).collect(),
        Columns::All | Columns::Auto if all.len() <= MOST_ROWS => all.collect(),
        Columns::All | Columns::Auto => {
            let keys = all.clone().filter(is_key).count();
            let mut others = MOST_ROWS.saturating_sub(keys);
            let mut kept = Vec::new();
            for i in all {
                if is_key(&i) || others > 0 {
                    others -= usize::from(!is_key(&i));
                    kept.push(i);
                }
            }
            kept.truncate(MOST_ROWS);
            kept
        }
    }
}

fn row(table: &Table, i: usize, width: i32) -> Row {
    let column = &table.columns[i];
    let room = width - NAMES - BETWEEN - RIGHT;
    let wanted = mono(&column.data_type).min(WIDEST_TYPE);
    // The name comes first; the type has what is left, and a third at least.
    let type_room = wanted.min((room - mono(&column.name)).max(room / 3));
    let data_type = fit(&column.data_type, type_room, MONO);
    let name = fit(&column.name, room - mono(&data_type), MONO);
    Row { column: i, name, data_type }
}

fn mono(text: &str) -> i32 {
    width(text, MONO)
}

fn bold(text: &str) -> i32 {
    width(text, BOLD)
}

/// Hundredths of a character, summed up to pixels.
fn width(text: &str, unit: i32) -> i32 {
    text.chars().map(|c| i32::from(cells(c)) * unit).fold(0i32, i32::saturating_add) / 100
}

/// East Asian and other wide characters take two places, marks that sit on the one before none.
fn cells(c: char) -> u8 {
    match u32::from(c) {
        0x0300..=0x036F | 0x200B..=0x200F => 0,
        0x1100..=0x115F
        | 0x2E80..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE4F
        | 0xFF00..=0xFF60
        | 0xFFE0..=0xFFE6
        | 0x1F300..=0x1FAFF
        | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

/// The text, or as much of its beginning as fits with an ellipsis.
fn fit(text: &str, room: i32, unit: i32) -> String {
    if width(text, unit) <= room {
        return text.to_owned();
    }
    let mut used = unit;
    let mut out = String::new();
    for c in text.chars() {
        used += i32::from(cells(c)) * unit;
        if used / 100 > room {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

/// The text in at most so many characters.
#[must_use]
pub fn short_text(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_shortened() {
        assert_eq!(fit("orders", 100, MONO), "orders");
        let cut = fit("a_very_long_name_of_a_column", 100, MONO);
        assert!(cut.ends_with('…') && width(&cut, MONO) <= 100, "{cut}");
        assert_eq!(fit("表表表表表表", 50, MONO), "表表表…");
        assert_eq!(fit("", 0, MONO), "");
        assert_eq!(short_text("abcdef", 4), "abc…");
    }
}
