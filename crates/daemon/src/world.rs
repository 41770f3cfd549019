//! The clock and the dice: the ports of the core on the real machine.

use scantrail_core::jiff::{Timestamp, Zoned, civil::Date};
use scantrail_core::ports::{Clock, Entropy};

/// The machine's clock in the machine's time zone.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn today(&self) -> Date {
        Zoned::now().date()
    }
}

/// The kernel's random numbers.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn random(&self) -> u64 {
        getrandom::u64().expect("the kernel gives random numbers once it has started")
    }
}
