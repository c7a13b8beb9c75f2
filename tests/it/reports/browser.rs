//! Pages in a real browser: nothing of the users' runs, nothing is fetched, everything fits, and the diagram answers.

use checkrail::report::erd::Columns;
use checkrail::report::html;
use checkrail::review::picture::{Picture, Table};
use serde_json::{Value, json};

use super::html::detail;
use super::{hostile, shop};
use crate::browser::Browser;

const ATTACKS: &[&str] = &[
    "\"><img src=x onerror=window.attacked=1>",
    "</script><script>window.attacked=1</script>",
    "</style><style>*{display:none}</style><svg onload=window.attacked=1>",
    "' onmouseover='window.attacked=1' autofocus onfocus='window.attacked=1",
    "--></title></textarea><iframe src=\"javascript:parent.attacked=1\"></iframe>",
    "<a href=\"javascript:window.attacked=1\">x</a><base href=\"https://attacker.example/\">",
    "<link rel=stylesheet href=\"https://attacker.example/a.css\"><meta http-equiv=refresh content=\"0;url=https://attacker.example/\">",
];

/// What a browser says when a page does what it must not: errors, dialogs, requests for anything but the page.
fn complaints(events: &[(String, Value)]) -> Vec<String> {
    let bad = |(name, data): &(String, Value)| match name.as_str() {
        "Log.entryAdded" => Some(data["entry"]["text"].to_string()),
        "Runtime.exceptionThrown" => Some(data["exceptionDetails"]["text"].to_string()),
        "Runtime.consoleAPICalled" | "Page.javascriptDialogOpening" => Some(data.to_string()),
        "Network.requestWillBeSent" => {
            let url = data["request"]["url"].as_str().unwrap_or_default();
            (!url.ends_with("/page.html")).then(|| format!("request for {url}"))
        }
        _ => None,
    };
    events.iter().filter_map(bad).collect()
}

#[test]
fn nothing_of_the_users_runs() {
    let Some(mut browser) = Browser::start() else { return };
    for attack in ATTACKS {
        for page in
            [html::render(&hostile(attack)), html::render_diagram(&detail(attack).picture, Columns::All)]
        {
            assert_eq!(complaints(&browser.open(&page)), [""; 0], "{attack}");
            // Whatever is folded is shown, and whatever can be chosen is chosen.
            browser.value("document.querySelectorAll('details').forEach(d => d.open = true)");
            browser.click(".erd .t .b");
            assert_eq!(browser.value("document.getElementById('panel').hidden"), false);
            let strangers = "document.querySelectorAll('img, iframe, base, link, [onload], [onerror], [onfocus], \
                             [onmouseover], a:not([href^=\"#\"])').length";
            assert_eq!(browser.value(strangers), 0, "{attack}");
            assert_eq!(browser.value("typeof window.attacked"), "undefined", "{attack}");
            assert_eq!(browser.value("document.styleSheets.length"), 1, "{attack}");
            let shown = browser.value("document.body.textContent.includes('window.attacked')");
            assert!(shown == true || !attack.contains("window.attacked"), "{attack} is shown as text");
            assert_eq!(complaints(&browser.events()), [""; 0], "{attack}");
        }
    }
}

/// Markup that came through would still not run; without the policy it would, so that this test tells the two apart.
#[test]
fn the_policy_stops_what_came_through() {
    let Some(mut browser) = Browser::start() else { return };
    let page = html::render_diagram(&detail("orders").picture, Columns::All);
    for attack in &ATTACKS[..2] {
        let broken = page.replace("</h1>", &format!("</h1><p>{attack}</p>"));
        let found = complaints(&browser.open(&broken));
        assert!(found.iter().any(|c| c.contains("Content Security Policy")), "{attack}: {found:?}");
        assert_eq!(browser.value("typeof window.attacked"), "undefined", "{attack}");
        let open = broken.replace("Content-Security-Policy", "x-nothing");
        browser.open(&open);
        assert_eq!(browser.value("window.attacked"), 1, "{attack}");
    }
}

#[test]
fn pages_read_without_scripts() {
    let Some(mut browser) = Browser::start() else { return };
    browser.call("Emulation.setScriptExecutionDisabled", &json!({ "value": true }));
    browser.open(&shop("html"));
    let text = browser.value("document.body.innerText");
    let text = text.as_str().expect("text");
    for part in
        ["blocked", "non-concurrent-index", "20250310154500_speed_up_order_lookup.up.sql:4:1", "app.reviews"]
    {
        assert!(text.contains(part), "{part}");
    }
    // The diagram is drawn; tools that need scripts are not there, and folds open by themselves.
    let drawn = "(() => { const b = document.querySelector('.erd').getBoundingClientRect(); return b.width > 500 && b.height > 300 })()";
    assert_eq!(browser.value(drawn), true);
    let tools = browser.value("[...document.querySelectorAll('.js')].filter(e => e.offsetParent).length");
    assert_eq!(tools, 0);
    assert_eq!(browser.value("document.querySelector('.migration').open"), false);
    browser.click(".migration > summary");
    assert_eq!(browser.value("document.querySelector('.migration').open"), true);
    // A table in the diagram leads to its description.
    browser.click(".erd .t .b");
    assert_eq!(browser.value("/^#t[0-9]+$/.test(location.hash)"), true);
}

#[test]
fn nothing_is_wider_than_the_window() {
    let Some(mut browser) = Browser::start() else { return };
    let long = "a_name_that_somebody_made_by_a_program_and_that_goes_on_and_on_without_a_blank".repeat(3);
    for page in [shop("html"), html::render(&hostile(&long)), html::render_diagram(&many(300), Columns::Auto)]
    {
        for (width, height) in [(1280, 900), (768, 1024), (390, 844), (320, 600)] {
            browser.window(width, height, width == 390);
            assert_eq!(complaints(&browser.open(&page)), [""; 0]);
            for open in [false, true] {
                browser.value(&format!("document.querySelectorAll('details').forEach(d => d.open = {open})"));
                let wide = browser.value("document.documentElement.scrollWidth");
                assert_eq!(wide, width, "at {width}, {open}: {}", offenders(&mut browser));
            }
        }
    }
}

/// What sticks out to the right, for the message.
fn offenders(browser: &mut Browser) -> Value {
    browser.value(
        "[...document.querySelectorAll('body *')].filter(e => !e.closest('svg') && e.getBoundingClientRect().right > \
         innerWidth).map(e => e.tagName + '.' + e.className).slice(0, 5).join(' ')",
    )
}

#[test]
fn the_diagram_answers() {
    let Some(mut browser) = Browser::start() else { return };
    assert_eq!(complaints(&browser.open(&shop("html"))), [""; 0]);
    let panel =
        "document.getElementById('panel').hidden ? '' : document.querySelector('#panel .name').textContent";
    assert_eq!(browser.value(panel), "");

    // A click on a table selects it with what is next to it.
    browser.click("[data-n='app.reviews'] .h");
    assert_eq!(browser.value(panel), "app.reviews");
    let near = "[...document.querySelectorAll('.erd .by')].map(e => e.dataset.n).sort().join(' ')";
    assert_eq!(browser.value(near), "app.order_items app.products app.reviews app.users");
    assert_eq!(
        browser.value("document.getElementById('panel').textContent.includes('volatile-default')"),
        true
    );
    browser.press("Escape");
    assert_eq!(browser.value(panel), "");

    // Search goes from table to table.
    browser.click("#find");
    "order".chars().for_each(|c| browser.press(&c.to_string()));
    assert_eq!(browser.value("document.getElementById('found').textContent"), "2 tables");
    browser.press("Enter");
    assert_eq!(browser.value(panel), "app.order_items");
    browser.press("Enter");
    assert_eq!(browser.value(panel), "app.orders");
    // A link in the panel leads on.
    browser
        .value("[...document.querySelectorAll('#panel a')].find(a => a.textContent === 'app.users').click()");
    assert_eq!(browser.value(panel), "app.users");
    browser.press("Escape");

    // Nearer, and back to the whole.
    let frame = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => \
                 done(document.getElementById('erd').viewBox.baseVal.width))))";
    browser.click("#fit");
    let whole = browser.value(frame).as_f64().expect("a number");
    browser.click("#more");
    let near = browser.value(frame).as_f64().expect("a number");
    assert!(near < whole * 0.8, "{near} of {whole}");
    browser.click("#fit");
    assert!((browser.value(frame).as_f64().expect("a number") - whole).abs() < 1.0);

    // A migration shows its tables.
    browser.value("document.getElementById('m0').closest('details').open = true");
    browser.value("document.querySelectorAll('.migration').forEach(m => m.open = true)");
    let last = "[...document.querySelectorAll('.see')].at(-2)";
    let tables = browser.value(&format!("{last}.dataset.tables.split(' ').length"));
    browser.value(&format!("{last}.click()"));
    assert_eq!(browser.value("document.querySelectorAll('.erd .on.t').length"), tables);
}

/// From afar, names are as large as their boxes allow, and stay in them.
#[test]
fn names_are_read_from_afar() {
    let Some(mut browser) = Browser::start() else { return };
    assert_eq!(complaints(&browser.open(&html::render_diagram(&many(120), Columns::Auto))), [""; 0]);
    let shown = "[...document.querySelectorAll('.big')].filter(e => getComputedStyle(e).display !== 'none')";
    assert_eq!(browser.value(&format!("{shown}.length")), 120);
    let outside = format!(
        "{shown}.filter(e => {{ const t = e.getBoundingClientRect(), b = \
         e.parentNode.querySelector('.b').getBoundingClientRect(); return t.left < b.left - 1 || t.right > b.right + 1 \
         || t.top < b.top - 1 || t.bottom > b.bottom + 1 }}).map(e => e.textContent).join(' ')"
    );
    assert_eq!(browser.value(&outside), "");
}

/// A picture of so many tables, in a row of references.
fn many(count: usize) -> Picture {
    let Picture { tables, references } = detail("orders").picture;
    let table = |i: usize| Table {
        schema: "public".to_owned(),
        name: format!("customer_order_line_{i}"),
        columns: vec![tables[0].columns[0].clone(); 2 + i % 9],
        change: None,
        ..tables[0].clone()
    };
    let reference = |i: usize| {
        let mut reference = references[0].clone();
        (reference.from, reference.to, reference.change) = (i, i / 3, None);
        reference
    };
    Picture { tables: (0..count).map(table).collect(), references: (1..count).map(reference).collect() }
}
