//! The calls that a program is made of, in a room for each section of the header.
//! Each works out what the header says of its arguments before it is made; one that
//! succeeds is done in the model as well.

mod arguments;
mod axes;
mod copy;
mod create;
mod describe;
mod index;
mod join;
mod overlap;
mod reshape;
mod slice;
mod take;
mod view;
mod write;

use super::world::World;

/// The corpus means them by their places: new ones go to the end.
const CALLS: &[fn(&mut World)] = &[
    create::make,
    create::from_data,
    create::wrap,
    view::as_strided,
    slice::slice,
    slice::slice_text,
    reshape::reshape,
    axes::axes,
    view::broadcast,
    view::diagonal,
    copy::copy,
    copy::astype,
    |world| write::assign(world, false),
    |world| write::assign(world, true),
    write::fill,
    write::item,
    index::get,
    index::set,
    take::take,
    take::put,
    join::join,
    overlap::overlap,
    describe::report,
    describe::lifetime,
    create::arange,
];

pub fn call(world: &mut World) {
    let number = world.input.below(CALLS.len() as i64);
    CALLS[number as usize](world);
}
