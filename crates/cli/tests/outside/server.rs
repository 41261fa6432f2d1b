//! A running server and a plain client.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use serde_json::{Value, json};
use tempfile::TempDir;

pub const BINARY: &str = env!("CARGO_BIN_EXE_media-manager");

pub struct Server {
    process: Process,
    pub dir: TempDir,
    pub url: String,
    pub site: String,
    pub key: String,
}

/// Ends with its owner.
struct Process(Mutex<Child>);

pub struct Reply {
    pub status: u16,
    pub location: Option<String>,
    /// `Upload-Offset`.
    pub offset: Option<usize>,
    pub body: Value,
}

impl Reply {
    /// The rule name or code of an error.
    pub fn code(&self) -> &str {
        let details = &self.body["details"];
        let rule = details["validationError"]["fieldViolations"][0]["ruleName"].as_str();
        rule.or(details["applicationError"]["code"].as_str())
            .unwrap_or_else(|| panic!("no error: {}", self.body))
    }
}

impl Server {
    pub fn start(args: &[&str]) -> Server {
        Server::start_in(TempDir::new().unwrap(), args)
    }

    pub fn start_in(dir: TempDir, args: &[&str]) -> Server {
        Server::start_with(dir, args, &[])
    }

    pub fn start_with(dir: TempDir, args: &[&str], environment: &[(&str, &str)]) -> Server {
        Server::try_start(dir, args, environment).expect("the server ended early")
    }

    /// One that resolves names as the `resolv.conf` in its folder says. It takes a namespace of its own for that, and so
    /// root.
    pub fn start_resolving(dir: TempDir, args: &[&str]) -> Server {
        let file = dir.path().join("resolv.conf");
        let script = format!("mount --bind {} /etc/resolv.conf && exec \"$0\" \"$@\"", file.display());
        let mut command = Command::new("unshare");
        command.args(["-m", "sh", "-c", &script, BINARY]);
        Server::launch(command, dir, args, &[]).expect("the server ended early; does the test run as root?")
    }

    /// `None` when it ends instead of serving.
    pub fn try_start(dir: TempDir, args: &[&str], environment: &[(&str, &str)]) -> Option<Server> {
        Server::launch(Command::new(BINARY), dir, args, environment)
    }

    fn launch(
        mut command: Command,
        dir: TempDir,
        args: &[&str],
        environment: &[(&str, &str)],
    ) -> Option<Server> {
        let mut child = command
            .args(["serve", "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0", "--rate-limit", "off"])
            .args(["--log-level", "error"])
            .arg("--data-dir")
            .arg(dir.path())
            .args(args)
            // Machines change files when nobody expects it; tests about them are in e2e/contents.
            .env("MEDIA_MANAGER_ANNOTATIONS", "off")
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = child.stdout.take().unwrap();
        let process = Process(Mutex::new(child));
        let mut lines = BufReader::new(stdout).lines();
        let url = loop {
            let line = lines.next()?.unwrap();
            if let Some(url) = line.trim().strip_prefix("address") {
                break url.trim().to_owned();
            }
        };
        while !lines.next()?.unwrap().starts_with("Three commands") {}
        std::thread::spawn(move || lines.for_each(drop));
        let text = std::fs::read_to_string(dir.path().join("credentials.json")).unwrap();
        let credentials: Value = serde_json::from_str(&text).unwrap();
        let text = |name: &str| credentials[name].as_str().unwrap().to_owned();
        let (site, key) = (text("siteId"), text("apiKey"));
        Some(Server { process, url, site, key, dir })
    }

    /// Another one on the same data, once this one has ended.
    pub fn again(self) -> Server {
        Server::start_in(self.dir, &[])
    }

    /// Ends it as a power cut would.
    pub fn kill(&self) {
        self.process.kill();
    }

    pub fn send(&self, verb: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        self.try_send(verb, url, headers, body).expect("an answer")
    }

    /// `None` when the server doesn't answer.
    pub fn try_send(&self, verb: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Option<Reply> {
        let url = if url.starts_with("http") { url.to_owned() } else { format!("{}{url}", self.url) };
        let agent: ureq::Agent =
            ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into();
        let mut request = ureq::http::Request::builder().method(verb).uri(url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = agent.run(request.body(body).unwrap()).ok()?;
        assert!(response.headers().contains_key("x-wix-request-id"), "every reply has its request's id");
        let location = response.headers().get("location").map(|url| url.to_str().unwrap().to_owned());
        let offset =
            response.headers().get("upload-offset").map(|offset| offset.to_str().unwrap().parse().unwrap());
        let text = response.body_mut().read_to_string().ok()?;
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Some(Reply { status: response.status().as_u16(), location, offset, body })
    }

    /// A call of the API with the first key.
    pub fn call(&self, verb: &str, path: &str, body: &Value) -> Reply {
        self.try_call(verb, path, body).expect("an answer")
    }

    /// `None` when the server doesn't answer.
    pub fn try_call(&self, verb: &str, path: &str, body: &Value) -> Option<Reply> {
        let (url, body) = (format!("/site-media{path}"), body.to_string());
        self.try_send(verb, &url, &[("Authorization", &self.key)], body.as_bytes())
    }

    pub fn upload_url(&self, request: &Value) -> String {
        let reply = self.call("POST", "/v1/files/generate-upload-url", request);
        reply.body["uploadUrl"].as_str().unwrap_or_else(|| panic!("{}", reply.body)).to_owned()
    }

    /// Uploads a text and returns its descriptor.
    pub fn upload(&self, name: &str, text: &[u8]) -> Value {
        let url = self.upload_url(&json!({ "mimeType": "text/plain", "fileName": name }));
        let reply = self.send("PUT", &url, &[], text);
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.body["file"].clone()
    }

    /// Sends bytes as they are and hangs up; what came back until then.
    pub fn raw(&self, request: &[u8], wait: bool) -> String {
        let mut socket = TcpStream::connect(self.url.trim_start_matches("http://")).unwrap();
        socket.write_all(request).unwrap();
        let mut answer = Vec::new();
        if wait {
            let _ = socket.read_to_end(&mut answer);
        }
        String::from_utf8_lossy(&answer).into_owned()
    }

    pub fn admin(&self, args: &[&str]) -> Value {
        let output = command(self.dir.path(), args).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    pub fn database(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.dir.path().join("catalog.db")).unwrap()
    }
}

pub fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command.args(args).arg("--json").arg("--data-dir").arg(dir);
    command
}

impl Process {
    fn kill(&self) {
        let mut child = self.0.lock().unwrap();
        let _ = child.kill();
        let _ = child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}
