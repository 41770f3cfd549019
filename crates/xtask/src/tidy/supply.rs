//! Crates by other people: where they come from, whether their licence suits ours, and those we do not want at all.

use super::Finding;
use serde_json::Value;

/// Licences whose terms the MIT and Apache licences of Scantrail can carry along.
const LICENCES: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Crates that stand for something the product does not do.
const UNWANTED: &[(&[&str], &str)] = &[
    (
        &["attohttpc", "curl", "isahc", "minreq", "reqwest", "ureq"],
        "a child's data stays in the school: the program calls no server",
    ),
    (&["native-tls", "openssl", "openssl-sys"], "there is no OpenSSL in it to keep up to date"),
    (&["sentry", "opentelemetry-otlp"], "no telemetry"),
];

/// Where crates come from: the public registry, with a checksum in the lock file.
const REGISTRY: &str = "registry+";

/// The rule, over the answer of `cargo metadata` with dependencies.
pub(crate) fn check(metadata: &Value) -> Vec<Finding> {
    let packages = metadata["packages"].as_array().map_or(&[][..], Vec::as_slice);
    // Our own crates have no source.
    let foreign = packages.iter().filter_map(|package| Some((package, package["source"].as_str()?)));
    foreign
        .filter_map(|(package, source)| fault(package, source))
        .map(|fault| Finding::new("Cargo.lock", 0, fault))
        .collect()
}

fn fault(package: &Value, source: &str) -> Option<String> {
    let name = package["name"].as_str().unwrap_or_default();
    if let Some((_, why)) = UNWANTED.iter().find(|(names, _)| names.contains(&name)) {
        return Some(format!("`{name}` is not wanted: {why}"));
    }
    if !source.starts_with(REGISTRY) {
        return Some(format!("`{name}` does not come from the registry but from {source}"));
    }
    let licence = package["license"].as_str().unwrap_or("none stated");
    (!suits(licence)).then(|| format!("`{name}` has a licence that we have not agreed to: {licence}"))
}

/// Is there a way through the SPDX expression with licences of the list only?
fn suits(expression: &str) -> bool {
    // The old form `MIT/Apache-2.0` means `OR`.
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader { words: &words };
    reader.any_of().is_some_and(|suits| suits && reader.words.is_empty())
}

/// Reads an expression from the left; nothing when it is not one.
struct Reader<'a> {
    words: &'a [&'a str],
}

impl<'a> Reader<'a> {
    fn any_of(&mut self) -> Option<bool> {
        let mut suits = self.all_of()?;
        while self.take("OR") {
            suits |= self.all_of()?;
        }
        Some(suits)
    }

    fn all_of(&mut self) -> Option<bool> {
        let mut suits = self.one()?;
        while self.take("AND") {
            suits &= self.one()?;
        }
        Some(suits)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let suits = self.any_of()?;
            return self.take(")").then_some(suits);
        }
        let name = self.next()?;
        if self.take("WITH") {
            let exception = self.next()?;
            return Some(LICENCES.contains(&format!("{name} WITH {exception}").as_str()));
        }
        Some(LICENCES.contains(&name))
    }

    fn next(&mut self) -> Option<&'a str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    fn take(&mut self, word: &str) -> bool {
        let is_next = self.words.first() == Some(&word);
        if is_next {
            self.words = &self.words[1..];
        }
        is_next
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn faults(name: &str, licence: &str, source: Option<&str>) -> Vec<String> {
        let package = json!({ "name": name, "license": licence, "source": source });
        check(&json!({ "packages": [package] })).into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn expressions_are_read_as_spdx_says() {
        for suiting in [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-3.0-only OR MIT",
            "(MIT OR GPL-2.0-only) AND Unicode-3.0",
            "MIT OR Apache-2.0 OR LGPL-2.1-or-later",
            "GPL-3.0-only AND MIT OR Zlib",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert!(suits(suiting), "{suiting}");
        }
        for not in [
            "GPL-3.0-only",
            "MIT AND GPL-3.0-only",
            "MIT AND (GPL-3.0-only OR LGPL-3.0-only)",
            "GPL-3.0-only WITH Classpath-exception-2.0",
            "mit",
            "MIT OR",
            "(MIT",
            "MIT MIT",
            "",
        ] {
            assert!(!suits(not), "{not}");
        }
    }

    #[test]
    fn crates_come_from_the_registry_with_a_licence() {
        assert_eq!(faults("a", "MIT", Some("registry+x")), [""; 0]);
        assert_eq!(faults("ours", "anything", None), [""; 0]);
        assert!(faults("a", "MIT", Some("git+https://x"))[0].contains("does not come from the registry"));
        assert!(faults("a", "AGPL-3.0-only", Some("registry+x"))[0].contains("AGPL-3.0-only"));
        let unlicensed = json!({ "packages": [{ "name": "a", "license": null, "source": "registry+x" }] });
        assert!(check(&unlicensed)[0].message.contains("none stated"));
    }

    #[test]
    fn crates_that_call_servers_are_not_wanted_however_they_get_in() {
        assert!(faults("reqwest", "MIT", Some("registry+x"))[0].contains("calls no server"));
    }
}
