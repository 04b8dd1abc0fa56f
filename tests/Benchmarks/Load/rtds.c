#include "rtds.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

static char row[] =
    "{\"connection_id\":\"dGVzdGluZ2RvbWU=\",\"payload\":"
    "{\"asset\":\"72551024098258542594534683942523606143014690620243023298497729957846870197074\",\"bio\":\"\","
    "\"conditionId\":\"0x1d8720896546460a48d4f7fd5b3f0705a8d427921222de498d1cd334d4890c52\","
    "\"eventSlug\":\"highest-temperature-in-wellington-on-august-19-2026\","
    "\"icon\":\"https://polymarket-upload.s3.us-east-2.amazonaws.com/wellington.jpg\",\"name\":\"nobody\",\"outcome\":\"No\",\"outcomeIndex\":1,"
    "\"price\":0.26,\"profileImage\":\"\",\"proxyWallet\":\"0x0000000000000000000000000000000000000000\",\"pseudonym\":\"Quiet-Rain\","
    "\"side\":\"BUY\",\"size\":2.7027,\"slug\":\"highest-temperature-in-wellington-on-august-19-2026-10c\",\"timestamp\":0000000000,"
    "\"title\":\"Will the highest temperature in Wellington be 10C on August 19, 2026, by the highest reading of its airport station, rounded down?\","
    "\"transactionHash\":\"0x" ZEROS "\"},\"timestamp\":1787000000000,\"topic\":\"activity\",\"type\":\"trades\"}";

static char *after(const char *text) { return strstr(row, text) + strlen(text); }

const char *rtds_row(const struct mark *mark, int wallet, size_t *length) {
    static char *tx, *timestamp, *user;
    char seconds[24];
    if (!tx) {
        tx = after("\"transactionHash\":\"0x");
        timestamp = after("\"timestamp\":");
        user = after("\"proxyWallet\":\"");
    }
    event_mark(tx, mark);
    snprintf(seconds, sizeof seconds, "%010ld", (long)time(NULL));
    memcpy(timestamp, seconds, 10);
    event_wallet(user, mark->level, wallet);
    *length = sizeof row - 1;
    return row;
}
