//! The work on files: at once where that is quick, else as a job.

mod look;
mod run;
mod sound;
mod video;
mod workbench;

pub(crate) use look::probe_limits;
pub(crate) use look::{Finding, look_quickly};
pub(crate) use run::{encode, process, purge, settle};
pub(crate) use video::{improve, recode};
pub use workbench::Running;
pub(crate) use workbench::{Bench, discard, sweep as sweep_work};
