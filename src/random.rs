//! Numbers for the tests of all floors that try random cases.

/// Numbers from 0 to n − 1, by xorshift64; the seed, which is printed, is not 0.
pub(crate) fn numbers(seed: u64) -> impl FnMut(i64) -> i64 {
    println!("seed {seed:#x}");
    let mut state = seed;
    move |n| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % n as u64) as i64
    }
}

/// So many cases, or a few under Miri, where each takes a thousand times as long.
pub(crate) fn cases<T: TryFrom<i64>>(count: i64) -> T {
    let count = if cfg!(miri) {
        (count / 1000).max(10)
    } else {
        count
    };
    T::try_from(count).ok().expect("a number of cases")
}
