from libc.stdint cimport uint32_t

cdef extern from "minima.h":
    bint dedupe_has_avx2() nogil
    void dedupe_minima(const uint32_t *hashes, Py_ssize_t length, const uint32_t *a, const uint32_t *b,
                       uint32_t *least, Py_ssize_t count, bint is_wide) noexcept nogil
