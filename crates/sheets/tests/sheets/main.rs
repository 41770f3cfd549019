//! What is drawn is read again: sheets through a printer and a scanner made of arithmetic.

mod drawing;
mod frames;
mod paper;
mod reading;
