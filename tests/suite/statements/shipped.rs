//! The store that is shipped.

use super::*;

/// A copy of the store that is shipped, with its memory of ids.
fn shipped() -> Store {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("store");
    let store = Store::new();
    for file in fs::read_dir(shipped.join("statements")).unwrap() {
        let file = file.unwrap();
        store.write(
            file.file_name().to_str().unwrap(),
            fs::read(file.path()).unwrap(),
        );
    }
    fs::copy(
        shipped.join("ids.jsonl"),
        store.folder.path().join("store/ids.jsonl"),
    )
    .unwrap();
    store
}

#[test]
fn shipped_statements_are_read_whole_in_three_shapes() {
    let reading = shipped().read();
    assert_eq!(reading.problems, []);
    let read: Vec<_> = reading
        .statements
        .iter()
        .map(|read| &read.statement)
        .map(|statement| {
            (
                statement.slug.as_str(),
                statement.language.as_deref().unwrap_or_default(),
                statement.publisher.as_deref().unwrap_or_default(),
                day(statement).unwrap_or_default(),
                statement.signatories.len(),
                statement.inferred.contains(&"title".to_owned()),
            )
        })
        .collect();
    assert_eq!(
        read,
        [
            (
                "offene-haefen",
                "de",
                "Netzwerk Offene Häfen",
                "2025-10-06 00:00".into(),
                5,
                false
            ),
            (
                "otkrytye-gavani",
                "ru",
                "Сеть «Открытые гавани»",
                "2025-10-06 00:00".into(),
                5,
                false
            ),
            (
                "saltmouth-berth",
                "en",
                "Open Harbours Network",
                "2025-11-03 00:00".into(),
                0,
                true
            ),
        ]
    );
    assert_eq!(
        reading.statements[2].statement.title,
        "First reserved berth taken: Windrose lands 84 people at Saltmouth"
    );
    assert!(
        reading
            .statements
            .iter()
            .all(|read| read.statement.contact.is_some())
    );
}

#[tokio::test]
async fn shipped_store_stays_as_it_is_in_a_clean_clone() {
    let store = shipped();
    let before = store.ids();
    let database = store.database().await;
    store::keep(&database, &Rules::default(), &store.config, now())
        .await
        .unwrap();
    database.close().await;
    assert_eq!(store.ids(), before);
    let ids: Vec<String> = store
        .read()
        .statements
        .iter()
        .map(|read| read.statement.id.clone())
        .collect();
    assert_eq!(
        ids,
        [
            "tag:offene-haefen.example,2025-10-06:offene-haefen",
            "tag:offene-haefen.example,2025-10-06:otkrytye-gavani",
            "tag:offene-haefen.example,2025-11-03:saltmouth-berth",
        ]
    );
}
