//! What changes is seen.

use super::*;

#[tokio::test]
async fn change_is_seen_within_two_seconds_in_new_folders_too() {
    let store = Store::new();
    let stop = tokio_util::sync::CancellationToken::new();
    let (tell, mut seen) = tokio::sync::mpsc::unbounded_channel();
    let config = store.config.clone();
    let watching = tokio::spawn({
        let stop = stop.clone();
        async move {
            let look = || {
                let found = store::read_all(&config, now()).statements.len();
                let _ = tell.send(found);
                std::future::ready(None)
            };
            store::watch(&config, look, stop).await;
        }
    });
    // The first look follows the opening of the watch.
    tokio::time::timeout(Duration::from_secs(5), seen.recv())
        .await
        .unwrap();
    for (number, path) in ["a.md", "neu/ordner/b.md", "c.txt"].into_iter().enumerate() {
        store.write(path, "# T\n\nText.");
        let wanted = async { while seen.recv().await.unwrap() < number + 1 {} };
        tokio::time::timeout(Duration::from_secs(2), wanted)
            .await
            .unwrap_or_else(|_| panic!("{path}"));
    }
    stop.cancel();
    tokio::time::timeout(Duration::from_secs(2), watching)
        .await
        .unwrap()
        .unwrap();
}
