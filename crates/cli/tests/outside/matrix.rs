//! Who may call what: every operation of a running server, with every kind of caller.
//!
//! The matrix was written by hand from the pages of the API reference, which print the permissions under each method. It
//! is no copy of the program's own table.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::server::Server;

/// The permissions by the words that stand for them in the matrix: what the pages call them, and the scope that is theirs.
const PERMISSIONS: &[(&str, &str, &str)] = &[
    ("media", "Manage Media Manager", "SCOPE.DC-MEDIA.MANAGE-MEDIAMANAGER"),
    ("read", "Read Media Manager", "SCOPE.DC-MEDIA.READ-MEDIAMANAGER"),
    ("inbox", "Manage Inbox Messages", "SCOPE.DC-INBOX.MANAGE-MSGS"),
    ("bookings", "Manage Bookings Services and Settings", "SCOPE.BOOKINGS.CONFIGURATION"),
    ("events", "Manage Events", "SCOPE.EVENTS.MANAGE-EVENTS"),
    ("portfolio", "Manage Portfolio", "SCOPE.PORTFOLIO.MANAGE-PORTFOLIO"),
    ("verticals", "Access Verticals by Automations", "SCOPE.CRM.ACCESS-VERTICALS-BY-AUTOMATIONS"),
    ("automations", "Set Up Automations", "SCOPE.CRM.SETUP-AUTOMATIONS"),
    ("restaurants", "Manage Restaurants - all permissions", "SCOPE.RESTAURANTS.MEGA-SCOPES"),
];

/// Operation, permissions any one of which is enough, lowest role.
const MATRIX: &str = "
    bulkAnnotateImages                bookings media portfolio restaurants                                      contributor
    bulkDeleteFiles                   bookings media portfolio restaurants                                      editor
    bulkImportFile                    bookings media portfolio restaurants                                      contributor
    bulkImportFiles                   bookings media portfolio restaurants                                      contributor
    bulkRestoreFilesFromTrashBin      bookings media portfolio restaurants                                      editor
    generateFileDownloadUrl           bookings media events portfolio verticals automations restaurants         viewer
    generateFileResumableUploadUrl    bookings media portfolio restaurants                                      contributor
    generateFileUploadUrl             bookings media portfolio restaurants                                      contributor
    generateFilesDownloadUrl          bookings media portfolio restaurants                                      viewer
    generateVideoStreamingUrl         bookings media read portfolio restaurants                                 viewer
    generatePrivateImageUrl           bookings media read portfolio restaurants                                 viewer
    getFileDescriptor                 bookings media read portfolio restaurants                                 viewer
    getFileDescriptors                bookings media read portfolio restaurants                                 viewer
    importFile                        bookings media portfolio restaurants                                      contributor
    listDeletedFiles                  bookings media read portfolio restaurants                                 viewer
    listFiles                         bookings media read portfolio restaurants                                 viewer
    queryFileDescriptors              bookings media read portfolio restaurants                                 viewer
    searchFiles                       bookings media read portfolio restaurants                                 viewer
    updateFile                        bookings media portfolio restaurants                                      contributor
    updateFileDescriptor              bookings media portfolio restaurants                                      contributor
    followEvents                      bookings media read portfolio restaurants                                 viewer

    bulkDeleteFolders                 bookings media portfolio restaurants                                      editor
    bulkRestoreFoldersFromTrashBin    bookings media portfolio restaurants                                      editor
    createFolder                      bookings media portfolio restaurants                                      contributor
    generateFolderDownloadUrl         bookings media portfolio restaurants                                      viewer
    getFolder                         bookings media read portfolio restaurants                                 viewer
    listDeletedFolders                bookings media read portfolio restaurants                                 viewer
    listFolders                       bookings media read portfolio restaurants                                 viewer
    queryFolders                      bookings media read portfolio restaurants                                 viewer
    searchFolders                     bookings media read portfolio restaurants                                 viewer
    updateFolder                      bookings media portfolio restaurants                                      editor

    channels_generateFileDownloadUrl  inbox                                                                     editor
    channels_generateFileUploadUrl    inbox                                                                     editor
    channels_getStorageQuota          inbox                                                                     editor
    channels_importFile               inbox                                                                     editor

    addWebhook                        media                                                                     owner
    listWebhookDeliveries             media                                                                     owner
    listAuditLog                      media                                                                     owner
    listWebhooks                      media                                                                     owner
    removeWebhook                     media                                                                     owner
    replayWebhook                     media                                                                     owner
    rotateWebhookKey                  media                                                                     owner
    mintToken                         media                                                                     owner
    createKey                         media                                                                     owner
    listKeys                          media                                                                     owner
    revokeKey                         media                                                                     owner
    addUser                           media                                                                     owner
    listUsers                         media                                                                     owner
    updateUser                        media                                                                     owner
    removeUser                        media                                                                     owner
    grantFolder                       media                                                                     owner
    revokeFolder                      media                                                                     owner
    listPresets                       media                                                                     owner
    getPreset                         media                                                                     owner
    setPreset                         media                                                                     owner
    removePreset                      media                                                                     owner
    getImagePolicy                    media                                                                     owner
    setImagePolicy                    media                                                                     owner
    listCaptions                      bookings media read portfolio restaurants                                 viewer
    setCaptions                       bookings media portfolio restaurants                                      contributor
    removeCaptions                    bookings media portfolio restaurants                                      contributor
    getAnnotationPolicy               media                                                                     owner
    setAnnotationPolicy               media                                                                     owner
    findSimilarFiles                  bookings media read portfolio restaurants                                 viewer
    listEntries                       bookings media read portfolio restaurants                                 viewer
    setFocalPoint                     bookings media portfolio restaurants                                      contributor
    removeFocalPoint                  bookings media portfolio restaurants                                      contributor
    listTypes                         bookings media read portfolio restaurants                                 viewer
";

/// Operations about a session, and so for users alone, whatever their roles.
const SESSIONS: &str = "getSession signOut";

/// Operations that answer everybody alike: what the request holds is its right, or none is needed.
const OPEN: &str = "
    issueToken exchangeAppToken getTokenInfo revokeToken signIn startOidc finishOidc
    upload tus tusUpload
    root console openapi
    archive archiveFile audio document download font icon image model transformedImage vector video
    documentPage fontAsset
    rendition videoAsset stream privateStream audioAsset
";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Unauthenticated,
    Forbidden,
    Allowed,
}

/// A kind of caller.
struct Who {
    name: String,
    token: Option<String>,
    /// `wix-site-id`.
    site: Option<String>,
    may: May,
}

enum May {
    /// Not a caller at all.
    Unknown,
    Nothing,
    /// What the matrix says of this permission.
    Permission(&'static str),
    /// What the matrix says of this role.
    Role(&'static str),
    /// A user without a role on the site.
    Sign,
}

/// Roles, each of which may do what those before it may.
const ROLES: [&str; 4] = ["viewer", "contributor", "editor", "owner"];

fn rank(role: &str) -> usize {
    ROLES.iter().position(|known| *known == role).unwrap_or_else(|| panic!("there is no role {role}"))
}

impl Who {
    fn new(name: impl Into<String>, token: &str, may: May) -> Who {
        Who { name: name.into(), token: Some(token.to_owned()), site: None, may }
    }

    fn expected_about_session(&self) -> Answer {
        match self.may {
            May::Unknown => Answer::Unauthenticated,
            May::Role(_) | May::Sign => Answer::Allowed,
            May::Nothing | May::Permission(_) => Answer::Forbidden,
        }
    }

    fn expected(&self, row: &Row) -> Answer {
        let allowed = match self.may {
            May::Unknown => return Answer::Unauthenticated,
            May::Nothing => false,
            May::Permission(word) => row.permissions.contains(word),
            May::Role(role) => rank(role) >= rank(row.role),
            May::Sign => false,
        };
        if allowed { Answer::Allowed } else { Answer::Forbidden }
    }
}

struct Row {
    permissions: BTreeSet<&'static str>,
    /// The lowest one.
    role: &'static str,
}

fn matrix() -> BTreeMap<&'static str, Row> {
    let lines = MATRIX.lines().filter(|line| !line.trim().is_empty());
    let rows = lines.map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let (name, permissions) = (words[0], &words[1..words.len() - 1]);
        assert!(permissions.iter().all(|word| PERMISSIONS.iter().any(|(known, ..)| known == word)), "{line}");
        (name, Row { permissions: permissions.iter().copied().collect(), role: words[words.len() - 1] })
    });
    rows.collect()
}

/// An operation as the server itself describes it.
struct Operation {
    /// `listFiles`, whatever the prefix.
    name: String,
    verb: String,
    path: String,
    asks_for_caller: bool,
}

fn operations(server: &Server) -> Vec<Operation> {
    let document = server.send("GET", "/openapi.json", &[], b"").body;
    let paths = document["paths"].as_object().unwrap();
    let all = paths.iter().flat_map(|(path, verbs)| {
        verbs.as_object().unwrap().iter().map(move |(verb, operation)| Operation {
            name: stem(operation["operationId"].as_str().unwrap()),
            verb: verb.to_ascii_uppercase(),
            path: path.split('/').map(filled).collect::<Vec<_>>().join("/"),
            asks_for_caller: operation["security"].as_array().is_some_and(|needed| !needed.is_empty()),
        })
    });
    all.collect()
}

/// Nothing has the id `x`, so whoever is let through changes nothing.
fn filled(segment: &str) -> &str {
    if segment.contains('{') { "x" } else { segment }
}

fn stem(id: &str) -> String {
    let words = if id.starts_with("channels_") { 2 } else { 1 };
    id.split('_').take(words).collect::<Vec<_>>().join("_")
}

struct Client<'a> {
    agent: ureq::Agent,
    server: &'a Server,
}

impl Client<'_> {
    /// The status, and the code of an error.
    fn send(&self, operation: &Operation, who: &Who) -> (u16, String) {
        let mut request = ureq::http::Request::builder()
            .method(operation.verb.as_str())
            .uri(format!("{}{}", self.server.url, operation.path));
        for (name, value) in [("Authorization", &who.token), ("wix-site-id", &who.site)] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        let body: &[u8] =
            if matches!(operation.verb.as_str(), "GET" | "HEAD" | "OPTIONS") { b"" } else { b"{}" };
        let mut reply = self.agent.run(request.body(body).unwrap()).unwrap();
        let status = reply.status().as_u16();
        if operation.name == "followEvents" && status == 200 {
            // It goes on for ever.
            return (status, String::new());
        }
        let text = reply.body_mut().read_to_string().unwrap_or_default();
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        (status, body["details"]["applicationError"]["code"].as_str().unwrap_or_default().to_owned())
    }

    fn answer(&self, operation: &Operation, who: &Who) -> Answer {
        match self.send(operation, who) {
            (401, code) if code == "UNAUTHENTICATED" => Answer::Unauthenticated,
            (403, code) if code == "PERMISSION_DENIED" => Answer::Forbidden,
            (status, code) => {
                assert!(status < 500, "{} as {}: {status} {code}", operation.name, who.name);
                Answer::Allowed
            }
        }
    }
}

fn callers(server: &Server) -> Vec<Who> {
    let key = |site: &str, scopes: &[&str]| {
        let scopes = scopes.iter().flat_map(|scope| ["--scope", scope]);
        let start = ["keys", "create", "--site", site, "--name", "k"];
        let made = server.admin(&start.into_iter().chain(scopes).collect::<Vec<_>>());
        (made["keyId"].as_str().unwrap().to_owned(), made["apiKey"].as_str().unwrap().to_owned())
    };
    let scope_of = |word: &str| PERMISSIONS.iter().find(|(known, ..)| *known == word).unwrap().2;
    let token = |request: Value| {
        let reply = server.send("POST", "/oauth2/token", &[], request.to_string().as_bytes());
        reply.body["access_token"].as_str().unwrap_or_else(|| panic!("{}", reply.body)).to_owned()
    };
    let mut all = vec![
        Who { name: "nobody".into(), token: None, site: None, may: May::Unknown },
        Who::new("a wrong key", "mm_00000000000000000000000000000000", May::Unknown),
    ];
    let (id, revoked) = key(&server.site, &[scope_of("media")]);
    let of_revoked =
        token(json!({ "grant_type": "client_credentials", "client_id": id, "client_secret": revoked }));
    server.admin(&["keys", "revoke", &id]);
    all.push(Who::new("a revoked key", &revoked, May::Unknown));
    all.push(Who::new("a token of a revoked key", &of_revoked, May::Unknown));
    let (id, expired) = key(&server.site, &[scope_of("media")]);
    server.database().execute("UPDATE api_keys SET expires = 1 WHERE id = ?1", [&id]).unwrap();
    all.push(Who::new("an expired key", &expired, May::Unknown));

    for (word, called, scope) in PERMISSIONS {
        let (id, key) = key(&server.site, &[scope]);
        all.push(Who::new(format!("a key for {called}"), &key, May::Permission(word)));
        let app = json!({ "grant_type": "client_credentials", "client_id": id, "client_secret": key });
        all.push(Who::new(
            format!("an app's token for {called}"),
            &token(app.clone()),
            May::Permission(word),
        ));
        let visitor = token(json!({ "grant_type": "anonymous", "client_id": id }));
        all.push(Who::new(format!("a visitor of an app for {called}"), &visitor, May::Nothing));
        let mut elevated = app;
        elevated["on_behalf_of"] = visitor.into();
        all.push(Who::new(
            format!("the same, elevated, for {called}"),
            &token(elevated),
            May::Permission(word),
        ));
    }

    let (id, media) = key(&server.site, &[scope_of("media")]);
    let mint = |kind: &str| {
        let request = json!({ "identityType": kind }).to_string();
        let headers = [("Authorization", media.as_str())];
        let reply = server.send("POST", "/media-manager/v1/tokens", &headers, request.as_bytes());
        reply.body["accessToken"].as_str().unwrap_or_else(|| panic!("{}", reply.body)).to_owned()
    };
    let member = mint("MEMBER");
    all.push(Who::new("a member", &member, May::Nothing));
    all.push(Who::new("a minted visitor", &mint("ANONYMOUS_VISITOR"), May::Nothing));
    let elevated = json!({ "grant_type": "client_credentials", "client_id": id, "client_secret": media, "on_behalf_of": member });
    all.push(Who::new("a member, elevated", &token(elevated), May::Permission("media")));

    let user = |email: &str, grants: &[(&str, &str)]| {
        let made = server.admin(&["users", "create", "--email", email]);
        for (site, role) in grants {
            server.admin(&["users", "grant", email, "--site", site, "--role", role]);
        }
        let request = json!({ "email": email, "password": made["password"] }).to_string();
        let reply = server.send("POST", "/media-manager/v1/sessions", &[], request.as_bytes());
        reply.body["sessionToken"].as_str().unwrap_or_else(|| panic!("{}", reply.body)).to_owned()
    };
    for role in ROLES {
        let token = user(&format!("{role}@example.org"), &[(&server.site, role)]);
        all.push(Who::new(format!("a user who is {role}"), &token, May::Role(role)));
    }
    all.push(Who::new("a user without a role", &user("nobody@example.org", &[]), May::Sign));
    let ended = user("gone@example.org", &[(&server.site, "owner")]);
    server.admin(&["users", "remove", "gone@example.org"]);
    all.push(Who::new("a user who was removed", &ended, May::Unknown));

    let other = server.admin(&["sites", "create", "--name", "Other"])["siteId"].as_str().unwrap().to_owned();
    let (id, theirs) = key(&other, &PERMISSIONS.iter().map(|(.., scope)| *scope).collect::<Vec<_>>());
    let of_theirs =
        token(json!({ "grant_type": "client_credentials", "client_id": id, "client_secret": theirs }));
    for (name, token) in [("a key of another site", &theirs), ("an app's token of another site", &of_theirs)]
    {
        all.push(Who { site: Some(server.site.clone()), ..Who::new(name, token, May::Nothing) });
    }
    let owner = user("owner@example.com", &[(&other, "owner")]);
    all.push(Who {
        site: Some(server.site.clone()),
        ..Who::new("an owner of another site", &owner, May::Sign)
    });
    all.push(Who { site: Some(other), ..Who::new("a key that names another site", &media, May::Nothing) });
    all
}

#[test]
fn every_operation_answers_every_kind_of_caller_as_the_matrix_says() {
    let server = Server::start(&[]);
    let callers = callers(&server);
    let (matrix, open) = (matrix(), OPEN.split_whitespace().collect::<BTreeSet<_>>());
    let sessions: BTreeSet<&str> = SESSIONS.split_whitespace().collect();
    let operations = operations(&server);
    let agent =
        ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).max_idle_connections(0);
    let agent = agent.build().into();
    let client = Client { agent, server: &server };
    let mut wrong = Vec::new();
    let mut met = BTreeSet::new();
    for operation in &operations {
        let Operation { name, verb, path, .. } = operation;
        met.insert(name.clone());
        if !operation.asks_for_caller {
            assert!(
                open.contains(name.as_str()),
                "{name} ({verb} {path}) asks for no caller; is that meant? Then it goes into OPEN"
            );
            let first = client.send(operation, &callers[0]);
            let others = callers[1..].iter().filter(|who| client.send(operation, who) != first);
            wrong.extend(others.map(|who| format!("{verb} {path}: {} is answered unlike nobody", who.name)));
            continue;
        }
        if sessions.contains(name.as_str()) {
            continue;
        }
        let row = matrix.get(name.as_str());
        let row = row
            .unwrap_or_else(|| panic!("{name} ({verb} {path}) is missing in the matrix: add a row by hand"));
        for who in &callers {
            let (expected, got) = (who.expected(row), client.answer(operation, who));
            if expected != got {
                wrong
                    .push(format!("{verb} {path} ({name}) as {}: {got:?} instead of {expected:?}", who.name));
            }
        }
    }
    // Last of all, as one of them ends the session that it is called with.
    for name in &sessions {
        let operation = operations.iter().find(|operation| operation.name == *name).unwrap();
        for who in &callers {
            let (expected, got) = (who.expected_about_session(), client.answer(operation, who));
            if expected != got {
                wrong.push(format!("{name} as {}: {got:?} instead of {expected:?}", who.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{} answers are wrong:\n{}", wrong.len(), wrong.join("\n"));
    let gone: Vec<&str> = matrix.keys().copied().chain(open).filter(|name| !met.contains(*name)).collect();
    assert!(gone.is_empty(), "rows without a route: {gone:?}");
}
