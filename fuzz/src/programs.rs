//! Random programs over the C ABI, with hostile arguments, beside a model that is
//! told only what the header says: the status of each call, the layout of each
//! array, and every byte of every block of memory after each call, whether it
//! failed or not.

mod calls;
mod element;
mod world;

use crate::input::Input;
use world::World;

/// The longest program.
const MOST_CALLS: usize = 60;

pub fn run(data: &[u8]) {
    let mut world = World::new(Input::new(data));
    for _ in 0..MOST_CALLS {
        if world.input.is_empty() {
            break;
        }
        calls::call(&mut world);
        world.check_memory();
    }
    world.end();
}
