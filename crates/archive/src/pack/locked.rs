//! A stream behind a passphrase, in the format of age (age-encryption.org/v1): anybody can open it with the tool of that
//! name, without us.

use super::PackError;
use crate::durable::Written;
use crate::outside;
use crate::{DiskError, Operation};
use age::secrecy::SecretString;
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;

/// How hard a passphrase may be to try, as a power of two: what a machine eight times as fast as ours would ask for. More
/// would let a file from a stranger take all memory.
const MOST_WORK: u8 = 22;

/// Words of a passphrase, 16 bits each.
const WORDS: usize = 6;

/// Consonants and vowels of pronounceable words (D. S. Wilkerson, "A Proposal for Proquints", 2009).
const CONSONANTS: &[u8; 16] = b"bdfghjklmnprstvz";
const VOWELS: &[u8; 4] = b"aiou";

/// A new passphrase of six pronounceable words, out of 96 random bits: nobody tries so many, and everybody can say it on
/// a telephone.
pub fn new_passphrase(random: [u64; 2]) -> String {
    let numbers = random.iter().flat_map(|number| (0..4).map(move |at| (number >> (16 * at)) as u16));
    numbers.take(WORDS).map(word).collect::<Vec<_>>().join("-")
}

fn word(number: u16) -> String {
    let consonant = |shift: u16| char::from(CONSONANTS[usize::from(number >> shift & 0xf)]);
    let vowel = |shift: u16| char::from(VOWELS[usize::from(number >> shift & 0x3)]);
    [consonant(12), vowel(10), consonant(6), vowel(4), consonant(0)].iter().collect()
}

/// A passphrase of ours as it was made, however whoever was told it on the telephone typed it: with blanks, in capitals.
/// Any other is what it is.
fn as_made(typed: &str) -> String {
    let words: Vec<String> = typed
        .split(|c: char| !c.is_ascii_alphabetic())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let at = |letters: &[u8], shape: &[u8]| letters.iter().all(|letter| shape.contains(letter));
    let ours = |word: &String| match word.as_bytes() {
        [a, b, c, d, e] => at(&[*a, *c, *e], CONSONANTS) && at(&[*b, *d], VOWELS),
        _ => false,
    };
    if words.len() == WORDS && words.iter().all(ours) { words.join("-") } else { typed.to_owned() }
}

/// A stream that locks what goes through it.
pub struct Locked<W: Write>(age::stream::StreamWriter<W>);

impl<W: Write> Locked<W> {
    /// Begins; takes about a second, so that trying passphrases takes long.
    pub fn begin(to: W, passphrase: &str) -> Result<Self, PackError> {
        let encryptor = age::Encryptor::with_user_passphrase(SecretString::from(passphrase.to_owned()));
        encryptor.wrap_output(to).map(Self).map_err(PackError::Unwritable)
    }

    /// Ends; a stream that was not ended cannot be opened.
    pub fn finish(self) -> Result<W, PackError> {
        self.0.finish().map_err(PackError::Unwritable)
    }
}

impl<W: Write> Write for Locked<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

/// What is behind a passphrase. Every part of it is authentic when it is given out; that it is whole is known at its end.
pub fn unlocked<R: Read>(from: R, passphrase: &str) -> Result<impl Read + use<R>, PackError> {
    let decryptor = age::Decryptor::new(from).map_err(|_| PackError::NotLocked)?;
    if !decryptor.is_scrypt() {
        return Err(PackError::NotLocked);
    }
    let passphrase = SecretString::from(as_made(passphrase));
    let mut identity = age::scrypt::Identity::new(passphrase);
    identity.set_max_work_factor(MOST_WORK);
    decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity)).map_err(|error| match error {
        age::DecryptError::DecryptionFailed | age::DecryptError::KeyDecryptionFailed => PackError::WrongPassphrase,
        age::DecryptError::Io(error) => PackError::Unreadable(error),
        other => PackError::Unreadable(std::io::Error::other(other.to_string())),
    })
}

/// Locks what a reader gives into a new file, and reads it again through the passphrase: what cannot be opened is not
/// handed over. The file is flushed; its name is not, yet.
pub fn lock_into(path: &Path, from: &mut dyn Read, passphrase: &str) -> Result<Written, PackError> {
    let failed = |operation| DiskError::std(operation, path);
    #[expect(clippy::disallowed_methods, reason = "a new file for whoever takes it along; flushed below")]
    let file = File::create_new(path).map_err(failed(Operation::Create))?;
    let mut locked = Locked::begin(BufWriter::new(file), passphrase)?;
    let mut clear = Hashing { inner: from, hasher: Sha256::new() };
    std::io::copy(&mut clear, &mut locked).map_err(PackError::Unwritable)?;
    let put_in = clear.hasher.finalize();
    let file = locked.finish()?.into_inner().map_err(|error| PackError::Unwritable(error.into_error()))?;
    file.sync_all().map_err(failed(Operation::Sync))?;
    drop(file);
    let written = outside::reread(path)?.ok_or(PackError::Unreadable(std::io::ErrorKind::NotFound.into()))?;
    let again = File::open(path).map_err(failed(Operation::Read))?;
    let mut got_out = Sha256::new();
    std::io::copy(&mut unlocked(BufReader::new(again), passphrase)?, &mut got_out).map_err(PackError::Unreadable)?;
    if got_out.finalize() != put_in {
        return Err(PackError::Unreadable(std::io::Error::other("it does not open to what was locked")));
    }
    Ok(written)
}

struct Hashing<'a> {
    inner: &'a mut dyn Read,
    hasher: Sha256,
}

impl Read for Hashing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..n]);
        Ok(n)
    }
}
