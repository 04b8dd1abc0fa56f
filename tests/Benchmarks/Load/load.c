// The load generator: plays the upstream and all clients of one server after another, in one thread.
// Commands come on stdin, a line of JSON for each goes out on stdout:
//   add NAME dome|rtds|nats|books plain|tls PORT PID KEY
//                                                a server, with 1,000 clients of one subscription each and one more that never reads
//   run NAME LEVEL WINDOW RATE WARM_MS MS        events with 10^LEVEL deliveries each: so many in flight, or so many a second
//   idle NAME COUNT                              so many more clients that nobody tells anything
//   crowd NAME COUNT                             its clients come anew, with so many subscriptions more between them that are told nothing
//   rest MS                                      lets time pass
#define _GNU_SOURCE
#include "histogram.h"
#include "process.h"
#include "server.h"
#include <stdio.h>

enum { FLIGHTS = 65536, PATIENCE_MS = 3000 };

struct server *servers;

static struct {
    int64_t began;
    bool measuring;
    uint64_t deliveries, gaps, strays;
    int outstanding;
    uint16_t left[FLIGHTS];
    struct histogram latencies;
} run;

static uint64_t events;
static int64_t start;

void delivered(struct client *client, const struct mark *mark, int64_t now) {
    uint32_t *next = &client->next[mark->level];
    if (mark->sequence != *next) run.gaps++;
    *next = mark->sequence + 1;
    if (mark->when < run.began || run.left[mark->slot] == 0) {
        run.strays++;
        return;
    }
    run.deliveries++;
    if (run.measuring) histogram_add(&run.latencies, now - start - mark->when);
    if (--run.left[mark->slot] == 0) run.outstanding--;
}

static uint32_t draw(void) {
    static uint64_t state = 88172645463325252;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 32);
}

static void tell(struct server *server, int level, int64_t when) {
    int wallet = (int)(draw() % (uint32_t)(CLIENTS / fan_out(level)));
    struct mark mark = {level, server->sequences[level][wallet]++, when, (uint32_t)(events % FLIGHTS)};
    if (run.left[mark.slot] > 0) die("%s is %d events behind", server->name, FLIGHTS);
    run.left[mark.slot] = (uint16_t)fan_out(level);
    run.outstanding++;
    upstream_tell(server, &mark, wallet, events++);
}

static int64_t clock_now(void) { return nanoseconds() - start; }

static void pass(int milliseconds) {
    int64_t until = clock_now() + milliseconds * 1000000LL;
    while (clock_now() < until) net_turn(10);
}

static struct server *server_of(const char *name) {
    for (struct server *server = servers; server; server = server->next)
        if (!strcmp(server->name, name)) return server;
    die("no server is called %s", name);
}

static void open_all(struct client *clients, int count) {
    for (int from = 0; from < count; from += 100) {
        int to = from + 100 < count ? from + 100 : count, live = 0;
        for (int i = from; i < to; i++)
            if (!client_open(&clients[i])) die("%s does not listen", clients[i].server->name);
        for (int64_t until = clock_now() + 20000000000LL; live < to - from;) {
            if (clock_now() > until) die("%s does not let clients in", clients[from].server->name);
            net_turn(10);
            live = 0;
            for (int i = from; i < to; i++) {
                if (clients[i].state == GONE) die("%s turned a client away", clients[i].server->name);
                live += clients[i].state == LIVE;
            }
        }
    }
}

static void keep_stalled(struct server *server) {
    if (server->stalled.state == GONE && !client_open(&server->stalled)) die("%s does not listen any more", server->name);
}

static void add(const char *name, const char *speech, const char *transport, int port, int pid, const char *key) {
    struct server *server = calloc(1, sizeof *server);
    snprintf(server->name, sizeof server->name, "%s", name);
    snprintf(server->key, sizeof server->key, "%s", key);
    server->speech = !strcmp(speech, "nats") ? NATS : !strcmp(speech, "books") ? BOOKS : !strcmp(speech, "rtds") ? RTDS : DOME;
    server->tls = !strcmp(transport, "tls");
    server->port = port;
    server->pid = pid;
    server->next = servers;
    servers = server;
    for (int i = 0; i < CLIENTS; i++) {
        struct client *client = &server->clients[i];
        client->server = server;
        for (int level = 0; level < LEVELS; level++) client->wallets[level] = i / fan_out(level);
    }
    server->stalled.server = server;
    server->stalled.stalled = true;
    if (server->speech == NATS) upstream_dial(server);
    open_all(server->clients, CLIENTS);
    keep_stalled(server);
    for (int64_t until = clock_now() + 20000000000LL; !upstream_ready(server); net_turn(10))
        if (clock_now() > until) die("%s does not subscribe upstream", name);
    printf("{\"added\":\"%s\",\"resident\":%ld}\n", name, process_resident(pid));
}

// Sends what is due and hears what has come until the time is over.
static void go_on(struct server *server, int level, int window, int64_t interval, int64_t *due, int64_t until) {
    for (int64_t now; (now = clock_now()) < until;) {
        if (interval > 0)
            for (; *due <= now; *due += interval) tell(server, level, *due);
        else
            while (run.outstanding < window) tell(server, level, now);
        if (!upstream_flush(server)) die("%s has hung up upstream", server->name);
        net_turn(interval > 0 || upstream_waits(server) ? 0 : 1);
    }
}

static void measure(const char *name, int level, int window, int rate, int warm, int milliseconds) {
    struct server *server = server_of(name);
    keep_stalled(server);
    memset(&run, 0, sizeof run);
    run.began = clock_now();
    int64_t interval = rate > 0 ? 1000000000LL / rate : 0, due = run.began;
    go_on(server, level, window, interval, &due, run.began + warm * 1000000LL);
    uint64_t first = run.deliveries, first_event = events;
    double cpu = process_cpu(server->pid);
    int64_t from = clock_now();
    run.measuring = true;
    go_on(server, level, window, interval, &due, from + milliseconds * 1000000LL);
    double seconds = (double)(clock_now() - from) / 1e9, used = process_cpu(server->pid) - cpu;
    uint64_t deliveries = run.deliveries - first, told = events - first_event;
    run.measuring = false;
    for (int64_t until = clock_now() + PATIENCE_MS * 1000000LL; run.outstanding > 0 && clock_now() < until; net_turn(1)) upstream_flush(server);
    long lost = 0;
    for (int slot = 0; slot < FLIGHTS; slot++) lost += run.left[slot];
    printf("{\"server\":\"%s\",\"fanOut\":%d,\"seconds\":%.3f,\"events\":%lu,\"deliveries\":%lu,\"perSecond\":%.1f,\"cpuMicros\":%.4f,\"busy\":%.3f,"
        "\"p50Micros\":%.1f,\"p99Micros\":%.1f,\"gaps\":%lu,\"lost\":%ld,\"strays\":%lu,\"resident\":%ld,\"stalledClosed\":%ld,\"subscriptions\":%ld}\n",
        name, fan_out(level), seconds, told, deliveries, (double)deliveries / seconds, deliveries > 0 ? used * 1e6 / (double)deliveries : 0, used / seconds,
        histogram_at(&run.latencies, 0.5) / 1e3, histogram_at(&run.latencies, 0.99) / 1e3, run.gaps, lost, run.strays,
        process_resident(server->pid), server->stalled_closed, server->subscriptions);
}

// A few clients at a time, each with its part: what trades lies between what does not.
static void crowd(const char *name, int count) {
    enum { TOGETHER = 10, PATIENCE = 60 };
    struct server *server = server_of(name);
    int each = count / CLIENTS;
    for (int i = 0; i < CLIENTS; i++) client_close(&server->clients[i]);
    for (int from = 0; from < CLIENTS; from += TOGETHER) {
        struct client *clients = &server->clients[from];
        open_all(clients, TOGETHER);
        for (int i = 0; i < TOGETHER; i++) client_follow(&clients[i], CLIENTS + (from + i) * each, each);
        int left = 1;
        for (int64_t until = clock_now() + PATIENCE * 1000000000LL; left > 0; net_turn(10)) {
            left = 0;
            for (int i = 0; i < TOGETHER; i++) {
                if (clients[i].state != LIVE) die("%s turned a client away", name);
                left += clients[i].asked;
            }
            if (clock_now() > until) die("%s does not acknowledge %d subscriptions", name, left);
        }
    }
    printf("{\"server\":\"%s\",\"crowd\":%d,\"resident\":%ld}\n", name, each * CLIENTS, process_resident(server->pid));
}

static void idle(const char *name, int wanted) {
    struct server *server = server_of(name);
    // The clients of all servers are one process, and a system gives it so many handles.
    int left = handles_left(), count = wanted < left ? wanted : left;
    if (count < 1) die("no handles are left for idle clients: raise the limit (ulimit -n)");
    struct client *clients = calloc((size_t)count, sizeof *clients);
    for (int i = 0; i < count; i++) clients[i] = (struct client){.server = server, .wallets = {CLIENTS + i, -1, -1, -1}};
    pass(1000);
    long before = process_resident(server->pid);
    open_all(clients, count);
    pass(3000);
    long after = process_resident(server->pid);
    for (int i = 0; i < count; i++) client_close(&clients[i]);
    pass(500);
    free(clients);
    printf("{\"server\":\"%s\",\"idle\":%d,\"bytesEach\":%.0f}\n", name, count, (double)(after - before) / count);
}

int main(void) {
    start = nanoseconds();
    setvbuf(stdout, NULL, _IOLBF, 0);
    printf("{\"upstreamPort\":%d}\n", upstream_listen());
    char line[512], name[32], speech[8], transport[8], key[64];
    int a, b, c, d, e;
    while (fgets(line, sizeof line, stdin)) {
        if (sscanf(line, "add %31s %7s %7s %d %d %63s", name, speech, transport, &a, &b, key) == 6) add(name, speech, transport, a, b, key);
        else if (sscanf(line, "run %31s %d %d %d %d %d", name, &a, &b, &c, &d, &e) == 6) measure(name, a, b, c, d, e);
        else if (sscanf(line, "idle %31s %d", name, &a) == 2) idle(name, a);
        else if (sscanf(line, "crowd %31s %d", name, &a) == 2) crowd(name, a);
        else if (sscanf(line, "rest %d", &a) == 1) pass(a), puts("{}");
        else die("what is that? %s", line);
    }
    return 0;
}
