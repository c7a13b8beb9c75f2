//! A headless Chromium for tests of pages, driven through a pipe by its DevTools protocol: no port, no profile of the
//! user's, no network.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;
use std::{env, fs, thread};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::harness::{scrubbed, skip};

/// What the program is called where it is installed.
const NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/// How long an answer may take on a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(90);

/// A browser with one page.
pub struct Browser {
    child: Child,
    to: ChildStdin,
    from: Receiver<Value>,
    session: Option<String>,
    last: u64,
    events: Vec<Value>,
    folder: TempDir,
}

impl Browser {
    /// Starts `CHECKRAIL_BROWSER`, else the first of the usual names in `PATH`. `None` where there is none: the
    /// caller returns, having tested nothing, and the skip is printed.
    ///
    /// # Panics
    /// When a browser that is there does not start, and when none is there although `CHECKRAIL_REQUIRE_BROWSER` is
    /// set.
    pub fn start() -> Option<Self> {
        let Some(program) = program() else {
            return skip("no Chromium: install it or set CHECKRAIL_BROWSER", &["CHECKRAIL_REQUIRE_BROWSER"]);
        };
        let folder = tempfile::tempdir().expect("a folder");
        // The protocol is spoken on the third and fourth file; the pages are our own.
        let script = "exec \"$@\" 3<&0 4>&1 </dev/null >/dev/null 2>&1";
        let mut command: Command = scrubbed("bash");
        command.args(["-c", script, "bash"]).arg(program).args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            "--no-first-run",
            "--remote-debugging-pipe",
        ]);
        command
            .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
            .arg("about:blank");
        command.env("HOME", folder.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("bash");
        let to = child.stdin.take().expect("its input");
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        let (send, from) = mpsc::channel();
        thread::spawn(move || {
            let mut message = Vec::new();
            while output.read_until(0, &mut message).is_ok_and(|n| n > 0) {
                message.pop();
                let parsed = serde_json::from_slice(&message).expect("JSON from the browser");
                message.clear();
                if send.send(parsed).is_err() {
                    break;
                }
            }
        });
        let mut browser = Self { child, to, from, session: None, last: 0, events: Vec::new(), folder };
        let targets = browser.call("Target.getTargets", &json!({}));
        let pages = targets["targetInfos"].as_array().expect("targets").iter();
        let page =
            pages.filter(|t| t["type"] == "page").map(|t| t["targetId"].clone()).next().expect("a page");
        let attached = browser.call("Target.attachToTarget", &json!({ "targetId": page, "flatten": true }));
        browser.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Log", "Network"] {
            browser.call(&format!("{domain}.enable"), &json!({}));
        }
        browser.window(1280, 900, false);
        Some(browser)
    }

    /// Calls a method and gives its result.
    ///
    /// # Panics
    /// When the browser refuses it, or says nothing.
    pub fn call(&mut self, method: &str, params: &Value) -> Value {
        self.last += 1;
        let mut message = json!({ "id": self.last, "method": method, "params": params });
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.to.write_all(&bytes).expect("the browser listens");
        loop {
            let mut answer = self.next(method);
            if answer["id"] == self.last {
                assert!(answer.get("error").is_none(), "{method}: {}", answer["error"]);
                return answer["result"].take();
            }
            self.events.push(answer);
        }
    }

    fn next(&mut self, awaited: &str) -> Value {
        self.from.recv_timeout(PATIENCE).unwrap_or_else(|error| panic!("waiting for {awaited}: {error}"))
    }

    /// A window of this width and height, in the dark or not; 1280 by 900 in the light until somebody says so. Nothing
    /// moves slowly, so that a place that is scrolled to is there at once.
    pub fn window(&mut self, width: u32, height: u32, dark: bool) {
        let phone = width < 700;
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": phone });
        self.call("Emulation.setDeviceMetricsOverride", &metrics);
        let scheme = json!({ "name": "prefers-color-scheme", "value": if dark { "dark" } else { "light" } });
        let calm = json!({ "name": "prefers-reduced-motion", "value": "reduce" });
        self.call("Emulation.setEmulatedMedia", &json!({ "features": [scheme, calm] }));
    }

    /// Opens a page from a file and waits until all of it is there. Gives the events since: their names and data.
    pub fn open(&mut self, html: &str) -> Vec<(String, Value)> {
        let file = self.folder.path().join("page.html");
        fs::write(&file, html).expect("written");
        self.events.clear();
        self.call("Page.navigate", &json!({ "url": format!("file://{}", file.display()) }));
        while !self.events.iter().any(|e| e["method"] == "Page.loadEventFired") {
            let event = self.next("the page");
            self.events.push(event);
        }
        // What scripts, images and handlers of the page bring about comes after it; where scripts are off, so are the
        // timers of the page.
        thread::sleep(Duration::from_millis(150));
        self.value("1");
        self.events()
    }

    /// The events that came in so far.
    pub fn events(&mut self) -> Vec<(String, Value)> {
        let named = |mut e: Value| Some((e["method"].as_str()?.to_owned(), e["params"].take()));
        self.events.drain(..).filter_map(named).collect()
    }

    /// The value of an expression in the page.
    ///
    /// # Panics
    /// When it throws.
    pub fn value(&mut self, expression: &str) -> Value {
        let params = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let mut answer = self.call("Runtime.evaluate", &params);
        assert!(answer.get("exceptionDetails").is_none(), "{expression}: {}", answer["exceptionDetails"]);
        answer["result"]["value"].take()
    }

    /// Clicks in the middle of the element.
    pub fn click(&mut self, selector: &str) {
        let quoted = json!(selector);
        let place = self.value(&format!(
            "(() => {{ const e = document.querySelector({quoted}); e.scrollIntoView({{block: 'center'}}); \
             const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; }})()"
        ));
        for kind in ["mousePressed", "mouseReleased"] {
            let event =
                json!({ "type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1 });
            self.call("Input.dispatchMouseEvent", &event);
        }
    }

    /// Presses a key, which types `text` where it is one that types.
    pub fn press(&mut self, key: &str) {
        let text = if key.len() == 1 {
            key
        } else if key == "Enter" {
            "\r"
        } else {
            ""
        };
        let code = if key == "Enter" {
            13
        } else if key == "Escape" {
            27
        } else {
            0
        };
        let down = json!({ "type": "keyDown", "key": key, "text": text, "windowsVirtualKeyCode": code });
        self.call("Input.dispatchKeyEvent", &down);
        self.call(
            "Input.dispatchKeyEvent",
            &json!({ "type": "keyUp", "key": key, "windowsVirtualKeyCode": code }),
        );
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // It takes its own processes with it; killed, it would leave them.
        let close = json!({ "id": u64::MAX >> 12, "method": "Browser.close" }).to_string() + "\0";
        let closed = self.to.write_all(close.as_bytes()).is_ok();
        for _ in 0..100 {
            if closed && self.child.try_wait().is_ok_and(|status| status.is_some()) {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program() -> Option<PathBuf> {
    if let Some(named) = env::var_os("CHECKRAIL_BROWSER").filter(|v| !v.is_empty()) {
        return Some(PathBuf::from(named));
    }
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    let is_there = |name: &&str| folders.iter().find(|f| Path::is_file(&f.join(name)));
    NAMES.iter().find_map(|name| Some(is_there(name)?.join(name)))
}
