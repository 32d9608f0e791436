// Handles of the C ABI as C++ values, and its statuses as Python exceptions.
#pragma once

#include <libarray.h>
#include <nanobind/nanobind.h>

#include <utility>
#include <vector>

namespace nb = nanobind;

namespace libarray {

/// One reference to an array of the C ABI.
class Handle {
public:
    Handle() = default;
    Handle(Handle &&other) noexcept : array_(std::exchange(other.array_, nullptr)) {}
    Handle &operator=(Handle &&other) noexcept {
        std::swap(array_, other.array_);
        return *this;
    }
    Handle(const Handle &) = delete;
    Handle &operator=(const Handle &) = delete;
    ~Handle() { la_release(array_); }

    /// A further reference to an array that somebody else holds.
    static Handle share(const la_array *array) {
        Handle handle;
        handle.array_ = la_retain(array);
        return handle;
    }

    la_array *get() const { return array_; }
    operator la_array *() const { return array_; }
    explicit operator bool() const { return array_ != nullptr; }

    /// Where a function of the C ABI leaves a new handle; call it on an empty one.
    la_array **out() { return &array_; }

private:
    la_array *array_ = nullptr;
};

/// Raises the Python exception that NumPy raises where the C ABI gives this
/// status, with the message that the C ABI left.
[[noreturn]] void raise_status(la_status status);

/// Raises unless the status is LA_OK.
inline void check(la_status status) {
    if (status != LA_OK) [[unlikely]]
        raise_status(status);
}

/// Raises a Python exception with a formatted message (`%R`, `%zd`, ...).
[[noreturn]] void raise(PyObject *type, const char *format, ...);

/// The UTF-8 of a Python string, which lives as long as it.
const char *text_in(nb::handle string);

/// Where the C ABI's text functions write: small texts without an allocation.
/// `call(buf, capacity, needed)` is made once more when the text is longer.
template <typename Call> nb::str text_of(Call call) {
    char small[256];
    size_t needed = 0;
    la_status status = call(small, sizeof small, &needed);
    if (status == LA_OK)
        return nb::steal<nb::str>(PyUnicode_FromStringAndSize(small, needed - 1));
    if (status != LA_BUFFER_TOO_SMALL)
        raise_status(status);
    nb::bytearray room(nullptr, 0);
    if (PyByteArray_Resize(room.ptr(), (Py_ssize_t)needed) < 0)
        throw nb::python_error();
    check(call(PyByteArray_AS_STRING(room.ptr()), needed, &needed));
    PyObject *text = PyUnicode_FromStringAndSize(PyByteArray_AS_STRING(room.ptr()), needed - 1);
    if (!text)
        throw nb::python_error();
    return nb::steal<nb::str>(text);
}

/// Runs `body` for a slot of a Python type: C++ exceptions become Python's, and
/// `failed` is returned for them.
template <typename Result, typename Body> Result slot(Result failed, Body body) noexcept {
    try {
        return body();
    } catch (nb::python_error &error) {
        error.restore();
    } catch (const std::bad_alloc &) {
        PyErr_NoMemory();
    } catch (const std::exception &error) {
        PyErr_SetString(PyExc_RuntimeError, error.what());
    }
    return failed;
}

/// Stands for a call that runs without the interpreter's lock. Another thread may
/// replace the handle of an Array that the call uses (`a.shape = ...`), so handles
/// that were replaced live until no such call runs. All this is touched only with
/// the lock held.
class Unlocked {
public:
    Unlocked() { ++running_; }
    ~Unlocked() {
        // Letting go of memory can run Python code, which may come by here again.
        std::vector<Handle> done;
        if (--running_ == 0)
            done.swap(retired_);
    }
    Unlocked(const Unlocked &) = delete;

    /// Lets go of a handle as soon as no call can be using it.
    static void retire(Handle handle) {
        if (running_ > 0)
            retired_.push_back(std::move(handle));
    }

private:
    static inline int64_t running_ = 0;
    static inline std::vector<Handle> retired_;
};

/// Runs a call of the C ABI that moves so many bytes, and gives its status. Other
/// Python threads run meanwhile when that takes long enough to be worth it, so the
/// call must touch nothing of Python's.
template <typename Call> la_status moved(int64_t nbytes, Call call) {
    constexpr int64_t worth_it = 1 << 16;
    if (nbytes < worth_it)
        return call();
    Unlocked running;
    nb::gil_scoped_release released;
    return call();
}

/// The same; raises unless the status is LA_OK.
template <typename Call> void moving(int64_t nbytes, Call call) { check(moved(nbytes, call)); }

} // namespace libarray
