// The event that everybody gets: a fill in Dome's form, about 900 bytes, that carries its own measuring marks in the order's hash.
#ifndef EVENT_H
#define EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A wallet of level l is followed by 10^l clients: an event of that level has so many deliveries.
enum { LEVELS = 4, WALLET = 42 };

struct mark {
    int level;
    uint32_t sequence;  // of its wallet
    int64_t when;       // when it was to be sent
    uint32_t slot;      // of the flight that it belongs to
};

static inline int fan_out(int level) { return level == 0 ? 1 : level == 1 ? 10 : level == 2 ? 100 : 1000; }

// Where a server hands on forty digits as they are.
void event_mark(char *to, const struct mark *mark);

void event_wallet(char *to, int level, int wallet);

// The frame's text as an upstream server tells it; the same memory with each call.
const char *event_frame(const struct mark *mark, int wallet, uint64_t number, size_t *length);

// `hint`: where the last one was found, which is where the next one is.
bool event_read(const uint8_t *text, size_t length, size_t *hint, struct mark *mark);

#endif
