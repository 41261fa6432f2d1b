//! Operations in a queue.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;

use crate::error::{Error, Result};
use crate::tx::Tx;

/// An operation in a queue, with the one who waits for it.
pub(super) trait Operation: Send {
    /// Runs it, for the first time or again; whether its writes are to stay.
    fn run(&mut self, tx: &Tx<'_>) -> bool;
    /// Answers, with its own result, or with what befell its transaction.
    fn answer(self: Box<Self>, transaction: &Result<()>);
}

pub(super) struct Queued<T, E, F> {
    operation: F,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Queued<T, E, F> {
    pub(super) fn new(operation: F, reply: oneshot::Sender<Result<T, E>>) -> Queued<T, E, F> {
        Queued { operation, result: None, reply }
    }
}

impl<T, E, F> Operation for Queued<T, E, F>
where
    F: Fn(&Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<Error> + Send,
{
    fn run(&mut self, tx: &Tx<'_>) -> bool {
        let result = catch_unwind(AssertUnwindSafe(|| (self.operation)(tx)));
        let result =
            result.unwrap_or_else(|_| Err(Error::Unavailable("the operation panicked".into()).into()));
        let stays = result.is_ok();
        self.result = Some(result);
        stays
    }

    fn answer(self: Box<Self>, transaction: &Result<()>) {
        let result = match (transaction, self.result) {
            (_, Some(Err(error))) => Err(error),
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(Error::Unavailable("the operation was not run".into()).into()),
            (Err(error), _) => Err(error.clone().into()),
        };
        // Nobody waits any more when the caller was cancelled.
        let _ = self.reply.send(result);
    }
}
