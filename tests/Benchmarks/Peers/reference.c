// The yardstick: the same job in C on raw sockets, one thread, epoll. Events are read from the upstream WebSocket, matched by wallet,
// wrapped for each subscription and gathered per client; what one read of the upstream brought leaves in one send per client. With a
// certificate its clients speak TLS (OpenSSL), and that send is one SSL_write.
#define _GNU_SOURCE
#include "../Load/tls.h"
#include "../Load/websocket.h"
#include "json.h"
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <unistd.h>

enum { WALLET = 42, SLOTS = 1 << 17, OUTBOX = 4 << 20 };

struct client {
    struct source source;
    SSL *tls;
    struct bytes in, out;
    char prefix[80];
    size_t prefix_length;
    bool secured, shaken, dirty, waits;
    struct client *next_dirty, *next_gone;
    struct follower **follows;
    int follows_count;
};

// Who follows a wallet; open addressing.
struct follower {
    char wallet[WALLET];
    struct client **clients;
    int count;
};

static struct follower followers[SLOTS];
static struct client *dirty, *gone;
static struct source listener;
static struct { struct source source; struct bytes in; } upstream;
static unsigned subscriptions;

static struct follower *follower_of(const char *wallet) {
    unsigned long hash = 14695981039346656037u;
    for (int i = 2; i < WALLET; i += 8) {
        unsigned long word;
        memcpy(&word, wallet + i, 8);
        hash = (hash ^ word) * 1099511628211u;
        hash ^= hash >> 29;
    }
    for (unsigned long at = hash % SLOTS;; at = (at + 1) % SLOTS) {
        struct follower *follower = &followers[at];
        if (!follower->clients || !memcmp(follower->wallet, wallet, WALLET)) return follower;
    }
}

static void follow(struct client *client, const char *wallet) {
    struct follower *follower = follower_of(wallet);
    memcpy(follower->wallet, wallet, WALLET);
    follower->clients = realloc(follower->clients, sizeof(struct client *) * (size_t)(follower->count + 1));
    follower->clients[follower->count++] = client;
    client->follows = realloc(client->follows, sizeof(struct follower *) * (size_t)(client->follows_count + 1));
    client->follows[client->follows_count++] = follower;
}

// An empty follower keeps its place: a chain of probes must not break.
static void leave(struct client *client) {
    for (int at = 0; at < client->follows_count; at++) {
        struct follower *follower = client->follows[at];
        int i = 0;
        while (follower->clients[i] != client) i++;
        follower->clients[i] = follower->clients[--follower->count];
    }
    free(client->follows);
}

static void drop(struct client *client) {
    for (struct client **at = &dirty; *at; at = &(*at)->next_dirty)
        if (*at == client) {
            *at = client->next_dirty;
            break;
        }
    leave(client);
    SSL_free(client->tls);
    close(client->source.fd);
    bytes_free(&client->in);
    bytes_free(&client->out);
    client->source.fd = -1;
    client->next_gone = gone;
    gone = client;
}

// Not before the turn is over: it may have more events for who has been dropped in it.
static void bury(void) {
    while (gone) {
        struct client *client = gone;
        gone = client->next_gone;
        free(client);
    }
}

static void soil(struct client *client) {
    if (client->dirty) return;
    client->dirty = true;
    client->next_dirty = dirty;
    dirty = client;
}

// One send for everything gathered. Who leaves too much of it unread is told so and dropped; an idle client holds no buffer.
static void flush(void) {
    while (dirty) {
        struct client *client = dirty;
        dirty = client->next_dirty;
        client->dirty = false;
        if (!line_send(client->source.fd, client->tls, &client->out)) {
            drop(client);
            continue;
        }
        size_t left = bytes_count(&client->out);
        if (left > OUTBOX) {
            static const uint8_t slow[] = {0x88, 2, 1013 >> 8, 1013 & 255};
            if (!client->tls) send(client->source.fd, slow, sizeof slow, MSG_NOSIGNAL | MSG_DONTWAIT);
            drop(client);
            continue;
        }
        if (left == 0) bytes_free(&client->out);
        if (client->waits != (left > 0)) {
            client->waits = left > 0;
            net_rewatch(&client->source, EPOLLIN | (left > 0 ? EPOLLOUT : 0));
        }
    }
}

static void tell(const char *text, size_t length) {
    const char *p = text + 1, *end = text + length;
    struct text name, value, data = {0}, user = {0}, type = {0};
    if (length == 0 || *text != '{') return;
    while (json_member(&p, end, &name, &value)) {
        if (text_is(name, "type")) type = value;
        if (!text_is(name, "data")) continue;
        data = value;
        const char *inner = value.at + 1;
        while (json_member(&inner, data.end, &name, &value))
            if (text_is(name, "user")) user = value;
    }
    if (!text_is(type, "\"event\"") || user.end - user.at != WALLET + 2) return;
    struct follower *follower = follower_of(user.at + 1);
    size_t size = (size_t)(data.end - data.at);
    for (int i = 0; i < follower->count; i++) {
        struct client *client = follower->clients[i];
        uint8_t *to = bytes_room(&client->out, 10 + client->prefix_length + size + 1), *at = to;
        at += ws_header(at, WS_TEXT, client->prefix_length + size + 1);
        at = mempcpy(at, client->prefix, client->prefix_length);
        at = mempcpy(at, data.at, size);
        *at++ = '}';
        client->out.end += (size_t)(at - to);
        soil(client);
    }
}

static void told(struct source *source, uint32_t events) {
    (void)events;
    ssize_t count = recv(source->fd, bytes_room(&upstream.in, 1 << 18), 1 << 18, 0);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0) exit(0);
    upstream.in.end += (size_t)count;
    struct ws_frame frame;
    while (ws_read(bytes_front(&upstream.in), bytes_count(&upstream.in), &frame) > 0) {
        if (frame.opcode == WS_TEXT) tell((char *)frame.payload, frame.length);
        bytes_take(&upstream.in, frame.size);
    }
    flush();
}

static void subscribe(struct client *client, struct text text) {
    const char *p = text.at + 1;
    char ack[96];
    struct text name, value;
    while (json_member(&p, text.end, &name, &value)) {
        if (!text_is(name, "filters")) continue;
        const char *inner = value.at + 1, *end = value.end;
        while (json_member(&inner, end, &name, &value)) {
            const char *wallet = value.at;
            while (text_is(name, "users") && (wallet = memmem(wallet, (size_t)(value.end - wallet), "\"0x", 3)) && wallet + WALLET + 2 <= value.end) {
                follow(client, wallet + 1);
                wallet += WALLET + 2;
            }
        }
    }
    client->prefix_length = (size_t)sprintf(client->prefix, "{\"type\":\"event\",\"subscription_id\":\"sub_%010u\",\"data\":", ++subscriptions);
    ws_add(&client->out, WS_TEXT, ack, (size_t)sprintf(ack, "{\"type\":\"ack\",\"subscription_id\":\"sub_%010u\"}", subscriptions));
    soil(client);
}

// False: not yet, or it is over.
static bool is_secure(struct client *client) {
    int shaken = client->secured ? 1 : tls_shake(client->tls);
    client->secured = shaken > 0;
    if (shaken < 0) drop(client);
    return client->secured;
}

static void heard(struct source *source, uint32_t events) {
    struct client *client = (struct client *)source;
    if (source->fd < 0 || (client->tls && !is_secure(client))) return;
    if (events & EPOLLOUT) soil(client);
    while (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
        ssize_t count = line_read(source->fd, client->tls, bytes_room(&client->in, 4096), 4096);
        if (count == 0 || (count < 0 && errno != EAGAIN)) {
            drop(client);
            return;
        }
        if (count > 0) client->in.end += (size_t)count;
        if (!client->shaken) {
            char path[128];
            int size = ws_answer(&client->in, &client->out, path, sizeof path);
            if (size < 0) {
                drop(client);
                return;
            }
            bytes_take(&client->in, (size_t)size);
            client->shaken = size > 0;
            soil(client);
        }
        struct ws_frame frame;
        while (client->shaken && ws_read(bytes_front(&client->in), bytes_count(&client->in), &frame) > 0) {
            if (frame.opcode == WS_TEXT) subscribe(client, (struct text){(char *)frame.payload, (char *)frame.payload + frame.length});
            if (frame.opcode == WS_PING) ws_add(&client->out, WS_PONG, frame.payload, frame.length), soil(client);
            bytes_take(&client->in, frame.size);
        }
        if (bytes_count(&client->in) == 0) bytes_free(&client->in);
        if (count < 0 || !line_has_more(client->tls)) break;
    }
    flush();
}

static void welcome(struct source *source, uint32_t events) {
    (void)events;
    int fd;
    while ((fd = net_accept(source->fd)) >= 0) {
        struct client *client = calloc(1, sizeof *client);
        client->source = (struct source){fd, heard};
        client->tls = tls_accepted(fd);
        net_watch(&client->source, EPOLLIN);
    }
}

// Blocking until the upstream has let us in: nothing else is there to do.
static void dial(int port, const char *path) {
    static const char all[] =
        "{\"action\":\"subscribe\",\"platform\":\"polymarket\",\"version\":1,\"type\":\"orders\",\"filters\":{\"users\":[\"*\"]}}";
    struct bytes out = {0};
    upstream.source = (struct source){net_dial(port, 0), told};
    if (upstream.source.fd < 0) die("no upstream on port %d", port);
    ws_ask(&out, path);
    ws_add_masked(&out, WS_TEXT, all, sizeof all - 1);
    net_send(upstream.source.fd, &out);
    bytes_free(&out);
    for (uint8_t *end = NULL; !end;) {
        ssize_t count = recv(upstream.source.fd, bytes_room(&upstream.in, 4096), 4096, 0);
        if (count == 0) die("the upstream has hung up");
        if (count > 0) upstream.in.end += (size_t)count;
        end = memmem(bytes_front(&upstream.in), bytes_count(&upstream.in), "\r\n\r\n", 4);
        if (end) bytes_take(&upstream.in, (size_t)(end + 4 - bytes_front(&upstream.in)));
    }
    net_watch(&upstream.source, EPOLLIN);
}

int main(int count, char **arguments) {
    if (count != 4 && count != 6) die("usage: reference PORT UPSTREAM-PORT UPSTREAM-PATH [CERTIFICATE KEY]");
    if (count == 6) tls_identify(arguments[4], arguments[5]);
    // Buffers come and go with each batch: without these their memory would go back to the kernel and be asked for again each time.
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
    mallopt(M_TOP_PAD, 64 << 20);
    int port = atoi(arguments[1]);
    listener = (struct source){net_listen(&port), welcome};
    net_watch(&listener, EPOLLIN);
    dial(atoi(arguments[2]), arguments[3]);
    while (true) {
        net_turn(-1);
        bury();
    }
}
