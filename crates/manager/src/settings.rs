//! What an operator decides, checked and typed.

use std::path::PathBuf;
use std::time::Duration;

use contract::formats::{Format, Kind};
pub use facts::Codec as VideoCodec;
pub use media::av::PRESETS as VIDEO_PRESETS;
use outbound::{Network, Timeouts};

/// Settings of the use-cases.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Origin of the API, without a slash at its end.
    pub public_url: String,
    /// Origin of the links to bytes.
    pub content_url: String,
    /// Which files are taken.
    pub limits: Limits,
    /// How long an upload URL is good.
    pub upload_lifetime: Duration,
    /// How long a resumable upload may take.
    pub resumable_lifetime: Duration,
    /// Bytes that parts of uploads may come to before a whole claims them.
    pub unclaimed_bytes: u64,
    /// How long files stay in the trash.
    pub trash_retention: Duration,
    /// How long the event log is kept.
    pub events_retention: Duration,
    /// Jobs that run at a time; none: this process runs no jobs.
    pub workers: usize,
    /// Memory that all running decoders may use together, in bytes.
    pub decoder_memory: u64,
    /// Files whose descriptions are kept in memory for delivery.
    pub files_cached: usize,
    /// How long an upload's reply waits for its file to be READY.
    pub ready_wait: Duration,
    /// Where imports and webhooks may connect to.
    pub outside: Outside,
    /// How files are fetched.
    pub imports: Imports,
    /// How long the audit log is kept.
    pub audit_retention: Duration,
    /// How events are sent.
    pub webhooks: Webhooks,
    /// How long those who call stay known.
    pub access: Access,
    /// Where users may sign in instead of here.
    pub oidc: Option<Oidc>,
    /// How often the API may be called.
    pub rates: RateLimits,
    /// What one site may do at the same time.
    pub concurrency: Concurrency,
    /// How other forms of images are made.
    pub images: Images,
    /// How videos and sounds are made playable.
    pub video: Video,
    /// How what comes in a format of many parts is looked at.
    pub inspect: Inspect,
    /// Whether images are annotated after their upload, where their site wants that.
    pub annotate: bool,
}

/// How videos and sounds are made playable.
#[derive(Debug, Clone)]
pub struct Video {
    /// Short ones encoded at a time; none: this process encodes none.
    pub clips: usize,
    /// Long ones encoded at a time.
    pub films: usize,
    /// From how long on one is long.
    pub long: Duration,
    /// Most pixels of the shorter side of a rendition.
    pub most: u32,
    /// What videos are made in beside H.264, if anything.
    pub second: Option<VideoCodec>,
    /// How much time the encoder takes for how few bytes: one of [`VIDEO_PRESETS`].
    pub preset: String,
    /// Address space of one encoder, in bytes.
    pub memory: u64,
    /// How long one run of an encoder may take.
    pub time_limit: Duration,
    /// The folder for what is being made.
    pub work: PathBuf,
    /// Memory for the heads of MP4s that were composed lately, in bytes.
    pub stream_memory: u64,
}

/// How other forms of images are made.
#[derive(Debug, Clone, Copy)]
pub struct Images {
    /// Memory for forms that are asked for again and again, in bytes.
    pub memory: u64,
    /// Forms that are made, or wait for their turn, at a time.
    pub queue: usize,
    /// New forms of one image within a minute; none: as many as anybody likes.
    pub per_minute: Option<u32>,
    /// Pixels of all frames of an animation together, as they are and as they become.
    pub animation_pixels: u64,
    /// Presets that callers of the API may give a site.
    pub presets: u64,
}

/// What one site may do at the same time; none: as much as it likes.
#[derive(Debug, Clone, Copy)]
pub struct Concurrency {
    /// Calls of the API.
    pub calls: Option<usize>,
    /// Uploads whose bytes come in.
    pub uploads: Option<usize>,
}

/// How often the API may be called; none: as often as one likes.
#[derive(Debug, Clone, Copy)]
pub struct RateLimits {
    /// By each caller: an API key, a user.
    pub key: Option<Rate>,
    /// From each address without credentials that are good.
    pub address: Option<Rate>,
}

/// How often something may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Times a second in the long run; at least one.
    pub per_second: u32,
    /// Times at once after a pause; at least one.
    pub burst: u32,
}

/// How what comes in a format of many parts is looked at: drawings, documents, archives, models, fonts.
#[derive(Debug, Clone)]
pub struct Inspect {
    /// This program, which does it as a child; none: nobody looks.
    pub program: Option<PathBuf>,
    /// Address space of a child, in bytes.
    pub memory: u64,
    /// How long a child may take.
    pub time: Duration,
    /// Bytes of a file's text that search knows.
    pub text: usize,
    /// Entries of an archive that are listed.
    pub entries: u64,
}

/// How long those who call stay known.
#[derive(Debug, Clone)]
pub struct Access {
    /// How long an access token is good.
    pub token_lifetime: Duration,
    /// How long a visitor or member can get them, from the first one on.
    pub refresh_lifetime: Duration,
    /// How long a user stays signed in.
    pub session_lifetime: Duration,
}

/// An OpenID provider, and what it knows this server as.
#[derive(Debug, Clone)]
pub struct Oidc {
    /// The provider's URL, as it writes it itself.
    pub issuer: String,
    /// Our id there.
    pub client_id: String,
    /// Our secret there; none for a public client.
    pub client_secret: Option<Secret>,
    /// What is asked for.
    pub scopes: Vec<String>,
}

/// A text that isn't shown.
#[derive(Clone)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("…")
    }
}

/// The way out.
#[derive(Debug, Clone)]
pub struct Outside {
    /// Networks that may be reached although they are not global.
    pub allowed: Vec<Network>,
    /// How long to wait for connections and bytes.
    pub timeouts: Timeouts,
}

/// How files are fetched.
#[derive(Debug, Clone)]
pub struct Imports {
    /// Fetches at a time; none: this process fetches nothing.
    pub workers: usize,
    /// How long one fetch may take in all.
    pub timeout: Duration,
    /// How long a source that sends nothing is tried again.
    pub retry_for: Duration,
}

/// How events are sent.
#[derive(Debug, Clone)]
pub struct Webhooks {
    /// Whether this process sends them.
    pub send: bool,
    /// How long a receiver may take to answer.
    pub timeout: Duration,
    /// How long a delivery is tried, and a receiver may fail until it is switched off.
    pub give_up: Duration,
}

/// Which files are taken.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Most bytes, by kind.
    pub bytes: Vec<(Kind, u64)>,
    /// Most pixels of an image.
    pub pixels: u64,
    /// Names of formats that are not taken.
    pub refused: Vec<String>,
}

impl Limits {
    /// Most bytes of a file of this kind.
    pub fn bytes_of(&self, kind: Kind) -> u64 {
        self.bytes.iter().find(|(limited, _)| *limited == kind).map_or(0, |(_, bytes)| *bytes)
    }

    /// Most bytes of any file.
    pub fn most_bytes(&self) -> u64 {
        self.bytes.iter().map(|(_, bytes)| *bytes).max().unwrap_or(0)
    }

    /// Whether files of this format are taken at all.
    pub fn takes(&self, format: &Format) -> bool {
        !self.refused.iter().any(|name| name == format.name)
    }
}
