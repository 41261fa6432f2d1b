//! What is to be seen in a picture: faces, labels, text, numbers for finding similar ones, a caption.
//!
//! Models of published packages run here on the processor, one picture at a time, and come with the program: nothing is
//! fetched. They are read when they are first needed, which takes tens of milliseconds, and are forgotten with
//! [`Vision::release`]. Several threads may call; who wants several pictures at once takes several [`Vision`]s.
//!
//! A picture of about 1024 pixels along its longer side is best. Faces are looked for at 640 pixels and labels at 224, so
//! that larger ones only help to read small text, up to 1280.

mod caption;
mod faces;
mod fingerprint;
mod labels;
mod model;
mod picture;
mod text;

use std::time::{Duration, Instant};

use codecs::Pixels;
use facts::{Annotations, Found};

use model::Runtime;
use picture::Picture;

/// The longest side, in pixels, that annotations get better with.
pub const USEFUL_SIDE: u32 = 1280;

/// Why nothing is known of a picture.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VisionError {
    /// The samples are no picture: there are none, or not as many as its size says.
    #[error("broken: {0}")]
    Broken(String),
    /// There is more of it than is looked at.
    #[error("limit: {0}")]
    Limit(String),
    /// A model could not be read or run. Another picture may do.
    #[error("a model failed: {0}")]
    Model(String),
}

type Result<T> = std::result::Result<T, VisionError>;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wants {
    /// Where faces are.
    pub faces: bool,
    /// Words for what is to be seen. With faces wanted as well, people are among them.
    pub labels: bool,
    /// What is written there.
    pub text: bool,
    /// Numbers for finding similar pictures.
    pub embedding: bool,
    /// Bits for finding copies.
    pub fingerprint: bool,
    /// A sentence; it is made of faces and labels, as far as those are wanted.
    pub caption: bool,
}

impl Wants {
    /// Everything there is.
    pub const ALL: Self =
        Self { faces: true, labels: true, text: true, embedding: true, fingerprint: true, caption: true };
    /// Nothing: to be combined, as in `Wants { faces: true, ..Wants::NONE }`.
    pub const NONE: Self = Self {
        faces: false,
        labels: false,
        text: false,
        embedding: false,
        fingerprint: false,
        caption: false,
    };
}

/// How long each part took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timings {
    /// Looking for faces.
    pub faces: Duration,
    /// Labels and the embedding, which come of the same run.
    pub labels: Duration,
    /// Whether there is text, and reading it.
    pub text: Duration,
    /// The fingerprint.
    pub fingerprint: Duration,
}

/// The models, as far as they were needed yet.
pub struct Vision {
    runtime: Runtime,
}

impl Vision {
    /// Ready to annotate, with one thread on which models run. No model is read yet.
    pub fn load() -> Self {
        Self { runtime: Runtime::new() }
    }

    /// Looks for all that is wanted in a picture of any size; see the crate's text for the best. Transparent parts count as
    /// white.
    ///
    /// # Errors
    ///
    /// [`VisionError::Broken`] where the samples don't make a picture, [`VisionError::Limit`] above 100 megapixels.
    pub fn annotate(&self, pixels: &Pixels, wants: Wants) -> Result<(Annotations, Timings)> {
        let picture = Picture::new(pixels)?;
        let (mut found, mut took) = (Annotations::default(), Timings::default());
        if wants.fingerprint {
            let start = Instant::now();
            found.fingerprint = Some(fingerprint::fingerprint(&picture)?);
            took.fingerprint = start.elapsed();
        }
        if wants.faces {
            let start = Instant::now();
            found.faces = Some(faces::faces(&self.runtime, &picture)?);
            took.faces = start.elapsed();
        }
        if wants.labels || wants.embedding {
            let start = Instant::now();
            let sight = labels::look(&self.runtime, &picture)?;
            if wants.labels {
                let faces = found.faces.as_ref().map_or(&[][..], |faces| &faces.value);
                found.labels = Some(sight.labels(faces));
            }
            found.embedding = wants.embedding.then(|| sight.embedding());
            took.labels = start.elapsed();
        }
        if wants.text {
            let start = Instant::now();
            found.text = Some(text::text(&self.runtime, &picture)?);
            took.text = start.elapsed();
        }
        if wants.caption {
            found.caption = caption::caption(&found);
        }
        Ok((found, took))
    }

    /// Forgets the models, and gives their memory back once nobody runs them. They are read again when they are needed.
    pub fn release(&self) {
        self.runtime.release();
    }
}

fn found<T>(model: &str, version: &str, value: T) -> Found<T> {
    Found { model: model.to_owned(), version: version.to_owned(), value }
}
