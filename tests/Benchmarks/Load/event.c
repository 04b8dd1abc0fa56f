#define _GNU_SOURCE
#include "event.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { LEVEL = 2, SEQUENCE = 8, WHEN = 16, SLOT = 4, MARK = LEVEL + SEQUENCE + WHEN + SLOT };

#define MAGIC "feedfeed"
#define MAGICS (sizeof MAGIC - 1)
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

static char frame[] =
    "{\"type\":\"event\",\"subscription_id\":\"sub_0upstream0\",\"data\":"
    "{\"token_id\":\"72551024098258542594534683942523606143014690620243023298497729957846870197074\",\"token_label\":\"No\",\"side\":\"BUY\","
    "\"market_slug\":\"highest-temperature-in-wellington-on-august-19-2026-10c\","
    "\"condition_id\":\"0x1d8720896546460a48d4f7fd5b3f0705a8d427921222de498d1cd334d4890c52\","
    "\"shares\":2702700,\"shares_normalized\":2.7027,\"price\":0.26,\"block_number\":80123456,\"log_index\":42,"
    "\"tx_hash\":\"0x" ZEROS "\","
    "\"title\":\"Will the highest temperature in Wellington be 10C on August 19, 2026, by the highest reading of its airport station, rounded down?\","
    "\"timestamp\":0000000000,\"order_hash\":\"0x" MAGIC "00000000000000000000000000000000000000000000000000000000\","
    "\"user\":\"0x0000000000000000000000000000000000000000\",\"taker\":\"0xe2222d279d744050d28e00520010520000310f59\"}}";

static char *after(const char *text) { return strstr(frame, text) + strlen(text); }

static void digits(char *to, int count, uint64_t value) {
    while (count-- > 0) {
        to[count] = (char)('0' + value % 10);
        value /= 10;
    }
}

static void hexadecimal(char *to, int count, uint64_t value) {
    while (count-- > 0) {
        to[count] = "0123456789abcdef"[value & 15];
        value >>= 4;
    }
}

void event_mark(char *to, const struct mark *mark) {
    memcpy(to, MAGIC, MAGICS);
    to += MAGICS;
    hexadecimal(to, LEVEL, (uint64_t)mark->level);
    hexadecimal(to + LEVEL, SEQUENCE, mark->sequence);
    hexadecimal(to + LEVEL + SEQUENCE, WHEN, (uint64_t)mark->when);
    hexadecimal(to + LEVEL + SEQUENCE + WHEN, SLOT, mark->slot);
}

void event_wallet(char *to, int level, int wallet) {
    memcpy(to, "0x", 2);
    memset(to + 2, '0', WALLET - 2);
    to[3] = (char)('a' + level);
    hexadecimal(to + WALLET - 8, 8, (uint64_t)wallet);
}

const char *event_frame(const struct mark *mark, int wallet, uint64_t number, size_t *length) {
    static char *tx, *at, *timestamp, *user;
    if (!tx) {
        tx = after("\"tx_hash\":\"0x");
        at = after("\"order_hash\":\"0x");
        timestamp = after("\"timestamp\":");
        user = after("\"user\":\"");
        // Another run's transactions are others.
        hexadecimal(tx, 16, (uint64_t)time(NULL));
    }
    hexadecimal(tx + 48, 16, number);
    event_mark(at, mark);
    digits(timestamp, 10, (uint64_t)time(NULL));
    event_wallet(user, mark->level, wallet);
    *length = sizeof frame - 1;
    return frame;
}

static uint64_t number_at(const uint8_t *text, int count) {
    uint64_t value = 0;
    for (int i = 0; i < count; i++) value = value << 4 | (uint64_t)(text[i] <= '9' ? text[i] - '0' : text[i] - 'a' + 10);
    return value;
}

bool event_read(const uint8_t *text, size_t length, size_t *hint, struct mark *mark) {
    if (*hint + MAGICS + MARK > length || memcmp(text + *hint, MAGIC, MAGICS)) {
        const uint8_t *found = memmem(text, length, MAGIC, MAGICS);
        if (!found || (size_t)(found - text) + MAGICS + MARK > length) return false;
        *hint = (size_t)(found - text);
    }
    const uint8_t *at = text + *hint + MAGICS;
    mark->level = (int)number_at(at, LEVEL);
    mark->sequence = (uint32_t)number_at(at + LEVEL, SEQUENCE);
    mark->when = (int64_t)number_at(at + LEVEL + SEQUENCE, WHEN);
    mark->slot = (uint32_t)number_at(at + LEVEL + SEQUENCE + WHEN, SLOT);
    return mark->level < LEVELS;
}
