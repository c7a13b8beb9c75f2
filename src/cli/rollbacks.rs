//! `--rollback-dir`: rollback scripts as files, named as the layout's tool looks for them.
//!
//! In: a report. Out: paths and texts. What a person wrote is never overwritten.

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use crate::review::{self, Report};
use crate::source;

use super::error::CliError;
use super::output;

/// The scripts with their places below `folder`.
///
/// # Errors
/// Two migrations whose scripts would have one name; a file of that name with other content.
pub fn files(report: &Report, folder: &Utf8Path) -> Result<Vec<(Utf8PathBuf, String)>, CliError> {
    named(report, folder, false, "--rollback-dir")
}

/// The same for `option`; with `force` what is there is replaced.
///
/// # Errors
/// As [`files`].
pub fn named(
    report: &Report,
    folder: &Utf8Path,
    force: bool,
    option: &str,
) -> Result<Vec<(Utf8PathBuf, String)>, CliError> {
    let mut owners: BTreeMap<Utf8PathBuf, &str> = BTreeMap::new();
    let mut files = Vec::with_capacity(report.rollback.len());
    for rollback in &report.rollback {
        let path = folder.join(review::rollback_file_name(&report.layout, &rollback.path));
        if let Some(other) = owners.insert(path.clone(), &rollback.path) {
            return Err(CliError::Usage(format!(
                "{option}: the scripts for {other} and {} would both be {path}: review them apart",
                rollback.path
            )));
        }
        refuse(&path, &rollback.sql, force, option)?;
        files.push((path, rollback.sql.clone()));
    }
    Ok(files)
}

/// Refuses to overwrite a file that says something else.
///
/// # Errors
/// When it would be.
pub fn refuse(path: &Utf8Path, text: &str, force: bool, option: &str) -> Result<(), CliError> {
    if force || !path.exists() || source::read_text(path).is_ok_and(|present| *present == *text) {
        return Ok(());
    }
    Err(CliError::Usage(format!("{option}: {path} exists and differs: move it away, or name another folder")))
}

/// Makes the folder, and those that scripts need inside it.
///
/// # Errors
/// When one cannot be made.
pub fn prepare(folder: &Utf8Path, files: &[(Utf8PathBuf, String)]) -> Result<(), CliError> {
    let inside =
        files.iter().filter_map(|(path, _)| path.parent()).filter(|parent| parent.starts_with(folder));
    std::iter::once(folder).chain(inside).try_for_each(output::make_folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remedy::rollback::Reversibility;
    use crate::review::model::{Rollback, Summary, Tool, Verdict};

    fn report(layout: &str, paths: &[&str]) -> Report {
        let rollback = |path: &&str| Rollback {
            path: (*path).to_owned(),
            class: Reversibility::Exact,
            sql: "DROP TABLE t;\n".to_owned(),
            transaction: true,
            proven: None,
            proof: None,
            keep: None,
            findings: Vec::new(),
        };
        Report {
            version: 1,
            tool: Tool { name: "checkrail", version: "0" },
            dialect: "postgresql".to_owned(),
            server_version: Some(18),
            layout: layout.to_owned(),
            policy: "pack:default".to_owned(),
            verdict: Verdict::Pass,
            summary: Summary::default(),
            migrations: Vec::new(),
            findings: Vec::new(),
            silenced: Vec::new(),
            rollback: paths.iter().map(rollback).collect(),
            rewrites: Vec::new(),
            schema_diff: None,
            database: None,
            assertions: Vec::new(),
            verification: None,
            queries: None,
        }
    }

    fn paths(layout: &str, migrations: &[&str]) -> Result<Vec<String>, String> {
        let files = files(&report(layout, migrations), Utf8Path::new("no-such-folder"));
        files.map(|f| f.into_iter().map(|(p, _)| p.to_string()).collect()).map_err(|e| e.to_string())
    }

    #[test]
    fn files_stand_in_the_folder_under_the_layouts_names() {
        assert_eq!(
            paths("diesel", &["m/1_a/up.sql", "m/2_b/up.sql"]).expect("distinct"),
            ["no-such-folder/1_a/down.sql", "no-such-folder/2_b/down.sql"]
        );
        assert_eq!(paths("flyway", &["m/V2__a.sql"]).expect("one"), ["no-such-folder/U2__a.sql"]);
    }

    #[test]
    fn two_scripts_of_one_name_are_refused() {
        let message = paths("plain", &["a/1.sql", "b/1.sql"]).expect_err("one name");
        assert!(message.contains("a/1.sql and b/1.sql would both be"), "{message}");
    }
}
