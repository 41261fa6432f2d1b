//! `serve`: open the data, listen, work, and stop in good order.

use std::error::Error;
use std::fs::{self, File, OpenOptions};
use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use catalog::{Catalog, Options};
use clap::{ArgMatches, Command};
use manager::{Bootstrap, Clock, First, Manager};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;
use server::{Limits, Listening, listen};
use storage::Store;
use storage::variants::Variants;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing_subscriber::EnvFilter;

use crate::output::say;
use crate::settings::{Settings, flags};

/// Threads that may block, on the disk above all: as many as a disk has use for. Each costs memory, and a burst of requests
/// would have one for each.
const BLOCKING_THREADS: usize = 16;

type Done<T = ()> = Result<T, Box<dyn Error>>;

pub(crate) fn command() -> Command {
    Command::new("serve")
        .about("Run the server")
        .args(flags(|_| true))
        .after_help(crate::example("serve --data-dir ./data --listen 127.0.0.1:8080"))
}

pub(crate) fn run(matches: &ArgMatches) -> Done {
    let settings = Settings::read(matches)?;
    settings.check_rest()?;
    // Whatever else can be wrong is found before anything is made.
    settings.manager(settings.address("listen")?, settings.content_address()?)?;
    settings.address("ops_listen")?;
    settings.origins()?;
    settings.database()?;
    settings.storage()?;
    let listening = listening(&settings)?;
    start_log(&settings)?;
    raise_file_limit();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(BLOCKING_THREADS)
        .build()?;
    runtime.block_on(serve(settings, listening))
}

/// Takes as many file handles as we may: many systems begin with a thousand, which is less than the connections we serve.
fn raise_file_limit() {
    let limit = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }) {
        tracing::warn!(%error, "the limit of open files stays as it is");
    }
}

fn listening(settings: &Settings) -> Done<Listening> {
    Ok(Listening {
        trusted_proxies: settings.networks("trusted_proxies")?.into(),
        tls: settings.tls()?.map(|(cert, key)| tls(&cert, &key)).transpose()?,
        most_connections: usize::try_from(settings.count("http.max_connections")?)?,
        header_timeout: settings.duration("http.header_timeout")?,
        drain: settings.duration("http.drain")?,
    })
}

async fn serve(settings: Settings, listening: Listening) -> Done {
    // Listened to from the first moment on: a stop right after the start is to be as orderly as any other.
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let data_dir = settings.data_dir();
    fs::create_dir_all(&data_dir)
        .map_err(|error| format!("{} can't be made: {error}", data_dir.display()))?;
    let public = bind("listen", settings.address("listen")?).await?;
    let content = match settings.content_address()? {
        Some(address) => Some(bind("content_listen", address).await?),
        None => None,
    };
    let ops = bind("ops_listen", settings.address("ops_listen")?).await?;
    let address = public.local_addr()?;
    let content_address = content.as_ref().map(TcpListener::local_addr).transpose()?;

    let options = Options { path: settings.database()?, readers: readers(), exclusive: true };
    let catalog = tokio::task::spawn_blocking(move || Catalog::open(&options)).await??;
    let store = Store::open(settings.storage()?)?;
    let variants = Variants::open(data_dir.join("variants"), settings.size("images.cache")?)?;
    let wish = |key: &str| Some(settings.text(key).to_owned()).filter(|text| !text.is_empty());
    let bootstrap = Bootstrap { site_id: wish("bootstrap_site_id"), api_key: wish("bootstrap_api_key") };
    let manager_settings = settings.manager(address, content_address)?;
    warn_of_one_origin(address, &manager_settings);
    let (manager, first) =
        manager::start(catalog, store, variants, manager_settings, Clock::default(), bootstrap).await?;
    let metrics = server::install_metrics()?;
    introduce(&manager, first, &data_dir, ops.local_addr()?)?;

    let limits = Limits {
        max_json_bytes: usize::try_from(settings.size("http.max_json_bytes")?)?,
        idle_timeout: settings.duration("upload.idle_timeout")?,
    };
    let sites = i64::try_from(settings.count("metrics.sites")?)?;
    let stop = CancellationToken::new();
    let plain = Listening { tls: None, ..listening.clone() };
    let ops_stop = CancellationToken::new();
    let routers = server::routers(manager.clone(), limits, settings.origins()?, content.is_some());
    let mut served = vec![tokio::spawn(listen(public, routers.public, listening.clone(), stop.clone()))];
    if let (Some(listener), Some(router)) = (content, routers.content) {
        served.push(tokio::spawn(listen(listener, router, listening, stop.clone())));
    }
    let watched = tokio::spawn(listen(
        ops,
        server::ops_router(manager.clone(), metrics, sites),
        plain,
        ops_stop.clone(),
    ));
    let (worker, worker_stop) = (manager.clone(), stop.clone());
    let worked = tokio::spawn(async move { worker.run(worker_stop).await });
    drop(manager);

    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping: no new requests, running ones are finished");
    stop.cancel();
    for listener in served {
        listener.await?;
    }
    worked.await?;
    // Whoever watches the server sees it until the end.
    ops_stop.cancel();
    watched.await?;
    Ok(())
}

/// Reads are short; a few threads beside the cores keep a slow one from holding up the others.
fn readers() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 16)
}

/// What users bring should not run with the rights of the console, should a browser ever be talked into running it.
fn warn_of_one_origin(address: SocketAddr, settings: &manager::Settings) {
    if settings.content_url == settings.public_url && !address.ip().is_loopback() {
        tracing::warn!(
            "files and the console share the origin {}; give files one of their own with --content-listen or --content-url",
            settings.public_url
        );
    }
}

async fn bind(key: &str, address: SocketAddr) -> Done<TcpListener> {
    let bound = TcpListener::bind(address).await;
    Ok(bound
        .map_err(|error| format!("the setting `{key}` is {address}, which can't be listened on: {error}"))?)
}

fn start_log(settings: &Settings) -> Done {
    let level = settings.text("log.level");
    let filter = EnvFilter::try_new(level)
        .map_err(|error| format!("the setting `log.level` is `{level}`: {error}"))?;
    let colours = std::io::stderr().is_terminal();
    let log =
        tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr);
    match settings.text("log.format") {
        "json" => log.json().init(),
        _ => log.init(),
    }
    Ok(())
}

/// What a person needs to know who has just started the server.
fn introduce(manager: &Manager, first: Option<First>, data_dir: &Path, ops: SocketAddr) -> Done {
    let url = &manager.settings().public_url;
    let console = format!("{url}/console/");
    let credentials = data_dir.join("credentials.json");
    say(&format!("media-manager {} is running\n", env!("CARGO_PKG_VERSION")));
    say(&format!("  address   {url}"));
    say(&format!("  console   {console}"));
    say(&format!("  health    http://{ops}/readyz"));
    let key = match first {
        Some(First { site_id, api_key }) => {
            say(&format!("  site id   {site_id}"));
            say(&format!("  api key   {api_key}"));
            let text = json!({ "siteId": site_id, "apiKey": api_key, "consoleUrl": console });
            let mut file =
                OpenOptions::new().create(true).write(true).truncate(true).mode(0o600).open(&credentials)?;
            file.write_all(format!("{text:#}\n").as_bytes())?;
            file.sync_all()?;
            // Nobody can show the key again, so a power cut must not take its file.
            File::open(data_dir)?.sync_all()?;
            api_key
        }
        None => {
            say(&format!("  api key   in {}", credentials.display()));
            "$KEY".to_owned()
        }
    };
    say("\nThree commands to try:\n");
    say("  # 1. ask where to send a photograph, and send it");
    say(&format!(
        "  curl -s {url}/site-media/v1/files/generate-upload-url -H 'Authorization: {key}' \\\n    \
         -d '{{\"mimeType\":\"image/jpeg\",\"fileName\":\"photo.jpg\"}}' | cut -d'\"' -f4 | xargs curl -T photo.jpg"
    ));
    say("  # 2. find it by any part of its name");
    say(&format!(
        "  curl -s {url}/site-media/v1/files/search -H 'Authorization: {key}' -d '{{\"search\":\"hot\"}}'"
    ));
    say("  # 3. list what is there");
    say(&format!("  curl -s {url}/site-media/v1/files -H 'Authorization: {key}'\n"));
    Ok(())
}

fn tls(cert: &Path, key: &Path) -> Done<Arc<rustls::ServerConfig>> {
    let wrong = |setting: &str, path: &Path, error: &dyn std::fmt::Display| {
        format!("the setting `{setting}` is {}, which can't be used: {error}", path.display())
    };
    let chain = CertificateDer::pem_file_iter(cert).map_err(|error| wrong("tls_cert", cert, &error))?;
    let chain = chain.collect::<Result<Vec<_>, _>>().map_err(|error| wrong("tls_cert", cert, &error))?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| wrong("tls_key", key, &error))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .map_err(|error| wrong("tls_cert", cert, &error))?;
    Ok(Arc::new(config))
}
