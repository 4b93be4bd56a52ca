//! What is read, and what is refused.

use super::*;

#[test]
fn what_is_no_statement_is_not_read() {
    let store = Store::new();
    store
        .write("a.md", "# A\n\nText.")
        .write("b.MARKDOWN", "# B\n\nText.");
    for name in [
        ".x.md",
        ".#x.md",
        "~$x.md",
        "#x.md",
        "x.md~",
        "#x.md#",
        "x.md.swp",
        "x.md.bak",
        "x.html",
        "4913",
        ".git/y.md",
        "x.sync-conflict-20240101-1-A.md",
    ] {
        store.write(name, "# X\n\nText.");
    }
    let reading = store.read();
    assert_eq!(slugs(&reading), ["a", "b"]);
    assert_eq!(errors(&reading).len(), 0);
}

#[test]
fn nothing_outside_is_read_and_nothing_blocks() {
    use std::os::unix::fs::symlink;
    let store = Store::new();
    let outside = store.folder.path().join("secret.md");
    fs::write(&outside, "# Geheim\n\nText.").unwrap();
    symlink(&outside, store.path("link.md")).unwrap();
    symlink(store.folder.path(), store.path("loop")).unwrap();
    symlink(store.path("nowhere.md"), store.path("dead.md")).unwrap();
    store.write("..data/a.md", "# Im ConfigMap\n\nText.");
    symlink(store.path("..data/a.md"), store.path("a.md")).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(store.path("fifo.md"))
        .status()
        .unwrap();
    assert!(made.success());
    let sparse = fs::File::create(store.path("sparse.md")).unwrap();
    sparse.set_len(20 * 1024 * 1024 * 1024).unwrap();
    store.write(&format!("{}x.md", "tief/".repeat(60)), "# Tief\n\nText.");

    let began = Instant::now();
    let reading = store.read();
    assert!(began.elapsed() < Duration::from_secs(5));
    assert_eq!(slugs(&reading), ["a"]);
    let said = |part: &str| {
        reading
            .problems
            .iter()
            .any(|problem| problem.message.contains(part) && !problem.path.as_os_str().is_empty())
    };
    for part in [
        "leads out",
        "leads nowhere",
        "no plain file",
        "larger than 4 MB",
        "folders deep",
    ] {
        assert!(said(part), "{part}: {:?}", reading.problems);
    }
}

#[test]
fn charset_faults_name_line_and_remedy() {
    let store = Store::new();
    let utf16: Vec<u8> = "\u{feff}# Titel"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    store
        .write("latin.md", b"# Titel\n\nSt\xF6rung im Hafen.\n")
        .write("utf16.md", utf16)
        .write("nul.md", "# T\n\nText\0.\n")
        .write(
            "bom.md",
            "\u{feff}---\r\ntitle: Mit BOM\r\n---\r\nText.\r\n",
        )
        .write("leer.md", "")
        .write("weiss.md", "\n \n");
    let reading = store.read();
    assert_eq!(slugs(&reading), ["bom"]);
    let latin = errors(&reading)
        .into_iter()
        .find(|problem| problem.path.ends_with("latin.md"))
        .unwrap();
    assert_eq!((latin.line, latin.column), (Some(3), Some(3)));
    assert!(
        latin.message.contains("“ö”") && latin.remedy.contains("UTF-8"),
        "{latin}"
    );
    assert_eq!(errors(&reading).len(), 5);
    assert!(
        errors(&reading)
            .iter()
            .all(|problem| problem.line.is_some() && !problem.remedy.is_empty())
    );
}
