// Sockets on loopback, none of which ever blocks, and the epoll loop that they hang in.
#ifndef NET_H
#define NET_H

#include "bytes.h"
#include <stdbool.h>
#include <sys/epoll.h>

// Whatever waits for a descriptor.
struct source {
    int fd;
    void (*ready)(struct source *self, uint32_t events);
};

int64_t nanoseconds(void);

int net_listen(int *port);              // *port 0: any, and told
int net_accept(int listener);           // -1: nobody is there
int net_dial(int port, int receive);    // waits for the connection; receive: bytes of the receive buffer, 0 as usual. -1: refused

void net_watch(struct source *source, uint32_t events);
void net_rewatch(struct source *source, uint32_t events);
void net_turn(int milliseconds);        // everything that is ready now, once

// False: the other side is gone. Sends what it can and leaves the rest in the buffer.
bool net_send(int fd, struct bytes *out);

void die(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

// How many sockets may be opened yet; some are kept for who comes back meanwhile.
int handles_left(void);

#endif
