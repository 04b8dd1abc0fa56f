// Bytes that come at one end and go at the other. What has gone makes room when more is needed.
#ifndef BYTES_H
#define BYTES_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct bytes {
    uint8_t *data;
    size_t start, end, size;
};

static inline size_t bytes_count(const struct bytes *b) { return b->end - b->start; }
static inline uint8_t *bytes_front(const struct bytes *b) { return b->data + b->start; }

// Room for `more` bytes behind the end.
static inline uint8_t *bytes_room(struct bytes *b, size_t more) {
    if (b->size - b->end < more && b->start > 0) {
        memmove(b->data, b->data + b->start, bytes_count(b));
        b->end -= b->start;
        b->start = 0;
    }
    if (b->size - b->end < more) {
        b->size = (b->end + more) * 2;
        b->data = realloc(b->data, b->size);
        if (!b->data) abort();
    }
    return b->data + b->end;
}

static inline void bytes_add(struct bytes *b, const void *from, size_t count) {
    if (count == 0) return;
    memcpy(bytes_room(b, count), from, count);
    b->end += count;
}

static inline void bytes_take(struct bytes *b, size_t count) {
    b->start += count;
    if (b->start == b->end) b->start = b->end = 0;
}

static inline void bytes_free(struct bytes *b) {
    free(b->data);
    *b = (struct bytes){0};
}

#endif
