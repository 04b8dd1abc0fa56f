#define _GNU_SOURCE
#include "websocket.h"
#include <stdio.h>
#include <strings.h>

int ws_read(uint8_t *from, size_t count, struct ws_frame *frame) {
    if (count < 2) return 0;
    size_t at = 2, length = from[1] & 0x7f;
    if (length == 126) {
        if (count < 4) return 0;
        length = (size_t)from[2] << 8 | from[3];
        at = 4;
    } else if (length == 127) {
        if (count < 10) return 0;
        length = 0;
        for (int i = 2; i < 10; i++) length = length << 8 | from[i];
        at = 10;
    }
    if (!(from[0] & 0x80) || (from[0] & 0x70) || length > 64u << 20) return -1;
    const uint8_t *mask = NULL;
    if (from[1] & 0x80) {
        mask = from + at;
        at += 4;
    }
    if (count < at + length) return 0;
    *frame = (struct ws_frame){from[0] & 0x0f, from + at, length, at + length};
    if (mask)
        for (size_t i = 0; i < length; i++) frame->payload[i] ^= mask[i & 3];
    return 1;
}

size_t ws_header(uint8_t *to, int opcode, size_t length) {
    to[0] = (uint8_t)(0x80 | opcode);
    if (length < 126) {
        to[1] = (uint8_t)length;
        return 2;
    }
    if (length < 65536) {
        to[1] = 126;
        to[2] = (uint8_t)(length >> 8);
        to[3] = (uint8_t)length;
        return 4;
    }
    to[1] = 127;
    for (int i = 0; i < 8; i++) to[2 + i] = (uint8_t)((uint64_t)length >> (56 - 8 * i));
    return 10;
}

void ws_add(struct bytes *out, int opcode, const void *payload, size_t length) {
    uint8_t header[10];
    bytes_add(out, header, ws_header(header, opcode, length));
    bytes_add(out, payload, length);
}

void ws_add_masked(struct bytes *out, int opcode, const void *payload, size_t length) {
    static const uint8_t mask[4] = {0x12, 0x9a, 0x5c, 0xe7};
    uint8_t header[10];
    size_t size = ws_header(header, opcode, length);
    header[1] |= 0x80;
    bytes_add(out, header, size);
    bytes_add(out, mask, sizeof mask);
    uint8_t *to = bytes_room(out, length);
    for (size_t i = 0; i < length; i++) to[i] = ((const uint8_t *)payload)[i] ^ mask[i & 3];
    out->end += length;
}

void ws_ask(struct bytes *out, const char *path) {
    char text[512];
    int length = snprintf(text, sizeof text,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: b2Rkc3dpcmUgYmVuY2htYQ==\r\nSec-WebSocket-Version: 13\r\n\r\n", path);
    bytes_add(out, text, (size_t)length);
}

static uint32_t roll(uint32_t value, int by) { return value << by | value >> (32 - by); }

// Of texts of up to 119 bytes, which is more than a handshake has.
static void sha1(const char *text, uint8_t digest[20]) {
    uint8_t blocks[128] = {0};
    size_t length = strlen(text), size = length < 56 ? 64 : 128;
    memcpy(blocks, text, length);
    blocks[length] = 0x80;
    blocks[size - 2] = (uint8_t)(length * 8 >> 8);
    blocks[size - 1] = (uint8_t)(length * 8);
    uint32_t h[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    for (size_t block = 0; block < size; block += 64) {
        uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
        for (int i = 0; i < 16; i++) {
            const uint8_t *p = blocks + block + 4 * i;
            w[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
        }
        for (int i = 16; i < 80; i++) w[i] = roll(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        for (int i = 0; i < 80; i++) {
            uint32_t f = i < 20 ? ((b & c) | (~b & d)) + 0x5a827999 : i < 40 ? (b ^ c ^ d) + 0x6ed9eba1
                : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc : (b ^ c ^ d) + 0xca62c1d6;
            uint32_t t = roll(a, 5) + f + e + w[i];
            e = d, d = c, c = roll(b, 30), b = a, a = t;
        }
        h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
    }
    for (int i = 0; i < 20; i++) digest[i] = (uint8_t)(h[i / 4] >> (24 - 8 * (i % 4)));
}

static void base64(const uint8_t *from, size_t count, char *to) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < count; i += 3) {
        uint32_t word = (uint32_t)from[i] << 16 | (i + 1 < count ? (uint32_t)from[i + 1] << 8 : 0) | (i + 2 < count ? from[i + 2] : 0);
        *to++ = digits[word >> 18];
        *to++ = digits[word >> 12 & 63];
        *to++ = i + 1 < count ? digits[word >> 6 & 63] : '=';
        *to++ = i + 2 < count ? digits[word & 63] : '=';
    }
    *to = 0;
}

int ws_answer(struct bytes *in, struct bytes *out, char *path, size_t most) {
    uint8_t *end = memmem(bytes_front(in), bytes_count(in), "\r\n\r\n", 4);
    if (!end) return bytes_count(in) > 8192 ? -1 : 0;
    size_t size = (size_t)(end + 4 - bytes_front(in));
    char request[8200], nonce[64] = "", accept[32], text[256], format[32];
    if (size > 8192) return -1;
    memcpy(request, bytes_front(in), size);
    request[size] = 0;
    snprintf(format, sizeof format, "GET %%%zus HTTP/1.1", most - 1);
    const char *key = strcasestr(request, "\r\nsec-websocket-key:");
    if (sscanf(request, format, path) != 1 || !key || sscanf(key + 20, " %40s", nonce) != 1) return -1;
    snprintf(text, sizeof text, "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", nonce);
    uint8_t digest[20];
    sha1(text, digest);
    base64(digest, sizeof digest, accept);
    int length = snprintf(text, sizeof text,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n", accept);
    bytes_add(out, text, (size_t)length);
    return (int)size;
}
