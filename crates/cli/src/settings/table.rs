//! Every setting, once: its key in the TOML file, from which its flag and its environment variable follow, its
//! default, and what it does. The help, the docs and the errors are made from this table.

/// One setting.
pub(crate) struct Setting {
    /// `trash.retention`: the flag is `--trash-retention`, the variable `MEDIA_MANAGER_TRASH_RETENTION`.
    pub(crate) key: &'static str,
    /// What stands for the value in the help; empty for a switch.
    pub(crate) value: &'static str,
    /// Empty: no default.
    pub(crate) default: &'static str,
    pub(crate) help: &'static str,
}

impl Setting {
    pub(crate) fn flag(&self) -> String {
        self.key.replace(['.', '_'], "-")
    }

    pub(crate) fn variable(&self) -> String {
        format!("MEDIA_MANAGER_{}", self.key.replace('.', "_").to_ascii_uppercase())
    }

    /// Whether it may be given as a flag: other users of the machine see those.
    pub(crate) fn has_flag(&self) -> bool {
        self.key != "oidc.client_secret"
    }

    pub(crate) fn is_switch(&self) -> bool {
        self.value.is_empty()
    }
}

const fn setting(
    key: &'static str,
    value: &'static str,
    default: &'static str,
    help: &'static str,
) -> Setting {
    Setting { key, value, default, help }
}

/// Where the data lies: what the administration commands need too.
pub(crate) const DATA: [&str; 2] = ["data_dir", "database"];

pub(crate) const SETTINGS: &[Setting] = &[
    setting("data_dir", "DIR", "./data", "Folder of the database, the files and credentials.json"),
    setting(
        "listen",
        "ADDR",
        "127.0.0.1:8080",
        "Address of the API, uploads and delivery; port 0 picks a free one",
    ),
    setting("public_url", "URL", "", "How clients reach the server [default: http(s)://<listen>]"),
    setting(
        "content_url",
        "URL",
        "",
        "Origin of the links to files [default: that of content_listen, else the public URL]",
    ),
    setting(
        "content_listen",
        "ADDR",
        "",
        "Address of an origin of its own for links to files, so that what users bring shares none with the console",
    ),
    setting("ops_listen", "ADDR", "127.0.0.1:8081", "Address of /healthz, /readyz and /metrics"),
    setting("database", "URL", "", "sqlite:PATH [default: sqlite:<data-dir>/catalog.db]"),
    setting("storage", "URL", "", "file:DIR [default: file:<data-dir>/storage]"),
    setting("tls_cert", "FILE", "", "Certificate chain in PEM; with it and the key, https is spoken"),
    setting("tls_key", "FILE", "", "Private key in PEM"),
    setting(
        "trusted_proxies",
        "CIDRS",
        "",
        "Proxies whose X-Forwarded-For (or Forwarded) tells the address of the client, comma-separated; they must set it themselves",
    ),
    setting(
        "rate_limit",
        "off|RATE:BURST",
        "100:1000",
        "Calls of the API a second by each key, and how many at once after a pause; off: no limit here, on addresses or at the same time",
    ),
    setting(
        "rate_limit_address",
        "off|RATE:BURST",
        "50:500",
        "The same from each address (IPv6: each /64) for calls without a key that was good before",
    ),
    setting(
        "concurrency.calls",
        "COUNT",
        "64",
        "Calls of the API that run at the same time for each site; more wait their turn for a second",
    ),
    setting(
        "concurrency.uploads",
        "COUNT",
        "256",
        "Uploads whose bytes come in at the same time for each site; more wait their turn for a second",
    ),
    setting("no_worker", "", "", "Serve without running jobs"),
    setting("bootstrap_site_id", "ID", "", "Id of the site that the first start makes [default: a new one]"),
    setting(
        "bootstrap_api_key",
        "KEY",
        "",
        "Key that the first start makes, at least 32 characters [default: a new one]",
    ),
    setting(
        "log.level",
        "LEVEL",
        "info",
        "error, warn, info, debug or trace, or a filter such as manager=debug,info",
    ),
    setting("log.format", "FORMAT", "text", "text or json"),
    setting("limits.image_bytes", "SIZE", "25MB", "Largest image"),
    setting("limits.image_pixels", "COUNT", "100000000", "Most pixels of an image, width times height"),
    setting("limits.vector_bytes", "SIZE", "1MB", "Largest vector"),
    setting("limits.video_bytes", "SIZE", "5GB", "Largest video"),
    setting("limits.audio_bytes", "SIZE", "360MB", "Largest sound"),
    setting("limits.document_bytes", "SIZE", "1GB", "Largest document"),
    setting("limits.archive_bytes", "SIZE", "1GB", "Largest archive"),
    setting("limits.model3d_bytes", "SIZE", "100MB", "Largest 3D model"),
    setting("limits.font_bytes", "SIZE", "10MB", "Largest font"),
    setting("limits.refused_formats", "NAMES", "", "Formats that are not taken, comma-separated: rar,doc"),
    setting("upload.lifetime", "TIME", "24h", "How long an upload URL is good"),
    setting("upload.resumable_lifetime", "TIME", "7d", "How long a resumable upload may take"),
    setting(
        "upload.unclaimed_bytes",
        "SIZE",
        "20GB",
        "Bytes that parts of parallel uploads may come to before a token claims them; 0: no parts",
    ),
    setting("upload.idle_timeout", "TIME", "60s", "How long an upload may go without a byte"),
    setting("trash.retention", "TIME", "30d", "How long files stay in the trash"),
    setting("events.retention", "TIME", "30d", "How long the event log is kept"),
    setting("audit.retention", "TIME", "365d", "How long the audit log is kept"),
    setting("processing.workers", "COUNT", "", "Files worked on at a time [default: one per core]"),
    setting("processing.memory", "SIZE", "512MB", "Memory that all running decoders may use together"),
    setting("processing.wait", "TIME", "2s", "How long an upload's reply waits for the file to be READY"),
    setting(
        "images.cache",
        "SIZE",
        "10GB",
        "Disk below <data-dir>/variants for forms of images that were made; 0 keeps none",
    ),
    setting(
        "images.memory",
        "SIZE",
        "16MB",
        "Memory for forms of images that are asked for again and again; 0 keeps none",
    ),
    setting(
        "images.queue",
        "COUNT",
        "256",
        "Forms of images that are made, or wait for their turn, at a time",
    ),
    setting("images.per_minute", "COUNT|off", "300", "New forms of one image within a minute"),
    setting(
        "images.animation_pixels",
        "COUNT",
        "500000000",
        "Pixels of all frames of an animation together, before and after, that are transformed",
    ),
    setting("images.presets", "COUNT", "100", "Presets that callers of the API may give a site"),
    setting(
        "video.workers",
        "COUNT",
        "",
        "Short videos and sounds encoded at a time; each encoder uses several cores [default: one for four cores]",
    ),
    setting(
        "video.long_workers",
        "COUNT",
        "",
        "The same for long ones, which nothing else waits for [default: one for four cores]",
    ),
    setting("video.long", "TIME", "2m", "From which length on a video or sound is a long one"),
    setting(
        "video.max_quality",
        "PIXELS",
        "1080",
        "Shorter side of the largest rendition of a video: 144 to 1080",
    ),
    setting(
        "video.second_codec",
        "NAME",
        "none",
        "What videos are made in beside H.264, last of all, to be sent in fewer bytes: vp9 or av1",
    ),
    setting(
        "video.preset",
        "NAME",
        "veryfast",
        "How much time the encoder of videos takes for how few bytes: ultrafast, superfast, veryfast, faster, fast, medium, slow, slower or veryslow",
    ),
    setting("video.memory", "SIZE", "8GB", "Address space of one encoder"),
    setting("video.time_limit", "TIME", "24h", "How long one run of an encoder may take"),
    setting("video.work_dir", "DIR", "", "Folder for what is being made [default: <data-dir>/work]"),
    setting("video.stream_memory", "SIZE", "64MB", "Memory for the heads of videos that are streamed"),
    setting(
        "annotations",
        "on|off",
        "on",
        "Whether images are looked at for faces, labels and text after their upload, where their site wants that",
    ),
    setting(
        "inspect.memory",
        "SIZE",
        "1GB",
        "Address space of a child that looks at a drawing, a document, an archive, a model or a font",
    ),
    setting("inspect.time", "TIME", "10s", "How long the processor may work for one look"),
    setting("inspect.text", "SIZE", "200KB", "Text of a file that search knows"),
    setting("inspect.entries", "COUNT", "100000", "Entries of an archive that are listed"),
    setting("cache.files", "COUNT", "10000", "Files whose descriptions are kept in memory for delivery"),
    setting("metrics.sites", "COUNT", "100", "Sites whose use and limits /metrics shows, the largest first"),
    setting("http.max_json_bytes", "SIZE", "4MB", "Longest JSON body"),
    setting("http.max_connections", "COUNT", "10000", "Connections at a time"),
    setting("http.header_timeout", "TIME", "30s", "How long a client may take to send a request's headers"),
    setting(
        "http.allow_origins",
        "ORIGINS",
        "",
        "Origins whose pages may call the API, comma-separated: https://app.example; *: any",
    ),
    setting("http.drain", "TIME", "30s", "How long running requests may go on after SIGTERM"),
    setting(
        "import.allow_networks",
        "CIDRS",
        "",
        "Networks that imports and webhooks may reach although they are not global, comma-separated",
    ),
    setting("import.workers", "COUNT", "32", "Files fetched at a time"),
    setting(
        "import.connect_timeout",
        "TIME",
        "10s",
        "How long a source or receiver may take to accept a connection",
    ),
    setting("import.idle_timeout", "TIME", "30s", "How long a source may go without a byte"),
    setting("import.timeout", "TIME", "1h", "How long a fetch may take in all"),
    setting("import.retry_for", "TIME", "60s", "How long a source that sends nothing new is tried again"),
    setting("webhooks.timeout", "TIME", "1250ms", "How long a receiver may take to answer"),
    setting(
        "webhooks.give_up",
        "TIME",
        "48h",
        "How long a delivery is tried, and how long a receiver may fail until it is switched off",
    ),
    setting("access.token_lifetime", "TIME", "1h", "How long an access token is good"),
    setting(
        "access.refresh_lifetime",
        "TIME",
        "30d",
        "How long a visitor or member can get access tokens, from the first one on",
    ),
    setting("access.session_lifetime", "TIME", "12h", "How long a user stays signed in"),
    setting("oidc.issuer", "URL", "", "OpenID provider at which users may sign in, as it writes itself"),
    setting("oidc.client_id", "ID", "", "What the OpenID provider knows this server as"),
    setting(
        "oidc.client_secret",
        "SECRET",
        "",
        "Secret of this server at the OpenID provider; not as a flag",
    ),
    setting("oidc.scopes", "NAMES", "openid email profile", "What the OpenID provider is asked for"),
];

/// The setting with this key.
pub(crate) fn by_key(key: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}
