//! Models that come with the program, read when they are needed.

use std::sync::{Arc, Mutex, PoisonError};

use rten::{Model, ModelOptions, RunOptions, ThreadPool};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};

use crate::{Result, VisionError};

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/models.rs"));
}

pub(crate) use embedded::CHARACTERS;
use embedded::MODELS;

/// One of the models, in the order of build.rs.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    /// Faces.
    Faces,
    /// What is to be seen.
    Labels,
    /// Where text is.
    Lines,
    /// What a line of text says.
    Words,
}

/// What runs models: one thread, and the models that were read.
pub(crate) struct Runtime {
    threads: Arc<ThreadPool>,
    models: [Mutex<Option<Arc<Model>>>; 4],
}

/// What comes out of a model: sizes, and numbers row by row.
pub(crate) struct Output {
    pub(crate) shape: Vec<usize>,
    pub(crate) numbers: Vec<f32>,
}

impl Runtime {
    pub(crate) fn new() -> Self {
        Self { threads: Arc::new(ThreadPool::with_num_threads(1)), models: Default::default() }
    }

    pub(crate) fn release(&self) {
        for model in &self.models {
            *model.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }

    fn model(&self, kind: Kind) -> Result<Arc<Model>> {
        let mut place = self.models[kind as usize].lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(model) = &*place {
            return Ok(model.clone());
        }
        let mut options = ModelOptions::with_all_ops();
        options.prepack_weights(true);
        let model = options.load_static_slice(MODELS[kind as usize]).map_err(failed)?;
        Ok(place.insert(Arc::new(model)).clone())
    }

    /// Runs a model on one input of the shape `[1, 3, height, width]`.
    pub(crate) fn run(&self, kind: Kind, input: NdTensor<f32, 4>) -> Result<Vec<Output>> {
        let model = self.model(kind)?;
        let input_id = *model.input_ids().first().ok_or_else(|| failed("it takes nothing"))?;
        let options = RunOptions::default().with_thread_pool(Some(self.threads.clone()));
        let outputs =
            model.run(vec![(input_id, input.into())], model.output_ids(), Some(options)).map_err(failed)?;
        outputs
            .into_iter()
            .map(|value| {
                let tensor: Tensor<f32> = value.try_into().map_err(failed)?;
                Ok(Output { shape: tensor.shape().to_vec(), numbers: tensor.into_data() })
            })
            .collect()
    }
}

fn failed(why: impl std::fmt::Display) -> VisionError {
    VisionError::Model(why.to_string())
}

/// An output by its place, with as many dimensions as are expected.
pub(crate) fn output<const N: usize>(outputs: &[Output], at: usize) -> Result<([usize; N], &[f32])> {
    let output = outputs.get(at).ok_or_else(|| failed("it gave too little"))?;
    let shape =
        output.shape.as_slice().try_into().map_err(|_| failed("it gave another shape than expected"))?;
    Ok((shape, &output.numbers))
}
