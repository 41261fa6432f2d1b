//! Pages of other origins that call the API.

use crate::server::Server;

const APP: &str = "https://app.example";
const LIST: &str = "/site-media/v1/files";

/// The status and the headers, in lower case, of a request from a page.
fn sent(server: &Server, verb: &str, path: &str, origin: &str, more: &str) -> String {
    let request = format!(
        "{verb} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nOrigin: {origin}\r\nContent-Length: 0\r\n{more}\r\n"
    );
    let answer = server.raw(request.as_bytes(), true);
    answer.split("\r\n\r\n").next().unwrap_or_default().to_ascii_lowercase()
}

fn preflight(server: &Server, path: &str, origin: &str) -> String {
    let asked = "Access-Control-Request-Method: POST\r\n\
                 Access-Control-Request-Headers: authorization,content-type,wix-site-id,x-wix-bi-gateway\r\n";
    sent(server, "OPTIONS", path, origin, asked)
}

/// Whether a page of `origin` may read it.
fn is_readable(answer: &str, origin: &str) -> bool {
    answer.contains(&format!("access-control-allow-origin: {origin}\r\n"))
}

#[test]
fn pages_of_allowed_origins_call_the_api_and_others_do_not() {
    let server = Server::start(&["--http-allow-origins", "https://App.example/, http://127.0.0.1:3000"]);
    let key = format!("Authorization: {}\r\n", server.key);
    for path in [LIST, "/site-media/v1/files/events", "/media-manager/v1/sessions", "/media-manager/v1/types"]
    {
        let asked = preflight(&server, path, APP);
        assert!(asked.starts_with("http/1.1 204") && is_readable(&asked, APP), "{path}: {asked}");
        for header in
            ["allow-headers: *, authorization, content-type", "allow-methods: get, post, put, patch, delete"]
        {
            assert!(asked.contains(&format!("access-control-{header}\r\n")), "{path}: {asked}");
        }
        let other = preflight(&server, path, "https://app.example.evil.example");
        assert!(other.starts_with("http/1.1 405") && !other.contains("access-control"), "{path}: {other}");
    }
    let listed = sent(&server, "GET", LIST, APP, &key);
    assert!(listed.starts_with("http/1.1 200") && is_readable(&listed, APP), "{listed}");
    assert!(listed.contains("access-control-expose-headers: x-wix-request-id, retry-after\r\n"), "{listed}");
    assert!(listed.contains("vary: origin"), "no cache shows it to another origin: {listed}");
    assert!(!listed.contains("allow-credentials"), "{listed}");
    let refused = sent(&server, "GET", LIST, APP, "");
    assert!(
        refused.starts_with("http/1.1 401") && is_readable(&refused, APP),
        "errors can be read: {refused}"
    );
    for origin in ["https://other.example", "null", "http://app.example"] {
        let answer = sent(&server, "GET", LIST, origin, &key);
        assert!(!answer.contains("access-control"), "{answer}");
        assert!(answer.contains("vary: origin"), "{answer}");
    }
}

#[test]
fn without_the_setting_pages_reach_the_token_endpoints_alone() {
    let server = Server::start(&[]);
    let refused = preflight(&server, LIST, APP);
    assert!(refused.starts_with("http/1.1 405") && !refused.contains("access-control"), "{refused}");
    for path in ["/oauth2/token", "/oauth2/token-info", "/oauth/access"] {
        let asked = preflight(&server, path, APP);
        assert!(asked.starts_with("http/1.1 204") && is_readable(&asked, "*"), "{path}: {asked}");
        let answer = sent(&server, "POST", path, APP, "");
        assert!(is_readable(&answer, "*") && !answer.contains("allow-credentials"), "{path}: {answer}");
    }
}

#[test]
fn any_origin_may_be_allowed() {
    let server = Server::start(&["--http-allow-origins", "*"]);
    let asked = preflight(&server, LIST, APP);
    assert!(asked.starts_with("http/1.1 204") && is_readable(&asked, "*"), "{asked}");
    assert!(is_readable(&sent(&server, "GET", LIST, "null", ""), "*"));
}
