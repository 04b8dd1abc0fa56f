# The quickstart program of the CLOB's documentation in its kind: websocket-client, the market channel, a PING every ten seconds. Ends when it has
# the books that it asked for, a change of one of them, and a PONG.
import json
import sys
import threading
import time

from websocket import WebSocketApp

url, *tokens = sys.argv[1:]
books, seen = set(), set()


def on_open(ws):
    ws.send(json.dumps({"assets_ids": tokens, "type": "market"}))

    def ping():
        while True:
            time.sleep(10)
            ws.send("PING")

    threading.Thread(target=ping, daemon=True).start()


def on_message(ws, message):
    print(message[:200].strip(), flush=True)
    if message == "PONG":
        seen.add(message)
    else:
        told = json.loads(message)
        for event in told if isinstance(told, list) else [told]:
            seen.add(event["event_type"])
            if event["event_type"] == "book":
                books.add(event["asset_id"])
    if done():
        ws.close()


def done():
    return {"PONG", "book", "price_change"} <= seen and set(tokens) <= books


app = WebSocketApp(url, on_open=on_open, on_message=on_message)
app.run_forever()
sys.exit(0 if done() else 1)
