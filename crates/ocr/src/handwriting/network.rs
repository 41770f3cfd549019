//! A network in memory; the only place that names the library which runs it.
//!
//! The library spreads its work over as many threads as there are cores; here it gets one thread for each reader,
//! because several pages are read at once.

use rten::{Model, RunOptions, ThreadPool};
use rten_tensor::NdTensor;
use scantrail_core::ports::ReadError;
use std::fmt;
use std::sync::Arc;

/// A loaded network with the thread that it runs on.
pub(super) struct Network {
    model: Arc<Model>,
    thread: Arc<ThreadPool>,
}

/// What came out: shape and values, the last axis running fastest.
pub(super) struct Output<const N: usize> {
    pub(super) shape: [usize; N],
    pub(super) values: Vec<f32>,
}

impl Network {
    pub(super) fn load(content: Vec<u8>, thread: Arc<ThreadPool>) -> Result<Self, ReadError> {
        let model = Model::load(content).map_err(|error| ReadError::Engine(format!("a model: {error}")))?;
        Ok(Self { model: Arc::new(model), thread })
    }

    /// The same network, without a second copy in memory, on another thread.
    pub(super) fn on(&self, thread: Arc<ThreadPool>) -> Self {
        Self { model: Arc::clone(&self.model), thread }
    }

    /// A text that the makers stored with the network.
    pub(super) fn note(&self, name: &str) -> Option<&str> {
        self.model.metadata().get(name)
    }

    /// Runs on three planes of `height` rows of `width` values, one after the other.
    pub(super) fn run<const N: usize>(
        &self,
        (width, height): (usize, usize),
        planes: Vec<f32>,
    ) -> Result<Output<N>, ReadError> {
        let engine = |what: &dyn fmt::Display| ReadError::Engine(what.to_string());
        let input = NdTensor::from_data([1, 3, height, width], planes);
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.thread)));
        let output = self.model.run_one(input.into(), Some(options)).map_err(|error| engine(&error))?;
        let (shape, values) = output.into_shape_vec::<f32, N>().map_err(|error| engine(&error))?;
        Ok(Output { shape, values })
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network").finish_non_exhaustive()
    }
}
