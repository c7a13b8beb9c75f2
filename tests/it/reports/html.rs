//! HTML pages as text: well-formed, safe, complete, and small enough.

use std::collections::BTreeSet;

use base64::Engine as _;
use checkrail::report::erd::{self, Columns};
use checkrail::report::{html, json};
use checkrail::review::Review;
use checkrail::review::compare::Change;
use checkrail::review::detail::{Changed, Detail};
use checkrail::review::model::{Finding, Migration};
use checkrail::review::picture::{Column, Dependent, Picture, Reference, Table};
use checkrail::text::SourceFile;
use sha2::{Digest, Sha256};

use super::places;
use super::xml::{self, Element};
use super::{example, hostile, shop};

/// A picture of two tables with this text wherever users' text can stand.
pub fn detail(text: &str) -> Detail {
    let column = |name: &str, primary| Column {
        name: name.to_owned(),
        data_type: text.to_owned(),
        not_null: primary,
        primary,
        unique: false,
        foreign: !primary,
        change: (!primary).then_some(Change::Added),
    };
    let table = |name: &str, change| Table {
        schema: text.to_owned(),
        name: name.to_owned(),
        kind: "table",
        columns: vec![column("id", true), column(text, false)],
        partitions: 2,
        definition: format!("CREATE TABLE {text};\n"),
        indexes: vec![format!("CREATE INDEX {text};\n")],
        members: vec![text.to_owned()],
        comment: Some(text.to_owned()),
        dependents: vec![Dependent { kind: "view".to_owned(), name: text.to_owned(), distance: 1 }],
        size: None,
        change,
    };
    let reference = Reference {
        name: text.to_owned(),
        from: 0,
        columns: vec![1],
        to: 1,
        to_columns: vec![0],
        optional: true,
        single: false,
        change: Some(Change::Added),
    };
    let tables = vec![table(text, Some(Change::Changed)), table("other", None)];
    Detail {
        picture: Picture { tables, references: vec![reference] },
        migrations: vec![Changed { schema_diff: Some(format!("-{text}\n+{text}\n")), tables: vec![0] }],
    }
}

fn with_detail(text: &str) -> Review {
    let mut review = example::review();
    review.detail = Some(detail(text));
    review
}

#[track_caller]
fn is_sound(page: &str) -> Element {
    let root = xml::page(page);
    let mut ids: BTreeSet<&str> = BTreeSet::new();
    for element in root.all() {
        if let Some(id) = element.get("id") {
            assert!(ids.insert(id), "{id} is there twice");
        }
    }
    for element in root.all() {
        assert!(
            !["img", "iframe", "object", "embed", "link", "form", "base"].contains(&element.name.as_str())
        );
        for (name, value) in &element.attributes {
            assert!(
                !name.starts_with("on") && name != "style" && name != "src",
                "{name} of {}",
                element.name
            );
            if name == "href" {
                let id = value.strip_prefix('#').unwrap_or_else(|| panic!("{value} leads away"));
                assert!(ids.contains(id), "{value} leads nowhere");
            }
        }
    }
    policy_holds(page, &root);
    root
}

/// Nothing but the page's own style sheet and script is allowed.
#[track_caller]
fn policy_holds(page: &str, root: &Element) {
    let metas = root.all().into_iter().filter(|e| e.name == "meta");
    let policy = metas.filter(|e| e.get("http-equiv") == Some("Content-Security-Policy"));
    let policy: Vec<&str> = policy.filter_map(|e| e.get("content")).collect();
    let hash = |tag: &str| {
        let inside = page.split_once(&format!("<{tag}>")).expect(tag).1;
        let inside = inside.split_once(&format!("</{tag}>")).expect(tag).0;
        assert!(!inside.contains("url(") && !inside.contains("@import") && !inside.contains("://"), "{tag}");
        let digest = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(inside.as_bytes()));
        format!("{tag}-src 'sha256-{digest}'")
    };
    let expected = format!(
        "default-src 'none'; {}; {}; base-uri 'none'; form-action 'none'",
        hash("style"),
        hash("script")
    );
    assert_eq!(policy, [expected]);
}

#[test]
fn pages_are_sound() {
    is_sound(&html::render(&example::review()));
    is_sound(&html::render(&with_detail("orders")));
    is_sound(&html::render_diagram(&detail("orders").picture, Columns::Auto));
    is_sound(&html::render_diagram(&Picture::default(), Columns::Auto));
    is_sound(&shop("html"));
}

/// The names of all elements with their attributes' names; without those that tell words of SQL apart.
fn shape(root: &Element) -> Vec<String> {
    let words = ["span", "mark", "ins", "del", "u", "i", "b"];
    let shape = |e: &Element| {
        let names: Vec<&str> = e.attributes.iter().map(|(name, _)| name.as_str()).collect();
        format!("{} {}", e.name, names.join(" "))
    };
    root.all().into_iter().filter(|e| !words.contains(&e.name.as_str())).map(shape).collect()
}

/// Whatever users write, the page has the same elements.
#[test]
fn text_is_no_markup() {
    let plain = shape(&is_sound(&html::render(&hostile("plain"))));
    for text in [
        "\"><img src=x onerror=alert(1)>",
        "</script><script>alert(1)</script>",
        "</style><style>*{display:none}",
        "' onmouseover='alert(1)",
        "{{ 7 * 7 }}{% raw %}",
        "--></svg><svg onload=alert(1)>",
        "&lt;b&gt;&amp;&#60;",
        "javascript:alert(1)",
    ] {
        let page = html::render(&hostile(text));
        assert_eq!(shape(&is_sound(&page)), plain, "{text}");
        let picture = detail(text).picture;
        is_sound(&html::render_diagram(&picture, Columns::All));
        let drawing = erd::layout(&picture, Columns::All);
        let svg = erd::svg::render(&picture, &drawing, erd::svg::Frame::Alone, &[]);
        let style = svg.split_once("<style>").expect("styles").1.split_once("</style>").expect("an end").0;
        let svg = svg.replace(style, "");
        let root = xml::parse(&format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{svg}"));
        assert!(
            root.all().iter().all(|e| !["script", "image", "a", "foreignObject"].contains(&e.name.as_str()))
        );
        assert!(root.whole_text().contains("other"), "{svg}");
    }
}

#[test]
fn a_page_says_all_there_is() {
    let page = html::render(&with_detail("orders"));
    let root = is_sound(&page);
    let text =
        |class: &str| -> Vec<String> { root.classed(class).into_iter().map(Element::whole_text).collect() };
    assert_eq!(text("badge"), ["blocked"]);
    // Each of the three with a place stands below its line.
    let findings = root.classed("listing")[0].classed("finding");
    let lines: Vec<&str> = findings.iter().filter_map(|f| f.get("id")).collect();
    assert_eq!(lines, ["f0", "f1", "f2"]);
    let marks = root.all().into_iter().filter(|e| e.name == "mark").map(Element::whole_text);
    let marks: Vec<String> = marks.collect();
    assert!(marks.iter().any(|m| m.contains("fax")), "{marks:?}");
    // The locks, as a picture and in words.
    let timeline = root.classed("timeline");
    assert_eq!(timeline.len(), 1);
    assert_eq!(timeline[0].classed("lx").len(), 1);
    assert_eq!(timeline[0].classed("ls").len(), 1);
    assert_eq!(timeline[0].classed("scan").len(), 1);
    let locks = root.classed("locks")[0].children.iter().map(Element::whole_text).collect::<Vec<_>>();
    assert!(locks[1].contains("ACCESS EXCLUSIVE") && locks[1].contains("line 3"), "{locks:?}");
    assert!(locks[0].contains("line 1 reads public.orders in full"), "{locks:?}");
    // The rewrite beside the statement, with what is new.
    let sides = root.classed("sides");
    assert!(sides[0].children[0].whole_text().contains("CREATE INDEX orders_customer_idx"));
    let new = sides[0].children[1].all().into_iter().filter(|e| e.name == "ins").map(Element::whole_text);
    assert!(new.collect::<Vec<_>>().contains(&"CONCURRENTLY".to_owned()));
    // The way back, its class and its proof.
    assert!(page.contains("checked on the model") && page.contains("does not restore the schema"));
    // The diagram, with what changes, and a description of each table.
    assert_eq!(root.classed("erd").len(), 1);
    assert_eq!(root.classed("erd")[0].classed("changed").len(), 1);
    assert_eq!(root.classed("table").len(), 2);
    assert!(text("table")[0].contains("What the change reaches"), "{:?}", text("table")[0]);
    // Eight modes against eight.
    assert_eq!(root.classed("conflicts")[0].classed("yes").len(), 38);
    assert!(text("place").iter().any(|p| p == "7_orders.up.sql:3:20"), "{:?}", text("place"));
}

/// Thousands of findings: what repeats is said once, and none is lost.
#[test]
fn long_histories_stay_small() {
    let mut review = example::review();
    let (migration, finding) = (review.report.migrations.remove(0), review.report.findings[1].clone());
    review.report.findings.clear();
    for m in 0..400 {
        let path =
            format!("db/migrations/of/some/project/{m:04}_a_change_with_a_name_of_usual_length.up.sql");
        let sql =
            "UPDATE a_table_that_is_not_there SET column_one = 1, column_two = 2 WHERE id = 17;\n".repeat(60);
        review.sources.add(SourceFile::new(path.as_str(), sql));
        review.report.migrations.push(Migration { path: path.clone(), ..migration.clone() });
        for line in 1..=20 {
            let message =
                format!("fails: relation \"a_table_that_is_not_there_{}\" does not exist", m * line % 97);
            let place = Finding { path: path.clone(), line, end_line: line, message, ..finding.clone() };
            review.report.findings.push(place);
        }
    }
    let page = html::render(&review);
    assert!(page.len() <= html::MAX_BYTES, "{}", page.len());
    let root = is_sound(&page);
    assert_eq!(places::html(&page).len(), 8000);
    assert_eq!(places::html(&page), places::json(&json::render(&review)));
    // The latest are there with their SQL.
    let listings = root.classed("migration").iter().map(|m| m.classed("listing").len()).collect::<Vec<_>>();
    assert_eq!((listings[0], listings[399]), (0, 1));
    assert!(page.contains("of them without their SQL"));
}
