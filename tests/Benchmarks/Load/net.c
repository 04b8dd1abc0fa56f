#define _GNU_SOURCE
#include "net.h"
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int epoll = -1;

int64_t nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

static struct sockaddr_in loopback(int port) {
    return (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static int prompt(int fd) {
    int yes = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

int net_listen(int *port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), yes = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    struct sockaddr_in address = loopback(*port);
    socklen_t size = sizeof address;
    if (bind(fd, (struct sockaddr *)&address, size) || listen(fd, 4096)) die("cannot listen on port %d: %s", *port, strerror(errno));
    getsockname(fd, (struct sockaddr *)&address, &size);
    *port = ntohs(address.sin_port);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

int net_accept(int listener) {
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    return fd < 0 ? -1 : prompt(fd);
}

int net_dial(int port, int receive) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) die("no socket: %s", strerror(errno));
    if (receive > 0) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive, sizeof receive);
    struct sockaddr_in address = loopback(port);
    if (connect(fd, (struct sockaddr *)&address, sizeof address)) {
        close(fd);
        return -1;
    }
    return prompt(fd);
}

static void control(int operation, struct source *source, uint32_t events) {
    if (epoll < 0) epoll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = events, .data.ptr = source};
    if (epoll_ctl(epoll, operation, source->fd, &event)) die("epoll: %s", strerror(errno));
}

void net_watch(struct source *source, uint32_t events) { control(EPOLL_CTL_ADD, source, events); }
void net_rewatch(struct source *source, uint32_t events) { control(EPOLL_CTL_MOD, source, events); }

void net_turn(int milliseconds) {
    struct epoll_event events[1024];
    int count = epoll_wait(epoll, events, 1024, milliseconds);
    for (int i = 0; i < count; i++) {
        struct source *source = events[i].data.ptr;
        source->ready(source, events[i].events);
    }
}

bool net_send(int fd, struct bytes *out) {
    while (bytes_count(out) > 0) {
        ssize_t sent = send(fd, bytes_front(out), bytes_count(out), MSG_NOSIGNAL);
        if (sent < 0) return errno == EAGAIN || errno == EINTR;
        bytes_take(out, (size_t)sent);
    }
    return true;
}

int handles_left(void) {
    enum { KEPT = 512 };
    struct rlimit handles;
    DIR *open_now = opendir("/proc/self/fd");
    if (!open_now || getrlimit(RLIMIT_NOFILE, &handles) < 0) die("no handles: %s", strerror(errno));
    int left = (int)handles.rlim_cur;
    while (readdir(open_now)) left--;
    closedir(open_now);
    return left - KEPT;
}
