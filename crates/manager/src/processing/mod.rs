//! The work on files: at once where that is quick, else as a job.

mod look;
mod run;

pub(crate) use look::probe_limits;
pub(crate) use look::{Finding, look_quickly};
pub(crate) use run::{process, purge, settle};
