#define _GNU_SOURCE
#include "server.h"
#include "websocket.h"
#include <stdio.h>

void nats_subscribe(struct client *client, struct bytes *out) {
    char text[1024], wallet[WALLET + 1] = "";
    int at = sprintf(text, "CONNECT {\"verbose\":false,\"pedantic\":false,\"protocol\":0}\r\n");
    for (int level = 0; level < LEVELS; level++) {
        if (client->wallets[level] < 0) continue;
        event_wallet(wallet, level, client->wallets[level]);
        at += sprintf(text + at, "SUB w.%s %d\r\n", wallet, level + 1);
    }
    at += sprintf(text + at, "PING\r\n");       // its PONG says that all of it holds
    ws_add_masked(out, WS_BINARY, text, (size_t)at);
}

bool nats_heard(struct client *client, struct bytes *out, int64_t now) {
    while (true) {
        uint8_t *line = bytes_front(&client->stream), *end = memmem(line, bytes_count(&client->stream), "\r\n", 2);
        if (!end) return true;
        size_t size = (size_t)(end + 2 - line);
        if (!memcmp(line, "MSG ", 4)) {
            size_t length = 0;
            struct mark mark;
            for (uint8_t *digit = memrchr(line, ' ', size) + 1; digit < end; digit++) length = length * 10 + (size_t)(*digit - '0');
            if (bytes_count(&client->stream) < size + length + 2) return true;
            if (event_read(line + size, length, &client->hint, &mark)) delivered(client, &mark, now);
            size += length + 2;
        } else if (!memcmp(line, "PING", 4)) {
            ws_add_masked(out, WS_BINARY, "PONG\r\n", 6);
        } else if (!memcmp(line, "PONG", 4)) {
            client->state = LIVE;
        } else if (!memcmp(line, "-ERR", 4)) {
            fprintf(stderr, "%s said: %.*s\n", client->server->name, (int)size - 2, line);
            return false;
        }
        bytes_take(&client->stream, size);
    }
}

void nats_publish(struct bytes *out, int level, int wallet, const char *text, size_t length) {
    char line[128], name[WALLET + 1] = "";
    event_wallet(name, level, wallet);
    bytes_add(out, line, (size_t)sprintf(line, "PUB w.%s %zu\r\n", name, length));
    bytes_add(out, text, length);
    bytes_add(out, "\r\n", 2);
}
