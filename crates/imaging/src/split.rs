//! Two pages in one capture: where the gutter runs.
