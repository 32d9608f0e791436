//! Tests of the pool. Each has its own, which its workers keep for ever.

use super::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicI64};
use std::time::{Duration, Instant};

fn new_pool() -> &'static Pool {
    Box::leak(Box::new(Pool::new()))
}

/// Runs parts that note who did them; every part must be done once.
fn check_parts(pool: &'static Pool, threads: usize, parts: usize) -> usize {
    let counts: Vec<AtomicUsize> = (0..parts).map(|_| AtomicUsize::new(0)).collect();
    let helped = AtomicUsize::new(0);
    pool.run(threads, parts, &|part, seat| {
        counts[part].fetch_add(1, Ordering::Relaxed);
        assert!(seat < threads.max(1));
        helped.fetch_add(usize::from(seat > 0), Ordering::Relaxed);
    });
    assert!(
        counts
            .iter()
            .all(|count| count.load(Ordering::Relaxed) == 1)
    );
    helped.into_inner()
}

/// Waits until as many threads are here as take part, but not for ever.
fn meet(arrived: &AtomicUsize, wanted: usize) -> bool {
    arrived.fetch_add(1, Ordering::SeqCst);
    let start = Instant::now();
    while arrived.load(Ordering::SeqCst) < wanted {
        if start.elapsed() > Duration::from_secs(20) {
            return false;
        }
        std::thread::yield_now();
    }
    true
}

#[test]
fn every_part_is_done_once_however_many_threads_there_are() {
    let pool = new_pool();
    for threads in [0, 1, 2, 3, 8] {
        for parts in [0, 1, 2, 7, 100] {
            check_parts(pool, threads, parts);
        }
    }
    pool.close();
    assert_eq!(check_parts(pool, 4, 10), 0, "a closed pool has no workers");
}

#[test]
fn threads_are_at_it_together_and_have_seats_of_their_own() {
    let pool = new_pool();
    let arrived = AtomicUsize::new(0);
    let seats = AtomicUsize::new(0);
    pool.run(3, 3, &|_, seat| {
        seats.fetch_or(1 << seat, Ordering::Relaxed);
        assert!(meet(&arrived, 3));
    });
    assert_eq!(seats.into_inner(), 0b111);
    pool.close();
}

#[test]
fn calls_from_many_threads_and_from_inside_a_job_all_end() {
    let pool = new_pool();
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                for round in 0..300 {
                    check_parts(pool, 1 + round % 4, round % 9);
                    let inner = AtomicUsize::new(0);
                    pool.run(3, 4, &|_, _| {
                        pool.run(3, 5, &|_, _| {
                            inner.fetch_add(1, Ordering::Relaxed);
                        });
                    });
                    assert_eq!(inner.into_inner(), 20);
                }
            });
        }
    });
    pool.close();
}

/// Were a job taken back before its workers have left, the next one's caller could
/// take the only wake-up.
#[test]
fn callers_in_quick_succession_all_come_back() {
    let pool = new_pool();
    let (sender, receiver) = std::sync::mpsc::channel();
    for _ in 0..4 {
        let sender = sender.clone();
        std::thread::spawn(move || {
            for _ in 0..3000 {
                check_parts(pool, 3, 2);
            }
            sender.send(()).expect("the test waits");
        });
    }
    for _ in 0..4 {
        let back = receiver.recv_timeout(Duration::from_secs(100));
        back.expect("a caller was never woken");
    }
}

#[test]
fn a_worker_that_is_the_last_at_a_job_can_ask_for_threads() {
    let pool = new_pool();
    let arrived = AtomicUsize::new(0);
    let inner = AtomicUsize::new(0);
    pool.run(2, 2, &|_, seat| {
        assert!(meet(&arrived, 2));
        if seat > 0 {
            // By then the caller has done its part and waits.
            std::thread::sleep(Duration::from_millis(100));
            pool.run(2, 4, &|_, _| {
                inner.fetch_add(1, Ordering::Relaxed);
            });
        }
    });
    assert_eq!(inner.into_inner(), 4);
    pool.close();
}

#[test]
fn where_no_thread_can_be_made_the_caller_does_the_work() {
    let pool = new_pool();
    pool.is_refused.store(true, Ordering::Relaxed);
    assert_eq!(check_parts(pool, 4, 50), 0);
    pool.is_refused.store(false, Ordering::Relaxed);
    let arrived = AtomicUsize::new(0);
    pool.run(2, 2, &|_, _| assert!(meet(&arrived, 2)));
    pool.close();
}

#[test]
fn a_panic_of_a_worker_is_raised_in_the_caller_and_the_pool_works_on() {
    let pool = new_pool();
    for _ in 0..20 {
        let arrived = AtomicUsize::new(0);
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            pool.run(2, 2, &|_, seat| {
                assert!(meet(&arrived, 2));
                assert!(seat == 0, "seat {seat} gives up");
            });
        }));
        let payload = outcome.unwrap_err();
        assert_eq!(
            payload.downcast_ref::<String>().unwrap(),
            "in a worker thread: seat 1 gives up"
        );
        check_parts(pool, 2, 20);
    }
    pool.close();
}

#[test]
fn a_panic_of_the_caller_waits_for_the_workers() {
    let pool = new_pool();
    let arrived = AtomicUsize::new(0);
    let finished = AtomicBool::new(false);
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        pool.run(2, 2, &|_, seat| {
            assert!(meet(&arrived, 2));
            assert!(seat != 0, "the caller gives up");
            std::thread::sleep(Duration::from_millis(50));
            finished.store(true, Ordering::SeqCst);
        });
    }));
    assert!(outcome.is_err());
    assert!(finished.load(Ordering::SeqCst));
    check_parts(pool, 2, 20);
    pool.close();
}

#[test]
fn workers_take_no_signals() {
    let pool = new_pool();
    let arrived = AtomicUsize::new(0);
    let taken = AtomicI64::new(0);
    pool.run(2, 2, &|_, seat| {
        assert!(meet(&arrived, 2));
        if seat == 0 {
            return;
        }
        // SAFETY: reads this thread's mask into a place of its own.
        let mask = unsafe {
            let mut mask = core::mem::zeroed();
            libc::pthread_sigmask(libc::SIG_BLOCK, ptr::null(), &raw mut mask);
            mask
        };
        for signal in [libc::SIGINT, libc::SIGTERM, libc::SIGUSR1, libc::SIGCHLD] {
            // SAFETY: a set that was just read.
            let is_blocked = unsafe { libc::sigismember(&raw const mask, signal) } == 1;
            taken.fetch_add(i64::from(!is_blocked), Ordering::Relaxed);
        }
    });
    assert_eq!(taken.into_inner(), 0);
    pool.close();
}

/// Forks; the child runs `body`, which says whether all is well, and is
/// stopped when it takes long.
fn in_child(body: impl FnOnce() -> bool) -> bool {
    // SAFETY: the child uses what is its own, and ends without returning.
    unsafe {
        match libc::fork() {
            0 => {
                libc::alarm(60);
                let well = catch_unwind(AssertUnwindSafe(body)).unwrap_or(false);
                libc::_exit(i32::from(!well))
            }
            child => {
                let mut status = -1;
                assert_eq!(libc::waitpid(child, &raw mut status, 0), child);
                status == 0
            }
        }
    }
}

/// Whether two threads work at once.
fn two_meet(pool: &'static Pool) -> bool {
    let arrived = AtomicUsize::new(0);
    let met = AtomicUsize::new(0);
    pool.run(2, 2, &|_, _| {
        met.fetch_add(usize::from(meet(&arrived, 2)), Ordering::Relaxed);
    });
    met.into_inner() == 2
}

#[test]
fn a_child_forked_during_another_threads_work_works_in_parallel() {
    let pool = new_pool();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                check_parts(pool, 3, 64);
            }
        });
        for _ in 0..40 {
            assert!(in_child(|| two_meet(pool)));
        }
        stop.store(true, Ordering::Relaxed);
    });
    assert!(two_meet(pool));
    pool.close();
}

#[test]
fn a_child_forked_inside_of_a_job_does_not_wait_for_its_parents_threads() {
    let pool = new_pool();
    let arrived = AtomicUsize::new(0);
    let is_parent = AtomicBool::new(true);
    let well = AtomicBool::new(false);
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        pool.run(2, 2, &|_, seat| {
            assert!(meet(&arrived, 2));
            if seat > 0 {
                std::thread::sleep(Duration::from_millis(300));
                return;
            }
            // SAFETY: the child ends below, without returning from the test.
            let child = unsafe { libc::fork() };
            if child == 0 {
                is_parent.store(false, Ordering::Relaxed);
                // SAFETY: kills the child alone, should it hang.
                unsafe { libc::alarm(60) };
                return;
            }
            let mut status = -1;
            // SAFETY: a child of this process.
            unsafe { libc::waitpid(child, &raw mut status, 0) };
            well.store(status == 0, Ordering::Relaxed);
        });
    }));
    if !is_parent.load(Ordering::Relaxed) {
        // The worker's part is lost, which is told; the pool works again.
        let well = outcome.is_err() && two_meet(pool);
        // SAFETY: ends the child.
        unsafe { libc::_exit(i32::from(!well)) };
    }
    assert!(outcome.is_ok() && well.load(Ordering::Relaxed));
    pool.close();
}

#[test]
fn work_is_split_by_its_bytes() {
    assert_eq!(parts_on(1, 1 << 40), 1);
    assert_eq!(parts_on(2, WORTH_SHARING - 1), 1);
    assert_eq!(parts_on(2, WORTH_SHARING), 4);
    assert_eq!(parts_on(2, 1 << 40), 8);
    assert_eq!(parts_on(16, 16 << 20), 16);
}

#[test]
fn a_number_of_threads_is_checked() {
    assert_eq!(checked("count", 7), Ok(7));
    assert!(checked("count", 0).unwrap() >= 1);
    assert_eq!(checked("count", 256), Ok(256));
    assert!(matches!(checked("count", 257), Err(Error::Limit { .. })));
    assert!(matches!(
        checked("count", -1),
        Err(Error::InvalidValue { .. })
    ));
}
