//! The file of a data folder that lies somewhere else now.

use crate::sample::quoted;
use std::path::Path;
use toml::de::DeTable;

/// The text of a `scantrail.toml` with this absolute path as its data folder, every other character as it was. `None` if
/// there is nothing to change: it names the folder by a path that starts where the file lies, or is no sound file.
pub fn moved(text: &str, data: &Path) -> Option<String> {
    let table = DeTable::parse(text).ok()?;
    let found = table.get_ref().get("data")?;
    let before = found.get_ref().as_str()?;
    if !Path::new(before).is_absolute() || Path::new(before) == data {
        return None;
    }
    let mut new = text.to_owned();
    new.replace_range(found.span(), &quoted(&data.to_string_lossy()));
    Some(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_folder_changes() {
        let text = "# data = \"/x\"\ndata = '/srv/old'  # here\n[backup]\nto = \"/srv/old\"\n";
        let new = moved(text, Path::new("/srv/a \"new\" 'one'")).unwrap();
        assert_eq!(new, text.replace("'/srv/old'", r#""""/srv/a "new" 'one'""""#));
        assert_eq!(moved("data = \".\"", Path::new("/srv/new")), None, "it is where the file is");
        assert_eq!(moved(text, Path::new("/srv/old")), None);
        assert_eq!(moved("data = ", Path::new("/srv/new")), None);
    }
}
