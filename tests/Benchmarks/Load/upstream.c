#define _GNU_SOURCE
#include "websocket.h"
#include "books.h"
#include "rtds.h"
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

// A socket that has not said yet whose upstream it is.
struct caller {
    struct source source;
    struct bytes in;
};

static struct source listener;

static struct link *link_to(struct server *server, int fd, void (*ready)(struct source *, uint32_t)) {
    struct link *link = calloc(1, sizeof *link);
    *link = (struct link){.source = {fd, ready}, .server = server, .next = server->upstream};
    return server->upstream = link;
}

static void hang_up(struct link *link) {
    struct link **at = &link->server->upstream;
    while (*at != link) at = &(*at)->next;
    *at = link->next;
    for (int i = 0; i < LEVELS * CLIENTS; i++) link->server->subscriptions -= link->follows[i / CLIENTS][i % CLIENTS];
    close(link->source.fd);
    bytes_free(&link->in);
    bytes_free(&link->out);
    free(link);
}

// A client of ours at first hand: whatever it asks for is acknowledged, with the one subscription that there is.
static bool heard(struct link *link) {
    struct ws_frame frame;
    int read;
    while ((read = ws_read(bytes_front(&link->in), bytes_count(&link->in), &frame)) > 0) {
        static const char ack[] = "{\"type\":\"ack\",\"subscription_id\":\"sub_0upstream0\"}";
        if (frame.opcode == WS_TEXT && link->server->speech == BOOKS) books_answer(link, &frame);
        else if (frame.opcode == WS_TEXT && link->server->speech == RTDS) link->wants_all = link->wants_all || memmem(frame.payload, frame.length, "\"subscribe\"", 11);
        else if (frame.opcode == WS_TEXT && !memmem(frame.payload, frame.length, "unsubscribe", 11)) {
            link->wants_all = memmem(frame.payload, frame.length, "\"*\"", 3) != NULL;
            ws_add(&link->out, WS_TEXT, ack, sizeof ack - 1);
        }
        if (frame.opcode == WS_PING) ws_add(&link->out, WS_PONG, frame.payload, frame.length);
        if (frame.opcode == WS_CLOSE) return false;
        bytes_take(&link->in, frame.size);
    }
    return read == 0;
}

static void ready(struct source *source, uint32_t events) {
    struct link *link = (struct link *)source;
    (void)events;
    ssize_t count = recv(source->fd, bytes_room(&link->in, 65536), 65536, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count > 0) link->in.end += (size_t)count;
    if (count <= 0 || !heard(link) || !net_send(source->fd, &link->out)) hang_up(link);
}

static void shake(struct source *source, uint32_t events) {
    struct caller *caller = (struct caller *)source;
    (void)events;
    ssize_t count = recv(source->fd, bytes_room(&caller->in, 8192), 8192, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count > 0) caller->in.end += (size_t)count;
    struct bytes out = {0};
    char path[128] = "";
    int size = count > 0 ? ws_answer(&caller->in, &out, path, sizeof path) : -1;
    if (size == 0) return;
    struct server *server = servers;
    while (server && strcmp(server->name, path + 1)) server = server->next;
    if (size < 0 || !server || (server->upstream && server->speech != BOOKS)) {
        if (size > 0) fprintf(stderr, "nobody is called %s\n", path);
        close(source->fd);
        bytes_free(&caller->in);
    } else {
        struct link *link = link_to(server, source->fd, ready);
        link->out = out;
        link->in = caller->in;
        bytes_take(&link->in, (size_t)size);
        net_rewatch(&link->source, EPOLLIN | EPOLLRDHUP);
        if (!heard(link) || !net_send(link->source.fd, &link->out)) hang_up(link);
    }
    free(caller);
}

static void welcome(struct source *source, uint32_t events) {
    (void)events;
    int fd;
    while ((fd = net_accept(source->fd)) >= 0) {
        struct caller *caller = calloc(1, sizeof *caller);
        caller->source = (struct source){fd, shake};
        net_watch(&caller->source, EPOLLIN | EPOLLRDHUP);
    }
}

int upstream_listen(void) {
    int port = 0;
    listener = (struct source){net_listen(&port), welcome};
    net_watch(&listener, EPOLLIN);
    return port;
}

// What the server answers a publisher is of no interest, but for its pings.
static void answered(struct source *source, uint32_t events) {
    struct link *link = (struct link *)source;
    uint8_t text[4096];
    (void)events;
    ssize_t count = recv(source->fd, text, sizeof text, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) hang_up(link);
    else if (memmem(text, (size_t)count, "PING\r\n", 6)) bytes_add(&link->out, "PONG\r\n", 6);
}

void upstream_dial(struct server *server) {
    static const char hello[] = "CONNECT {\"verbose\":false,\"pedantic\":false,\"protocol\":0}\r\n";
    int port = atoi(server->key);
    struct link *link = link_to(server, net_dial(port, 0), answered);
    if (link->source.fd < 0) die("%s does not listen on port %d", server->name, port);
    link->wants_all = true;
    net_watch(&link->source, EPOLLIN | EPOLLRDHUP);
    bytes_add(&link->out, hello, sizeof hello - 1);
    upstream_flush(server);
}

bool upstream_ready(const struct server *server) { return server->upstream && (server->speech == BOOKS || server->upstream->wants_all); }

void upstream_tell(struct server *server, const struct mark *mark, int wallet, uint64_t number) {
    size_t length;
    const char *text = server->speech == BOOKS ? books_change(mark, wallet, number, &length)
        : server->speech == RTDS ? rtds_row(mark, wallet, &length) : event_frame(mark, wallet, number, &length);
    for (struct link *link = server->upstream; link; link = link->next) {
        if (server->speech == NATS) nats_publish(&link->out, mark->level, wallet, text, length);
        else if (server->speech != BOOKS || link->follows[mark->level][wallet]) ws_add(&link->out, WS_TEXT, text, length);
    }
}

bool upstream_flush(struct server *server) {
    for (struct link *link = server->upstream; link; link = link->next)
        if (!net_send(link->source.fd, &link->out)) return false;
    return server->upstream != NULL;
}

bool upstream_waits(const struct server *server) {
    for (struct link *link = server->upstream; link; link = link->next)
        if (bytes_count(&link->out) > 0) return true;
    return false;
}
