//! The outline in painted photos: corners known exactly.
