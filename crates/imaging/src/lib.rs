//! pixels in, pixels and evidence out: orientation, deskew, crop, blank, quality.
