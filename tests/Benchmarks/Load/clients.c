#define _GNU_SOURCE
#include "websocket.h"
#include "books.h"
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static void add_subscription(struct bytes *out, const char *wallets) {
    char text[512];
    int length = snprintf(text, sizeof text,
        "{\"action\":\"subscribe\",\"platform\":\"polymarket\",\"version\":1,\"type\":\"orders\",\"filters\":{\"users\":[%s]}}", wallets);
    ws_add_masked(out, WS_TEXT, text, (size_t)length);
}

static void subscribe(struct client *client, struct bytes *out) {
    client->state = SUBSCRIBING;
    if (client->server->speech == NATS) {
        nats_subscribe(client, out);
        return;
    }
    if (client->server->speech == BOOKS) {
        books_subscribe(client, out);
        return;
    }
    char wallets[LEVELS * (WALLET + 3) + 1] = "";
    for (int level = 0, at = 0; level < LEVELS; level++) {
        if (client->wallets[level] < 0) continue;
        char wallet[WALLET + 1] = "";
        event_wallet(wallet, level, client->wallets[level]);
        at += sprintf(wallets + at, "%s\"%s\"", at > 0 ? "," : "", wallet);
    }
    add_subscription(out, wallets);
}

static void is_live(struct client *client) {
    client->state = LIVE;
    if (client->stalled) net_rewatch(&client->source, EPOLLRDHUP);
}

static bool heard_text(struct client *client, const struct ws_frame *frame, int64_t now) {
    struct mark mark;
    if (client->state == LIVE && event_read(frame->payload, frame->length, &client->hint, &mark)) {
        delivered(client, &mark, now);
        return true;
    }
    if (client->asked > 0 && memmem(frame->payload, frame->length, "\"ack\"", 5)) {
        client->asked--;
        return true;
    }
    // Books themselves carry no marks: the array with which a client begins, and what comes whole in place of changes.
    if (client->server->speech == BOOKS && memmem(frame->payload, frame->length, "\"book\"", 6)) {
        if (client->state == SUBSCRIBING) is_live(client);
        return true;
    }
    if (client->state != SUBSCRIBING || !memmem(frame->payload, frame->length, "\"ack\"", 5)) {
        fprintf(stderr, "%s said: %.*s\n", client->server->name, (int)frame->length, frame->payload);
        return false;
    }
    is_live(client);
    return true;
}

// How many of the bytes are dealt with; -1: the connection is of no use any more.
static ssize_t heard(struct client *client, uint8_t *from, size_t count, struct bytes *out, int64_t now) {
    size_t at = 0;
    if (client->state == SHAKING) {
        uint8_t *end = memmem(from, count, "\r\n\r\n", 4);
        if (!end) return 0;
        if (memcmp(from, "HTTP/1.1 101", 12)) {
            fprintf(stderr, "%s refused: %.*s\n", client->server->name, (int)count, from);
            return -1;
        }
        at = (size_t)(end + 4 - from);
        subscribe(client, out);
    }
    struct ws_frame frame;
    int read;
    while ((read = ws_read(from + at, count - at, &frame)) > 0) {
        at += frame.size;
        switch (frame.opcode) {
        case WS_TEXT:
        case WS_BINARY:
            if (client->server->speech == NATS) {
                bytes_add(&client->stream, frame.payload, frame.length);
                if (!nats_heard(client, out, now)) return -1;
                if (client->state == LIVE && client->stalled) is_live(client);
            } else if (!heard_text(client, &frame, now)) {
                return -1;
            }
            break;
        case WS_PING:
            ws_add_masked(out, WS_PONG, frame.payload, frame.length);
            break;
        case WS_CLOSE:
            fprintf(stderr, "%s closed a client with %d\n", client->server->name, frame.length > 1 ? frame.payload[0] << 8 | frame.payload[1] : 0);
            return -1;
        }
    }
    return read < 0 ? -1 : (ssize_t)at;
}

static void ask(struct client *client, struct bytes *out) {
    char path[80];
    snprintf(path, sizeof path, "/%s", client->server->key);
    client->state = SHAKING;
    ws_ask(out, path);
}

static bool secure(struct client *client) {
    struct bytes out = {0};
    int shaken = tls_shake(client->tls);
    if (shaken > 0) ask(client, &out);
    bool goes_on = shaken >= 0 && tls_send(client->tls, &out);
    bytes_free(&out);
    return goes_on;
}

// False: the connection is of no use any more.
static bool hear(struct client *client) {
    static uint8_t shared[1 << 20];
    if (client->state == SECURING) return secure(client);
    ssize_t count = line_read(client->source.fd, client->tls, shared, sizeof shared);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    struct bytes out = {0};
    ssize_t used = -1;
    if (count > 0) {
        // Most of what comes is whole frames; only what is left over is kept.
        uint8_t *from = shared;
        size_t have = (size_t)count;
        if (bytes_count(&client->in) > 0) {
            bytes_add(&client->in, shared, have);
            from = bytes_front(&client->in);
            have = bytes_count(&client->in);
        }
        used = heard(client, from, have, &out, nanoseconds());
        if (used >= 0 && from != shared) bytes_take(&client->in, (size_t)used);
        else if (used >= 0) bytes_add(&client->in, shared + used, have - (size_t)used);
    }
    bool goes_on = used >= 0 && line_send(client->source.fd, client->tls, &out);
    bytes_free(&out);
    return goes_on;
}

static void ready(struct source *source, uint32_t events) {
    struct client *client = (struct client *)source;
    (void)events;
    if (client->stalled && client->state == LIVE) {
        client->server->stalled_closed++;
        client_close(client);
        return;
    }
    do {
        if (hear(client)) continue;
        if (!client->stalled) fprintf(stderr, "%s dropped a client\n", client->server->name);
        client_close(client);
        return;
    } while (line_has_more(client->tls) && !(client->stalled && client->state == LIVE));
}

bool client_open(struct client *client) {
    struct bytes out = {0};
    client->source = (struct source){net_dial(client->server->port, client->stalled ? 4096 : 0), ready};
    if (client->source.fd < 0) return false;
    client->hint = 0;
    for (int level = 0; level < LEVELS; level++)
        client->next[level] = client->wallets[level] >= 0 && client->wallets[level] < CLIENTS ? client->server->sequences[level][client->wallets[level]] : 0;
    net_watch(&client->source, EPOLLIN | EPOLLRDHUP);
    if (client->server->tls) {
        client->tls = tls_dialled(client->source.fd);
        client->state = SECURING;
        return secure(client);
    }
    ask(client, &out);
    net_send(client->source.fd, &out);
    bytes_free(&out);
    return true;
}

void client_follow(struct client *client, int first, int count) {
    struct bytes out = {0};
    for (int wallet = first; wallet < first + count; wallet++) {
        char quoted[WALLET + 3] = "\"";
        event_wallet(quoted + 1, 0, wallet);
        quoted[WALLET + 1] = '"';
        add_subscription(&out, quoted);
    }
    client->asked += count;
    while (client->state == LIVE && bytes_count(&out) > 0 && line_send(client->source.fd, client->tls, &out)) net_turn(0);
    bytes_free(&out);
}

void client_close(struct client *client) {
    if (client->state == GONE) return;
    SSL_free(client->tls);
    client->tls = NULL;
    close(client->source.fd);
    bytes_free(&client->in);
    bytes_free(&client->stream);
    client->state = GONE;
}
