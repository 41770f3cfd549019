//! Tesseract behind the Recogniser port, one warm handle per thread.
