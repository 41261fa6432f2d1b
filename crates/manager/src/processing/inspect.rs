//! Work with a file that a child of this program does (`media::inspect`).

use contract::formats::Format;
use media::child::Stop;
use media::inspect::{Error as Fault, Inspector};

use crate::Manager;
use crate::error::Result;

/// Stops a child that nobody waits for any more.
#[derive(Default)]
struct StopOnDrop(Stop);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.stop();
    }
}

/// Has a child do something with a file of this many bytes, when there is room for it. Who stops waiting stops it. Where this
/// server has no children, there is nothing in any file.
pub(crate) async fn inspect<T: Send + 'static>(
    manager: &Manager,
    format: &'static Format,
    size: u64,
    work: impl FnOnce(&Inspector, &Stop) -> std::result::Result<T, Fault> + Send + 'static,
) -> Result<std::result::Result<T, Fault>> {
    let Some(inspector) = manager.inner.inspector.clone() else { return Ok(Err(Fault::Nothing)) };
    let decoders = &manager.inner.decoders;
    let memory = decoders.reserve(inspector.cost(format, size)).await?;
    let stop = StopOnDrop::default();
    let stopped = stop.0.clone();
    decoders.run(memory, move || work(&inspector, &stopped)).await
}
