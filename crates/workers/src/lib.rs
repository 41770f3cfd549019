//! The programs that may crash: `scantrail-sane-worker` drives libsane, `scantrail-decode-worker` decodes untrusted
//! files in a sandbox. The daemon starts them, feeds them and outlives them.
//!
//! **Invariant:** a worker owns nothing durable; whatever it held when it died is still with its parent or its source.
