// Latencies in nanoseconds, 32 steps to each doubling: off by three per cent at most.
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stdint.h>
#include <string.h>

enum { STEPS = 32, BUCKETS = 64 * STEPS };

struct histogram {
    uint64_t counts[BUCKETS], all;
};

static inline void histogram_add(struct histogram *h, int64_t value) {
    uint64_t v = value < STEPS ? STEPS : (uint64_t)value;
    int doublings = 63 - __builtin_clzll(v) - 5;
    h->counts[doublings * STEPS + (int)(v >> doublings) - STEPS]++;
    h->all++;
}

static inline double histogram_at(const struct histogram *h, double share) {
    uint64_t wanted = (uint64_t)(share * (double)h->all), seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
        seen += h->counts[i];
        if (seen > wanted) return (double)((uint64_t)(STEPS + i % STEPS) << (i / STEPS));
    }
    return 0;
}

#endif
