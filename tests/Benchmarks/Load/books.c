#define _GNU_SOURCE
#include "websocket.h"
#include "books.h"
#include <stdio.h>
#include <time.h>

enum { TOKEN = 77, MARKET = 64 };

#define TEN "0000000000"
#define ID TEN TEN TEN TEN TEN TEN TEN "000000"
#define HEX40 TEN TEN TEN TEN

static char change[] =
    "{\"market\":\"0x" TEN TEN TEN TEN TEN TEN "0000\",\"price_changes\":["
    "{\"asset_id\":\"1" ID "\",\"price\":\"0.48\",\"size\":\"10000000\",\"side\":\"BUY\",\"hash\":\"" HEX40 "\",\"best_bid\":\"0.48\",\"best_ask\":\"0.49\"},"
    "{\"asset_id\":\"2" ID "\",\"price\":\"0.52\",\"size\":\"10000000\",\"side\":\"SELL\",\"hash\":\"" HEX40 "\",\"best_bid\":\"0.51\",\"best_ask\":\"0.52\"}],"
    "\"timestamp\":\"0000000000000\",\"event_type\":\"price_change\"}";

static char *behind(char *text, const char *mark) { return strstr(text, mark) + strlen(mark); }

static void decimal(char *to, int count, uint64_t value) {
    while (count-- > 0) {
        to[count] = (char)('0' + value % 10);
        value /= 10;
    }
}

// The last nine digits of a token, and of its market, say which it is.
static void name(char *last, int level, int token) { decimal(last - 9, 9, (uint64_t)level * 100000000 + (uint64_t)token); }

static uint64_t milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

const char *books_change(const struct mark *mark, int token, uint64_t number, size_t *length) {
    static char *market, *one, *other, *size, *hash, *timestamp;
    if (!market) {
        market = behind(change, "\"0x") + MARKET;
        one = behind(change, "\"asset_id\":\"") + TOKEN;
        size = behind(change, "\"size\":\"1");
        hash = behind(change, "\"hash\":\"");
        other = behind(hash, "\"asset_id\":\"") + TOKEN;
        timestamp = behind(change, "\"timestamp\":\"");
    }
    name(market, mark->level, token);
    name(one, mark->level, token);
    name(other, mark->level, token);
    decimal(size, 7, number % 9999999 + 1);
    event_mark(hash, mark);
    decimal(timestamp, 13, milliseconds());
    *length = sizeof change - 1;
    return change;
}

void books_subscribe(const struct client *client, struct bytes *out) {
    char text[LEVELS * (TOKEN + 3) + 64];
    int at = sprintf(text, "{\"assets_ids\":[");
    for (int level = 1, first = 1; level < LEVELS; level++) {
        if (client->wallets[level] < 0) continue;
        at += sprintf(text + at, "%s\"1" ID "\"", first ? "" : ",");
        name(text + at - 1, level, client->wallets[level]);
        first = 0;
    }
    at += sprintf(text + at, "],\"type\":\"market\"}");
    ws_add_masked(out, WS_TEXT, text, (size_t)at);
}

static void add_book(struct bytes *out, const char *token, bool first) {
    char text[1024];
    int length = snprintf(text, sizeof text,
        "%s{\"market\":\"0x" TEN TEN TEN TEN TEN "00000%.9s\",\"asset_id\":\"%.77s\",\"timestamp\":\"%lu\",\"hash\":\"" HEX40 "\","
        "\"bids\":[{\"price\":\"0.47\",\"size\":\"100\"},{\"price\":\"0.48\",\"size\":\"100\"}],"
        "\"asks\":[{\"price\":\"0.5\",\"size\":\"100\"},{\"price\":\"0.49\",\"size\":\"100\"}],"
        "\"tick_size\":\"0.01\",\"event_type\":\"book\",\"last_trade_price\":\"0.480\"}", first ? "" : ",", token + TOKEN - 9, token, milliseconds());
    bytes_add(out, text, (size_t)length);
}

static void follow(struct link *link, const char *last, bool follows) {
    int level = last[0] - '0', which = 0;
    for (int i = 1; i < 9; i++) which = which * 10 + last[i] - '0';
    bool *is = &link->follows[level % LEVELS][which % CLIENTS];
    link->server->subscriptions += follows - *is;
    *is = follows;
}

void books_answer(struct link *link, const struct ws_frame *frame) {
    if (frame->length == 4 && !memcmp(frame->payload, "PING", 4)) {
        ws_add(&link->out, WS_TEXT, "PONG", 4);
        return;
    }
    bool leaves = memmem(frame->payload, frame->length, "\"unsubscribe\"", 13) != NULL;
    struct bytes books = {0};
    bytes_add(&books, "[", 1);
    const char *end = (const char *)frame->payload + frame->length;
    for (const char *at = (const char *)frame->payload; at < end && (at = memmem(at, (size_t)(end - at), "\"1", 2)); at += 2) {
        if (end - at < TOKEN + 2 || at[TOKEN + 1] != '"') continue;
        follow(link, at + 1 + TOKEN - 9, !leaves);
        add_book(&books, at + 1, bytes_count(&books) == 1);
    }
    bytes_add(&books, "]\n", 2);
    if (!leaves) ws_add(&link->out, WS_TEXT, (const char *)bytes_front(&books), bytes_count(&books));
    bytes_free(&books);
}
