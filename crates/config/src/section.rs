//! Walking a table: every key is asked for once, what is left over was misspelt.

use crate::fault::Collector;
use crate::rules::Wrong;
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One table of the file, or the absence of it.
pub(crate) struct Section<'a> {
    faults: &'a Collector<'a>,
    /// `web`, `folder[2]`; empty for the whole file.
    name: String,
    at: Range<usize>,
    table: Option<&'a DeTable<'a>>,
    asked: Vec<&'static str>,
}

impl<'a> Section<'a> {
    /// The whole file.
    pub(crate) fn whole(faults: &'a Collector<'a>, table: &'a DeTable<'a>) -> Self {
        Self { faults, name: String::new(), at: 0..0, table: Some(table), asked: vec![] }
    }

    fn full_key(&self, key: &str) -> String {
        if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) }
    }

    fn value(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.asked.push(key);
        self.table?.get(key)
    }

    /// Notes a fault about a key of this table, at its value, or at the table if the key is missing.
    pub(crate) fn fault(&self, key: &str, wrong: Wrong) {
        let at = self.table.and_then(|table| table.get(key)).map_or(self.at.clone(), Spanned::span);
        self.faults.note(&at, self.full_key(key), wrong.found, wrong.allowed);
    }

    /// The value under a key, if there is a sound one. A wrong one is noted.
    pub(crate) fn optional<T>(
        &mut self,
        key: &'static str,
        rule: impl FnOnce(&DeValue<'a>) -> Result<T, Wrong>,
    ) -> Option<T> {
        let value = self.value(key)?;
        rule(value.get_ref()).map_err(|wrong| self.fault(key, wrong)).ok()
    }

    /// The value under a key, or the default. After a fault the default stands in, so that the walk can go on; the
    /// file is refused all the same.
    pub(crate) fn or<T>(
        &mut self,
        key: &'static str,
        default: T,
        rule: impl FnOnce(&DeValue<'a>) -> Result<T, Wrong>,
    ) -> T {
        self.optional(key, rule).unwrap_or(default)
    }

    /// A value that must be there; its absence is noted.
    pub(crate) fn required<T>(
        &mut self,
        key: &'static str,
        what: &str,
        rule: impl FnOnce(&DeValue<'a>) -> Result<T, Wrong>,
    ) -> Option<T> {
        if self.table.is_none_or(|table| !table.contains_key(key)) {
            self.asked.push(key);
            self.fault(key, Wrong::new("is missing", what));
            return None;
        }
        self.optional(key, rule)
    }

    /// The table under a key; a missing one behaves like an empty one.
    pub(crate) fn section(&mut self, key: &'static str) -> Section<'a> {
        let name = self.full_key(key);
        let value = self.value(key);
        let table = value.and_then(|value| {
            let table = value.get_ref().as_table();
            if table.is_none() {
                self.fault(key, Wrong::kind(value.get_ref(), &format!("a table, `[{name}]`")));
            }
            table
        });
        let at = value.map_or(self.at.clone(), Spanned::span);
        Section { faults: self.faults, name, at, table, asked: vec![] }
    }

    /// The tables under a repeated key, `[[key]]`.
    pub(crate) fn sections(&mut self, key: &'static str) -> Vec<Section<'a>> {
        let Some(value) = self.value(key) else { return vec![] };
        let name = self.full_key(key);
        let items: Vec<_> = value.get_ref().as_array().map(|array| array.iter().collect()).unwrap_or_default();
        if items.iter().any(|item| !item.get_ref().is_table()) || value.get_ref().as_array().is_none() {
            self.fault(key, Wrong::kind(value.get_ref(), &format!("any number of tables, each begun by `[[{name}]]`")));
            return vec![];
        }
        (1..)
            .zip(items)
            .map(|(number, item)| Section {
                faults: self.faults,
                name: format!("{name}[{number}]"),
                at: item.span(),
                table: item.get_ref().as_table(),
                asked: vec![],
            })
            .collect()
    }

    /// Notes every key that was not asked for, with the nearest one that exists.
    pub(crate) fn finish(self) {
        let Some(table) = self.table else { return };
        for key in table.keys().filter(|key| !self.asked.contains(&key.get_ref().as_ref())) {
            let near = self.asked.iter().find(|known| distance(known, key.get_ref()) <= 2);
            let found = match near {
                Some(near) => format!("there is no such setting; did you mean `{near}`?"),
                None => "there is no such setting".to_owned(),
            };
            self.faults.note(&key.span(), self.full_key(key.get_ref()), found, self.asked.join(", "));
        }
    }
}

/// How many letters must be put in, taken out or replaced to make one word of the other (Levenshtein 1966).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn near_words_are_near() {
        for (a, b, expected) in [("listen", "lisen", 1), ("", "abc", 3), ("dpi", "pdi", 2), ("same", "same", 0)] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }
}
