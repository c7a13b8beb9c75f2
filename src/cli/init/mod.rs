//! `checkrail init`: writes the configuration and the pipeline of a project.
//!
//! In: the project as it lies there, and what another tool is configured to do. Out: `checkrail.yaml` and a workflow, all of
//! them or none; files that are there are kept unless told otherwise.

mod detect;
mod render;
mod squawk;

use camino::{Utf8Path, Utf8PathBuf};
use clap::{Args, ValueEnum};

use crate::config::squawk::Squawk;
use crate::name::ServerVersion;
use crate::source::{self, Layout, LoadOptions, MigrationSet};
use crate::text::SourceMap;

use self::detect::Ci;
use self::render::Project;
use super::error::CliError;
use super::{output, state};

const HELP: &str = "\
Examples:
  checkrail init                     find the migrations below, write checkrail.yaml and a workflow
  checkrail init db/migrations       the same for this folder
  checkrail init --from squawk       take over .squawk.toml

Exit codes:
  0   written
  2   a file is there already, or cannot be written; a wrong .squawk.toml
  3   no migrations, or several folders with migrations
  70  a bug in checkrail";

/// The configuration's name.
const CONFIG: &str = "checkrail.yaml";
/// The policy's name.
const POLICY: &str = "checkrail-policy.yaml";

/// Arguments of `init`.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct InitArgs {
    /// The folder with the migrations [default: found].
    #[arg(value_name = "DIR")]
    pub migrations: Option<String>,
    /// Take over the configuration of another tool.
    #[arg(long, value_name = "TOOL")]
    pub from: Option<Tool>,
    /// Where pipelines run [default: by the files of the repository, and where it was cloned from].
    #[arg(long, value_name = "SYSTEM")]
    pub ci: Option<Ci>,
    /// Replace files that are there.
    #[arg(long)]
    pub force: bool,
}

/// Tools whose configuration is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Tool {
    Squawk,
}

/// Files to write, each with what it is for, and what to tell.
#[derive(Default)]
struct Plan {
    files: Vec<(Utf8PathBuf, String, String)>,
    notes: Vec<String>,
}

/// Writes the files.
pub fn run(args: &InitArgs) -> Result<u8, CliError> {
    let (root, working) = output::repository().unwrap_or_default();
    // From the root of the repository to here, and back.
    let folder = working.strip_prefix(&root).unwrap_or(Utf8Path::new("")).to_owned();
    let top: Utf8PathBuf = folder.components().map(|_| "..").collect();
    let mut sources = SourceMap::default();
    let given = args.migrations.as_deref().unwrap_or(".");
    let set = source::load(given, &LoadOptions::default(), &mut sources)?;
    state::tell_code(&set, &sources);

    let mut plan = Plan::default();
    let taken = match args.from {
        Some(Tool::Squawk) => Some(read_squawk(&top)?),
        None => None,
    };
    let version = version(taken.as_ref().map(|(squawk, _)| squawk), &top, &mut plan);
    let assumes = taken.as_ref().is_some_and(|(squawk, _)| squawk.assume_in_transaction == Some(true));
    if assumes && set.layout != Layout::Plain {
        let text =
            format!("assume_in_transaction is not taken over: how {} runs a file is known", set.layout);
        plan.notes.push(text);
    }
    let project = Project {
        migrations: &set.root,
        count: set.migrations.len(),
        layout: set.layout,
        dialect: set.dialect_hint.unwrap_or_default(),
        version,
        always: assumes && set.layout == Layout::Plain,
        policy: taken.is_some().then_some(POLICY),
    };
    let what = format!(
        "the configuration: {} in {}, read as {}",
        counted(project.count, "migration"),
        set.root,
        set.layout
    );
    plan.files.push((CONFIG.into(), render::config(&project), what));
    if let Some((squawk, path)) = &taken {
        let moved = squawk::policy(squawk, path.file_name().unwrap_or(".squawk.toml"));
        plan.files.push((POLICY.into(), moved.policy, format!("the policy: what {path} says")));
        plan.notes.extend(moved.notes);
    }
    plan.notes.extend(comments(&set, &sources));
    pipeline(args.ci.unwrap_or_else(|| detect::ci(&top)), &top, &folder, &project, &mut plan);
    write(&plan, args.force)?;
    Ok(0)
}

/// Writes all files or none, and says what was written and what to know.
fn write(plan: &Plan, force: bool) -> Result<(), CliError> {
    let there: Vec<&str> =
        plan.files.iter().filter(|(path, ..)| path.exists()).map(|(path, ..)| path.as_str()).collect();
    if !there.is_empty() && !force {
        let (verb, them) = if there.len() == 1 { ("is", "it") } else { ("are", "them") };
        let there = there.join(" and ");
        return Err(CliError::Usage(format!("{there} {verb} there already: --force replaces {them}")));
    }
    for folder in plan.files.iter().filter_map(|(path, ..)| path.parent()) {
        if !folder.as_str().is_empty() {
            output::make_folder(folder)?;
        }
    }
    let files: Vec<_> = plan.files.iter().map(|(path, text, _)| (path.clone(), text.clone())).collect();
    output::write_files(&files)?;
    let wrote = plan.files.iter().map(|(path, _, what)| format!("wrote {path}, {what}"));
    let notes = plan.notes.iter().map(|note| format!("note: {note}"));
    let next =
        "next: `checkrail review` judges what is there, `checkrail review --since main` what a branch adds";
    let told: Vec<String> = wrote.chain(notes).chain([next.to_owned()]).collect();
    output::print(&(told.join("\n") + "\n"))
}

/// The nearest `.squawk.toml`, no higher than the root of the repository.
fn read_squawk(top: &Utf8Path) -> Result<(Squawk, Utf8PathBuf), CliError> {
    let places = top.ancestors().filter(|place| place.as_str().is_empty() || place.ends_with(".."));
    let mut folders: Vec<&Utf8Path> = places.collect();
    folders.reverse();
    let found = folders.iter().map(|folder| folder.join(".squawk.toml")).find(|path| path.is_file());
    let Some(path) = found else {
        return Err(CliError::Usage("--from squawk: there is no .squawk.toml here or above".to_owned()));
    };
    let text = source::read_text(&path).map_err(|e| CliError::Usage(e.to_string()))?;
    let squawk = Squawk::parse(path.as_str(), &text).map_err(|e| CliError::Usage(e.to_string()))?;
    Ok((squawk, path))
}

/// The server's version: squawk's, else that of the project's images.
fn version(squawk: Option<&Squawk>, top: &Utf8Path, plan: &mut Plan) -> Option<(ServerVersion, String)> {
    if let Some(text) = squawk.and_then(|squawk| squawk.pg_version.as_deref()) {
        let major = text.split('.').next().and_then(|major| major.parse().ok());
        match major.map(ServerVersion::new) {
            Some(Ok(version)) => return Some((version, ".squawk.toml".to_owned())),
            Some(Err(message)) => plan.notes.push(format!("pg_version is not taken over: {message}")),
            None => plan.notes.push(format!("pg_version is not taken over: {text:?} is no version")),
        }
    }
    let (version, place) = detect::server_version(&[Utf8Path::new(""), top])?;
    Some((version, place.to_string()))
}

/// Says which comments of other tools are followed.
fn comments(set: &MigrationSet, sources: &SourceMap) -> Option<String> {
    let texts = || set.migrations.iter().map(|migration| migration.up_text(sources));
    let count = texts().map(|text| text.matches("squawk-ignore").count()).sum::<usize>();
    let files = texts().filter(|text| text.contains("squawk-ignore")).count();
    (count > 0).then(|| {
        let comments = counted(count, "comment");
        let (verb, migrations) = (if count == 1 { "is" } else { "are" }, counted(files, "migration"));
        format!("{comments} `squawk-ignore` in {migrations} {verb} followed in place")
    })
}

/// The pipeline's files; `top` leads to the root of the repository, `folder` back.
fn pipeline(ci: Ci, top: &Utf8Path, folder: &Utf8Path, project: &Project<'_>, plan: &mut Plan) {
    match ci {
        Ci::None => plan.notes.push(
            "no pipeline was recognised: --ci github or --ci gitlab writes one, docs/ci.md has others"
                .to_owned(),
        ),
        Ci::Github => {
            let path = joined(top, Utf8Path::new(".github/workflows/checkrail.yml"));
            let what = "the workflow for pull requests".to_owned();
            plan.files.push((path, render::github(project, folder), what));
            plan.notes.push(
                "replace your-organisation in the workflow by the owner of the repository that holds checkrail"
                    .to_owned(),
            );
        }
        Ci::Gitlab => {
            let path = joined(top, Utf8Path::new(".gitlab/checkrail.yml"));
            plan.files.push((path, render::gitlab(folder), "the job for merge requests".to_owned()));
            let main = joined(top, Utf8Path::new(".gitlab-ci.yml"));
            if main.exists() {
                plan.notes.push(format!("add to {main}: include: [{{ local: .gitlab/checkrail.yml }}]"));
            } else {
                plan.files.push((main, render::GITLAB_INCLUDE.to_owned(), "which includes it".to_owned()));
            }
        }
    }
}

/// `1 migration`, `2 migrations`.
fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// `a/b`, or `b` where `a` is empty; without `.` in it.
fn joined(a: &Utf8Path, b: &Utf8Path) -> Utf8PathBuf {
    let parts = a.components().chain(b.components());
    parts.filter(|part| part.as_str() != ".").map(|part| part.as_str()).collect()
}
