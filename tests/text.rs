//! The text of random arrays beside the text that NumPy gives them.
//!
//! NumPy's texts come from a file, so that the test needs no Python. Another
//! file can be named, with as many cases as one likes:
//!
//! ```text
//! python tests/numpy/text_cases.py 7 20000 > cases
//! TEXT_CASES=cases cargo test --release --test text -- --nocapture
//! ```

use array::array::Array;
use array::display::{Form, FormatOptions, Text};
use array::dtype::DType;
use array::layout::Layout;

/// An array of these elements, given in C order, that lies in memory in a way
/// that changes from case to case.
fn scattered(dtype: DType, shape: &[i64], elements: &[u8], case: usize) -> Array {
    let itemsize = dtype.itemsize();
    let gap = if case.is_multiple_of(3) { 2 } else { 1 };
    let mut layout = Layout::default();
    let mut stride = itemsize * gap;
    let mut strides = vec![0; shape.len()];
    let mut order: Vec<usize> = (0..shape.len()).collect();
    if case.is_multiple_of(2) {
        order.reverse();
    }
    for axis in order {
        strides[axis] = stride;
        stride *= shape[axis].max(1);
    }
    for (axis, &extent) in shape.iter().enumerate() {
        layout.push(extent, strides[axis]).unwrap();
    }
    let mut room = Layout::default();
    room.push(stride, 1).unwrap();
    let owner = Array::allocate(DType::raw_bytes(1).unwrap(), &room, true).unwrap();
    if case.is_multiple_of(5) && !shape.contains(&0) {
        for (axis, &extent) in shape.iter().enumerate() {
            layout.offset += (extent - 1) * layout.strides[axis];
            layout.strides[axis] *= -1;
        }
    }
    let mut index = vec![0i64; shape.len()];
    for element in elements.chunks_exact(itemsize as usize) {
        let steps: i64 = index.iter().zip(&layout.strides).map(|(i, s)| i * s).sum();
        let place = owner.address().cast_mut();
        // SAFETY: the layout lies within the memory of `owner`, whose only
        // user this is.
        unsafe {
            place
                .offset((layout.offset + steps) as isize)
                .copy_from_nonoverlapping(element.as_ptr(), element.len());
        }
        for axis in (0..shape.len()).rev() {
            index[axis] += 1;
            if index[axis] < shape[axis] {
                break;
            }
            index[axis] = 0;
        }
    }
    owner.view_as(&layout, dtype, true).unwrap()
}

#[test]
fn texts_are_numpys() {
    let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/texts");
    let path = std::env::var_os("TEXT_CASES").unwrap_or(kept.into());
    let cases = std::fs::read_to_string(path).unwrap();
    let mut wrong = 0;
    let mut count = 0;
    for (case, line) in cases.lines().enumerate() {
        let fields: Vec<&str> = line.split('\t').collect();
        let dtype = DType::parse(fields[0]).unwrap();
        let extents = fields[1].split(',').filter(|text| !text.is_empty());
        let shape: Vec<i64> = extents.map(|text| text.parse().unwrap()).collect();
        let number = |k: usize| fields[k].parse().unwrap();
        let options = FormatOptions {
            precision: number(2),
            threshold: number(3),
            edge_items: number(4),
            line_width: number(5),
            form: Form::Str,
        };
        let bytes: Vec<u8> = (0..fields[6].len() / 2)
            .map(|k| u8::from_str_radix(&fields[6][2 * k..2 * k + 2], 16).unwrap())
            .collect();
        let array = scattered(dtype, &shape, &bytes, case);
        let mut text = String::new();
        Text::new(&array, &options)
            .unwrap()
            .write(&mut text)
            .unwrap();
        let expected = fields[7].replace('|', "\n");
        count += 1;
        if text != expected {
            wrong += 1;
            if wrong <= 10 {
                eprintln!("line {}: {dtype} {shape:?} {options:?}", case + 1);
                eprintln!("{text}\ninstead of\n{expected}\n");
            }
        }
    }
    assert_eq!(wrong, 0, "of {count} texts");
    println!("{count} texts are NumPy's");
}
