// Eigen beside libarray: vectors and matrices of any positive strides, shuffles
// of packed tensors, and what it does in place. Compiled with -O3 -march=native.
//
// Each function repeats its job `count` times and returns the seconds it took,
// CANNOT where Eigen has no way to do it.
#include "clock.h"
#include "strided.h"

#include <Eigen/Core>
#include <unsupported/Eigen/CXX11/Tensor>

#include <algorithm>
#include <complex>

namespace {

template <typename Job> double repeat(long count, Job job) {
    double start = now();
    for (long k = 0; k < count; k++) job();
    return now() - start;
}

using Eigen::Dynamic;
template <typename T> using Matrix = Eigen::Matrix<T, Dynamic, Dynamic, Eigen::RowMajor>;
template <typename T> using Column = Eigen::Matrix<T, Dynamic, Dynamic, Eigen::ColMajor>;
template <typename T> using Vector = Eigen::Matrix<T, Dynamic, 1>;
template <typename M, typename S> using Map = Eigen::Map<M, Eigen::Unaligned, S>;

// Strides in elements.
template <typename T> long step(const strided *a, int axis) {
    return a->strides[axis] / (long)sizeof(T);
}

// The steps that are known when a program is compiled are known here too.
template <typename To, typename From>
double vectors(long count, const strided *t, const strided *s) {
    long n = t->shape[0];
    if (t->strides[0] != (long)sizeof(To)) return CANNOT;
    Eigen::Map<Vector<To>> to((To *)t->data, n);
    auto *from = (const From *)s->data;
    if (step<From>(s, 0) == 1) {
        Eigen::Map<const Vector<From>> v(from, n);
        return repeat(count, [&] { to = v.template cast<To>(); used(t->data); });
    }
    if (step<From>(s, 0) == 2) {
        Map<const Vector<From>, Eigen::InnerStride<2>> v(from, n, Eigen::InnerStride<2>());
        return repeat(count, [&] { to = v.template cast<To>(); used(t->data); });
    }
    if (step<From>(s, 0) == -1) {
        Eigen::Map<const Vector<From>> v(from - (n - 1), n);
        return repeat(count, [&] { to = v.reverse().template cast<To>(); used(t->data); });
    }
    return CANNOT;
}

template <typename To, typename From>
double matrices(long count, const strided *t, const strided *s) {
    using Outer = Eigen::OuterStride<>;
    if (t->strides[1] != (long)sizeof(To)) return CANNOT;
    long rows = t->shape[0], columns = t->shape[1];
    Map<Matrix<To>, Outer> to((To *)t->data, rows, columns, Outer(step<To>(t, 0)));
    auto *from = (const From *)s->data;
    if (s->strides[0] == (long)sizeof(From)) {
        Map<const Column<From>, Outer> m(from, rows, columns, Outer(step<From>(s, 1)));
        return repeat(count, [&] { to = m.template cast<To>(); used(t->data); });
    }
    if (s->strides[0] == 0) {
        Eigen::Map<const Eigen::Matrix<From, 1, Dynamic>> row(from, columns);
        return repeat(count, [&] { to.rowwise() = row.template cast<To>(); used(t->data); });
    }
    if (s->strides[1] == 0) {
        Eigen::Map<const Vector<From>> column(from, rows);
        return repeat(count, [&] { to.colwise() = column.template cast<To>(); used(t->data); });
    }
    if (s->strides[1] == (long)sizeof(From)) {
        Map<const Matrix<From>, Outer> m(from, rows, columns, Outer(step<From>(s, 0)));
        return repeat(count, [&] { to = m.template cast<To>(); used(t->data); });
    }
    return CANNOT;
}

// A packed tensor with its axes in another order, to a packed one.
template <typename T, int N> double shuffle(long count, const strided *t, const strided *s) {
    int order[N], packed[N]; // the source's axes, from the largest stride down
    for (int k = 0; k < N; k++) order[k] = k;
    std::sort(order, order + N, [&](int a, int b) { return s->strides[a] > s->strides[b]; });
    Eigen::array<long, N> from, to;
    for (int k = 0; k < N; k++) {
        packed[order[k]] = k;
        from[k] = s->shape[order[k]];
        to[k] = t->shape[k];
    }
    long stride = sizeof(T);
    for (int k = N; k-- > 0; stride *= from[k])
        if (s->strides[order[k]] != stride) return CANNOT;
    Eigen::array<int, N> axes;
    std::copy(packed, packed + N, axes.begin());
    using Tensor = Eigen::Tensor<T, N, Eigen::RowMajor, long>;
    Eigen::TensorMap<const Tensor> source((const T *)s->data, from);
    Eigen::TensorMap<Tensor> target((T *)t->data, to);
    return repeat(count, [&] { target = source.shuffle(axes); used(t->data); });
}

template <typename To, typename From>
double assign(long count, const strided *t, const strided *s) {
    if (t->ndim == 1) return vectors<To, From>(count, t, s);
    if (t->ndim == 2) return matrices<To, From>(count, t, s);
    if constexpr (std::is_same<To, From>::value) {
        if (t->ndim == 4) return shuffle<To, 4>(count, t, s);
        if (t->ndim == 6) return shuffle<To, 6>(count, t, s);
    }
    return CANNOT;
}

template <typename T> double transpose(long count, void *a, long n) {
    Eigen::Map<Matrix<T>> m((T *)a, n, n);
    return repeat(count, [&] { m.transposeInPlace(); used(a); });
}

} // namespace

extern "C" {

double eigen_assign(long count, const strided *t, const strided *s, long itemsize) {
    using Eigen::half;
    enum { I32 = 4, I64 = 5, U8 = 6, F16 = 10, F32 = 12, F64 = 13 }; // as la_dtype counts
    if (t->dtype == s->dtype) switch (itemsize) {
        case 1: return assign<uint8_t, uint8_t>(count, t, s);
        case 2: return assign<uint16_t, uint16_t>(count, t, s);
        case 4: return assign<float, float>(count, t, s);
        case 8: return assign<double, double>(count, t, s);
        case 16: return assign<std::complex<double>, std::complex<double>>(count, t, s);
        default: return CANNOT;
        }
    switch (s->dtype << 8 | t->dtype) {
    case F64 << 8 | F32: return assign<float, double>(count, t, s);
    case F32 << 8 | F64: return assign<double, float>(count, t, s);
    case F32 << 8 | F16: return assign<half, float>(count, t, s);
    case F16 << 8 | F32: return assign<float, half>(count, t, s);
    case F64 << 8 | I32: return assign<int32_t, double>(count, t, s);
    case I32 << 8 | F64: return assign<double, int32_t>(count, t, s);
    case I64 << 8 | F64: return assign<double, int64_t>(count, t, s);
    case I64 << 8 | I32: return assign<int32_t, int64_t>(count, t, s);
    case U8 << 8 | F32: return assign<float, uint8_t>(count, t, s);
    case F32 << 8 | U8: return assign<uint8_t, float>(count, t, s);
    default: return CANNOT;
    }
}

double eigen_transpose_in_place(long count, void *a, long n, long itemsize) {
    return itemsize == 1 ? transpose<uint8_t>(count, a, n)
         : itemsize == 4 ? transpose<float>(count, a, n)
         : itemsize == 8 ? transpose<double>(count, a, n) : CANNOT;
}

double eigen_reverse_in_place(long count, double *a, long n) {
    Eigen::Map<Vector<double>> v(a, n);
    return repeat(count, [&] { v.reverseInPlace(); used(a); });
}

} // extern "C"
