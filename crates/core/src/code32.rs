//! Crockford base 32 with check characters: the arithmetic under short codes and sheet payloads.
//!
//! Thirty-two symbols that people do not confuse, treated as the elements of GF(2⁵). Check characters are the
//! syndromes of a Reed–Solomon code over that field, so their strength can be stated rather than hoped for:
//! `n` check characters detect every change of up to `n` characters in a text of at most 31.
//!
//! Source: D. Crockford, "Base 32"; I. S. Reed and G. Solomon, doi:10.1137/0108018.

/// The 32 symbols in order of value; I, L, O and U are missing on purpose.
pub const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The longest text, check characters included, for which the detection promise holds.
pub const MAX_CHECKED_LEN: usize = 31;

/// x⁵ + x² + 1, primitive over GF(2), without its top bit.
const REDUCTION: u8 = 0b0_0101;

/// The symbol of a value; only the low five bits count.
pub fn symbol(value: u8) -> char {
    char::from(ALPHABET[usize::from(value & 31)])
}

/// The value of a symbol as people type it: either case, `O` as zero, `I` and `L` as one.
pub fn value(symbol: char) -> Option<u8> {
    let upper = match symbol.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let at = ALPHABET.iter().position(|&s| char::from(s) == upper)?;
    Some(at as u8)
}

/// `digits` symbols for the low `5 × digits` bits of `number`, most significant first.
pub fn encode(number: u64, digits: usize) -> String {
    (0..digits).rev().map(|place| symbol((number >> (5 * place)) as u8 & 31)).collect()
}

/// The number a text of symbols stands for; `None` if it holds anything else or overflows 60 bits.
pub fn decode(text: &str) -> Option<u64> {
    if text.is_empty() || text.chars().count() > 12 {
        return None;
    }
    text.chars().try_fold(0u64, |number, symbol| Some(number << 5 | u64::from(value(symbol)?)))
}

/// Product in GF(2⁵).
fn multiply(mut a: u8, mut b: u8) -> u8 {
    let mut product = 0;
    while b != 0 {
        if b & 1 == 1 {
            product ^= a;
        }
        let carry = a & 0b1_0000 != 0;
        a = a << 1 & 31;
        if carry {
            a ^= REDUCTION;
        }
        b >>= 1;
    }
    product
}

/// αⁿ for the primitive element α = 2.
fn alpha(n: usize) -> u8 {
    (0..n).fold(1, |power, _| multiply(power, 2))
}

/// Remainder of `values · xⁿ` by the generator with roots α⁰ … αⁿ⁻¹: the `n` check values.
fn remainder(values: &[u8], n: usize) -> Vec<u8> {
    let mut generator = vec![1u8];
    for root in (0..n).map(alpha) {
        let mut next = generator.clone();
        next.push(0);
        for (i, &g) in generator.iter().enumerate() {
            next[i + 1] ^= multiply(g, root);
        }
        generator = next;
    }
    let mut rest = vec![0u8; n];
    for &value in values {
        let factor = value ^ rest[0];
        rest.rotate_left(1);
        rest[n - 1] = 0;
        for (r, &g) in rest.iter_mut().zip(&generator[1..]) {
            *r ^= multiply(factor, g);
        }
    }
    rest
}

/// The `n` check characters for a text of symbols; `None` if the text holds anything else or is too long.
pub fn check_symbols(text: &str, n: usize) -> Option<String> {
    let values = text.chars().map(value).collect::<Option<Vec<u8>>>()?;
    if values.len() + n > MAX_CHECKED_LEN {
        return None;
    }
    Some(remainder(&values, n).into_iter().map(symbol).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_field_has_thirty_one_powers() {
        let mut powers: Vec<u8> = (0..31).map(alpha).collect();
        powers.sort_unstable();
        powers.dedup();
        assert_eq!(powers.len(), 31, "x⁵+x²+1 is primitive");
    }

    #[test]
    fn typed_letters_are_forgiven() {
        assert_eq!(decode("oIl"), decode("011"));
        assert_eq!(decode("u"), None);
        assert_eq!(decode(""), None);
    }

    proptest! {
        #[test]
        fn numbers_round_trip(number in 0u64..1 << 30) {
            prop_assert_eq!(decode(&encode(number, 6)), Some(number));
        }

        #[test]
        fn every_change_of_up_to_three_symbols_is_detected(
            number in 0u64..1 << 60,
            places in proptest::collection::btree_map(0usize..12, 1u8..32, 1..=3),
        ) {
            let text = encode(number, 12);
            let check = check_symbols(&text, 3);
            let damaged: String = text.chars().enumerate().map(|(i, c)| match places.get(&i) {
                Some(&change) => symbol(value(c).unwrap() ^ change),
                None => c,
            }).collect();
            prop_assert_ne!(check_symbols(&damaged, 3), check);
        }
    }
}
