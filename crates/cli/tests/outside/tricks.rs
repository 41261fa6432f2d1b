//! Imports and webhooks can't be turned against the network that the server runs in. A canary listens on loopback; whatever
//! a URL says, nobody ever comes to it.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::server::Server;

/// An HTTP server on loopback that counts who comes.
struct Listener {
    address: SocketAddr,
    visits: Arc<AtomicUsize>,
}

impl Listener {
    /// `answer` makes the whole answer of the head of a request.
    fn at(address: &str, answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Listener {
        let listener = TcpListener::bind(address).unwrap();
        let (address, visits) = (listener.local_addr().unwrap(), Arc::new(AtomicUsize::new(0)));
        let (counted, answer) = (visits.clone(), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                counted.fetch_add(1, Ordering::SeqCst);
                let answer = answer.clone();
                std::thread::spawn(move || reply(stream.unwrap(), |head| answer(head)));
            }
        });
        Listener { address, visits }
    }

    fn visits(&self) -> usize {
        self.visits.load(Ordering::SeqCst)
    }
}

fn reply(mut stream: TcpStream, answer: impl Fn(&str) -> Vec<u8>) {
    let mut head = String::new();
    for line in BufReader::new(stream.try_clone().unwrap()).lines() {
        match line {
            Ok(line) if !line.is_empty() => head += &format!("{line}\n"),
            _ => break,
        }
    }
    // The other side may have hung up.
    let _ = stream.write_all(&answer(&head));
}

fn ok(body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn redirect(to: &str) -> Vec<u8> {
    format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        .into_bytes()
}

/// A canary that tells its secret to whoever comes.
fn canary(address: &str) -> Listener {
    Listener::at(address, |_| ok(b"the secret of the network"))
}

fn import(server: &Server, request: Value) -> Result<String, String> {
    let reply = server.call("POST", "/v1/files/import", &request);
    match reply.status {
        200 => Ok(reply.body["file"]["id"].as_str().unwrap().to_owned()),
        _ => Err(reply.code().to_owned()),
    }
}

/// The file, once it is READY or FAILED.
fn settled(server: &Server, id: &str) -> Value {
    for _ in 0..300 {
        let reply = server.call("POST", "/v1/files/get-files", &json!({ "fileIds": [id] }));
        let file = reply.body["files"][0].clone();
        if file["operationStatus"] != "PENDING" {
            return file;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("{id} stays PENDING");
}

#[test]
fn no_spelling_of_a_local_address_is_connected_to() {
    let canary = canary("127.0.0.1:0");
    let port = canary.address.port();
    let server = Server::start(&["--import-retry-for", "1s"]);
    let hosts = [
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.0.0.1",
        "017700000001",
        "0177.0.0.1",
        "127.0.0.1.",
        "0",
        "0.0.0.0",
        "localhost",
        "LOCALHOST",
        "localhost.",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::127.0.0.1]",
        "[2002:7f00:1::]",
        "[0:0:0:0:0:0:0:1]",
        "１２７.０.０.１",
        "ⓛocalhost",
        "127。0。0。1",
        "%31%32%37.0.0.1",
        "127.0.0.1%2f",
        "[::1%25lo]",
        "[fe80::1%25lo]",
        "127.0.0.1\\@example.org",
        "example.org@127.0.0.1",
        "user:pass@127.0.0.1",
        "127.0.0.1:80\\",
        "10.0.0.1",
        "169.254.169.254",
        "192.168.0.1",
        "172.16.0.1",
        "100.64.0.1",
    ];
    let urls = hosts.iter().flat_map(|host| {
        [
            format!("http://{host}:{port}/a.txt"),
            format!("http://{host}:{port}#@example.org/a.txt"),
            format!("https://{host}/a.txt"),
        ]
    });
    let others = [
        format!("http:127.0.0.1:{port}/a.txt"),
        format!("http:\\\\127.0.0.1:{port}\\a.txt"),
        format!("http:/127.0.0.1:{port}/a.txt"),
        format!("//127.0.0.1:{port}/a.txt"),
        format!("HTTP://127.0.0.1:{port}/a.txt"),
        format!(" http://127.0.0.1:{port}/a.txt"),
        format!("http://127.0.0.1\t:{port}/a.txt"),
        "file:///etc/passwd".to_owned(),
        "ftp://127.0.0.1/a.txt".to_owned(),
        "gopher://127.0.0.1/a.txt".to_owned(),
        "data:text/plain,secret".to_owned(),
        "unix:/run/a.sock".to_owned(),
    ];
    let accepted: Vec<(String, String)> = urls
        .chain(others)
        // One form tells the type, the other has the source asked for it.
        .flat_map(|url| {
            [json!({ "url": url, "mimeType": "text/plain" }), json!({ "url": url.replace("a.txt", "a") })]
        })
        .filter_map(|request| Some((request["url"].to_string(), import(&server, request).ok()?)))
        .collect();
    assert!(
        accepted.len() > 40,
        "names and addresses are judged when they are connected to: {}",
        accepted.len()
    );
    for (url, id) in accepted {
        let file = settled(&server, &id);
        assert_eq!(file["operationStatus"], "FAILED", "{url}");
        let code = file["failure"]["code"].as_str().unwrap();
        // Some are names that nobody knows.
        assert!(matches!(code, "SOURCE_NOT_ALLOWED" | "SOURCE_UNREACHABLE"), "{url} {code}");
    }
    assert_eq!(canary.visits(), 0);
}

#[test]
fn no_redirect_leads_to_a_local_address() {
    let canary = canary("127.0.0.1:0");
    let port = canary.address.port();
    // The way in is allowed, the canary is not.
    let ways: HashMap<&str, String> = [
        ("/plain", format!("http://127.0.0.1:{port}/a.txt")),
        ("/decimal", format!("http://2130706433:{port}/a.txt")),
        ("/mapped", format!("http://[::ffff:127.0.0.1]:{port}/a.txt")),
        ("/name", format!("http://localhost:{port}/a.txt")),
        ("/relative", format!("//127.0.0.1:{port}/a.txt")),
        ("/backslash", format!("\\\\127.0.0.1:{port}/a.txt")),
        ("/user", format!("http://example.org@127.0.0.1:{port}/a.txt")),
        ("/scheme", "file:///etc/passwd".to_owned()),
        ("/twice", "/plain".to_owned()),
        ("/nowhere", String::new()),
    ]
    .into();
    let paths: Vec<&str> = ways.keys().copied().collect();
    let targets: HashMap<String, String> =
        ways.iter().map(|(from, to)| (format!("GET {from} "), to.clone())).collect();
    let source = Listener::at("127.0.0.2:0", move |head| {
        let target = targets.iter().find(|(start, _)| head.starts_with(start.as_str()));
        target.map_or_else(|| ok(b"hello"), |(_, to)| redirect(to))
    });
    let server = Server::start(&["--import-retry-for", "1s", "--import-allow-networks", "127.0.0.2/32"]);
    let begun: Vec<(&str, String)> = paths
        .into_iter()
        .map(|path| {
            let url = format!("http://{}{path}", source.address);
            (path, import(&server, json!({ "url": url, "mimeType": "text/plain" })).unwrap())
        })
        .collect();
    for (path, id) in begun {
        let file = settled(&server, &id);
        let code = file["failure"]["code"].as_str().unwrap_or_default();
        // A redirect to nowhere is one to itself.
        let expected = if path == "/nowhere" { "TOO_MANY_REDIRECTS" } else { "SOURCE_NOT_ALLOWED" };
        assert_eq!((file["operationStatus"].as_str().unwrap(), code), ("FAILED", expected), "{path}");
    }
    assert!(source.visits() > 10);
    assert_eq!(canary.visits(), 0);
}

/// A DNS server: `answers` gives the IPv4 addresses of a name.
fn dns(address: &str, answers: impl Fn(&str) -> Vec<Ipv4Addr> + Send + 'static) {
    let socket = UdpSocket::bind(address).unwrap();
    std::thread::spawn(move || {
        let mut packet = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut packet) {
            let question = &packet[12..length];
            let (mut name, mut at) = (String::new(), 0);
            while question[at] != 0 {
                let label = usize::from(question[at]);
                name += &format!("{}.", String::from_utf8_lossy(&question[at + 1..at + 1 + label]));
                at += label + 1;
            }
            let is_a = question[at + 1..at + 3] == [0, 1];
            let found = if is_a { answers(&name) } else { Vec::new() };
            let mut reply = [&packet[..2], &[0x81, 0x80, 0, 1, 0, found.len() as u8, 0, 0, 0, 0]].concat();
            reply.extend(&question[..at + 5]);
            for address in found {
                reply.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4]);
                reply.extend(address.octets());
            }
            socket.send_to(&reply, from).unwrap();
        }
    });
}

#[test]
fn a_name_that_changes_between_check_and_connection_changes_nothing() {
    const DNS: &str = "127.53.0.1";
    // The same port on both, so that only the address tells where a connection went.
    let allowed = Listener::at("127.0.0.2:0", |_| ok(b"hello"));
    let canary = canary(&format!("127.0.0.1:{}", allowed.address.port()));
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = asked.clone();
    let (good, bad) = (Ipv4Addr::new(127, 0, 0, 2), Ipv4Addr::LOCALHOST);
    dns(&format!("{DNS}:53"), move |name| {
        let mut asked = heard.lock().unwrap();
        asked.push(name.to_owned());
        let times = asked.iter().filter(|other| *other == name).count();
        match name.split('.').next().unwrap() {
            // Good for whoever asks first, bad for whoever asks again.
            "changes" if times == 1 => vec![good],
            "changes" => vec![bad],
            "both" => vec![bad, good],
            "local" => vec![bad],
            _ => vec![],
        }
    });
    let dir = TempDir::new().unwrap();
    std::fs::write(
        dir.path().join("resolv.conf"),
        format!("nameserver {DNS}\noptions timeout:1 attempts:1\n"),
    )
    .unwrap();
    let server = Server::start_resolving(
        dir,
        &["--import-retry-for", "1s", "--import-allow-networks", "127.0.0.2/32"],
    );
    let port = allowed.address.port();
    let outcome = |name: &str| {
        let url = format!("http://{name}:{port}/a.txt");
        let file = settled(&server, &import(&server, json!({ "url": url })).unwrap());
        let failure = file["failure"]["code"].as_str().unwrap_or_default();
        (file["operationStatus"].as_str().unwrap().to_owned(), failure.to_owned())
    };
    let ready = ("READY".to_owned(), String::new());
    let refused = ("FAILED".to_owned(), "SOURCE_NOT_ALLOWED".to_owned());
    assert_eq!(outcome("changes.example"), ready);
    assert_eq!(
        asked.lock().unwrap().iter().filter(|name| name.starts_with("changes.")).count(),
        1,
        "asked once"
    );
    assert_eq!(outcome("changes.example"), refused, "the next time it is bad from the start");
    assert_eq!(outcome("both.example"), ready, "of two addresses the good one is used");
    assert_eq!(outcome("local.example"), refused);
    assert_eq!(outcome("nobody.example").1, "SOURCE_UNREACHABLE");
    assert_eq!(canary.visits(), 0);
    assert!(allowed.visits() >= 2);
}

#[test]
fn nothing_is_taken_from_the_environment() {
    let proxy = canary("127.0.0.1:0");
    let source = Listener::at("127.0.0.2:0", |_| ok(b"hello"));
    let through = format!("http://{}", proxy.address);
    let names = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
    let environment = names.map(|name| (name, through.as_str()));
    let args = ["--import-allow-networks", "127.0.0.2/32"];
    let server = Server::start_with(TempDir::new().unwrap(), &args, &environment);
    let id = import(&server, json!({ "url": format!("http://{}/a.txt", source.address) })).unwrap();
    assert_eq!(settled(&server, &id)["operationStatus"], "READY");
    assert_eq!((proxy.visits(), source.visits()), (0, 1));
}
