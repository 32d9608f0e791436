//! What can go wrong, as data: every variant carries the numbers that its
//! message needs, and this file alone turns them into sentences.
//!
//! The wording is NumPy's wherever NumPy has one, so that people who search
//! for a message find help. Nothing here allocates: a message is written
//! straight into the caller's buffer (see `ffi/message.rs`).

use core::fmt;

use crate::dtype::DType;

/// The status codes of the C ABI. A number is never reused.
#[repr(i32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Success.
    Ok = 0,
    /// A required pointer is NULL.
    NullArgument = 1,
    /// An argument has a value that the function does not take.
    InvalidArgument = 2,
    /// An index is out of bounds, or a key does not fit the array.
    Index = 3,
    /// An axis is out of bounds or named twice.
    Axis = 4,
    /// Shapes do not fit each other.
    Shape = 5,
    /// The element type is unknown, or wrong for this function.
    DType = 6,
    /// The casting rule forbids this conversion.
    Cast = 7,
    /// The destination may not be written.
    ReadOnly = 8,
    /// Only a copy could answer, and the caller asked for none.
    WouldCopy = 9,
    /// Sizes or strides exceed 64-bit arithmetic.
    Overflow = 10,
    /// A documented limit is exceeded.
    Limit = 11,
    /// The work budget ran out before the exact answer was known.
    TooHard = 12,
    /// A callback asked to stop.
    Cancelled = 13,
    /// The caller's buffer is too small for the whole text.
    BufferTooSmall = 14,
    /// Not offered by this version, or beyond what another library's format can say.
    Unsupported = 15,
    /// A file or text is not in the format it claims.
    Format = 16,
    /// The operating system refused.
    Io = 17,
    /// Memory could not be had.
    OutOfMemory = 18,
    /// A defect in the library; the call was stopped at its boundary.
    Panic = 19,
}

/// A shape (or any short list of extents) as an error carries it: up to eight
/// extents, which is what a message can show with profit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ShapeNote {
    ndim: u8,
    dims: [i64; Self::SHOWN],
}

impl ShapeNote {
    const SHOWN: usize = 8;

    /// Notes `shape`; extents beyond the eighth are shown as dots.
    pub fn new(shape: &[i64]) -> Self {
        let mut dims = [0; Self::SHOWN];
        for (note, &extent) in dims.iter_mut().zip(shape) {
            *note = extent;
        }
        Self {
            ndim: shape.len().min(u8::MAX as usize) as u8,
            dims,
        }
    }
}

impl fmt::Display for ShapeNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ndim = self.ndim as usize;
        f.write_str("(")?;
        for (k, extent) in self.dims[..ndim.min(Self::SHOWN)].iter().enumerate() {
            let separator = if k == 0 { "" } else { "," };
            write!(f, "{separator}{extent}")?;
        }
        if ndim > Self::SHOWN {
            f.write_str(",...")?;
        }
        f.write_str(if ndim == 1 { ",)" } else { ")" })
    }
}

impl fmt::Debug for ShapeNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The result of everything that can fail in this crate.
pub type Result<T> = core::result::Result<T, Error>;

/// Everything that can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
#[allow(missing_docs)] // the message of each variant is its documentation
pub enum Error {
    // -- arguments ---------------------------------------------------------
    #[error("{argument} must not be NULL")]
    NullArgument { argument: &'static str },
    #[error("{argument} is {value}, expected {expected}")]
    InvalidValue {
        argument: &'static str,
        value: i64,
        expected: &'static str,
    },
    #[error("{argument}, entry {entry}: {problem} (value {value})")]
    InvalidEntry {
        argument: &'static str,
        entry: i64,
        problem: &'static str,
        value: i64,
    },
    #[error("{argument}: expected {expected} at byte {position} of the text")]
    InvalidText {
        argument: &'static str,
        position: usize,
        expected: &'static str,
    },

    // -- index -------------------------------------------------------------
    #[error("index {index} is out of bounds for axis {axis} with size {size}")]
    IndexOutOfBounds { index: i64, axis: i64, size: i64 },
    #[error("index at position {element} of the indices exceeds 64-bit signed integers")]
    IndexTooLarge { element: i64 },
    #[error("index {index} is out of bounds for array with size {size}")]
    FlatIndexOutOfBounds { index: i64, size: i64 },
    #[error("too many indices for array: array is {ndim}-dimensional, but {given} were indexed")]
    TooManyIndices { ndim: usize, given: i64 },
    #[error("expected {expected} indices, one for each axis, but {given} were given")]
    IndexCount { expected: usize, given: i64 },
    #[error("an index can only have a single ellipsis ('...')")]
    SecondEllipsis,
    #[error("slice step cannot be zero")]
    ZeroStep,
    #[error(
        "arrays used as indices must be of integer (or boolean) type, but entry {entry} is {dtype}"
    )]
    IndexDType { entry: i64, dtype: DType },
    #[error(
        "key entry {entry} is an array, which makes a copy: use la_get, since a view was asked for"
    )]
    AdvancedKey { entry: i64 },
    #[error(
        "boolean index did not match indexed array along axis {axis}; size of axis is {size} but size of corresponding boolean axis is {mask}"
    )]
    MaskShape { axis: i64, size: i64, mask: i64 },
    #[error("shape mismatch: indexing arrays could not be broadcast together with shapes {a} {b}")]
    IndexBroadcast { a: ShapeNote, b: ShapeNote },
    #[error(
        "NumPy boolean array indexing assignment cannot assign {given} input values to the {wanted} output values where the mask is true"
    )]
    MaskAssign { given: i64, wanted: i64 },
    #[error("cannot take from an axis of size 0 with {count} indices")]
    EmptyTake { count: i64 },

    // -- axis --------------------------------------------------------------
    #[error("axis {axis} is out of bounds for array of dimension {ndim}")]
    AxisOutOfBounds { axis: i64, ndim: usize },
    #[error("repeated axis {axis} in {argument}")]
    RepeatedAxis { argument: &'static str, axis: i64 },
    #[error("axes don't match array: {given} axes for an array of dimension {ndim}")]
    AxesCount { given: i64, ndim: usize },

    // -- shape -------------------------------------------------------------
    #[error("{argument}: negative dimensions are not allowed (axis {axis} is {extent})")]
    NegativeExtent {
        argument: &'static str,
        axis: usize,
        extent: i64,
    },
    #[error("cannot reshape array of size {size} into shape {shape}")]
    ReshapeSize { size: i64, shape: ShapeNote },
    #[error("can only specify one unknown dimension in shape {shape}")]
    ReshapeUnknowns { shape: ShapeNote },
    #[error("could not broadcast input array from shape {from} into shape {into}")]
    BroadcastInto { from: ShapeNote, into: ShapeNote },
    #[error("operands could not be broadcast together with shapes {a} {b}")]
    Broadcast { a: ShapeNote, b: ShapeNote },
    #[error(
        "cannot select an axis to squeeze out which has size not equal to one (axis {axis} has size {size})"
    )]
    SqueezeExtent { axis: i64, size: i64 },
    #[error("diag requires an array of at least two dimensions, but this one has {ndim}")]
    DiagonalRank { ndim: usize },
    #[error(
        "window shape cannot be larger than input array shape (window of {window} on axis {axis} with size {size})"
    )]
    WindowTooLarge { window: i64, axis: i64, size: i64 },
    #[error(
        "array split does not result in an equal division: axis {axis} has size {size}, {sections} sections were asked for"
    )]
    UnequalSplit { axis: i64, size: i64, sections: i64 },
    #[error(
        "all the input arrays must have same number of dimensions, but the array at index 0 has {first} dimension(s) and the array at index {index} has {given} dimension(s)"
    )]
    JoinRank {
        first: usize,
        index: i64,
        given: usize,
    },
    #[error(
        "all the input array dimensions except for the concatenation axis must match exactly, but along dimension {axis}, the array at index 0 has size {first} and the array at index {index} has size {given}"
    )]
    JoinExtent {
        axis: i64,
        first: i64,
        index: i64,
        given: i64,
    },
    #[error("{argument} has shape {given}, expected {wanted}")]
    WrongShape {
        argument: &'static str,
        given: ShapeNote,
        wanted: ShapeNote,
    },
    #[error("{argument} has {given} dimensions, expected {wanted}")]
    WrongRank {
        argument: &'static str,
        given: i64,
        wanted: i64,
    },

    // -- element types -----------------------------------------------------
    #[error("{argument}: {value:#x} is not an element type")]
    UnknownDType { argument: &'static str, value: i64 },
    #[error("text: expected {expected} at byte {position}, to name an element type")]
    NotAType {
        position: usize,
        expected: &'static str,
    },
    #[error("text: {problem} (at byte {position})")]
    TypeText {
        position: usize,
        problem: &'static str,
    },
    #[error("{argument}: data type {given} is not supported here, expected {expected}")]
    WrongDType {
        argument: &'static str,
        given: DType,
        expected: &'static str,
    },
    #[error("no common type for {a} and {b}")]
    NoCommonType { a: DType, b: DType },
    #[error("Cannot cast array data from {from} to {to} according to the rule '{rule}'")]
    Cast {
        from: DType,
        to: DType,
        rule: &'static str,
    },
    #[error("element {element} of the {from} array changes its value as {to}")]
    ValueChanges {
        from: DType,
        to: DType,
        element: i64,
    },
    #[error("field {field}: {problem}")]
    FieldName { field: i64, problem: &'static str },
    #[error("field {field}: offset {offset} cannot be negative")]
    NegativeOffset { field: i64, offset: i64 },
    #[error(
        "field {field}: offset {offset} is not a multiple of the field's alignment {alignment}"
    )]
    FieldAlignment {
        field: i64,
        offset: i64,
        alignment: i64,
    },
    #[error(
        "NumPy dtype descriptor requires {needed} bytes, cannot override to smaller itemsize of {itemsize}"
    )]
    ItemsizeTooSmall { needed: i64, itemsize: i64 },
    #[error("itemsize {itemsize} is not a multiple of the record's alignment {alignment}")]
    ItemsizeAlignment { itemsize: i64, alignment: i64 },
    #[error("no field of this name in {dtype}")]
    NoSuchField { dtype: DType },
    #[error("field index {index} is out of bounds for {count} fields")]
    FieldOutOfBounds { index: i64, count: i64 },
    #[error("{dtype} has no fields: it is not a record")]
    NotARecord { dtype: DType },
    #[error("value {value} is out of bounds for {dtype}")]
    ValueOutOfBounds { value: i64, dtype: DType },
    #[error(
        "Changing the dtype of a 0d array is only supported if the itemsize is unchanged ({old} to {new} bytes)"
    )]
    ViewScalar { old: i64, new: i64 },
    #[error(
        "To change to a dtype of a different size, the last axis must be contiguous (stride {stride}, itemsize {itemsize})"
    )]
    ViewNotContiguous { stride: i64, itemsize: i64 },
    #[error(
        "When changing to a smaller dtype, its size must be a divisor of the size of original dtype ({old} to {new} bytes)"
    )]
    ViewSmaller { old: i64, new: i64 },
    #[error(
        "When changing to a larger dtype, its size must be a divisor of the total size in bytes of the last axis of the array ({bytes} bytes, new size {new})"
    )]
    ViewLarger { bytes: i64, new: i64 },

    // -- memory ------------------------------------------------------------
    #[error("assignment destination is read-only ({argument})")]
    ReadOnly { argument: &'static str },
    #[error(
        "cannot be done without a copy: axes {outer} and {inner} do not merge (stride {outer_stride}, needed {needed})"
    )]
    WouldCopyAxes {
        outer: usize,
        inner: usize,
        outer_stride: i64,
        needed: i64,
    },
    #[error("cannot be done without a copy: {reason}")]
    WouldCopy { reason: &'static str },
    #[error("{what} is too large: it exceeds 64-bit arithmetic")]
    Overflow { what: &'static str },
    #[error("array is too big; {elements} elements of {itemsize} bytes exceed 64-bit arithmetic")]
    TooBig { elements: i64, itemsize: i64 },
    #[error("maximum supported dimension for an array is 64, found {given} ({argument})")]
    TooManyAxes { argument: &'static str, given: i64 },
    #[error("{what}: at most {limit}, found {given}")]
    Limit {
        what: &'static str,
        limit: i64,
        given: i64,
    },
    #[error(
        "layout reaches bytes {low}..{high} of an allocation of {nbytes} bytes (axis {axis}, stride {stride}, extent {extent})"
    )]
    OutsideMemory {
        low: i64,
        high: i64,
        nbytes: i64,
        axis: usize,
        stride: i64,
        extent: i64,
    },
    #[error("out of memory: {bytes} bytes could not be allocated")]
    OutOfMemory { bytes: usize },

    // -- overlap -----------------------------------------------------------
    #[error(
        "Exceeded max_work: whether memory is shared was not decided within {budget} units of work"
    )]
    TooHard { budget: i64 },

    #[error("{argument} is written, but some of its elements share memory with each other")]
    OverlapsItself { argument: &'static str },

    // -- callers -----------------------------------------------------------
    #[error("stopped by the {callback}, which returned {code}")]
    Cancelled { callback: &'static str, code: i64 },
    #[error("{what} needs a buffer of {needed} bytes, {capacity} were given")]
    BufferTooSmall {
        what: &'static str,
        needed: usize,
        capacity: usize,
    },
    #[error("{what} is not supported by this version")]
    Unsupported { what: &'static str },

    // -- other libraries -----------------------------------------------------
    #[error("DLPack version {major}.{minor} is not supported, only versions 1.x are")]
    DlpackVersion { major: u32, minor: u32 },
    #[error("DLPack flags {flags:#x} have bits whose meaning is not known")]
    DlpackFlags { flags: u64 },
    #[error(
        "DLPack device {device_type} (id {device_id}) is not supported, only the CPU's memory is (device 1)"
    )]
    DlpackDevice { device_type: i32, device_id: i32 },
    #[error("DLPack type of code {code}, {bits} bits and {lanes} lanes is not supported")]
    DlpackType { code: u8, bits: u8, lanes: u16 },
    #[error(
        "DLPack only supports strides which are a multiple of itemsize (axis {axis} has stride {stride}, itemsize {itemsize}); a copy, LA_COPY_ALWAYS, has such"
    )]
    DlpackStride {
        axis: usize,
        stride: i64,
        itemsize: i64,
    },
    #[error(
        "cannot be done without a copy: axis {axis} has stride {stride}, and positive ones were asked for"
    )]
    NegativeStride { axis: usize, stride: i64 },
    #[error(
        "Cannot export readonly array since signalling readonly is unsupported by DLPack's unversioned struct; a copy, LA_COPY_ALWAYS, can be written"
    )]
    ReadOnlyExport,
    #[error(
        "stride {stride} of axis {axis}, in elements of {itemsize} bytes, exceeds 64-bit arithmetic"
    )]
    StrideTooLarge {
        axis: usize,
        stride: i64,
        itemsize: i64,
    },
    #[error(
        "{argument} is {address:#x}: elements would lie {low} to {high} bytes from there, where no memory can be"
    )]
    NoSuchMemory {
        argument: &'static str,
        address: u64,
        low: i128,
        high: i128,
    },
    #[error("there is no element type of kind {kind:?} with an itemsize of {itemsize}")]
    NoSuchKind { kind: char, itemsize: i64 },

    // -- files -------------------------------------------------------------
    #[error("{format}: {problem} (at byte {position})")]
    Format {
        format: &'static str,
        problem: &'static str,
        position: u64,
    },
    #[error(
        "{format}: it {} the elements that its header promises: \
         they take {needed} bytes, {there} follow the header",
        if there < needed { "ends before" } else { "goes on after" }
    )]
    ElementBytes {
        format: &'static str,
        needed: u64,
        there: u64,
    },
    #[error("{action} failed: {}", OsError(*errno))]
    Io { action: &'static str, errno: i32 },
}

/// Shows an operating system's error number as its text, without allocating.
struct OsError(i32);

impl fmt::Display for OsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self.0 {
            libc::ENOENT => "no such file or directory",
            libc::EACCES => "permission denied",
            libc::EEXIST => "file exists",
            libc::EISDIR => "is a directory",
            libc::ENOTDIR => "not a directory",
            libc::ENOSPC => "no space left on device",
            libc::EROFS => "read-only file system",
            libc::EMFILE => "too many open files",
            libc::EIO => "input/output error",
            libc::ENAMETOOLONG => "file name too long",
            libc::ESPIPE => "illegal seek: not a regular file",
            _ => return write!(f, "error number {}", self.0),
        };
        write!(f, "{text} (error number {})", self.0)
    }
}

impl Error {
    /// The status code that the C ABI returns for this error.
    pub fn status(&self) -> Status {
        use Error as E;
        match self {
            E::NullArgument { .. } => Status::NullArgument,
            E::InvalidValue { .. }
            | E::InvalidEntry { .. }
            | E::InvalidText { .. }
            | E::FieldName { .. }
            | E::NegativeOffset { .. }
            | E::FieldAlignment { .. }
            | E::ItemsizeTooSmall { .. }
            | E::ItemsizeAlignment { .. }
            | E::NoSuchField { .. }
            | E::OverlapsItself { .. } => Status::InvalidArgument,
            E::IndexOutOfBounds { .. }
            | E::FieldOutOfBounds { .. }
            | E::FlatIndexOutOfBounds { .. }
            | E::IndexTooLarge { .. }
            | E::TooManyIndices { .. }
            | E::IndexCount { .. }
            | E::SecondEllipsis
            | E::ZeroStep
            | E::IndexDType { .. }
            | E::AdvancedKey { .. }
            | E::MaskShape { .. }
            | E::IndexBroadcast { .. }
            | E::EmptyTake { .. } => Status::Index,
            E::AxisOutOfBounds { .. } | E::RepeatedAxis { .. } | E::AxesCount { .. } => {
                Status::Axis
            }
            E::NegativeExtent { .. }
            | E::MaskAssign { .. }
            | E::ReshapeSize { .. }
            | E::ReshapeUnknowns { .. }
            | E::BroadcastInto { .. }
            | E::Broadcast { .. }
            | E::SqueezeExtent { .. }
            | E::DiagonalRank { .. }
            | E::WindowTooLarge { .. }
            | E::UnequalSplit { .. }
            | E::JoinRank { .. }
            | E::JoinExtent { .. }
            | E::WrongShape { .. }
            | E::WrongRank { .. }
            | E::OutsideMemory { .. } => Status::Shape,
            E::UnknownDType { .. }
            | E::NotAType { .. }
            | E::TypeText { .. }
            | E::NotARecord { .. }
            | E::WrongDType { .. }
            | E::NoCommonType { .. }
            | E::ViewScalar { .. }
            | E::ViewNotContiguous { .. }
            | E::ViewSmaller { .. }
            | E::ViewLarger { .. }
            | E::DlpackType { .. }
            | E::NoSuchKind { .. } => Status::DType,
            E::Cast { .. } | E::ValueChanges { .. } | E::ValueOutOfBounds { .. } => Status::Cast,
            E::ReadOnly { .. } | E::ReadOnlyExport => Status::ReadOnly,
            E::WouldCopyAxes { .. } | E::WouldCopy { .. } | E::NegativeStride { .. } => {
                Status::WouldCopy
            }
            E::Overflow { .. }
            | E::TooBig { .. }
            | E::StrideTooLarge { .. }
            | E::NoSuchMemory { .. } => Status::Overflow,
            E::TooManyAxes { .. } | E::Limit { .. } => Status::Limit,
            E::OutOfMemory { .. } => Status::OutOfMemory,
            E::TooHard { .. } => Status::TooHard,
            E::Cancelled { .. } => Status::Cancelled,
            E::BufferTooSmall { .. } => Status::BufferTooSmall,
            E::Unsupported { .. }
            | E::DlpackVersion { .. }
            | E::DlpackFlags { .. }
            | E::DlpackDevice { .. }
            | E::DlpackStride { .. } => Status::Unsupported,
            E::Format { .. } | E::ElementBytes { .. } => Status::Format,
            E::Io { .. } => Status::Io,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_keep_numpys_wording() {
        let index = Error::IndexOutOfBounds {
            index: 5,
            axis: 0,
            size: 3,
        };
        assert_eq!(
            index.to_string(),
            "index 5 is out of bounds for axis 0 with size 3"
        );
        let reshape = Error::ReshapeSize {
            size: 6,
            shape: ShapeNote::new(&[4]),
        };
        assert_eq!(
            reshape.to_string(),
            "cannot reshape array of size 6 into shape (4,)"
        );
        let broadcast = Error::BroadcastInto {
            from: ShapeNote::new(&[2, 2]),
            into: ShapeNote::new(&[2, 3, 4]),
        };
        assert_eq!(
            broadcast.to_string(),
            "could not broadcast input array from shape (2,2) into shape (2,3,4)"
        );
    }

    #[test]
    fn a_long_shape_is_cut_with_dots() {
        assert_eq!(ShapeNote::new(&[1; 9]).to_string(), "(1,1,1,1,1,1,1,1,...)");
        assert_eq!(ShapeNote::new(&[]).to_string(), "()");
    }
}
