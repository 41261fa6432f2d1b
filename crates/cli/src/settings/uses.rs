//! What the use-cases need to be told.

use std::net::SocketAddr;
use std::path::PathBuf;

use contract::formats::{self, Kind};
use manager::{
    Access, Concurrency, Images, Imports, Inspect, Oidc, Outside, Rate, RateLimits, Secret, Timeouts,
    VIDEO_PRESETS, Video, VideoCodec, Webhooks,
};

use super::{Settings, Wrong, parse};

impl Settings {
    /// What the use-cases need. `listening` is where the server really listens, `content` where it does for content.
    pub(crate) fn manager(
        &self,
        listening: SocketAddr,
        content: Option<SocketAddr>,
    ) -> Result<manager::Settings, Wrong> {
        let scheme = if self.tls()?.is_some() { "https" } else { "http" };
        let public_url = self.optional("public_url", parse::origin)?;
        let public_url = public_url.unwrap_or_else(|| format!("{scheme}://{listening}"));
        let content_url = self.optional("content_url", parse::origin)?;
        let content_url = content_url.or_else(|| content.map(|address| format!("{scheme}://{address}")));
        let cores = std::thread::available_parallelism().map_or(1, usize::from) as u64;
        let workers = match self.switch("no_worker")? {
            true => 0,
            false => self.optional("processing.workers", parse::count)?.unwrap_or(cores),
        };
        Ok(manager::Settings {
            content_url: content_url.unwrap_or_else(|| public_url.clone()),
            public_url,
            limits: self.limits()?,
            upload_lifetime: self.duration("upload.lifetime")?,
            resumable_lifetime: self.duration("upload.resumable_lifetime")?,
            unclaimed_bytes: self.size("upload.unclaimed_bytes")?,
            trash_retention: self.duration("trash.retention")?,
            events_retention: self.duration("events.retention")?,
            audit_retention: self.duration("audit.retention")?,
            workers: usize::try_from(workers).unwrap_or(usize::MAX),
            decoder_memory: self.size("processing.memory")?,
            files_cached: usize::try_from(self.count("cache.files")?).unwrap_or(usize::MAX),
            ready_wait: self.duration("processing.wait")?,
            outside: Outside {
                allowed: self.networks("import.allow_networks")?,
                timeouts: Timeouts {
                    connect: self.duration("import.connect_timeout")?,
                    idle: self.duration("import.idle_timeout")?,
                },
            },
            imports: Imports {
                workers: match workers {
                    0 => 0,
                    _ => usize::try_from(self.count("import.workers")?).unwrap_or(usize::MAX),
                },
                timeout: self.duration("import.timeout")?,
                retry_for: self.duration("import.retry_for")?,
            },
            rates: self.rates()?,
            concurrency: self.concurrency()?,
            images: Images {
                memory: self.size("images.memory")?,
                queue: usize::try_from(self.count("images.queue")?).unwrap_or(usize::MAX),
                per_minute: self.images_per_minute()?,
                animation_pixels: self.count("images.animation_pixels")?,
                presets: self.count("images.presets")?,
            },
            video: self.video(workers, cores)?,
            annotate: self.parsed("annotations", parse::switch)?,
            inspect: Inspect {
                program: std::env::current_exe().ok(),
                memory: self.size("inspect.memory")?,
                time: self.duration("inspect.time")?,
                text: usize::try_from(self.size("inspect.text")?).unwrap_or(usize::MAX),
                entries: self.count("inspect.entries")?,
            },
            webhooks: Webhooks {
                send: workers > 0,
                timeout: self.duration("webhooks.timeout")?,
                give_up: self.duration("webhooks.give_up")?,
            },
            oidc: self.oidc()?,
            access: Access {
                token_lifetime: self.duration("access.token_lifetime")?,
                refresh_lifetime: self.duration("access.refresh_lifetime")?,
                session_lifetime: self.duration("access.session_lifetime")?,
            },
        })
    }

    /// How often the API may be called.
    fn rates(&self) -> Result<RateLimits, Wrong> {
        let (key, address) = (self.rate("rate_limit")?, self.rate("rate_limit_address")?);
        Ok(RateLimits { address: address.filter(|_| key.is_some()), key })
    }

    /// What one site may do at the same time.
    fn concurrency(&self) -> Result<Concurrency, Wrong> {
        let unlimited = self.rate("rate_limit")?.is_none();
        let most = |key: &str| {
            let count = usize::try_from(self.count(key)?).unwrap_or(usize::MAX);
            Ok((!unlimited).then_some(count))
        };
        Ok(Concurrency { calls: most("concurrency.calls")?, uploads: most("concurrency.uploads")? })
    }

    /// How many new forms of one image may be made within a minute.
    fn images_per_minute(&self) -> Result<Option<u32>, Wrong> {
        let unlimited = self.rate("rate_limit")?.is_none();
        let most = self.parsed("images.per_minute", parse::count_or_off)?;
        Ok(most.filter(|_| !unlimited).map(|most| u32::try_from(most).unwrap_or(u32::MAX)))
    }

    fn rate(&self, key: &str) -> Result<Option<Rate>, Wrong> {
        self.parsed(key, parse::rate)
    }

    /// How videos and sounds are made playable: by nobody where there are no workers.
    fn video(&self, workers: u64, cores: u64) -> Result<Video, Wrong> {
        let count = |key: &str| {
            let count = self.optional(key, parse::count)?.unwrap_or_else(|| cores.div_ceil(4)).max(1);
            Ok(if workers == 0 { 0 } else { usize::try_from(count).unwrap_or(usize::MAX) })
        };
        let work = self.text("video.work_dir");
        Ok(Video {
            clips: count("video.workers")?,
            films: count("video.long_workers")?,
            long: self.duration("video.long")?,
            most: self.parsed("video.max_quality", |text| match text.parse() {
                Ok(pixels @ 144..=1080) => Ok(pixels),
                _ => Err("is no number from 144 to 1080".to_owned()),
            })?,
            second: self.parsed("video.second_codec", |text| match text {
                "none" => Ok(None),
                "vp9" => Ok(Some(VideoCodec::Vp9)),
                "av1" => Ok(Some(VideoCodec::Av1)),
                _ => Err("is none of none, vp9, av1".to_owned()),
            })?,
            preset: self.parsed("video.preset", |text| match VIDEO_PRESETS.contains(&text) {
                true => Ok(text.to_owned()),
                false => Err(format!("is none of {}", VIDEO_PRESETS.join(", "))),
            })?,
            memory: self.size("video.memory")?,
            time_limit: self.duration("video.time_limit")?,
            work: if work.is_empty() { self.data_dir().join("work") } else { PathBuf::from(work) },
            stream_memory: self.size("video.stream_memory")?,
        })
    }

    fn oidc(&self) -> Result<Option<Oidc>, Wrong> {
        let Some(issuer) = self.optional("oidc.issuer", parse::url)? else { return Ok(None) };
        if self.text("oidc.client_id").is_empty() {
            return Err(Wrong("the setting `oidc.issuer` needs `oidc.client_id` beside it".into()));
        }
        let secret = self.text("oidc.client_secret");
        Ok(Some(Oidc {
            issuer,
            client_id: self.text("oidc.client_id").to_owned(),
            client_secret: (!secret.is_empty()).then(|| Secret(secret.to_owned())),
            scopes: self.text("oidc.scopes").split_whitespace().map(str::to_owned).collect(),
        }))
    }

    fn limits(&self) -> Result<manager::Limits, Wrong> {
        let bytes =
            Kind::ALL.iter().map(|kind| Ok((*kind, self.size(&format!("limits.{}_bytes", kind.name()))?)));
        let refused = self.optional("limits.refused_formats", |text| {
            let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
            names
                .map(|name| match formats::by_name(name) {
                    Some(format) => Ok(format.name.to_owned()),
                    None => Err(format!("has `{name}`, which is no format")),
                })
                .collect()
        })?;
        Ok(manager::Limits {
            bytes: bytes.collect::<Result<_, Wrong>>()?,
            pixels: self.count("limits.image_pixels")?,
            refused: refused.unwrap_or_default(),
        })
    }
}
