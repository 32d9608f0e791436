#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| libarray_fuzz::overlap::run(data));
