//! The site as a browser and as a stranger see it: on the router, and in a real Chromium over loopback.
//!
//! Every pupil here is made up.

#![expect(clippy::unwrap_used, reason = "what is missing in a test fails the test")]

mod browser;
mod browsing;
mod desk;
mod guarding;
mod paint;
mod routes;
mod school;
mod sheets;
