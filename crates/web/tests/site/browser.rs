//! A headless Chromium, spoken to over its own pipe (Chrome `DevTools` Protocol, messages ended by NUL).
//!
//! It knows nothing of the site. Every wait is for an event the browser reports.

use base64::Engine as _;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// One browser with one page open; it ends when dropped.
pub(crate) struct Browser {
    child: Child,
    send: ChildStdin,
    receive: BufReader<ChildStdout>,
    session: Option<String>,
    last_id: u64,
    /// What the browser reported and nobody asked for yet.
    events: Vec<Value>,
    _profile: tempfile::TempDir,
}

impl Browser {
    pub(crate) fn start() -> Self {
        let profile = tempfile::tempdir().unwrap();
        let program = std::env::var("CHROMIUM").unwrap_or_else(|_| "chromium".to_owned());
        // Chromium reads commands from descriptor 3 and answers on 4.
        let mut child = Command::new("sh")
            .args(["-c", r#"exec "$0" "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1"#, &program])
            .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--hide-scrollbars", "--remote-debugging-pipe"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (send, receive) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        let mut browser = Self { child, send, receive, session: None, last_id: 0, events: vec![], _profile: profile };
        let target = browser.call("Target.createTarget", &json!({ "url": "about:blank" }))["targetId"].clone();
        let session = browser.call("Target.attachToTarget", &json!({ "targetId": target, "flatten": true }));
        browser.session = Some(session["sessionId"].as_str().unwrap().to_owned());
        for domain in ["Page.enable", "Log.enable", "Runtime.enable"] {
            browser.call(domain, &json!({}));
        }
        browser
    }

    /// Says something and waits for the answer to it.
    fn call(&mut self, method: &str, params: &Value) -> Value {
        self.last_id += 1;
        let mut message = json!({ "id": self.last_id, "method": method, "params": params });
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        self.send.write_all(message.to_string().as_bytes()).unwrap();
        self.send.write_all(b"\0").unwrap();
        loop {
            let mut answer = self.hear();
            if answer["id"] == self.last_id {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].take();
            }
            self.events.push(answer);
        }
    }

    fn hear(&mut self) -> Value {
        let mut message = Vec::new();
        self.receive.read_until(0, &mut message).unwrap();
        assert_eq!(message.pop(), Some(0), "the browser went away; is chromium installed?");
        serde_json::from_slice(&message).unwrap()
    }

    /// Waits until the page that comes next is loaded.
    fn loaded(&mut self) {
        loop {
            let event = if self.events.is_empty() { self.hear() } else { self.events.remove(0) };
            let method = event["method"].as_str().unwrap_or_default().to_owned();
            assert!(!is_complaint(&event), "the page complains: {event}");
            if method == "Page.loadEventFired" {
                return;
            }
        }
    }

    /// Panics if the browser reported an error or a breach of the content policy.
    pub(crate) fn no_complaints(&mut self) {
        let complaints: Vec<Value> = self.events.drain(..).filter(is_complaint).collect();
        assert!(complaints.is_empty(), "{complaints:?}");
    }

    pub(crate) fn open(&mut self, address: &str) {
        self.no_complaints();
        self.call("Page.navigate", &json!({ "url": address }));
        self.loaded();
    }

    /// Evaluates an expression in the page, waiting for it if it is a promise.
    pub(crate) fn eval(&mut self, expression: &str) -> Value {
        let params = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let mut answer = self.call("Runtime.evaluate", &params);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {}", answer["exceptionDetails"]);
        answer["result"]["value"].take()
    }

    /// Does something that leads to another page and waits for it.
    pub(crate) fn eval_and_load(&mut self, expression: &str) {
        self.no_complaints();
        self.eval(&format!("{{ {expression}; 0 }}"));
        self.loaded();
    }

    /// Types into what has the focus.
    pub(crate) fn type_text(&mut self, text: &str) {
        self.call("Input.insertText", &json!({ "text": text }));
    }

    /// Presses Enter, which leads to another page.
    pub(crate) fn enter_and_load(&mut self) {
        self.no_complaints();
        self.enter();
        self.loaded();
    }

    pub(crate) fn enter(&mut self) {
        for kind in ["keyDown", "keyUp"] {
            let mut key = json!({ "type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13 });
            if kind == "keyDown" {
                key["text"] = json!("\r");
            }
            self.call("Input.dispatchKeyEvent", &key);
        }
    }

    /// The window, in CSS pixels.
    pub(crate) fn resize(&mut self, width: u32, height: u32) {
        let params = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", &params);
    }

    /// As it would look on paper.
    pub(crate) fn print_view(&mut self) {
        self.call("Emulation.setEmulatedMedia", &json!({ "media": "print" }));
    }

    /// `light` or `dark`.
    pub(crate) fn prefer(&mut self, scheme: &str) {
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        self.call("Emulation.setEmulatedMedia", &json!({ "media": "screen", "features": [feature] }));
    }

    /// A PNG of the whole page with every picture on it.
    pub(crate) fn screenshot(&mut self) -> Vec<u8> {
        self.eval(
            "Promise.all([...document.images].filter(i => !i.closest('details:not([open])')).map(
                i => { i.loading = 'eager'; return i.decode(); }))",
        );
        let answer = self.call("Page.captureScreenshot", &json!({ "captureBeyondViewport": true }));
        base64::engine::general_purpose::STANDARD.decode(answer["data"].as_str().unwrap()).unwrap()
    }
}

fn is_complaint(event: &Value) -> bool {
    match event["method"].as_str() {
        Some("Log.entryAdded") => event["params"]["entry"]["level"] == "error",
        Some("Runtime.exceptionThrown") => true,
        _ => false,
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The browser may be gone already; either way nothing of it stays behind.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
