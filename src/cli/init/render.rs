//! The texts that `init` writes: the configuration and the pipelines.

use camino::Utf8Path;

use crate::name::{Dialect, ServerVersion};
use crate::source::Layout;

use super::squawk::quoted;

/// What is known about a project.
#[derive(Debug)]
pub struct Project<'a> {
    /// The folder with the migrations, from that of the configuration.
    pub migrations: &'a Utf8Path,
    pub count: usize,
    pub layout: Layout,
    pub dialect: Dialect,
    /// The server's version, and where that is said.
    pub version: Option<(ServerVersion, String)>,
    /// Whether every file is to be taken as one transaction.
    pub always: bool,
    /// The policy's file, where one is written.
    pub policy: Option<&'a str>,
}

/// `checkrail.yaml`.
pub fn config(project: &Project<'_>) -> String {
    let Project { migrations, count, layout, dialect, .. } = project;
    let files = super::counted(*count, "migration");
    let version = match &project.version {
        Some((version, place)) => format!("server_version: {} # {place} says so\n", version.major()),
        None if *dialect == Dialect::PostgreSql => {
            format!("# server_version: {} # which one runs in production?\n", ServerVersion::NEWEST.major())
        }
        None => String::new(),
    };
    let dialect = match dialect {
        Dialect::PostgreSql => "# dialect: postgresql\n".to_owned(),
        other => format!("dialect: {other}\n"),
    };
    let transaction = if project.always {
        "transaction: always # every file is one transaction"
    } else {
        "# transaction: auto # or always, never; auto is what the migration tool does"
    };
    let policy = project.policy.map_or_else(
        || "# policy: default # or a file, or another pack: `checkrail policy list`".to_owned(),
        |path| format!("policy: {path}"),
    );
    format!(
        "# What `checkrail review` does here. Paths are relative to this file, and the command line weighs more.\n\
         migrations: {} # {files}, read as {layout}\n\
         # layout: {layout} # detected\n\
         {dialect}{version}{transaction}\n\
         \n\
         # Which rules run, and how severe they are.\n\
         {policy}\n\
         # Findings that end a run with exit code 1: error, warning, advice or never.\n\
         fail_on: error\n\
         # Whether a statement that cannot be analysed ends a run with exit code 3.\n\
         # require_coverage: true\n\
         # Findings that are known and do not count; `checkrail review --write-baseline` writes the file.\n\
         # baseline: checkrail-baseline.json\n\
         # The schema before the first migration, where the history does not begin with an empty database.\n\
         # schema: db/schema.sql\n",
        quoted(migrations.as_str()),
    )
}

/// The workflow for GitHub; `folder` is the configuration's, from the root.
pub fn github(project: &Project<'_>, folder: &Utf8Path) -> String {
    let below = super::joined(folder, project.migrations);
    let directory = if folder.as_str().is_empty() {
        String::new()
    } else {
        format!("        with:\n          working-directory: {}\n", quoted(folder.as_str()))
    };
    let pattern = match below.as_str() {
        "" | "." => "**.sql".to_owned(),
        below => format!("{below}/**"),
    };
    format!(
        "# Reviews the migrations that a pull request adds: annotations, the page of the run, one comment.\n\
         name: migrations\n\
         on:\n  pull_request:\n    paths: [{}]\n\
         permissions:\n  contents: read\n  pull-requests: write # the comment\n\
         jobs:\n  review:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v5\n      \
         # your-organisation: where checkrail's repository lies for you.\n      \
         - uses: your-organisation/checkrail@v{}\n{directory}",
        quoted(&pattern),
        env!("CARGO_PKG_VERSION"),
    )
}

/// The job for GitLab.
pub fn gitlab(folder: &Utf8Path) -> String {
    let enter = match folder.as_str() {
        "" => String::new(),
        folder => format!("    - cd {folder}\n"),
    };
    format!(
        "# Reviews the migrations that a merge request adds: findings in the merge request, and as tests.\n\
         checkrail:\n  stage: test\n  image:\n    name: checkrail:latest # an image with checkrail, git and a shell: its Dockerfile makes one\n    \
         entrypoint: [\"\"]\n  variables:\n    GIT_DEPTH: \"0\" # changes are counted from where the branch began\n  \
         rules:\n    - if: $CI_PIPELINE_SOURCE == \"merge_request_event\"\n  script:\n    \
         - reports=$PWD\n{enter}    \
         - >-\n      checkrail review --since \"$CI_MERGE_REQUEST_DIFF_BASE_SHA\" --format terminal\n      \
         --format gitlab=\"$reports/gl-code-quality-report.json\" --format junit=\"$reports/checkrail-junit.xml\"\n  \
         artifacts:\n    when: always\n    reports:\n      codequality: gl-code-quality-report.json\n      junit: checkrail-junit.xml\n",
    )
}

/// A `.gitlab-ci.yml` that runs the job.
pub const GITLAB_INCLUDE: &str = "include:\n  - local: .gitlab/checkrail.yml\n";
