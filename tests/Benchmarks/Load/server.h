// One server under test: its upstream, which we play, and its clients, which we play too.
#ifndef SERVER_H
#define SERVER_H

#include "event.h"
#include "tls.h"

enum { CLIENTS = 1000 };
enum speech { DOME, RTDS, NATS, BOOKS };    // RTDS: told of trades there, and clients speak Dome
enum state { GONE, SECURING, SHAKING, SUBSCRIBING, LIVE };

struct server;

// One client socket.
struct client {
    struct source source;
    struct server *server;
    SSL *tls;                   // none: plain
    struct bytes in, stream;    // stream: what NATS sends in frames, without the frames
    enum state state;
    int wallets[LEVELS];        // followed; -1: not at this level
    uint32_t next[LEVELS];      // sequence that comes next
    size_t hint;
    int asked;                  // subscriptions more that are not acknowledged yet
    bool stalled;               // never reads once it is live
};

// A connection on which the server hears of events. Of books there may be several, each of which is told of what it follows.
struct link {
    struct source source;
    struct server *server;
    struct bytes in, out;
    bool wants_all, follows[LEVELS][CLIENTS];
    struct link *next;
};

struct server {
    char name[32], key[64];
    enum speech speech;
    bool tls;
    int port, pid;
    struct link *upstream;
    struct client clients[CLIENTS], stalled;
    uint32_t sequences[LEVELS][CLIENTS];
    long stalled_closed, subscriptions;     // subscriptions: tokens that a server of books follows upstream, by connection
    struct server *next;
};

extern struct server *servers;

// Called for each delivery; what it means is the run's business.
void delivered(struct client *client, const struct mark *mark, int64_t now);

// clients.c
bool client_open(struct client *client);            // false: nobody listens there
void client_close(struct client *client);
void client_follow(struct client *client, int first, int count);   // so many wallets, of which nobody tells; a subscription each

// upstream.c
int upstream_listen(void);                          // the port
void upstream_dial(struct server *server);          // for servers that are told by a publisher
bool upstream_ready(const struct server *server);
void upstream_tell(struct server *server, const struct mark *mark, int wallet, uint64_t number);
bool upstream_flush(struct server *server);         // false: it has gone
bool upstream_waits(const struct server *server);   // the kernel has not taken all of it

// nats.c: what of its text protocol a subscriber and a publisher need
void nats_subscribe(struct client *client, struct bytes *out);
bool nats_heard(struct client *client, struct bytes *out, int64_t now);     // false: an error
void nats_publish(struct bytes *out, int level, int wallet, const char *text, size_t length);

#endif
