//! Formats both ways, and files that are none. `MEDIA_MANAGER_CORPUS` is what scripts/corpus.sh prints; `make test` sets it.
#![allow(clippy::unwrap_used, missing_docs)]

mod avif;
mod pictures;
mod webp;
