//! Arrays by their definition: an index names the byte offset + Σ index · stride.
//! Everything is done element by element on plain vectors, in numbers that cannot
//! overflow, and says which statuses a call may give.

use crate::slice_str::Entry;
use array::ffi::{describe::*, runtime::la_last_error, types::*};

pub const MAX_NDIM: usize = 64;

/// The statuses that a call may give: one for each thing that is wrong with it, and
/// LA_OK if nothing is.
#[derive(Default, Debug)]
pub struct Expected {
    wrong: Vec<i32>,
    /// What may be found wrong as well, but need not.
    perhaps: Vec<i32>,
}

impl Expected {
    pub fn fails(&mut self, status: i32) {
        self.wrong.push(status);
    }

    pub fn fails_if(&mut self, is_wrong: bool, status: i32) {
        if is_wrong {
            self.fails(status);
        }
    }

    pub fn may_fail(&mut self, status: i32) {
        self.perhaps.push(status);
    }

    pub fn is_ok(&self) -> bool {
        self.wrong.is_empty()
    }

    pub fn check(&self, name: &str, status: i32) {
        let fits = match status {
            LA_OK => self.is_ok(),
            _ => self.wrong.contains(&status) || self.perhaps.contains(&status),
        };
        assert!(
            fits,
            "{name}: status {status}, expected {self:?}: {}",
            last_error()
        );
    }
}

/// The calling thread's message.
pub fn last_error() -> String {
    let mut buf = [0u8; 1024];
    let mut needed = 0;
    // SAFETY: the buffer is as large as said.
    let status = unsafe { la_last_error(buf.as_mut_ptr().cast(), buf.len(), &mut needed) };
    assert_eq!(status == LA_OK, needed <= buf.len());
    let text = &buf[..needed.clamp(1, buf.len()) - 1];
    String::from_utf8(text.to_vec()).expect("a message is UTF-8")
}

/// Shape, strides in bytes, and the byte of the first element.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    pub shape: Vec<i64>,
    pub strides: Vec<i64>,
    pub offset: i64,
    pub itemsize: i64,
}

impl Layout {
    /// Packed in C order, or in F order.
    pub fn packed(shape: &[i64], itemsize: i64, fortran: bool) -> Layout {
        let mut strides = vec![0; shape.len()];
        let mut next = itemsize;
        let mut place = |axis: usize| {
            strides[axis] = next;
            next *= shape[axis].max(1);
        };
        match fortran {
            false => (0..shape.len()).rev().for_each(&mut place),
            true => (0..shape.len()).for_each(&mut place),
        }
        Layout {
            shape: shape.to_vec(),
            strides,
            offset: 0,
            itemsize,
        }
    }

    pub fn ndim(&self) -> usize {
        self.shape.len()
    }

    pub fn size(&self) -> i64 {
        self.shape.iter().product()
    }

    pub fn nbytes(&self) -> i64 {
        self.size() * self.itemsize
    }

    /// The first byte of each element, in C order.
    pub fn offsets(&self) -> Vec<i64> {
        if self.shape.contains(&0) {
            return Vec::new();
        }
        let mut all = vec![self.offset];
        for (&extent, &stride) in self.shape.iter().zip(&self.strides) {
            all = all
                .iter()
                .flat_map(|&at| (0..extent).map(move |k| at + k * stride))
                .collect();
        }
        all
    }

    /// Whether two of the elements have a byte in common, by a list of them.
    pub fn overlaps_itself(&self) -> bool {
        let mut all = self.offsets();
        all.sort_unstable();
        all.windows(2).any(|pair| pair[1] - pair[0] < self.itemsize)
    }

    /// The axes in which a step is ever taken.
    fn long_axes(&self) -> Vec<(i64, i64)> {
        let axes = self.shape.iter().copied().zip(self.strides.iter().copied());
        axes.filter(|axis| axis.0 > 1).collect()
    }

    fn is_row_major(axes: impl Iterator<Item = (i64, i64)>, itemsize: i64) -> bool {
        let mut next = i128::from(itemsize);
        for (extent, stride) in axes {
            if i128::from(stride) != next {
                return false;
            }
            next *= i128::from(extent);
        }
        true
    }

    /// Whether it is packed in C order, and whether in F order.
    pub fn contiguity(&self) -> (bool, bool) {
        let axes = self.long_axes();
        let is_empty = self.shape.contains(&0);
        (
            is_empty || Self::is_row_major(axes.iter().rev().copied(), self.itemsize),
            is_empty || Self::is_row_major(axes.iter().copied(), self.itemsize),
        )
    }

    /// `a[key]`, or what is wrong with the key.
    pub fn slice(&self, key: &[Entry], expected: &mut Expected) -> Option<Layout> {
        let named = key
            .iter()
            .filter(|e| matches!(e, Entry::At(_) | Entry::Range(..)))
            .count();
        let ellipses = key.iter().filter(|&&e| e == Entry::Ellipsis).count();
        let new = key.iter().filter(|&&e| e == Entry::NewAxis).count();
        let integers = key.iter().filter(|e| matches!(e, Entry::At(_))).count();
        expected.fails_if(ellipses > 1 || named > self.ndim(), LA_INDEX_ERROR);
        expected.fails_if(self.ndim() + new > MAX_NDIM + integers, LA_LIMIT);
        let mut axis = 0;
        let mut view = Layout {
            itemsize: self.itemsize,
            offset: self.offset,
            ..Layout::default()
        };
        let is_empty = self.shape.contains(&0);
        let filler = self.ndim().saturating_sub(named);
        let mut entries: Vec<Entry> = Vec::new();
        const ALL: Entry = Entry::Range(None, None, 1);
        for &entry in key {
            match entry {
                Entry::Ellipsis => entries.extend(std::iter::repeat_n(ALL, filler)),
                _ => entries.push(entry),
            }
        }
        if ellipses == 0 {
            entries.extend(std::iter::repeat_n(ALL, filler));
        }
        for entry in entries {
            if entry == Entry::NewAxis {
                view.shape.push(1);
                view.strides.push(0);
                continue;
            }
            if let Entry::Range(_, _, 0) = entry {
                expected.fails(LA_INDEX_ERROR);
            }
            let Some((&extent, &stride)) = self.shape.get(axis).zip(self.strides.get(axis)) else {
                continue;
            };
            axis += 1;
            match entry {
                Entry::At(index) => {
                    let from_start = if index < 0 {
                        index.saturating_add(extent)
                    } else {
                        index
                    };
                    if !(0..extent).contains(&from_start) {
                        expected.fails(LA_INDEX_ERROR);
                    } else if !is_empty {
                        view.offset += from_start * stride;
                    }
                }
                Entry::Range(start, stop, step) if step != 0 => {
                    let (first, count) = range(start, stop, step, extent);
                    if count > 1 && stride.checked_mul(step).is_none() {
                        expected.fails(LA_OVERFLOW);
                    }
                    if count > 0 && !is_empty {
                        view.offset += first * stride;
                    }
                    view.shape.push(count);
                    view.strides.push(stride.wrapping_mul(step));
                }
                _ => {}
            }
        }
        expected.is_ok().then_some(view)
    }

    /// This as it is seen in another shape, if it broadcasts to that.
    pub fn stretched(&self, shape: &[i64]) -> Option<Layout> {
        let added = shape.len().checked_sub(self.ndim())?;
        let mut result = Layout {
            shape: shape.to_vec(),
            strides: vec![0; shape.len()],
            ..self.clone()
        };
        for (axis, (&extent, &stride)) in self.shape.iter().zip(&self.strides).enumerate() {
            match extent {
                _ if extent == shape[added + axis] => result.strides[added + axis] = stride,
                1 => {}
                _ => return None,
            }
        }
        Some(result)
    }

    /// The same for values that are stored, whose leading axes of extent 1 may go.
    pub fn stretched_source(&self, shape: &[i64]) -> Option<Layout> {
        let mut layout = self.clone();
        while layout.ndim() > shape.len() && layout.shape[0] == 1 {
            layout.shape.remove(0);
            layout.strides.remove(0);
        }
        layout.stretched(shape)
    }

    /// What a handle says of itself, against this. `memory` is where offset 0 lies.
    ///
    /// # Safety
    ///
    /// The handle is alive.
    pub unsafe fn check(&self, array: *const la_array, memory: *const u8) {
        // SAFETY: the caller's promise; the lists have `la_ndim` numbers.
        unsafe {
            assert_eq!(la_ndim(array) as usize, self.ndim());
            let shape = std::slice::from_raw_parts(la_shape(array), self.ndim());
            let strides = std::slice::from_raw_parts(la_strides(array), self.ndim());
            assert_eq!(shape, self.shape, "the shape");
            assert_eq!(
                (la_itemsize(array), la_size(array)),
                (self.itemsize, self.size())
            );
            assert_eq!(la_nbytes(array), self.nbytes());
            let flags = la_flags(array);
            let (c, f) = self.contiguity();
            assert_eq!(flags & LA_FLAG_C_CONTIGUOUS != 0, c, "C {self:?}");
            assert_eq!(flags & LA_FLAG_F_CONTIGUOUS != 0, f, "F {self:?}");
            if self.size() > 0 {
                for axis in (0..self.ndim()).filter(|&axis| shape[axis] > 1) {
                    assert_eq!(
                        strides[axis], self.strides[axis],
                        "stride {axis} of {self:?}"
                    );
                }
                let address = memory.addr().wrapping_add_signed(self.offset as isize);
                assert_eq!(
                    la_data(array).addr(),
                    address,
                    "the first element of {self:?}"
                );
            }
            let (mut low, mut high) = (std::ptr::null(), std::ptr::null());
            assert_eq!(la_byte_bounds(array, &mut low, &mut high), LA_OK);
            let (mut first, mut end) = (self.offset, self.offset + self.itemsize);
            for (extent, stride) in self.long_axes().into_iter().filter(|_| self.size() > 0) {
                let reach = (extent - 1) * stride;
                if reach < 0 {
                    first += reach
                } else {
                    end += reach
                }
            }
            match self.size() {
                0 => assert_eq!(low, high),
                _ => assert_eq!(
                    (low.addr(), high.addr()),
                    (
                        memory.addr().wrapping_add_signed(first as isize),
                        memory.addr().wrapping_add_signed(end as isize)
                    )
                ),
            }
        }
    }
}

/// The first index that a range selects and how many, as Python's
/// `range(extent)[start:stop:step]`.
fn range(start: Option<i64>, stop: Option<i64>, step: i64, extent: i64) -> (i64, i64) {
    let wide = |n: i64| i128::from(n);
    let (extent, step) = (wide(extent), wide(step));
    let (low, high) = if step > 0 {
        (0, extent)
    } else {
        (-1, extent - 1)
    };
    let place = |bound: Option<i64>, natural: i128| match bound.map(wide) {
        None => natural,
        Some(bound) => (if bound < 0 { bound + extent } else { bound }).clamp(low, high.max(low)),
    };
    let (first, last) = if step > 0 { (low, high) } else { (high, low) };
    let (start, stop) = (place(start, first), place(stop, last));
    let distance = if step > 0 { stop - start } else { start - stop };
    let count = if distance <= 0 {
        0
    } else {
        (distance - 1) / step.abs() + 1
    };
    (start as i64, count as i64)
}
