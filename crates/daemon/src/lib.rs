//! wires every adapter together: intake, workers, filing, recovery.
