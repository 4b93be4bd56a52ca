//! The timetable: a handful of coarse jobs, rung by `tokio-cron-scheduler`.
//!
//! Times are UTC: the scheduler fixes a zone's offset when a job is made and would be an hour wrong
//! after the next clock change. It neither prevents overlap nor waits at its stop, so both are done
//! here. Single sources are not its business: their next time is computed and kept in the database.

use std::future::Future;
use std::sync::Arc;
use std::time::Instant;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};
use tokio_util::task::TaskTracker;

/// Jobs that ring by themselves until the timetable is stopped.
pub struct Timetable {
    scheduler: JobScheduler,
    running: TaskTracker,
}

impl Timetable {
    /// An empty timetable, ringing.
    ///
    /// # Errors
    /// Where the scheduler can't be started.
    pub async fn start() -> Result<Timetable, JobSchedulerError> {
        let scheduler = JobScheduler::new().await?;
        scheduler.start().await?;
        Ok(Timetable {
            scheduler,
            running: TaskTracker::new(),
        })
    }

    /// Rings `job` by `cron` (six fields, seconds first, UTC). While it runs, it is not rung again.
    ///
    /// # Errors
    /// Where the scheduler does not take the expression.
    pub async fn ring<F, Fut>(
        &self,
        name: &'static str,
        cron: &str,
        job: F,
    ) -> Result<(), JobSchedulerError>
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let running = self.running.clone();
        let busy = Arc::new(tokio::sync::Mutex::new(()));
        let job = Arc::new(job);
        let rung = Job::new_async(cron, move |_, _| {
            let (busy, job, running) = (Arc::clone(&busy), Arc::clone(&job), running.clone());
            Box::pin(async move {
                let Ok(guard) = busy.try_lock_owned() else {
                    tracing::debug!(job = name, "still running; not rung again");
                    return;
                };
                running.spawn(async move {
                    let start = Instant::now();
                    job().await;
                    drop(guard);
                    tracing::debug!(
                        job = name,
                        duration_ms = start.elapsed().as_millis() as u64,
                        "job done"
                    );
                });
            })
        })?;
        self.scheduler.add(rung).await?;
        Ok(())
    }

    /// Rings no more, and waits for the jobs under way.
    pub async fn stop(mut self) {
        if let Err(error) = self.scheduler.shutdown().await {
            tracing::warn!(%error, "the timetable did not stop cleanly");
        }
        self.running.close();
        self.running.wait().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test(flavor = "multi_thread")]
    async fn slow_job_is_not_rung_twice_and_is_awaited() {
        let timetable = Timetable::start().await.unwrap();
        let (started, ended) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (begin, end) = (Arc::clone(&started), Arc::clone(&ended));
        let (rang, mut ring) = tokio::sync::mpsc::unbounded_channel();
        let (go, hold) = tokio::sync::watch::channel(false);
        timetable
            .ring("slow", "* * * * * *", move || {
                let (begin, end, rang, mut hold) = (
                    Arc::clone(&begin),
                    Arc::clone(&end),
                    rang.clone(),
                    hold.clone(),
                );
                async move {
                    begin.fetch_add(1, Ordering::SeqCst);
                    let _ = rang.send(());
                    let _ = hold.wait_for(|go| *go).await;
                    end.fetch_add(1, Ordering::SeqCst);
                }
            })
            .await
            .unwrap();
        ring.recv().await.unwrap();
        // A second ring falls into this time; the job still runs.
        let again = tokio::time::timeout(std::time::Duration::from_millis(1500), ring.recv()).await;
        assert!(again.is_err(), "rung while it ran");
        go.send(true).unwrap();
        timetable.stop().await;
        assert_eq!(started.load(Ordering::SeqCst), ended.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn unusable_expression_is_refused() {
        let timetable = Timetable::start().await.unwrap();
        assert!(
            timetable
                .ring("bad", "every day", || async {})
                .await
                .is_err()
        );
        timetable.stop().await;
    }
}
