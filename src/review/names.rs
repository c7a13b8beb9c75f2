//! File names of rollback scripts.

use camino::{Utf8Path, Utf8PathBuf};

/// The file, relative to the folder for rollbacks, in which the layout's tool would look for the way back of a
/// migration: `1_x.down.sql` beside `1_x.up.sql`, `U1__x.sql` for Flyway, `<migration>/down.sql` for folders.
#[must_use]
pub fn rollback_file_name(layout: &str, migration: &str) -> Utf8PathBuf {
    let path = Utf8Path::new(migration);
    let file = path.file_name().unwrap_or(migration);
    let folder = path.parent().and_then(Utf8Path::file_name);
    match (layout, folder) {
        ("diesel" | "prisma" | "drizzle", Some(folder)) if matches!(file, "up.sql" | "migration.sql") => {
            Utf8Path::new(folder).join("down.sql")
        }
        ("flyway", _) if file.starts_with('V') => Utf8PathBuf::from(format!("U{}", &file[1..])),
        ("flyway", _) if file.starts_with(|c: char| c.is_ascii_digit()) => {
            Utf8PathBuf::from(format!("U{file}"))
        }
        ("sqitch", _) => Utf8Path::new("revert").join(file),
        _ => {
            let stem = file.strip_suffix(".sql").unwrap_or(file);
            let stem = stem.strip_suffix(".up").unwrap_or(stem);
            Utf8PathBuf::from(format!("{stem}.down.sql"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::rollback_file_name;

    #[test]
    fn names_follow_the_layout() {
        for (layout, migration, expected) in [
            ("diesel", "m/2024_a/up.sql", "2024_a/down.sql"),
            ("sqlx", "m/1_a.up.sql", "1_a.down.sql"),
            ("golang-migrate", "1_a.up.sql", "1_a.down.sql"),
            ("flyway", "m/V2__a.sql", "U2__a.sql"),
            ("flyway", "m/2__a.sql", "U2__a.sql"),
            ("sqitch", "p/deploy/a.sql", "revert/a.sql"),
            ("plain", "001.sql", "001.down.sql"),
        ] {
            assert_eq!(rollback_file_name(layout, migration), expected);
        }
    }
}
