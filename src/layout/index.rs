//! Basic indexing: integers, ranges, new axes and the ellipsis, all of which
//! only choose another layout of the same memory.

use arrayvec::ArrayVec;

use super::{Layout, LayoutRef, MAX_NDIM};
use crate::error::{Error, Result};

/// The most entries a key can have: every axis indexed, as many new axes, and
/// an ellipsis.
pub const MAX_KEY: usize = 2 * MAX_NDIM + 1;

/// One entry of a basic key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BasicEntry {
    /// One element of the axis, which goes away.
    At(i64),
    /// `start:stop:step`; what is absent has its natural value.
    Range {
        /// First index; negative counts from the end.
        start: Option<i64>,
        /// First index left out.
        stop: Option<i64>,
        /// Not 0.
        step: i64,
    },
    /// A new axis of extent 1.
    NewAxis,
    /// As many full ranges as axes are left over.
    Ellipsis,
}

impl BasicEntry {
    /// `:`
    pub const ALL: BasicEntry = BasicEntry::Range {
        start: None,
        stop: None,
        step: 1,
    };

    /// How many axes of the array it speaks for; the ellipsis takes the rest.
    pub fn consumes(self) -> usize {
        match self {
            BasicEntry::At(_) | BasicEntry::Range { .. } => 1,
            BasicEntry::NewAxis | BasicEntry::Ellipsis => 0,
        }
    }
}

/// Turns an index that may count from the end into 0..size.
pub fn normalize_index(index: i64, axis: usize, size: i64) -> Result<i64> {
    let from_start = if index < 0 {
        index.wrapping_add(size)
    } else {
        index
    };
    if (0..size).contains(&from_start) {
        Ok(from_start)
    } else {
        Err(Error::IndexOutOfBounds {
            index,
            axis: axis as i64,
            size,
        })
    }
}

/// Bytes from the first element of a layout to the one at an index, one number for
/// each axis, which may count from the end.
#[inline]
pub fn offset_at(shape: &[i64], strides: &[i64], index: &[i64]) -> Result<i64> {
    if index.len() != shape.len() {
        return Err(Error::IndexCount {
            expected: shape.len(),
            given: index.len() as i64,
        });
    }
    let mut offset = 0i64;
    for (axis, &i) in index.iter().enumerate() {
        // Within the elements, so nothing overflows, unless a later axis has none
        // and refuses its index.
        let i = normalize_index(i, axis, shape[axis])?;
        offset = offset.wrapping_add(i.wrapping_mul(strides[axis]));
    }
    Ok(offset)
}

/// What a range selects from an axis: the first index and how many. Bounds
/// clamp as Python's do; an empty range starts at 0.
pub fn resolve_range(
    start: Option<i64>,
    stop: Option<i64>,
    step: i64,
    size: i64,
) -> Result<(i64, i64)> {
    clamp_range(start, stop, step, size).ok_or(Error::ZeroStep)
}

/// The same; nothing for step 0.
#[inline(always)]
pub fn clamp_range(
    start: Option<i64>,
    stop: Option<i64>,
    step: i64,
    size: i64,
) -> Option<(i64, i64)> {
    if step == 0 {
        return None;
    }
    // Where clamped bounds may lie: going down, one before the first element.
    let (low, high) = if step > 0 { (0, size) } else { (-1, size - 1) };
    let clamp = |bound: i64| {
        let from_start = if bound < 0 {
            bound.saturating_add(size)
        } else {
            bound
        };
        // Not `clamp`, which looks whether its bounds are in order.
        from_start.max(low).min(high)
    };
    let (first, last) = if step > 0 { (low, high) } else { (high, low) };
    let start = start.map_or(first, clamp);
    let stop = stop.map_or(last, clamp);
    let distance = if step > 0 { stop - start } else { start - stop };
    if distance <= 0 {
        return Some((0, 0));
    }
    let count = match step {
        // Spares the everyday slice a division.
        1 | -1 => distance,
        _ => (distance as u64).div_ceil(step.unsigned_abs()) as i64,
    };
    Some((start, count))
}

/// Counts the axes that the entries of a key speak for.
#[derive(Default)]
pub struct KeyCounts {
    named: usize,
    ellipses: usize,
}

impl KeyCounts {
    /// Counts an entry that speaks for `consumed` axes.
    #[inline]
    pub fn add(&mut self, consumed: usize, is_ellipsis: bool) {
        self.named += consumed;
        self.ellipses += usize::from(is_ellipsis);
    }

    /// How many axes the ellipsis, or the end of the key, stands for.
    #[inline]
    pub fn left_over(&self, ndim: usize) -> Result<usize> {
        if self.ellipses > 1 {
            return Err(Error::SecondEllipsis);
        }
        ndim.checked_sub(self.named).ok_or(Error::TooManyIndices {
            ndim,
            given: self.named as i64,
        })
    }
}

/// The layout that a basic key selects.
pub fn slice(layout: LayoutRef<'_>, key: &[BasicEntry]) -> Result<Layout> {
    slice_of(layout, key, layout.size() != 0)
}

/// The same for some axes of an array, which may have no elements because of
/// the others. Then strides can be anything, and the offset stays.
pub fn slice_of(layout: LayoutRef<'_>, key: &[BasicEntry], has_elements: bool) -> Result<Layout> {
    let mut result = Layout::at(layout.offset);
    let mut slicer = Slicer::new(layout, &mut result);
    slicer.has_elements = has_elements;
    let mut counts = KeyCounts::default();
    for &entry in key {
        counts.add(entry.consumes(), entry == BasicEntry::Ellipsis);
    }
    let left_over = counts.left_over(layout.ndim())?;
    for &entry in key {
        match entry {
            BasicEntry::At(index) => slicer.at(index)?,
            BasicEntry::Range { start, stop, step } => slicer.range(start, stop, step)?,
            BasicEntry::NewAxis => slicer.new_axis()?,
            BasicEntry::Ellipsis => slicer.whole_axes(left_over)?,
        }
    }
    slicer.finish()?;
    Ok(result)
}

/// Builds the layout that a basic key selects, entry by entry, into a layout
/// that stands where it will be used: a layout is large, and an entry that is
/// handed over in registers costs less than one that is written down.
pub struct Slicer<'a> {
    layout: LayoutRef<'a>,
    result: &'a mut Layout,
    /// The next axis to be indexed.
    axis: usize,
    has_elements: bool,
}

impl<'a> Slicer<'a> {
    /// Nothing indexed yet. `result` is empty and at the layout's offset.
    #[inline]
    pub fn new(layout: LayoutRef<'a>, result: &'a mut Layout) -> Slicer<'a> {
        Slicer {
            has_elements: layout.size() != 0,
            layout,
            result,
            axis: 0,
        }
    }

    /// (extent, stride) of the axis that the next entry is for.
    #[inline(always)]
    fn next_axis(&mut self) -> Result<(i64, i64)> {
        let axis = self.axis;
        match self.layout.shape.get(axis) {
            Some(&extent) => {
                self.axis += 1;
                Ok((extent, self.layout.strides[axis]))
            }
            None => Err(Error::TooManyIndices {
                ndim: axis,
                given: axis as i64 + 1,
            }),
        }
    }

    /// An integer: the axis goes away.
    #[inline]
    pub fn at(&mut self, index: i64) -> Result<()> {
        let (extent, stride) = self.next_axis()?;
        let index = normalize_index(index, self.axis - 1, extent)?;
        // Within the array, so neither product nor sum can overflow when there
        // are elements; with none, stay at the origin.
        if self.has_elements {
            self.result.offset += index * stride;
        }
        Ok(())
    }

    /// `start:stop:step`.
    pub fn range(&mut self, start: Option<i64>, stop: Option<i64>, step: i64) -> Result<()> {
        let (extent, stride) = self.next_axis()?;
        let (first, count) = resolve_range(start, stop, step, extent)?;
        if count > 0 && self.has_elements {
            self.result.offset += first * stride;
        }
        self.result.push(count, stepped(stride, step, count)?)
    }

    /// A new axis of extent 1.
    pub fn new_axis(&mut self) -> Result<()> {
        self.result.push(1, 0)
    }

    /// As many axes as that, unchanged.
    pub fn whole_axes(&mut self, count: usize) -> Result<()> {
        for _ in 0..count {
            let (extent, stride) = self.next_axis()?;
            self.result.push(extent, stride)?;
        }
        Ok(())
    }

    /// The axes that no entry spoke for, unchanged.
    #[inline]
    pub fn finish(&mut self) -> Result<()> {
        match self.layout.ndim() - self.axis {
            0 => Ok(()),
            left_over => self.whole_axes(left_over),
        }
    }
}

/// The stride of every `step`-th element, of which there are `count`.
#[inline(always)]
pub fn stepped(stride: i64, step: i64, count: i64) -> Result<i64> {
    match stride.checked_mul(step) {
        Some(product) if count != 0 => Ok(product),
        // The step of a single element is never taken; it may be huge all the
        // same.
        _ if count < 2 => Ok(stride),
        _ => Err(Error::Overflow {
            what: "stride times step",
        }),
    }
}

/// Reads a key in Python's syntax: "1:4, ::-1, ..., None".
///
/// Grammar, with spaces free between all parts: entries separated by commas, a
/// trailing comma allowed after at least one; an entry is an integer, a range
/// `[int] : [int] [: [int]]`, `...`, `None` or `newaxis`. An empty text is the
/// empty key.
pub fn parse_key(text: &str) -> Result<ArrayVec<BasicEntry, MAX_KEY>> {
    let mut parser = Parser { text, position: 0 };
    let mut key = ArrayVec::new();
    parser.skip_spaces();
    while !parser.at_end() {
        let entry = parser.entry()?;
        key.try_push(entry).map_err(|_| Error::Limit {
            what: "entries of a key",
            limit: MAX_KEY as i64,
            given: MAX_KEY as i64 + 1,
        })?;
        if !parser.at_end() {
            parser.expect(",", "a comma between two entries")?;
        }
    }
    Ok(key)
}

/// What may stand between the parts of a key.
const SPACES: [char; 3] = [' ', '\t', '\n'];

struct Parser<'a> {
    text: &'a str,
    position: usize,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        &self.text[self.position..]
    }

    fn at_end(&self) -> bool {
        self.position == self.text.len()
    }

    fn skip_spaces(&mut self) {
        let rest = self.rest();
        self.position += rest.len() - rest.trim_start_matches(SPACES).len();
    }

    fn error(&self, expected: &'static str) -> Error {
        Error::InvalidText {
            argument: "key",
            position: self.position,
            expected,
        }
    }

    /// Takes `token` and the spaces behind it, if it is what comes next.
    fn take(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.position += token.len();
            self.skip_spaces();
        }
        found
    }

    fn expect(&mut self, token: &str, expected: &'static str) -> Result<()> {
        match self.take(token) {
            true => Ok(()),
            false => Err(self.error(expected)),
        }
    }

    fn integer(&mut self) -> Result<Option<i64>> {
        let rest = self.rest();
        let sign = usize::from(rest.starts_with(['-', '+']));
        let gap = match sign {
            0 => 0,
            _ => rest[1..].len() - rest[1..].trim_start_matches(SPACES).len(),
        };
        let start = sign + gap;
        let end = rest[start..]
            .find(|c: char| !c.is_ascii_digit())
            .map_or(rest.len(), |digits| start + digits);
        if end == start {
            return match sign {
                0 => Ok(None),
                _ => Err(self.error("digits after the sign")),
            };
        }
        // Negated digit by digit, since the lowest number has no positive twin.
        let negative = rest.starts_with('-');
        let mut value = 0i64;
        for digit in rest[start..end].bytes().map(|c| i64::from(c - b'0')) {
            let digit = if negative { -digit } else { digit };
            value = value
                .checked_mul(10)
                .and_then(|tens| tens.checked_add(digit))
                .ok_or(self.error("an integer of 64 bits"))?;
        }
        self.position += end;
        self.skip_spaces();
        Ok(Some(value))
    }

    fn entry(&mut self) -> Result<BasicEntry> {
        for (word, entry) in [
            ("...", BasicEntry::Ellipsis),
            ("None", BasicEntry::NewAxis),
            ("newaxis", BasicEntry::NewAxis),
        ] {
            if self.take(word) {
                return Ok(entry);
            }
        }
        let start = self.integer()?;
        if !self.take(":") {
            return match start {
                Some(index) => Ok(BasicEntry::At(index)),
                None => Err(self.error("an integer, a range, '...' or 'None'")),
            };
        }
        let stop = self.integer()?;
        let step = match self.take(":") {
            true => self.integer()?.unwrap_or(1),
            false => 1,
        };
        Ok(BasicEntry::Range { start, stop, step })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use BasicEntry::*;

    fn range(start: Option<i64>, stop: Option<i64>, step: i64) -> BasicEntry {
        Range { start, stop, step }
    }

    #[test]
    fn ranges_select_what_python_selects() {
        // Oracle: walk the indices one by one, as Python's definition says.
        let bounds = [
            None,
            Some(-9),
            Some(-4),
            Some(-1),
            Some(0),
            Some(1),
            Some(3),
            Some(9),
        ];
        let huge = [None, Some(i64::MIN), Some(i64::MAX)];
        for size in 0..6 {
            for &start in bounds.iter().chain(&huge) {
                for &stop in bounds.iter().chain(&huge) {
                    for step in [1, 2, 5, -1, -2, -5, i64::MAX, i64::MIN] {
                        let wanted = python_indices(start, stop, step, size);
                        let (first, count) = resolve_range(start, stop, step, size).unwrap();
                        let got: Vec<i64> = (0..count)
                            .map(|k| (first as i128 + k as i128 * step as i128) as i64)
                            .collect();
                        assert_eq!(got, wanted, "{start:?}:{stop:?}:{step} of {size}");
                    }
                }
            }
        }
    }

    fn python_indices(start: Option<i64>, stop: Option<i64>, step: i64, size: i64) -> Vec<i64> {
        let (size, step) = (size as i128, step as i128);
        let fix = |bound: i64, low: i128, high: i128| {
            let bound = bound as i128;
            let bound = if bound < 0 { bound + size } else { bound };
            bound.max(low).min(high)
        };
        let mut indices = vec![];
        if step > 0 {
            let mut i = start.map_or(0, |b| fix(b, 0, size));
            let stop = stop.map_or(size, |b| fix(b, 0, size));
            while i < stop {
                indices.push(i as i64);
                i += step;
            }
        } else {
            let mut i = start.map_or(size - 1, |b| fix(b, -1, size - 1));
            let stop = stop.map_or(-1, |b| fix(b, -1, size - 1));
            while i > stop {
                indices.push(i as i64);
                i += step;
            }
        }
        indices
    }

    #[test]
    fn a_key_walks_the_axes() {
        let cube = Layout {
            shape: [2, 3, 4].into_iter().collect(),
            strides: [96, 32, 8].into_iter().collect(),
            offset: 0,
        };
        let key = [At(-1), Ellipsis, NewAxis, range(None, None, -2)];
        let view = slice(cube.as_ref(), &key).unwrap();
        assert_eq!(&view.shape[..], &[3, 1, 2]);
        assert_eq!(&view.strides[..], &[32, 0, -16]);
        assert_eq!(view.offset, 96 + 24);
    }

    #[test]
    fn an_empty_range_stays_at_the_origin() {
        let line = Layout {
            shape: [5].into_iter().collect(),
            strides: [8].into_iter().collect(),
            offset: 16,
        };
        let view = slice(line.as_ref(), &[range(Some(4), Some(2), 1)]).unwrap();
        assert_eq!((&view.shape[..], view.offset), (&[0][..], 16));
    }

    #[test]
    fn a_stride_that_overflows_is_an_error() {
        let line = Layout {
            shape: [5].into_iter().collect(),
            strides: [i64::MAX / 2].into_iter().collect(),
            offset: 0,
        };
        assert!(slice(line.as_ref(), &[range(None, None, 4)]).is_err());
    }

    #[test]
    fn misfitting_keys_are_refused() {
        let line = Layout {
            shape: [5].into_iter().collect(),
            strides: [8].into_iter().collect(),
            offset: 0,
        };
        let fail = |key: &[BasicEntry]| slice(line.as_ref(), key).unwrap_err();
        assert_eq!(
            fail(&[At(0), At(0)]),
            Error::TooManyIndices { ndim: 1, given: 2 }
        );
        assert_eq!(fail(&[Ellipsis, Ellipsis]), Error::SecondEllipsis);
        assert_eq!(fail(&[range(None, None, 0)]), Error::ZeroStep);
        for index in [5, -6, i64::MIN, i64::MAX] {
            assert_eq!(
                fail(&[At(index)]),
                Error::IndexOutOfBounds {
                    index,
                    axis: 0,
                    size: 5
                }
            );
        }
    }

    #[test]
    fn text_keys_follow_python() {
        let parse = |text| parse_key(text).map(|key| key.to_vec());
        assert_eq!(
            parse("1:4, ::-1, ..., None"),
            Ok(vec![
                range(Some(1), Some(4), 1),
                range(None, None, -1),
                Ellipsis,
                NewAxis
            ])
        );
        assert_eq!(parse(""), Ok(vec![]));
        assert_eq!(parse(" -3 ,"), Ok(vec![At(-3)]));
        assert_eq!(parse(":"), Ok(vec![ALL_RANGE]));
        assert_eq!(parse("+1::2"), Ok(vec![range(Some(1), None, 2)]));
        for bad in [
            "1 2",
            ",",
            "1,,2",
            "a",
            "-",
            "1:2:3:4",
            "99999999999999999999",
            "..",
            "\u{e9}",
        ] {
            assert!(parse(bad).is_err(), "{bad:?}");
        }
    }

    const ALL_RANGE: BasicEntry = BasicEntry::ALL;
}
