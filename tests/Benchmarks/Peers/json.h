// A small pull reader of JSON objects: looks at every byte once, checks what it steps over, copies nothing.
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct text {
    const char *at, *end;
};

static inline bool text_is(struct text text, const char *other) {
    size_t length = strlen(other);
    return (size_t)(text.end - text.at) == length && !memcmp(text.at, other, length);
}

static inline const char *json_space(const char *p, const char *end) {
    while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')) p++;
    return p;
}

// Behind the string that begins at p, or NULL.
static inline const char *json_string(const char *p, const char *end) {
    if (p == end || *p++ != '"') return NULL;
    for (; p < end; p++) {
        if (*p == '"') return p + 1;
        if ((unsigned char)*p < ' ') return NULL;
        if (*p == '\\' && ++p == end) return NULL;
    }
    return NULL;
}

// Behind the value that begins at p, or NULL.
static inline const char *json_value(const char *p, const char *end) {
    int depth = 0;
    do {
        p = json_space(p, end);
        if (p == end) return NULL;
        switch (*p) {
        case '"':
            if (!(p = json_string(p, end))) return NULL;
            break;
        case '{':
        case '[':
            depth++, p++;
            break;
        case '}':
        case ']':
            if (--depth < 0) return NULL;
            p++;
            break;
        case ',':
        case ':':
            if (depth == 0) return NULL;
            p++;
            break;
        default:
            while (p < end && !strchr(",:]}\" \n\r\t", *p)) p++;
        }
    } while (depth > 0);
    return p;
}

// The next member of the object; *p stands behind its brace or behind the last member. False: there is none.
static inline bool json_member(const char **p, const char *end, struct text *name, struct text *value) {
    const char *at = json_space(*p, end);
    if (at < end && *at == ',') at = json_space(at + 1, end);
    const char *behind = json_string(at, end);
    if (!behind) return false;
    *name = (struct text){at + 1, behind - 1};
    at = json_space(behind, end);
    if (at == end || *at != ':') return false;
    at = json_space(at + 1, end);
    if (!(behind = json_value(at, end))) return false;
    *value = (struct text){at, behind};
    *p = behind;
    return true;
}

#endif
