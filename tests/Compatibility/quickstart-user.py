# The quickstart program of the CLOB's documentation in its kind: websocket-client, the user channel, a PING every ten seconds. Ends when it has
# seen a trade and a PONG.
import json
import sys
import threading
import time

from websocket import WebSocketApp

url, key, secret, passphrase = sys.argv[1:]
seen = set()


def on_open(ws):
    ws.send(json.dumps({"auth": {"apiKey": key, "secret": secret, "passphrase": passphrase}, "type": "user", "markets": []}))

    def ping():
        while True:
            time.sleep(10)
            ws.send("PING")

    threading.Thread(target=ping, daemon=True).start()


def on_message(ws, message):
    print(message, flush=True)
    seen.add("PONG" if message == "PONG" else json.loads(message)["event_type"])
    if {"PONG", "trade"} <= seen:
        ws.close()


app = WebSocketApp(url, on_open=on_open, on_message=on_message)
app.run_forever()
sys.exit(0 if {"PONG", "trade"} <= seen else 1)
