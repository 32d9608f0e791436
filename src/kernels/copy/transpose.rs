//! Planes of which source and target run along different axes: transposition,
//! in registers, in tiles of whole cache lines.
//!
//! # Why it is laid out so
//!
//! Reading along one axis and writing along the other touches a new cache line
//! with every element on one of the sides. So the plane is cut in tiles, 64
//! bytes of source columns by two or four lines of target rows, of which every
//! line is fetched once and used whole. Within a tile, [`turn`] takes
//! 16-byte pieces of as many source columns as a piece has items, and
//! interleaves them in halves, log₂ of that number times: a perfect shuffle is a
//! transposition of the bits of an index.
//!
//! Rows a multiple of 4 KiB apart all fall into the same few sets of a cache, so
//! that a tile's lines would drive each other out before they are used whole.
//! Tiles therefore go through two linear buffers on the stack: source lines are
//! copied to one at once, and leave the other as whole target lines. Those can
//! then be *streamed*, past the caches, which spares the memory the reading of
//! lines that are about to be overwritten; that wins as soon as the target does
//! not stay in cache anyway. Where target rows start at different places of a
//! line nothing is streamed: windows that fit each row's lines were tried, and
//! cost more than they gained, since tiles then overlap.
//!
//! Tiles follow each other along the source's lines, which are fetched two tiles
//! ahead. Wider tiles have more lines under way than the processor's prefetcher
//! follows, narrower ones write fewer lines of a target row while its page is
//! open.
//!
//! Elements that are no packed run on the source's side, or that change their
//! type, are brought into the first buffer by a caller's function, and so are
//! transposed in the same pass.

use core::mem::MaybeUninit;

use super::super::cpu::{Isa, LINE, Level, fetch, levels};
use super::super::item::copy_run;
use super::super::mover::Mover;
use super::stream::put;

/// A plane. Row r of the target starts `r * dst_pitch` bytes after `dst`, and
/// its elements are packed; column c, an element of every row, starts
/// `c * src_pitch` bytes after `src`.
#[derive(Clone, Copy)]
pub(in crate::kernels) struct Plane {
    pub dst: *mut u8,
    pub dst_pitch: isize,
    pub src: *const u8,
    pub src_pitch: isize,
    /// Bytes from one element of a source column to the next.
    pub src_step: isize,
    /// Rows of the target.
    pub rows: usize,
    /// Elements of each.
    pub columns: usize,
}

/// How a plane is transposed.
#[derive(Clone, Copy)]
pub(in crate::kernels) struct Manner {
    /// Past the caches; [`fence`](super::super::cpu::fence) has to follow once all planes are done.
    pub stream: bool,
    /// What brings elements from the source, unless they are of the target's
    /// type and packed in columns.
    pub convert: Option<Mover>,
}

levels! {
    /// Transposes a plane of items of one size.
    ///
    /// # Safety
    ///
    /// Every element of both sides is valid for its access, the sides do not
    /// overlap, no two target elements do, and nobody else uses them meanwhile.
    trait TransposeKernel, fn transpose_kernel ->
    unsafe fn(plane: &Plane, manner: &Manner);
}

/// Bytes of the largest buffer that a tile needs: a line for each byte of target
/// rows and of the lead (items of one byte), or what comes to less.
const ROOM: usize = LINE * (128 + LINE);

/// The kernel for items of `itemsize` bytes, if there is one.
pub(in crate::kernels) fn transpose(
    itemsize: usize,
    level: Level,
) -> Option<unsafe fn(&Plane, &Manner)> {
    Some(match itemsize {
        1 => transpose_kernel::<Items<1, 16, 128>>(level),
        2 => transpose_kernel::<Items<2, 8, 256>>(level),
        4 => transpose_kernel::<Items<4, 4, 128>>(level),
        8 => transpose_kernel::<Items<8, 2, 128>>(level),
        16 => transpose_kernel::<Items<16, 1, 256>>(level),
        _ => return None,
    })
}

/// Items of `S` bytes, `N` of which are 16; `W` bytes of target rows in a tile.
struct Items<const S: usize, const N: usize, const W: usize>;

impl<const S: usize, const N: usize, const W: usize> TransposeKernel for Items<S, N, W> {
    #[inline(always)]
    unsafe fn run<I: Isa>(plane: &Plane, manner: &Manner) {
        let mut buffers = Buffers::new();
        // Two lines of each column leave room for fewer columns.
        let narrow = S == 2 && manner.convert.is_some();
        let cut = Cut::<S>::new(plane, manner.stream, if narrow { W / 2 } else { W });
        let (rows, columns) = (LINE / S, W / S);
        // In whole tiles; the last of each direction may be partial.
        let row_tiles = plane.rows.div_ceil(rows);
        // Direct needs whole tiles, lines of different sets, and no stage.
        let direct = !cut.stream
            && manner.convert.is_none()
            && !shares_sets(plane.dst_pitch)
            && !shares_sets(plane.src_pitch);
        let lines = lines::<S>(manner);
        for c in 0..cut.count {
            for r in (0..row_tiles).step_by(lines) {
                if manner.convert.is_none() {
                    fetch_ahead::<S>(plane, (c * columns, columns), (r + 2) * LINE);
                }
                let height = (lines * rows).min(plane.rows - r * rows);
                let full = height == rows && (c + 1) * columns <= plane.columns;
                // SAFETY: the caller's promise; the tiles are cut from the plane.
                unsafe {
                    if direct && full {
                        let to = plane
                            .dst
                            .offset(plane.dst_pitch * (r * rows) as isize)
                            .add(c * W);
                        let from = plane
                            .src
                            .offset(plane.src_pitch * (c * columns) as isize)
                            .add(r * LINE);
                        let (pieces, groups) = (LINE / 16, W / I::WIDTH);
                        let pitches = [plane.dst_pitch, plane.src_pitch];
                        turn_tile::<I, S, N>(to, pitches[0], from, pitches[1], [pieces, groups]);
                    } else {
                        let rows = [r * rows, height];
                        staged_tile::<I, S, N, W>(plane, manner, &cut, &mut buffers, rows, c);
                    }
                }
            }
        }
    }
}

/// Fetches what the tile after the next reads, with the columns of this one.
/// Few streams of large items are as many as the processor's own prefetcher
/// follows.
#[inline(always)]
fn fetch_ahead<const S: usize>(plane: &Plane, (first, count): (usize, usize), at: usize) {
    if S < 16 && at < plane.rows * S {
        let columns = first..(first + count).min(plane.columns);
        for k in columns {
            let column = plane.src.wrapping_offset(plane.src_pitch * k as isize);
            fetch(column.wrapping_add(at), LINE);
        }
    }
}

/// Whether lines that far apart fall into few sets of a cache.
#[inline(always)]
fn shares_sets(pitch: isize) -> bool {
    pitch % 512 == 0
}

/// Lines of source columns in a tile. What a caller's function brings comes in
/// runs of 64 elements (32 of the widest), so that its call does not cost more
/// than its work.
#[inline(always)]
fn lines<const S: usize>(manner: &Manner) -> usize {
    match manner.convert {
        Some(_) if S < 16 => S,
        Some(_) => S / 2,
        None => 1,
    }
}

/// Room for a tile before and after its transposition.
struct Buffers {
    before: MaybeUninit<Lines>,
    after: MaybeUninit<Lines>,
}

/// As many columns as a tile can have, a line or 64 elements each; or as many
/// rows, each with an extra line.
#[repr(align(64))]
struct Lines(#[allow(dead_code)] [u8; ROOM]);

impl Buffers {
    #[inline(always)]
    fn new() -> Buffers {
        Buffers {
            before: MaybeUninit::uninit(),
            after: MaybeUninit::uninit(),
        }
    }
}

/// How target rows are cut into tiles.
struct Cut<const S: usize> {
    /// Bytes of target rows in a tile.
    step: usize,
    /// Bytes of a row.
    width: usize,
    /// Bytes that the first tile has too much, so that all others start on a
    /// line of the cache; less than a line.
    lead: usize,
    /// Number of tiles in a row.
    count: usize,
    /// Whether whole lines are written past the caches.
    stream: bool,
}

impl<const S: usize> Cut<S> {
    #[inline(always)]
    fn new(plane: &Plane, stream: bool, step: usize) -> Self {
        let width = plane.columns * S;
        let phase = plane.dst.addr().wrapping_neg() % LINE;
        // Where rows start at different places of a line, tiles end within one.
        let stream = stream && plane.dst_pitch % LINE as isize == 0 && phase.is_multiple_of(S);
        let lead = if stream { phase } else { 0 };
        Cut {
            step,
            width,
            lead,
            count: width.saturating_sub(lead).div_ceil(step).max(1),
            stream,
        }
    }

    /// Where tile `c` starts and ends, in bytes from the start of a row.
    #[inline(always)]
    fn tile(&self, c: usize) -> [usize; 2] {
        let start = if c == 0 { 0 } else { self.lead + c * self.step };
        [start, (self.lead + (c + 1) * self.step).min(self.width)]
    }
}

/// Transposes rows `first..first + height` of tile `c` through the buffers.
///
/// # Safety
///
/// As for the kernel; the tile lies within the plane.
#[inline(always)]
unsafe fn staged_tile<I: Isa, const S: usize, const N: usize, const W: usize>(
    plane: &Plane,
    manner: &Manner,
    cut: &Cut<S>,
    buffers: &mut Buffers,
    [first, height]: [usize; 2],
    c: usize,
) {
    let before = buffers.before.as_mut_ptr().cast::<u8>();
    let after = buffers.after.as_mut_ptr().cast::<u8>();
    let [start, end] = cut.tile(c);
    let columns = (end - start) / S;
    // Whole registers are turned; what they have too much is never written.
    let per_register = I::WIDTH / S;
    let groups = columns.div_ceil(per_register);
    let length = lines::<S>(manner) * LINE;
    let stride = W + LINE;
    // SAFETY: a tile has at most `length / S` rows and `(W + LINE) / S` columns,
    // for which the buffers have room; the elements are the caller's.
    unsafe {
        if height * S != length || !columns.is_multiple_of(per_register) {
            before.write_bytes(0, groups * per_register * length);
        }
        let from = plane
            .src
            .offset(plane.src_pitch * (start / S) as isize)
            .offset(plane.src_step * first as isize);
        match &manner.convert {
            Some(mover) => {
                for k in 0..columns {
                    let from = from.offset(plane.src_pitch * k as isize);
                    let to = before.add(k * length);
                    mover.run(to, S as isize, from, plane.src_step, height);
                }
            }
            None if height * S == LINE => {
                for k in 0..columns {
                    let from = from.offset(plane.src_pitch * k as isize);
                    copy_run::<I>(before.add(k * LINE), from, LINE);
                }
            }
            None => {
                for k in 0..columns {
                    let from = from.offset(plane.src_pitch * k as isize);
                    copy_run::<I>(before.add(k * LINE), from, height * S);
                }
            }
        }
        let mut done = 0;
        while done < height {
            let rows = (LINE / S).min(height - done);
            let pieces = (rows * S).div_ceil(16);
            turn_tile::<I, S, N>(
                after,
                stride as isize,
                before.add(done * S),
                length as isize,
                [pieces, groups],
            );
            for r in 0..rows {
                let row = plane
                    .dst
                    .offset(plane.dst_pitch * (first + done + r) as isize);
                put::<I>(
                    row.add(start),
                    after.add(r * stride),
                    end - start,
                    cut.stream,
                );
            }
            done += rows;
        }
    }
}

/// Transposes `pieces` times `groups` squares: pieces of 16 bytes along the
/// source, groups of a register along the target.
///
/// # Safety
///
/// All of it is valid on both sides.
#[inline(always)]
pub(in crate::kernels) unsafe fn turn_tile<I: Isa, const S: usize, const N: usize>(
    dst: *mut u8,
    dst_pitch: isize,
    src: *const u8,
    src_pitch: isize,
    [pieces, groups]: [usize; 2],
) {
    for piece in 0..pieces {
        for group in 0..groups {
            let columns = group * I::WIDTH / S;
            // SAFETY: the caller's promise.
            unsafe {
                turn::<I, S, N>(
                    dst.offset(dst_pitch * (piece * N) as isize)
                        .add(group * I::WIDTH),
                    dst_pitch,
                    src.offset(src_pitch * columns as isize).add(piece * 16),
                    src_pitch,
                );
            }
        }
    }
}

/// Transposes 16 bytes of a register's worth of columns.
///
/// # Safety
///
/// All of it is valid on both sides.
#[inline(always)]
unsafe fn turn<I: Isa, const S: usize, const N: usize>(
    dst: *mut u8,
    dst_pitch: isize,
    src: *const u8,
    src_pitch: isize,
) {
    let column = |k: usize| src.wrapping_offset(src_pitch * k as isize);
    // SAFETY: the caller's promise.
    unsafe {
        let mut square = [I::load_lanes(src, column(N)); N];
        let mut k = 1;
        while k < N {
            square[k] = I::load_lanes(column(k), column(k + N));
            k += 1;
        }
        if N >= 2 {
            square = shuffle::<I, S, N>(square);
        }
        if N >= 4 {
            square = shuffle::<I, S, N>(square);
        }
        if N >= 8 {
            square = shuffle::<I, S, N>(square);
        }
        if N >= 16 {
            square = shuffle::<I, S, N>(square);
        }
        let mut k = 0;
        while k < N {
            I::store(dst.offset(dst_pitch * k as isize), square[k]);
            k += 1;
        }
    }
}

/// One perfect shuffle of the items of all registers.
///
/// # Safety
///
/// The processor has the instructions.
#[inline(always)]
unsafe fn shuffle<I: Isa, const S: usize, const N: usize>(
    from: [I::Register; N],
) -> [I::Register; N] {
    let mut to = from;
    let mut k = 0;
    while k < N / 2 {
        // SAFETY: the caller's promise.
        (to[2 * k], to[2 * k + 1]) = unsafe { I::unpack::<S>(from[k], from[k + N / 2]) };
        k += 1;
    }
    to
}
