//! Three-dimensional work under a camera: cut out with a margin, colour untouched.
