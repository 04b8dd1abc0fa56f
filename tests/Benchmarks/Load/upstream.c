#define _GNU_SOURCE
#include "websocket.h"
#include "books.h"
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

static void hang_up(struct link *link) {
    close(link->source.fd);
    bytes_free(&link->in);
    bytes_free(&link->out);
    *link = (struct link){0};
}

// A client of ours at first hand: whatever it asks for is acknowledged, with the one subscription that there is.
static bool heard(struct link *link) {
    struct ws_frame frame;
    int read;
    while ((read = ws_read(bytes_front(&link->in), bytes_count(&link->in), &frame)) > 0) {
        static const char ack[] = "{\"type\":\"ack\",\"subscription_id\":\"sub_0upstream0\"}";
        struct server *server = (struct server *)((char *)link - offsetof(struct server, upstream));
        if (frame.opcode == WS_TEXT && server->speech == BOOKS) books_answer(server, &frame);
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
    if (size < 0 || !server || server->upstream.open) {
        if (size > 0) fprintf(stderr, "nobody is called %s\n", path);
        close(source->fd);
        bytes_free(&caller->in);
    } else {
        struct link *link = &server->upstream;
        *link = (struct link){.source = {source->fd, ready}, .open = true, .out = out, .in = caller->in};
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
    server->upstream = (struct link){.source = {net_dial(port, 0), answered}, .open = true, .wants_all = true};
    if (server->upstream.source.fd < 0) die("%s does not listen on port %d", server->name, port);
    net_watch(&server->upstream.source, EPOLLIN | EPOLLRDHUP);
    bytes_add(&server->upstream.out, hello, sizeof hello - 1);
    upstream_flush(server);
}

bool upstream_ready(const struct server *server) { return server->upstream.open && (server->speech == BOOKS || server->upstream.wants_all); }

void upstream_tell(struct server *server, const struct mark *mark, int wallet, uint64_t number) {
    size_t length;
    const char *text = server->speech == BOOKS ? books_change(mark, wallet, number, &length) : event_frame(mark, wallet, number, &length);
    if (server->speech != NATS) {
        ws_add(&server->upstream.out, WS_TEXT, text, length);
        return;
    }
    char name[WALLET + 1] = "";
    event_wallet(name, mark->level, wallet);
    nats_publish(&server->upstream.out, name, text, length);
}

bool upstream_flush(struct server *server) {
    return server->upstream.open && net_send(server->upstream.source.fd, &server->upstream.out);
}
