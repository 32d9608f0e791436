/* libarray: NumPy's memory model for C, C++ and every language with an FFI.
 *
 * Strided n-dimensional arrays whose views share memory, whose copies do not,
 * and which can always tell which is which.
 *
 *     la_array *album = NULL, *window = NULL;
 *     int64_t shape[] = {6};
 *     if (la_arange(LA_INT64, 0, 6, 1, &album) != LA_OK) { ... }
 *     if (la_slice(album, LA_INDEX(LA_RANGE(1, 4)), &window) != LA_OK) { ... }
 *     la_fill_i64(window, 999);           // seen through the album as well
 *     la_release(window);
 *     la_release(album);
 *
 * CONVENTIONS, which hold for every function and are not repeated below.
 *
 * Status.     A function that can fail returns la_status and hands its result
 *             through its last parameters, which are untouched on failure.
 *             Nothing else changes on failure either. Besides the statuses that
 *             its comment lists, any function may return LA_PANIC: a defect of
 *             the library, stopped at its boundary. A function that cannot fail
 *             on a valid handle returns its value; on NULL it returns what its
 *             comment says and sets the message of la_last_error.
 * NULL.       Where a comment does not allow NULL, it is LA_NULL_ARGUMENT.
 * Ownership.  Every handle that arrives through `out` is new and belongs to the
 *             caller, who gives it back with la_release. An `out` variable is
 *             overwritten, never released. Pointers that are returned (la_shape,
 *             la_strides, la_base, la_data) are borrowed from the handle asked.
 * Views.      A view shares its elements with its base and keeps it alive, in
 *             any order of release. A copy shares nothing.
 * Units.      Extents, indices and sizes count elements; strides and offsets
 *             count bytes. Negative axes and indices count from the end.
 * Threads.    Every function may be called from any thread, on the same handles
 *             too: shape, strides, type and base of an array never change. Only
 *             elements do, and the library does not keep their writers apart.
 *             What a call may run beside is said by the last line of its comment:
 *               any      every other call: it looks at no elements, or at those
 *                        of a new array only;
 *               reads    every call that does not write the elements that it
 *                        reads;
 *               writes   every call that neither reads nor writes the elements
 *                        of its target; other elements of the same memory may
 *                        be used meanwhile;
 *               process  every other call: what it sets holds for calls that
 *                        begin later, in all threads;
 *               own      every other call: it is about the calling thread;
 *               archive  every call that has not the same archive.
 *             Handles are released by any thread, each reference once. After a
 *             fork the child may go on, whatever other threads were at.
 * Unchecked.  What no library can check: handles that were released, buffers
 *             shorter than stated, unsynchronised writers, callbacks that throw
 *             or longjmp, mapped files truncated by others.
 */
