//! A small pool of threads, asked for: without a wish of the program's there
//! is one thread, the caller's own, and no other is ever made.
//!
//! # How work is shared
//!
//! A caller posts a job of numbered parts and takes part in it; workers that
//! are idle join. Whoever is free takes the next part, so that a slow thread
//! does fewer. The call returns when all parts are done. There is one job at a
//! time: a call that finds the pool busy, from another thread or from inside a
//! job, does all its parts itself. So does a caller where no thread can be made.
//! Which thread does a part must not matter to its result.
//!
//! # What a program sees of it
//!
//! * Threads are made when first needed, by `pthread_create`, with all signals
//!   blocked and a stack of [`STACK`] bytes, of which kernels need 32 KiB; the
//!   rest is for callbacks. Nothing here allocates through Rust, whose
//!   allocations abort when memory runs out.
//! * A panic in a worker becomes a panic in the caller, when all threads have
//!   left the job; the pool works on.
//! * A forked child has none of its parent's threads. The pool belongs to the
//!   process whose id it was set up under; a child sets it up anew instead of
//!   looking at locks that were held, or at a job that was under way, when it
//!   was forked. A callback that runs inside a job must not fork a child that
//!   returns from it: parts that other threads were at never end there, which
//!   is then a panic.
//! * At exit, idle workers end, so that tools find no memory that is still in
//!   use; a job under way is left alone.

use core::cell::{Cell, UnsafeCell};
use core::panic::AssertUnwindSafe;
use core::ptr;
use core::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::panic;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::provoke;
use crate::error::{Error, Result};

/// The most threads that may be asked for.
pub const MAX_THREADS: usize = 256;

/// Bytes of a worker's stack.
const STACK: usize = 1 << 20;

/// Fewer bytes than this are moved by one thread: waking a worker and waiting
/// for it takes some 20 to 100 µs, in which one thread moves a good part of
/// what its caches hold; and from there on memory is what threads share.
pub const WORTH_SHARING: usize = 4 << 20;
/// A part of work that is shared moves at least so many bytes.
const LEAST_PART: usize = 1 << 20;
/// Parts for each thread, so that those that are held up do fewer.
const PARTS_PER_THREAD: usize = 4;

/// How many threads work may use; 0 until the environment was asked.
static THREADS: AtomicUsize = AtomicUsize::new(0);

/// The pool of the process.
static POOL: Pool = Pool::new();

/// How many threads work may use, the caller's included: what the program set,
/// else what LIBARRAY_NUM_THREADS said when it was first asked, else 1.
pub fn num_threads() -> usize {
    match THREADS.load(Ordering::Relaxed) {
        0 => {
            let wanted = from_environment().unwrap_or(1);
            // Another thread may have set it meanwhile; then that holds.
            match THREADS.compare_exchange(0, wanted, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => wanted,
                Err(set) => set,
            }
        }
        threads => threads,
    }
}

/// Sets how many threads work may use; 0 stands for as many as there are
/// processors that this process may run on.
pub fn set_num_threads(count: i64) -> Result<()> {
    THREADS.store(checked("count", count)?, Ordering::Relaxed);
    Ok(())
}

/// A number of threads that a caller asks for, at least 1.
pub fn checked(argument: &'static str, count: i64) -> Result<usize> {
    match usize::try_from(count) {
        Ok(0) => Ok(processors()),
        Ok(count) if count <= MAX_THREADS => Ok(count),
        Ok(_) => Err(Error::Limit {
            what: argument,
            limit: MAX_THREADS as i64,
            given: count,
        }),
        Err(_) => Err(Error::InvalidValue {
            argument,
            value: count,
            expected: "a number of threads, or 0 for as many as there are processors",
        }),
    }
}

/// What LIBARRAY_NUM_THREADS says, if it is a number; one that is too large is
/// the largest.
fn from_environment() -> Option<usize> {
    // SAFETY: the name is NUL-terminated. A program that changes its
    // environment while another thread reads it breaks the rules of `setenv`.
    let text = unsafe { libc::getenv(c"LIBARRAY_NUM_THREADS".as_ptr()) };
    if text.is_null() {
        return None;
    }
    // SAFETY: what `getenv` returns is a NUL-terminated string.
    let text = unsafe { core::ffi::CStr::from_ptr(text) }.to_str().ok()?;
    let count: u32 = text.trim().parse().ok()?;
    checked("count", i64::from(count).min(MAX_THREADS as i64)).ok()
}

/// The processors that this process may run on.
fn processors() -> usize {
    #[cfg(target_os = "linux")]
    {
        // SAFETY: a set of processors is plain numbers, for which zero is fine,
        // and the call is told its size.
        let count = unsafe {
            let mut set: libc::cpu_set_t = core::mem::zeroed();
            match libc::sched_getaffinity(0, size_of::<libc::cpu_set_t>(), &raw mut set) {
                0 => i64::from(libc::CPU_COUNT(&set)),
                // More of them than the set has room for.
                _ => libc::sysconf(libc::_SC_NPROCESSORS_ONLN) as i64,
            }
        };
        count.clamp(1, MAX_THREADS as i64) as usize
    }
    #[cfg(not(target_os = "linux"))]
    thread::available_parallelism().map_or(1, |count| count.get().min(MAX_THREADS))
}

/// Into how many parts to split work that moves so many bytes.
pub fn parts_for(bytes: usize) -> usize {
    parts_on(num_threads(), bytes)
}

fn parts_on(threads: usize, bytes: usize) -> usize {
    if threads == 1 || bytes < WORTH_SHARING {
        return 1;
    }
    (bytes / LEAST_PART).min(threads * PARTS_PER_THREAD)
}

/// Calls `body` once with each number below `parts`, on up to [`num_threads`]
/// threads, and returns when all calls have.
///
/// # Panics
///
/// When one of the calls does.
pub fn parallel(parts: usize, body: &(dyn Fn(usize) + Sync)) {
    POOL.run(num_threads(), parts, &|part, _| body(part));
}

/// The same on up to `threads` threads. `body` is also told its seat, a number
/// below `threads` that no two threads have at once.
///
/// # Panics
///
/// When one of the calls does.
pub fn parallel_on(threads: usize, parts: usize, body: &(dyn Fn(usize, usize) + Sync)) {
    POOL.run(threads, parts, body);
}

thread_local! {
    static IS_WORKER: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is one of the pool's: its panics are the caller's to
/// report, and not to be printed.
pub fn is_worker() -> bool {
    IS_WORKER.with(Cell::get)
}

/// Parts to be done; stands on the stack of the caller.
struct Job<'a> {
    body: &'a (dyn Fn(usize, usize) + Sync),
    parts: usize,
    /// The next part that nobody has taken.
    next: AtomicUsize,
    /// How many parts are done.
    done: AtomicUsize,
    /// The first panic of a worker.
    panic: Mutex<Option<thread::Result<()>>>,
}

impl Job<'_> {
    /// Does parts until none is left.
    fn work(&self, seat: usize) {
        loop {
            let part = self.next.fetch_add(1, Ordering::Relaxed);
            if part >= self.parts {
                return;
            }
            provoke(match seat {
                0 => c"the caller's part",
                _ => c"a worker's part",
            });
            (self.body)(part, seat);
            self.done.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// What a [`Pool`]'s lock guards.
struct State {
    /// The job under way; valid as long as it stands here or `active` is not 0.
    job: Option<*const Job<'static>>,
    /// The number of the job, so that no worker joins one twice.
    ticket: u64,
    /// How many workers may still join it.
    vacant: usize,
    /// The next worker's seat; the caller's is 0.
    seat: usize,
    /// Workers that are at it.
    active: usize,
    /// Threads that were made.
    workers: usize,
    handles: [os::Handle; MAX_THREADS],
    /// Whether the process is about to end.
    is_closed: bool,
}

// SAFETY: the job is shared between threads by design; it is `Sync`, and
// outlives what looks at it.
unsafe impl Send for State {}

struct Inner {
    state: Mutex<State>,
    /// Idle workers wait here.
    posted: Condvar,
    /// The caller waits here for the last worker to leave its job.
    left: Condvar,
}

/// A pool; it stands still, and for ever.
struct Pool {
    /// The id of the process that set `inner` up; negative while it is at it,
    /// 0 where nobody has.
    owner: AtomicI64,
    inner: UnsafeCell<Inner>,
    /// For tests: as if the system had no more threads.
    #[cfg(test)]
    is_refused: core::sync::atomic::AtomicBool,
}

// SAFETY: `inner` is written only by the one thread that made `owner` negative,
// when no other thread of its process has seen it set up, and otherwise shared
// as what it is, locks.
unsafe impl Sync for Pool {}

fn process() -> i64 {
    i64::from(std::process::id())
}

impl Inner {
    const fn new() -> Inner {
        Inner {
            state: Mutex::new(State {
                job: None,
                ticket: 0,
                vacant: 0,
                seat: 0,
                active: 0,
                workers: 0,
                handles: [os::NO_HANDLE; MAX_THREADS],
                is_closed: false,
            }),
            posted: Condvar::new(),
            left: Condvar::new(),
        }
    }

    /// Nothing panics under the lock, so that it is never poisoned.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn wait<'a>(condition: &Condvar, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
    condition
        .wait(state)
        .unwrap_or_else(PoisonError::into_inner)
}

impl Pool {
    const fn new() -> Pool {
        Pool {
            owner: AtomicI64::new(0),
            inner: UnsafeCell::new(Inner::new()),
            #[cfg(test)]
            is_refused: core::sync::atomic::AtomicBool::new(false),
        }
    }

    /// The locks, when they are this process's own.
    fn inner(&self) -> Option<&Inner> {
        let is_own = self.owner.load(Ordering::Acquire) == process();
        // SAFETY: set up by this process, and not written again in it.
        is_own.then(|| unsafe { &*self.inner.get() })
    }

    /// The locks, set up where they are not; `None` while another thread is
    /// doing that.
    fn inner_or_fresh(&self) -> Option<&Inner> {
        let process = process();
        let owner = self.owner.load(Ordering::Acquire);
        if owner != process {
            // A negative number of another process is a thread that was not
            // forked along.
            if owner == -process {
                return None;
            }
            self.owner
                .compare_exchange(owner, -process, Ordering::Acquire, Ordering::Relaxed)
                .ok()?;
            // SAFETY: no thread of this process has used what stands there, but
            // perhaps this one, in a job that its parent began, which it does
            // not touch again; and no other one can get here.
            unsafe { self.inner.get().write(Inner::new()) };
            if ptr::eq(self, &POOL) {
                os::register();
            }
            self.owner.store(process, Ordering::Release);
        }
        self.inner()
    }

    /// Does all parts; see [`parallel_on`].
    fn run(&'static self, threads: usize, parts: usize, body: &(dyn Fn(usize, usize) + Sync)) {
        let job = Job {
            body,
            parts,
            next: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
            panic: Mutex::new(None),
        };
        let helpers = threads.min(parts).saturating_sub(1);
        let process_before = process();
        if helpers == 0 || !self.post(&job, helpers) {
            return job.work(0);
        }
        let own = panic::catch_unwind(AssertUnwindSafe(|| job.work(0)));
        // In a child that a callback forked nobody else is at the job.
        let is_child = process() != process_before;
        if !is_child {
            self.withdraw();
        }
        if let Err(payload) = own {
            panic::resume_unwind(payload);
        }
        assert!(
            !is_child || job.done.load(Ordering::Acquire) == parts,
            "forked inside of work on several threads"
        );
        let panicked = job
            .panic
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(Err(payload)) = panicked {
            let text = payload.downcast_ref::<&str>().copied();
            let text = text.or_else(|| payload.downcast_ref::<std::string::String>().map(|s| &**s));
            panic!("in a worker thread: {}", text.unwrap_or("no message"));
        }
    }

    /// Hands a job to at most so many workers; says whether there is one.
    fn post(&'static self, job: &Job<'_>, helpers: usize) -> bool {
        let Some(inner) = self.inner_or_fresh() else {
            return false;
        };
        let mut state = inner.lock();
        // One of the workers at a job may be who posts this one, and must not
        // wait for itself.
        if state.job.is_some() || state.active > 0 || state.is_closed {
            return false;
        }
        while state.workers < helpers.min(MAX_THREADS) {
            match self.make_worker() {
                Some(handle) => {
                    let place = state.workers;
                    state.handles[place] = handle;
                    state.workers += 1;
                }
                None => break,
            }
        }
        let helpers = helpers.min(state.workers);
        if helpers == 0 {
            return false;
        }
        // It is taken back before it ends, by `withdraw`.
        state.job = Some(ptr::from_ref(job).cast::<Job<'static>>());
        state.ticket += 1;
        state.vacant = helpers;
        state.seat = 0;
        drop(state);
        for _ in 0..helpers {
            inner.posted.notify_one();
        }
        true
    }

    /// Takes the job back and waits until no worker is at it.
    fn withdraw(&self) {
        let Some(inner) = self.inner() else {
            return;
        };
        let mut state = inner.lock();
        // Nobody joins any more. Until all have left the job stays where it is,
        // so that no other is posted meanwhile, whose workers this caller would
        // wait for, too, and whose caller would be a second one to wake.
        state.vacant = 0;
        while state.active > 0 {
            state = wait(&inner.left, state);
        }
        state.job = None;
    }

    fn make_worker(&'static self) -> Option<os::Handle> {
        #[cfg(test)]
        if self.is_refused.load(Ordering::Relaxed) {
            return None;
        }
        os::make(self)
    }

    /// What a worker does as long as it lives.
    fn work(&self) {
        IS_WORKER.with(|is_worker| is_worker.set(true));
        let process_before = process();
        let mut seen = 0;
        while process() == process_before
            && let Some(inner) = self.inner()
        {
            let mut state = inner.lock();
            let (job, seat) = loop {
                if state.is_closed {
                    return;
                }
                match state.job {
                    Some(job) if state.vacant > 0 && state.ticket != seen => {
                        state.vacant -= 1;
                        state.active += 1;
                        state.seat += 1;
                        seen = state.ticket;
                        break (job, state.seat);
                    }
                    _ => state = wait(&inner.posted, state),
                }
            };
            drop(state);
            // SAFETY: the caller waits until no worker is active.
            let job = unsafe { &*job };
            if let Err(payload) = panic::catch_unwind(AssertUnwindSafe(|| job.work(seat))) {
                let mut first = job.panic.lock().unwrap_or_else(PoisonError::into_inner);
                first.get_or_insert(Err(payload));
            }
            // In a child that a callback forked there is nothing to go back to.
            if process() != process_before {
                return;
            }
            let mut state = inner.lock();
            state.active -= 1;
            if state.active == 0 {
                inner.left.notify_one();
            }
        }
    }

    /// Ends idle workers, for good.
    fn close(&self) {
        let Some(inner) = self.inner() else {
            return;
        };
        let mut state = inner.lock();
        if state.job.is_some() || state.active > 0 || state.is_closed {
            return;
        }
        state.is_closed = true;
        let (handles, workers) = (state.handles, state.workers);
        drop(state);
        inner.posted.notify_all();
        for &handle in &handles[..workers] {
            os::join(handle);
        }
    }
}

/// Threads of the system.
#[cfg(unix)]
mod os {
    use core::ffi::c_void;
    use core::mem::MaybeUninit;
    use core::ptr;
    use core::sync::atomic::{AtomicBool, Ordering};

    use super::{POOL, Pool, STACK};

    /// What stands for a thread.
    pub(super) type Handle = libc::pthread_t;
    // SAFETY: a number or a pointer; it is never used.
    pub(super) const NO_HANDLE: Handle = unsafe { core::mem::zeroed() };

    extern "C" fn work(pool: *mut c_void) -> *mut c_void {
        // SAFETY: `make` handed a pool over, which stands for ever.
        unsafe { &*pool.cast_const().cast::<Pool>() }.work();
        ptr::null_mut()
    }

    /// Makes a worker with all signals blocked, if the system can.
    pub(super) fn make(pool: &'static Pool) -> Option<Handle> {
        // SAFETY: calls of the threads library on values of our own, each
        // initialised by the call before it; the mask of this thread is put
        // back. The new thread uses nothing but the pool.
        unsafe {
            let mut attributes = MaybeUninit::<libc::pthread_attr_t>::uninit();
            if libc::pthread_attr_init(attributes.as_mut_ptr()) != 0 {
                return None;
            }
            libc::pthread_attr_setstacksize(attributes.as_mut_ptr(), STACK);
            let mut all = MaybeUninit::<libc::sigset_t>::uninit();
            let mut before = MaybeUninit::<libc::sigset_t>::uninit();
            libc::sigfillset(all.as_mut_ptr());
            libc::pthread_sigmask(libc::SIG_SETMASK, all.as_ptr(), before.as_mut_ptr());
            let mut handle = NO_HANDLE;
            let failed = libc::pthread_create(
                &raw mut handle,
                attributes.as_ptr(),
                work,
                ptr::from_ref(pool).cast_mut().cast(),
            );
            libc::pthread_sigmask(libc::SIG_SETMASK, before.as_ptr(), ptr::null_mut());
            libc::pthread_attr_destroy(attributes.as_mut_ptr());
            (failed == 0).then_some(handle)
        }
    }

    /// Waits for a worker to end.
    pub(super) fn join(handle: Handle) {
        // SAFETY: the thread was made by us, and is waited for once.
        unsafe { libc::pthread_join(handle, ptr::null_mut()) };
    }

    extern "C" fn at_exit() {
        POOL.close();
    }

    extern "C" fn in_child() {
        POOL.owner.store(0, Ordering::Release);
    }

    /// Has the system say when the process forks or ends; once, and a child
    /// inherits it. Where it has no memory for that, the process's id still
    /// tells a child from its parent.
    pub(super) fn register() {
        static DONE: AtomicBool = AtomicBool::new(false);
        if !DONE.swap(true, Ordering::Relaxed) {
            // SAFETY: the functions live as long as the process, since the
            // library is never unloaded.
            unsafe {
                libc::pthread_atfork(None, None, Some(in_child));
                libc::atexit(at_exit);
            }
        }
    }
}

/// A system whose threads are not known here: the caller does the work.
#[cfg(not(unix))]
mod os {
    use super::Pool;

    pub(super) type Handle = ();
    pub(super) const NO_HANDLE: Handle = ();

    pub(super) fn make(_pool: &'static Pool) -> Option<Handle> {
        None
    }

    pub(super) fn join(_handle: Handle) {}

    pub(super) fn register() {}
}

#[cfg(test)]
mod tests;
