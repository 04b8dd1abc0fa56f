import WebSocket from 'ws';
import { pause, pick } from './small.js';

// Some thirty megabytes: far more than the gateway and the two ends of a connection keep.
const mostUnread = 40_000;

// Clients that come, follow some wallets, follow others, and leave, in good order or not. What they are told is accounted for by those who stay.
export class Churn {
  came = 0;
  changed = 0;
  told = 0;
  cutOff = 0;
  faults = [];
  ended = false;

  // made: how many fills there were, as far as one who follows everybody was told.
  constructor(url, wallets, random, made) {
    [this.base, this.wallets, this.random, this.made] = [url.replace('http', 'ws'), wallets, random, made];
  }

  async one() {
    while (!this.ended) await this.#visit();
  }

  // Follows everybody and reads nothing of it. The gateway may not keep it all: it has to end this connection, and no other.
  async deaf() {
    while (!this.ended) await this.#visitWithoutReading();
  }

  async #visitWithoutReading() {
    const socket = new WebSocket(`${this.base}/demo-enterprise`);
    const closed = new Promise(resolve => socket.on('close', resolve));
    socket.on('error', () => {});
    socket.on('open', () => socket.send(JSON.stringify({ platform: 'polymarket', version: 1, type: 'orders', action: 'subscribe', filters: { users: ['*'] } })));
    let accepted = false;
    socket.once('message', () => {
      accepted = true;
      socket.pause();
    });
    for (const enough = this.made() + mostUnread; this.made() < enough && !this.ended;) await pause(1000);
    socket.resume();
    if (!this.ended) {
      // 1013 was said to who has stopped listening long ago: the connection has been cut since.
      const code = await Promise.race([closed, pause(20_000)]);
      if (!accepted) this.faults.push('nothing at all, though it wanted to follow everybody');
      else if (code === undefined) this.faults.push(`nothing, though it did not read ${mostUnread} fills`);
      else this.cutOff++;
    }
    socket.terminate();
    await closed;
  }

  #visit() {
    return new Promise(resolve => {
      const socket = new WebSocket(`${this.base}/demo-enterprise${this.random() < 0.5 ? '?ext=1' : ''}`);
      const say = message => { if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ platform: 'polymarket', version: 1, type: 'orders', ...message })); };
      socket.on('error', () => {});
      socket.on('close', () => pause(50).then(resolve));
      socket.on('open', () => {
        this.came++;
        say({ action: 'subscribe', filters: { users: this.#some() } });
      });
      socket.on('message', text => {
        const frame = JSON.parse(text);
        if (frame.type === 'event') this.told++;
        else if (frame.type === 'error') this.faults.push(JSON.stringify(frame));
        else if (frame.type === 'ack' && !socket.stays) this.#stay(socket, say, frame.subscription_id);
      });
    });
  }

  async #stay(socket, say, id) {
    socket.stays = true;
    for (let left = Math.floor(this.random() * 5); left > 0 && !this.ended; left--) {
      await pause(this.random() * 2000);
      say({ action: 'update', subscription_id: id, filters: { users: this.#some() } });
      this.changed++;
    }
    await pause(this.random() * 2000);
    if (this.random() < 0.5) socket.close();
    else socket.terminate();
  }

  #some() { return Array.from({ length: 1 + Math.floor(this.random() * 20) }, () => pick(this.random, this.wallets)); }
}
