//! Uneven light taken out of paper and whiteboards; colour and pencil stay.
