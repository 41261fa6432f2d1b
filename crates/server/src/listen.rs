//! Accepts connections, with or without TLS, until told to stop; then lets the running requests finish.

use std::convert::Infallible;
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::http::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use manager::Network;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

use crate::client::ClientAddress;

/// How connections are treated.
#[derive(Clone)]
pub struct Listening {
    /// Proxies whose word on where a request comes from is taken.
    pub trusted_proxies: Arc<[Network]>,
    /// Certificate and key, when TLS is spoken.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// Connections at a time; further ones wait in the kernel's queue.
    pub most_connections: usize,
    /// How long a client may take to send a request's headers, or to shake hands.
    pub header_timeout: Duration,
    /// How long running requests may go on after the stop.
    pub drain: Duration,
}

/// Serves `router` on `listener` until `stop` is cancelled and the running requests are done.
pub async fn listen(listener: TcpListener, router: Router, options: Listening, stop: CancellationToken) {
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(options.most_connections));
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = accept(&listener, &room) => accepted,
        };
        let (stream, peer, permit) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file handles, most likely: wait for some to be given back instead of spinning.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let watcher = graceful.watcher();
        let (router, options) = (router.clone(), options.clone());
        tokio::spawn(async move {
            let _permit = permit;
            // In a box: who doesn't shake hands needs no room for it.
            let stream = match options.tls {
                None => Some(Box::new(stream) as Box<dyn Duplex>),
                Some(tls) => Box::pin(shake_hands(tls, stream, options.header_timeout)).await,
            };
            let Some(stream) = stream else { return };
            let origin = Origin { peer, trusted: options.trusted_proxies };
            let done = connection(TokioIo::new(stream), router, origin, options.header_timeout);
            let done = watcher.watch(done).await;
            if let Err(error) = done {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(options.drain, graceful.shutdown()).await.is_err() {
        tracing::warn!(after = ?options.drain, "requests were still running and are cut off");
    }
}

async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> io::Result<(TcpStream, IpAddr, OwnedSemaphorePermit)> {
    let permit = room.clone().acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    stream.set_nodelay(true)?;
    Ok((stream, peer.ip(), permit))
}

/// `None` when the client doesn't speak TLS, or not in time.
async fn shake_hands(
    tls: Arc<rustls::ServerConfig>,
    stream: TcpStream,
    patience: Duration,
) -> Option<Box<dyn Duplex>> {
    let shaken = tokio::time::timeout(patience, TlsAcceptor::from(tls).accept(stream)).await;
    Some(Box::new(shaken.ok()?.ok()?))
}

trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// Who is at the other end of a connection, and who may say that it is somebody else.
struct Origin {
    peer: IpAddr,
    trusted: Arc<[Network]>,
}

type Connection<S> = http1::Connection<TokioIo<Box<dyn Duplex>>, S>;

fn connection(
    io: TokioIo<Box<dyn Duplex>>,
    router: Router,
    origin: Origin,
    header_timeout: Duration,
) -> Connection<
    impl hyper::service::Service<
        Request<Incoming>,
        Response = Response<axum::body::Body>,
        Error = Infallible,
        Future = impl Future<Output = Result<Response<axum::body::Body>, Infallible>> + Send,
    > + Send,
> {
    let service = service_fn(move |mut request: Request<Incoming>| {
        let client = ClientAddress::of(origin.peer, request.headers(), &origin.trusted);
        request.extensions_mut().insert(client);
        router.clone().oneshot(request.map(axum::body::Body::new))
    });
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(header_timeout)
        .max_buf_size(64 * 1024)
        .serve_connection(io, service)
}
