//! Text as a school's pages have it: a few words everywhere, most words seldom, and slips of the reader.

/// Letters that readers take for others, and for each other.
const SLIPS: [(&str, &str); 8] =
    [("rn", "m"), ("m", "rn"), ("l", "1"), ("i", "l"), ("o", "0"), ("c", "e"), ("e", "c"), ("cl", "d")];

/// One word in so many is read with a slip.
const SLIP_EVERY: u64 = 25;

/// Random numbers that are the same in every run (`SplitMix64`, doi:10.1145/2714064.2660195).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// A number below `end`.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}

/// A language: its words, the commonest first, and how often each is used (Zipf).
pub(crate) struct Language {
    words: Vec<String>,
    reach: Vec<f64>,
}

impl Language {
    /// A language of `size` words.
    pub(crate) fn new(size: usize, random: &mut Random) -> Self {
        let mut words: Vec<String> = Vec::with_capacity(size);
        let mut known = std::collections::BTreeSet::new();
        while words.len() < size {
            // The commoner a word, the shorter.
            let syllables = match words.len() {
                0..200 => 1,
                200..4000 => 1 + random.below(2),
                _ => 2 + random.below(2),
            };
            let word: String = (0..syllables).map(|_| syllable(random)).collect();
            if word.len() > 1 && known.insert(word.clone()) {
                words.push(word);
            }
        }
        let mut sum = 0.0;
        let reach = (1..=size).map(|rank| {
            sum += 1.0 / (rank as f64 + 2.7);
            sum
        });
        Self { reach: reach.collect(), words }
    }

    /// A word, as often as it is used.
    pub(crate) fn word(&self, random: &mut Random) -> &str {
        let total = self.reach.last().copied().unwrap_or(1.0);
        let at = random.below(1 << 40) as f64 / (1_u64 << 40) as f64 * total;
        &self.words[self.reach.partition_point(|reach| *reach < at).min(self.words.len() - 1)]
    }

    /// The word of that rank, from 0.
    pub(crate) fn ranked(&self, rank: usize) -> &str {
        &self.words[rank]
    }

    /// A page of `words` words, ten in a line, some with a slip.
    pub(crate) fn page(&self, words: usize, random: &mut Random) -> String {
        let mut text = String::new();
        for at in 0..words {
            let word = self.word(random);
            match random.below(SLIP_EVERY) {
                0 => text.push_str(&slip(word, random)),
                _ => text.push_str(word),
            }
            text.push(if at % 10 == 9 { '\n' } else { ' ' });
        }
        text
    }
}

/// The word with one slip.
pub(crate) fn slip(word: &str, random: &mut Random) -> String {
    let (from, to) = SLIPS[random.below(SLIPS.len() as u64) as usize];
    let letters = word.len() as u64;
    let at = random.below(letters) as usize;
    match random.below(4) {
        0 | 1 if word.contains(from) => word.replacen(from, to, 1),
        2 if letters > 2 => format!("{}{}", &word[..at], &word[at + 1..]),
        _ => format!("{}{}{}", &word[..at], (b'a' + random.below(26) as u8) as char, &word[at + 1..]),
    }
}

fn syllable(random: &mut Random) -> String {
    const BEGIN: [&str; 22] = [
        "b", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "t", "w", "st", "tr", "ch", "sh", "th", "cl", "br",
        "",
    ];
    const MIDDLE: [&str; 9] = ["a", "e", "i", "o", "u", "ea", "oo", "ai", "ou"];
    const END: [&str; 12] = ["", "", "", "", "n", "r", "s", "t", "l", "m", "ck", "rn"];
    let mut of = |from: &[&'static str]| from[random.below(from.len() as u64) as usize];
    format!("{}{}{}", of(&BEGIN), of(&MIDDLE), of(&END))
}
