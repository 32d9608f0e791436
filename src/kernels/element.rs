//! The Rust types whose values the elements of each built-in type are, and the
//! way from an [`Element`](crate::dtype::Element) known at run time to code
//! compiled for its type.

/// An element of type bool: a byte of which any nonzero value is true. (Rust's
/// `bool` may only be 0 or 1, and nobody can promise that of foreign memory.)
#[repr(transparent)]
#[derive(Clone, Copy, Debug)]
pub(super) struct Bool(pub u8);

impl Bool {
    /// What it says.
    #[inline(always)]
    pub(super) fn is_true(self) -> bool {
        self.0 != 0
    }
}

impl From<bool> for Bool {
    #[inline(always)]
    fn from(value: bool) -> Bool {
        Bool(value as u8)
    }
}

/// Evaluates an expression with a type name standing for the Rust type of an
/// element: `dispatch!(element, T => size_of::<T>())`.
macro_rules! dispatch {
    ($element:expr, $T:ident => $body:expr) => {{
        use $crate::dtype::Element;
        macro_rules! with {
            ($type:ty) => {{
                type $T = $type;
                $body
            }};
        }
        match $element {
            Element::Bool => with!($crate::kernels::element::Bool),
            Element::Int8 => with!(i8),
            Element::Int16 => with!(i16),
            Element::Int32 => with!(i32),
            Element::Int64 => with!(i64),
            Element::UInt8 => with!(u8),
            Element::UInt16 => with!(u16),
            Element::UInt32 => with!(u32),
            Element::UInt64 => with!(u64),
            Element::Float16 => with!(half::f16),
            Element::BFloat16 => with!(half::bf16),
            Element::Float32 => with!(f32),
            Element::Float64 => with!(f64),
            Element::Complex64 => with!(num_complex::Complex<f32>),
            Element::Complex128 => with!(num_complex::Complex<f64>),
        }
    }};
}
pub(crate) use dispatch;
