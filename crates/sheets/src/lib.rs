//! QR payloads, drawing sheets as PDF, finding codes in pixels.
