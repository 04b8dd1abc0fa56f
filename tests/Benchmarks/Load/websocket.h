// RFC 6455, as much as a server and a client without extensions need.
#ifndef WEBSOCKET_H
#define WEBSOCKET_H

#include "bytes.h"

enum { WS_TEXT = 1, WS_BINARY = 2, WS_CLOSE = 8, WS_PING = 9, WS_PONG = 10 };

struct ws_frame {
    int opcode;
    uint8_t *payload;       // unmasked, in place
    size_t length, size;    // size: with its header
};

// 1: one whole frame. 0: more bytes are needed. -1: no frame of ours (fragments are not expected here).
int ws_read(uint8_t *from, size_t count, struct ws_frame *frame);

size_t ws_header(uint8_t *to, int opcode, size_t length);                           // unmasked: a server's
void ws_add(struct bytes *out, int opcode, const void *payload, size_t length);
void ws_add_masked(struct bytes *out, int opcode, const void *payload, size_t length);

void ws_ask(struct bytes *out, const char *path);                                   // a client's handshake
// A server's: 0 when the request is not whole yet, else its size; path gets the path. -1: none.
int ws_answer(struct bytes *in, struct bytes *out, char *path, size_t most);

#endif
