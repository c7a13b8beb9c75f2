//! The scripts one by one.

use base64::Engine as _;
use serde_json::{Value, json};

use super::{Job, Run, commit, git, write};
use crate::harness::scrubbed;

fn report(job: &Job) -> Value {
    let path = job.outputs()["json"].clone();
    serde_json::from_str(&std::fs::read_to_string(path).expect("a report")).expect("JSON")
}

fn reviewed(job: &Job) -> Vec<String> {
    let report = report(job);
    report["migrations"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|m| m["path"].as_str().expect("a path").to_owned())
        .collect()
}

#[test]
fn a_pull_request_is_reviewed_from_where_it_branched_off() {
    let job = Job::pull_request().with("INPUT_MIGRATIONS", "db/m");
    let run = job.run("review.sh").ends(0);
    assert_eq!(reviewed(&job), ["db/m/2_b.sql"]);
    let outputs = job.outputs();
    assert_eq!((outputs["exit-code"].as_str(), outputs["verdict"].as_str()), ("1", "block"));
    assert_eq!((outputs["errors"].as_str(), outputs["migrations"].as_str()), ("1", "1"));
    assert!(run.stdout.contains("\n::error file=db/m/2_b.sql,line=3,"), "{}", run.stdout);
    assert!(run.stdout.contains("\u{1b}[1"), "the log has colours");
    assert!(job.read("summary.md").starts_with("## ⛔ Migration review: blocked"));
    for file in ["sarif", "comment"] {
        assert!(std::fs::metadata(&outputs[file]).expect("a file").len() > 100);
    }
}

#[test]
fn a_push_is_reviewed_from_where_it_was_before() {
    let job = Job::on(&[("m/1_a.sql", "CREATE TABLE t (id bigint PRIMARY KEY);\n")]);
    let origin = job.path("origin");
    let before = git(&origin, &["rev-parse", "HEAD"]);
    let commits = "for n in $(seq 60); do git -c user.name=t -c user.email=t@example.org commit -q --allow-empty -m $n; done";
    Run::of(scrubbed("bash").current_dir(&origin).args(["-ec", commits])).ends(0);
    write(&origin.join("m/2_b.sql"), "SELECT 1;\n");
    commit(&origin, "more");
    let job = job.checked_out("push", "refs/heads/main", &json!({"before": before}));
    job.with("INPUT_MIGRATIONS", "m").run_and(|job| {
        assert_eq!(reviewed(job), ["m/2_b.sql"], "history is fetched until both meet");
    });

    // A new branch has no commit before; the default branch is where it began.
    let job = Job::on(&[("m/1_a.sql", "SELECT 1;\n")]);
    let origin = job.path("origin");
    git(&origin, &["checkout", "-q", "-b", "new"]);
    write(&origin.join("m/2_b.sql"), "SELECT 2;\n");
    commit(&origin, "new");
    let event = json!({"before": "0".repeat(40), "repository": {"default_branch": "main"}});
    let job = job.checked_out("push", "refs/heads/new", &event);
    job.with("INPUT_MIGRATIONS", "m").run_and(|job| assert_eq!(reviewed(job), ["m/2_b.sql"]));
}

impl Job {
    fn run_and(self, check: impl FnOnce(&Job)) {
        self.run("review.sh").ends(0);
        check(&self);
    }
}

#[test]
fn without_a_change_everything_is_reviewed() {
    let job = Job::on(&[("my migrations/1_a.sql", "SELECT 1;\n"), ("my migrations/2_b.sql", "SELECT 2;\n")]);
    let job = job.checked_out("schedule", "refs/heads/main", &json!({}));
    job.with("INPUT_MIGRATIONS", "my migrations\n").run_and(|job| assert_eq!(reviewed(job).len(), 2));

    let job = Job::pull_request().with("INPUT_SINCE", "all").with("INPUT_WORKING_DIRECTORY", "db");
    let job = job.with("INPUT_MIGRATIONS", "m").with("INPUT_ARGS", "--fail-on  never\n--server-version 15");
    job.run_and(|job| {
        assert_eq!(reviewed(job), ["m/1_a.sql", "m/2_b.sql"]);
        assert_eq!(report(job)["server_version"], 15);
        assert_eq!(job.outputs()["exit-code"], "0");
    });
}

#[test]
fn switches_of_the_action() {
    let job = Job::pull_request().with("INPUT_MIGRATIONS", "db/m").with("INPUT_ANNOTATIONS", "false");
    let job =
        job.with("INPUT_SUMMARY", "false").with("INPUT_POLICY", "strict").with("INPUT_FAIL_ON", "never");
    let run = job.run("review.sh").ends(0);
    assert!(!run.stdout.contains("::error "), "{}", run.stdout);
    assert_eq!(job.read("summary.md"), "");
    assert_eq!(
        (report(&job)["policy"].as_str(), job.outputs()["exit-code"].as_str()),
        (Some("pack:strict"), "0")
    );
}

#[test]
fn what_goes_wrong_is_an_annotation_and_a_code() {
    let job = Job::pull_request().with("INPUT_MIGRATIONS", "absent");
    let run = job.run("review.sh").ends(3);
    assert!(run.stdout.contains("::error title=checkrail::the review ended with code 3"), "{}", run.stdout);
    assert_eq!(job.outputs()["exit-code"], "3");

    let job = Job::pull_request().with("INPUT_MIGRATIONS", "db/m").with("INPUT_SINCE", "no-such-revision");
    let run = job.run("review.sh").ends(2);
    assert!(run.stdout.contains("fetch-depth: 0"), "{}", run.stdout);

    // Nothing of an input is run.
    let job = Job::pull_request()
        .with("INPUT_MIGRATIONS", "db/m")
        .with("INPUT_ARGS", "$(touch x) `touch x` ;touch x");
    let run = job.run("review.sh");
    assert_ne!(run.code, 0);
    assert!(!job.path("work/x").exists());
}

/// Commands to the runner in what is quoted are between the marks that stop it from obeying.
#[test]
fn quoted_text_is_no_command() {
    let hostile = "DROP TABLE t; -- x\n::error::pwned\n";
    let job = Job::on(&[("m/1_a.sql", hostile)]).checked_out("schedule", "refs/heads/main", &json!({}));
    let job = job.with("INPUT_MIGRATIONS", "m");
    let run = job.run("review.sh").ends(0);
    let (token, rest) =
        run.stdout.strip_prefix("::stop-commands::").and_then(|r| r.split_once('\n')).expect("a mark");
    assert!(token.len() == 32 && token.chars().all(|c| c.is_ascii_hexdigit()), "{token}");
    let (quoted, after) = rest.split_once(&format!("\n::{token}::\n")).expect("the other mark");
    assert!(quoted.contains("pwned") && !after.contains("::error::pwned"), "{after}");
}

const NO_COMMENTS: &str =
    "case $* in *'/user') exit 1 ;; *'--method GET'*) echo '[]' ;; *) echo '{}' ;; esac";

fn comment(job: Job) -> Job {
    let file = job.path("comment.md");
    write(&file, "<!-- checkrail -->\n## ⛔ Migration review\n\"quoted\" $HOME `x`\n");
    job.with("COMMENT", file.to_str().expect("UTF-8"))
}

#[test]
fn the_first_comment_is_written() {
    for client in ["gh", "curl"] {
        let answer = NO_COMMENTS.replace("--method", if client == "gh" { "--method" } else { "--request" });
        let answer = if client == "gh" { answer.replace("*'/user')", "*' user')") } else { answer };
        let job = comment(Job::pull_request()).program(client, &answer);
        let run = job.run("comment.sh").ends(0);
        assert!(run.stderr.contains("comment written"), "{}", run.stderr);
        let asked = job.read("asked");
        let last = asked.lines().last().expect("a request");
        assert!(last.contains(" POST ") && last.contains("repos/o/r/issues/7/comments"), "{asked}");
        let payload: Value = serde_json::from_str(&job.read("payload")).expect("JSON");
        assert_eq!(payload["body"], "<!-- checkrail -->\n## ⛔ Migration review\n\"quoted\" $HOME `x`\n");
    }
}

#[test]
fn a_later_comment_takes_the_place_of_its_own() {
    let comments = json!([
        {"id": 1, "body": "nice", "user": {"type": "User", "login": "a"}},
        {"id": 2, "body": "<!-- checkrail -->\nby hand", "user": {"type": "User", "login": "mallory"}},
        {"id": 3, "body": "<!-- checkrail other -->\n", "user": {"type": "Bot", "login": "github-actions[bot]"}},
        {"id": 4, "body": null, "user": {"type": "Bot", "login": "b"}},
        {"id": 5, "body": "<!-- checkrail -->\r\nold", "user": {"type": "Bot", "login": "github-actions[bot]"}},
    ]);
    let full: Vec<Value> = vec![comments[0].clone(); 100];
    let answer = |first: &Value, second: &Value| {
        format!(
            "case $* in *' user') exit 1 ;; *'GET'*'&page=1') cat <<'END'\n{first}\nEND\n;; *GET*) cat <<'END'\n{second}\nEND\n;; *) echo '{{}}' ;; esac"
        )
    };
    let empty = json!([]);
    for (first, second, key, id) in
        [(&comments, &empty, "", "5"), (&comments, &empty, "other", "3"), (&json!(full), &comments, "", "5")]
    {
        let job = comment(Job::pull_request()).with("INPUT_COMMENT_KEY", key);
        let job = job.program("gh", &answer(first, second));
        let run = job.run("comment.sh").ends(0);
        assert!(run.stderr.contains(&format!("comment {id} is up to date")), "{}", run.stderr);
        assert!(job.read("asked").contains("PATCH -H Accept: application/vnd.github+json --input"));
        assert!(
            job.read("asked").trim_end().ends_with(&format!("repos/o/r/issues/comments/{id}")),
            "{}",
            job.read("asked")
        );
    }
}

#[test]
fn no_comment_is_written_where_none_belongs() {
    let job = Job::on(&[("m/1.sql", "SELECT 1;\n")]).checked_out("push", "refs/heads/main", &json!({}));
    let run = comment(job).program("gh", NO_COMMENTS).run("comment.sh").ends(0);
    assert!(run.stderr.contains("no pull request"), "{}", run.stderr);

    let job = comment(Job::pull_request()).with("MIGRATIONS", "0").program("gh", "echo '[]'");
    let run = job.run("comment.sh").ends(0);
    assert!(run.stderr.contains("none is written") && !job.read("asked").contains("POST"), "{}", run.stderr);

    // A token without the right, as pull requests from forks have it.
    let job =
        comment(Job::pull_request()).program("gh", "echo 'HTTP 403: Resource not accessible' >&2; exit 1");
    let run = job.run("comment.sh").ends(0);
    assert!(
        run.stdout.starts_with("::notice title=checkrail::The comment could not be written: HTTP 403"),
        "{}",
        run.stdout
    );
    assert!(run.stdout.contains("pull-requests: write"), "{}", run.stdout);

    let job = comment(Job::pull_request()).with("INPUT_COMMENT_KEY", "--> <b>").program("gh", NO_COMMENTS);
    job.run("comment.sh").ends(2);
}

fn reviewed_with_a_silenced_finding() -> Job {
    let sql = "-- checkrail: allow drop-table (empty)\nDROP TABLE t;\nDROP TABLE u;\n";
    let job =
        Job::on(&[("m/1_a.sql", "CREATE TABLE t (a int);\nCREATE TABLE u (a int);\n"), ("m/2_b.sql", sql)]);
    let job = job.checked_out("schedule", "refs/heads/main", &json!({})).with("INPUT_MIGRATIONS", "m");
    job.run("review.sh").ends(0);
    let sarif = job.outputs()["sarif"].clone();
    job.with("SARIF", &sarif)
}

#[test]
fn sarif_is_uploaded_without_what_is_silenced() {
    for client in ["gh", "curl"] {
        let job = reviewed_with_a_silenced_finding()
            .with("INPUT_CATEGORY", "back")
            .program(client, "echo '{\"id\":\"x1\"}'");
        let run = job.run("sarif.sh").ends(0);
        assert!(run.stderr.contains("SARIF uploaded: x1"), "{}", run.stderr);
        assert!(job.read("asked").contains("repos/o/r/code-scanning/sarifs"), "{}", job.read("asked"));
        let payload: Value = serde_json::from_str(&job.read("payload")).expect("JSON");
        assert_eq!(
            (&payload["ref"], &payload["commit_sha"]),
            (&"refs/heads/main".into(), &job.env["GITHUB_SHA"].as_str().into())
        );
        let zipped =
            base64::engine::general_purpose::STANDARD.decode(payload["sarif"].as_str().expect("a text"));
        write(&job.path("up.gz"), "");
        std::fs::write(job.path("up.gz"), zipped.expect("base64")).expect("written");
        let unzipped = Run::of(scrubbed("gzip").arg("-dc").arg(job.path("up.gz"))).ends(0).stdout;
        let sarif: Value = serde_json::from_str(&unzipped).expect("JSON");
        assert_eq!(sarif["runs"][0]["automationDetails"]["id"], "back/");
        let drops = |sarif: &Value| {
            let results = sarif["runs"][0]["results"].as_array().expect("a list").clone();
            results.iter().filter(|r| r["ruleId"] == "drop-table").count()
        };
        assert_eq!(drops(&sarif), 1, "one is silenced");
        let whole: Value =
            serde_json::from_str(&std::fs::read_to_string(&job.env["SARIF"]).expect("a file")).expect("JSON");
        assert_eq!(drops(&whole), 2, "the file itself has both");
    }
}

#[test]
fn a_refused_upload_is_a_notice() {
    let job = reviewed_with_a_silenced_finding().program("gh", "echo 'HTTP 403: x%0A::error::y' >&2; exit 1");
    let run = job.run("sarif.sh").ends(0);
    assert!(
        run.stdout.starts_with("::notice title=checkrail::SARIF was not uploaded: HTTP 403: x%250A"),
        "{}",
        run.stdout
    );
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
}
