//! Conversions in which a record takes part, as conversions of its fields: of
//! which bytes of an element they are made, and of what types those are.

use super::DType;
use crate::error::{Error, Result};

/// A part of an element and what it becomes: where each stands in its element,
/// and their types, which are no records, or the same raw bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// What is read.
    pub from: (i64, DType),
    /// What is written.
    pub to: (i64, DType),
}

/// Whether a conversion is one of fields.
#[inline]
pub fn is_field_cast(from: DType, to: DType) -> bool {
    from != to && (from.is_record() || to.is_record())
}

/// Visits the parts of a conversion in the order in which they are stored.
///
/// Records of the same layout are one part, gaps included. Others convert field
/// by field, in order and whatever the names; what is no record goes to every
/// field; and a record of one field becomes what that does.
pub fn for_each_part(
    from: DType,
    to: DType,
    visit: &mut dyn FnMut(Part) -> Result<()>,
) -> Result<()> {
    parts((0, from), (0, to), visit)
}

fn parts(
    from: (i64, DType),
    to: (i64, DType),
    visit: &mut dyn FnMut(Part) -> Result<()>,
) -> Result<()> {
    let within =
        |(start, _): (i64, DType), field: &super::Field| (start + field.offset, field.dtype);
    match (from.1.record(), to.1.record()) {
        (Some(a), Some(_)) if is_laid_out_alike(from.1, to.1) => {
            // A record's size is one that raw bytes may have.
            let bytes = DType::raw_bytes(a.itemsize() as i32).unwrap_or(from.1);
            visit(Part {
                from: (from.0, bytes),
                to: (to.0, bytes),
            })
        }
        (Some(a), Some(b)) if a.fields().len() == b.fields().len() => {
            for (x, y) in a.fields().iter().zip(b.fields()) {
                parts(within(from, x), within(to, y), visit)?;
            }
            Ok(())
        }
        (None, Some(record)) => {
            for field in record.fields() {
                parts(from, within(to, field), visit)?;
            }
            Ok(())
        }
        (Some(record), None) if record.fields().len() == 1 => {
            parts(within(from, &record.fields()[0]), to, visit)
        }
        (None, None) => visit(Part { from, to }),
        _ => Err(Error::Cast {
            from: from.1,
            to: to.1,
            rule: "unsafe",
        }),
    }
}

/// Whether elements of both have the same fields at the same places, names
/// apart.
fn is_laid_out_alike(a: DType, b: DType) -> bool {
    a == b
        || match (a.record(), b.record()) {
            (Some(x), Some(y)) => {
                x.itemsize() == y.itemsize()
                    && x.fields().len() == y.fields().len()
                    && x.fields()
                        .iter()
                        .zip(y.fields())
                        .all(|(f, g)| f.offset == g.offset && is_laid_out_alike(f.dtype, g.dtype))
            }
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The parts of a conversion as text: `from@place>to@place`.
    fn parts_of(from: &str, to: &str) -> Result<Vec<String>> {
        let (from, to) = (DType::parse(from).unwrap(), DType::parse(to).unwrap());
        let mut parts = Vec::new();
        for_each_part(from, to, &mut |part| {
            let ((x, a), (y, b)) = (part.from, part.to);
            parts.push(format!("{}@{x}>{}@{y}", a.format(), b.format()));
            Ok(())
        })?;
        Ok(parts)
    }

    #[test]
    fn fields_are_paired_in_order_at_their_places() {
        let parts = parts_of(
            "[('a', '<i4'), ('r', [('b', '<i2'), ('c', '|V3')])]",
            "[('', 'V1'), ('x', '<f8'), ('y', [('c', '>i2'), ('', 'V1'), ('b', '|V3')])]",
        );
        let expected = ["<i4@0><f8@1", "<i2@4>>i2@9", "|V3@6>|V3@12"];
        assert_eq!(parts.unwrap(), expected);
    }

    #[test]
    fn records_of_one_layout_are_moved_as_they_are() {
        let parts = parts_of(
            "[('', 'V4'), ('x', '<f8'), ('y', '|b1')]",
            "{'names': ['p', 'q'], 'formats': ['<f8', '|b1'], 'offsets': [4, 12]}",
        );
        assert_eq!(parts.unwrap(), ["|V13@0>|V13@0"]);
        // One within another, too.
        let parts = parts_of(
            "[('r', [('x', '<i4'), ('', 'V2')]), ('s', '<i4')]",
            "[('r', [('y', '<i4'), ('', 'V2')]), ('s', '<i8')]",
        );
        assert_eq!(parts.unwrap(), ["|V6@0>|V6@0", "<i4@6><i8@6"]);
    }

    #[test]
    fn a_number_goes_to_all_fields_and_a_single_field_comes_out() {
        let record = "[('x', '<i4'), ('y', [('z', '<f2')])]";
        let parts = parts_of("<f8", record);
        assert_eq!(parts.unwrap(), ["<f8@0><i4@0", "<f8@0><f2@4"]);
        let parts = parts_of("[('', 'V2'), ('x', [('y', '<f4')])]", "<i8");
        assert_eq!(parts.unwrap(), ["<f4@2><i8@0"]);
        assert!(parts_of(record, "<f8").is_err());
        assert!(parts_of(record, "[('x', '<i4')]").is_err());
    }
}
