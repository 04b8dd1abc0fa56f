#include "process.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char *read_all(int pid, const char *file, char *to, size_t most) {
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
    FILE *from = fopen(path, "r");
    if (!from) return NULL;
    size_t count = fread(to, 1, most - 1, from);
    to[count] = 0;
    fclose(from);
    return to;
}

double process_cpu(int pid) {
    char text[1024], *rest;
    unsigned long user, system;
    if (!read_all(pid, "stat", text, sizeof text) || !(rest = strrchr(text, ')'))) return 0;
    if (sscanf(rest + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2) return 0;
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

long process_resident(int pid) {
    char text[256];
    long pages;
    if (!read_all(pid, "statm", text, sizeof text) || sscanf(text, "%*d %ld", &pages) != 1) return 0;
    return pages * sysconf(_SC_PAGESIZE);
}
