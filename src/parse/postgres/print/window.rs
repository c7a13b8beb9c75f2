//! Window definitions and `ORDER BY`.

use pg_query::NodeEnum;
use pg_query::protobuf::{self as pb, SortByDir, SortByNulls};

use super::Printer;
use super::operator::Level;
use crate::quote::quote_ident;

// `nodes/parsenodes.h`
const NON_DEFAULT: i32 = 0x1;
const RANGE: i32 = 0x2;
const ROWS: i32 = 0x4;
const GROUPS: i32 = 0x8;
const BETWEEN: i32 = 0x10;
/// Start and end of the frame: bit, words, whether an offset stands before them.
const START: [(i32, &str, bool); 4] = [
    (0x20, "UNBOUNDED PRECEDING", false),
    (0x200, "CURRENT ROW", false),
    (0x800, " PRECEDING", true),
    (0x2000, " FOLLOWING", true),
];
const END: [(i32, &str, bool); 4] = [
    (0x100, "UNBOUNDED FOLLOWING", false),
    (0x400, "CURRENT ROW", false),
    (0x1000, " PRECEDING", true),
    (0x4000, " FOLLOWING", true),
];
const EXCLUSIONS: [(i32, &str); 3] =
    [(0x8000, " EXCLUDE CURRENT ROW"), (0x1_0000, " EXCLUDE GROUP"), (0x2_0000, " EXCLUDE TIES")];

impl Printer {
    /// What follows `OVER`.
    pub(super) fn window(&mut self, window: &pb::WindowDef) {
        if !window.name.is_empty() {
            self.push(&quote_ident(&window.name));
            return;
        }
        self.push("(");
        let start = self.out.len();
        if !window.refname.is_empty() {
            self.push(&quote_ident(&window.refname));
        }
        if !window.partition_clause.is_empty() {
            self.space(start);
            self.push("PARTITION BY ");
            self.list(&window.partition_clause);
        }
        if !window.order_clause.is_empty() {
            self.space(start);
            self.order_by(&window.order_clause);
        }
        if window.frame_options & NON_DEFAULT != 0 {
            self.space(start);
            self.frame(window);
        }
        self.push(")");
    }

    /// A space, unless nothing was printed since `start`.
    fn space(&mut self, start: usize) {
        if self.out.len() > start {
            self.push(" ");
        }
    }

    fn frame(&mut self, window: &pb::WindowDef) {
        let options = window.frame_options;
        for (bit, word) in [(RANGE, "RANGE "), (ROWS, "ROWS "), (GROUPS, "GROUPS ")] {
            if options & bit != 0 {
                self.push(word);
            }
        }
        if options & BETWEEN != 0 {
            self.push("BETWEEN ");
        }
        self.bound(options, &START, window.start_offset.as_deref());
        if options & BETWEEN != 0 {
            self.push(" AND ");
            self.bound(options, &END, window.end_offset.as_deref());
        }
        for (bit, words) in EXCLUSIONS {
            if options & bit != 0 {
                self.push(words);
            }
        }
    }

    fn bound(&mut self, options: i32, forms: &[(i32, &str, bool)], offset: Option<&pb::Node>) {
        for (bit, words, with_offset) in forms {
            if options & bit != 0 {
                if *with_offset {
                    self.child(offset, Level::Or);
                }
                self.push(words);
            }
        }
    }

    pub(super) fn order_by(&mut self, sorts: &[pb::Node]) {
        self.push("ORDER BY ");
        for (i, sort) in sorts.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            let Some(NodeEnum::SortBy(sort)) = &sort.node else { continue };
            self.child(sort.node.as_deref(), Level::Or);
            match sort.sortby_dir() {
                SortByDir::SortbyAsc => self.push(" ASC"),
                SortByDir::SortbyDesc => self.push(" DESC"),
                SortByDir::SortbyUsing => {
                    self.push(" USING ");
                    self.operator(&sort.use_op);
                }
                SortByDir::SortbyDefault | SortByDir::Undefined => {}
            }
            match sort.sortby_nulls() {
                SortByNulls::SortbyNullsFirst => self.push(" NULLS FIRST"),
                SortByNulls::SortbyNullsLast => self.push(" NULLS LAST"),
                SortByNulls::SortbyNullsDefault | SortByNulls::Undefined => {}
            }
        }
    }
}
