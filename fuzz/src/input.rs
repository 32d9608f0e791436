//! The fuzzer's bytes as a source of choices. Where they end, all choices are 0,
//! so that every text is a whole input.

pub struct Input<'a> {
    bytes: &'a [u8],
}

/// Numbers at which arithmetic breaks.
const EXTREMES: &[i64] = &[
    i64::MIN,
    i64::MIN + 1,
    -4294967296,
    i32::MIN as i64,
    -65,
    -64,
    -16,
    -8,
    -3,
    -2,
    -1,
    0,
    1,
    2,
    3,
    4,
    7,
    8,
    16,
    63,
    64,
    65,
    128,
    129,
    255,
    4095,
    i32::MAX as i64,
    4294967296,
    3037000500,
    1152921504606846976,
    i64::MAX / 8,
    i64::MAX / 8 + 1,
    i64::MAX - 1,
    i64::MAX,
];

impl<'a> Input<'a> {
    pub fn new(bytes: &'a [u8]) -> Input<'a> {
        Input { bytes }
    }

    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.bytes)
    }

    pub fn byte(&mut self) -> u8 {
        match self.bytes.split_first() {
            Some((&first, rest)) => {
                self.bytes = rest;
                first
            }
            None => 0,
        }
    }

    /// The next bytes; fewer where the input ends.
    pub fn take(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.bytes.split_at(count.min(self.bytes.len()));
        self.bytes = rest;
        taken
    }

    /// 0 to limit - 1, for limits up to 256.
    pub fn below(&mut self, limit: i64) -> i64 {
        i64::from(self.byte()) % limit
    }

    /// True once in so many times, and not where the input has ended.
    pub fn once_in(&mut self, times: i64) -> bool {
        self.below(times) == times - 1
    }

    pub fn i64(&mut self) -> i64 {
        let mut bytes = [0; 8];
        let given = self.take(8);
        bytes[..given.len()].copy_from_slice(given);
        i64::from_le_bytes(bytes)
    }

    pub fn wild(&mut self) -> i64 {
        EXTREMES[self.below(EXTREMES.len() as i64) as usize]
    }

    /// Mostly within the range, sometimes far out of it.
    pub fn number(&mut self, low: i64, high: i64) -> i64 {
        match self.byte() {
            255 => self.i64(),
            240..255 => self.wild(),
            byte => low + i64::from(byte) % (high - low + 1),
        }
    }

    /// The same in 32 bits.
    pub fn small(&mut self, low: i64, high: i64) -> i32 {
        let wide = self.number(low, high);
        wide.clamp(i32::MIN.into(), i32::MAX.into()) as i32
    }
}
