//! From libsane's errors to what the parent is told.

use sane_rs::{Error, Operation, Status};
use scantrail_capture::protocol::WorkerFault;

/// What an error means for the batch.
pub(crate) fn of(error: &Error) -> WorkerFault {
    let message = error.to_string();
    let Error::Sane { operation, status, .. } = error else { return WorkerFault::Io { message } };
    match (status, operation) {
        (Status::Jammed, _) => WorkerFault::Jammed,
        (Status::CoverOpen, _) => WorkerFault::CoverOpen,
        (Status::DeviceBusy, _) => WorkerFault::Busy,
        (Status::NoDocuments, _) => WorkerFault::NoDocuments,
        (Status::AccessDenied, _) => WorkerFault::AccessDenied,
        (Status::Cancelled, _) => WorkerFault::StoppedAtDevice,
        // A device that is switched off, or unknown, answers like this.
        (Status::Invalid | Status::IoError, Operation::Open) => WorkerFault::Gone { message },
        _ => WorkerFault::Io { message },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_status_means_different_things_at_different_times() {
        let error = |operation, status| Error::Sane { operation, device: None, option: None, status };
        assert!(matches!(of(&error(Operation::Open, Status::IoError)), WorkerFault::Gone { .. }));
        assert!(matches!(of(&error(Operation::Read, Status::IoError)), WorkerFault::Io { .. }));
        assert_eq!(of(&error(Operation::Start, Status::CoverOpen)), WorkerFault::CoverOpen);
    }
}
