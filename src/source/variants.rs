//! Scripts that exist once per database: `1_a.postgres.up.sql` beside `1_a.mysql.up.sql`, or beside `1_a.up.sql`
//! for all the others. Only one of them runs on a server.

use std::collections::BTreeMap;

use camino::Utf8Path;

use super::layouts::{Arranged, Draft};
use super::names::{dialect_word, is_product};
use super::set::Skipped;
use crate::name::Dialect;

/// Keeps, of every script, the variant for `dialect` and leaves out the others. Nothing happens in a folder that
/// names one product at most and has every script once.
pub(super) fn choose(arranged: &mut Arranged, dialect: Dialect) {
    let mut products: Vec<&str> = arranged.drafts.iter().filter_map(|d| product(&d.up)).collect();
    products.sort_unstable();
    products.dedup();
    let mut scripts: Vec<String> = arranged.drafts.iter().map(|d| without_product(&d.up)).collect();
    scripts.sort_unstable();
    scripts.dedup();
    if products.len() < 2 && scripts.len() == arranged.drafts.len() {
        return;
    }
    let mut best: BTreeMap<String, usize> = BTreeMap::new();
    for draft in &arranged.drafts {
        let rank = best.entry(without_product(&draft.up)).or_default();
        *rank = (*rank).max(fitness(draft, dialect));
    }
    let (kept, others) =
        std::mem::take(&mut arranged.drafts).into_iter().partition::<Vec<Draft>, _>(|draft| {
            let rank = fitness(draft, dialect);
            rank > 0 && best.get(&without_product(&draft.up)) == Some(&rank)
        });
    arranged.drafts = kept;
    for draft in others {
        let reason = match product(&draft.up) {
            Some(product) => format!("its name says it is for {product}, and {dialect} is reviewed"),
            None => format!("{dialect} has a variant of its own"),
        };
        arranged.skipped.extend(draft.down.map(|path| Skipped { path, reason: reason.clone() }));
        arranged.skipped.push(Skipped { path: draft.up, reason });
    }
}

/// How well a script fits: 3 for the product itself, 2 for one that is compatible, 1 for all, 0 for others.
fn fitness(draft: &Draft, dialect: Dialect) -> usize {
    let Some(product) = product(&draft.up) else { return 1 };
    let own = match dialect {
        Dialect::PostgreSql => ["postgres", "postgresql", "pg"],
        Dialect::MySql => ["mysql", "mysql", "mysql"],
        Dialect::Sqlite => ["sqlite", "sqlite3", "sqlite"],
    };
    if own.contains(&product.to_ascii_lowercase().as_str()) {
        3
    } else if dialect_word(product) == Some(dialect) {
        2
    } else {
        0
    }
}

/// The database product between two dots of a file name.
fn product(file: &Utf8Path) -> Option<&str> {
    let name = file.file_name()?;
    name.split('.').skip(1).find(|part| is_product(part) && !matches!(*part, "psql" | "pgsql"))
}

fn without_product(file: &Utf8Path) -> String {
    match product(file) {
        Some(product) => file.as_str().replacen(&format!(".{product}"), "", 1),
        None => file.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::LoadOptions;
    use crate::source::testing::Folder;

    #[test]
    fn the_variant_for_the_dialect_runs() {
        let folder = Folder::new(&[
            ("1_a.cockroach.up.sql", ""),
            ("1_a.mysql.up.sql", ""),
            ("1_a.postgres.up.sql", ""),
            ("1_a.postgres.down.sql", "undo for postgres"),
            ("1_a.mysql.down.sql", "undo for mysql"),
            ("2_b.up.sql", ""),
            ("2_b.mysql.up.sql", ""),
            ("3_c.mysql.up.sql", ""),
        ]);
        let loaded = folder.load("");
        assert_eq!(loaded.order(), ["1_a.postgres.up.sql", "2_b.up.sql"]);
        assert_eq!(loaded.down(0), Some("undo for postgres"));
        assert_eq!(loaded.set.warnings, []);
        assert_eq!(
            loaded.skipped()[0],
            ("1_a.cockroach.up.sql", "its name says it is for cockroach, and postgresql is reviewed")
        );
        let opts = LoadOptions { dialect: Some(Dialect::MySql), ..LoadOptions::default() };
        let loaded = folder.try_load("", &opts).unwrap();
        assert_eq!(loaded.order(), ["1_a.mysql.up.sql", "2_b.mysql.up.sql", "3_c.mysql.up.sql"]);
        assert!(loaded.skipped().contains(&("2_b.up.sql", "mysql has a variant of its own")));
    }

    #[test]
    fn one_product_is_no_choice() {
        let folder = Folder::new(&[("1_a.sqlite.sql", ""), ("2_b.sql", "")]);
        assert_eq!(folder.load("").order(), ["1_a.sqlite.sql", "2_b.sql"]);
        folder.write("1_a.sql", "");
        assert_eq!(folder.load("").order(), ["1_a.sql", "2_b.sql"]);
    }
}
