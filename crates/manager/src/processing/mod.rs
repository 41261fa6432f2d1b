//! The work on files: at once where that is quick, else as a job.

mod inspect;
mod look;
mod run;
mod sound;
mod typeset;
mod video;
mod workbench;

pub(crate) use inspect::inspect;
pub(crate) use look::probe_limits;
pub(crate) use look::{Finding, look_quickly};
pub(crate) use run::{encode, process, purge, settle};
pub(crate) use typeset::{PDF, typeset};
pub(crate) use video::{improve, recode};
pub use workbench::Running;
pub(crate) use workbench::{Bench, discard, sweep as sweep_work};
