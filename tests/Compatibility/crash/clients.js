import WebSocket from 'ws';
import { briefly, rowOf } from './truth.js';

const offsetOf = position => Number(position.split('-')[1]);

// Comes back whenever its connection ends, keeps what it is sent by position, and notes what must not be.
class Client {
  events = new Map();
  unplaced = []; // sent without a position, the store being away; a resumption from the last position tells them again
  removed = new Set();
  faults = [];
  dense = false;
  last = null;

  constructor(url, name, wallets) {
    [this.base, this.name, this.wallets] = [url.replace('http', 'ws'), name, wallets];
  }

  connect() {
    this.previous = null;
    const socket = this.socket = new WebSocket(this.base + this.path());
    socket.on('error', () => {});
    socket.on('open', () => this.opened());
    socket.on('message', text => this.heard(JSON.parse(text)));
    socket.on('close', () => {
      this.left();
      if (!this.ended) setTimeout(() => this.connect(), 100);
    });
  }

  opened() {}
  left() {}

  end() {
    this.ended = true;
    this.socket.close();
  }

  heard(frame) {
    if (frame.error === 'POSITION_UNAVAILABLE') this.socket.close(); // the store is away for a moment: once more
    else if (frame.type === 'error') this.faults.push(`refused: ${JSON.stringify(frame)}`);
    if (frame.type === 'gateway.removed') this.removed.add(`${frame.tx_hash}/${frame.log_index}`);
    if (frame.type !== 'event') return;
    if (frame.position) this.told(frame, offsetOf(frame.position));
    else this.unplaced.push(briefly(frame.data));
  }

  get had() { return [...this.events.values(), ...this.unplaced]; }

  told(frame, offset) {
    const before = this.events.get(offset);
    if (before && before.tx_hash !== frame.data.tx_hash) this.faults.push(`${frame.position} was ${before.tx_hash} and is ${frame.data.tx_hash}`);
    if (this.previous !== null && offset <= this.previous) this.faults.push(`${frame.position} came after ${this.previous}`);
    if (this.dense && this.previous !== null && offset > this.previous + this.unplaced.length + 1) this.faults.push(`${frame.position} follows ${this.previous}`);
    if (before) this.again(frame);
    // What came without a position stands before this one on the tape, and is told no more.
    for (const data of this.unplaced.splice(0)) this.events.set(`before ${offset}, ${this.events.size}`, data);
    this.events.set(offset, briefly(frame.data));
    this.previous = offset;
    this.last = frame.position;
  }
}

// ?ext=1: resumes from the last position that it has seen. It must never see one twice.
export class Resuming extends Client {
  path() { return '/demo-dev?ext=1'; }

  opened() {
    if (this.last) this.previous = offsetOf(this.last);
    if (this.last) this.unplaced = [];
    this.socket.send(JSON.stringify({
      action: 'subscribe', platform: 'polymarket', version: 1, type: 'orders', filters: { users: this.wallets ?? ['*'] }, ...(this.last && { resume: this.last }),
    }));
  }

  again(frame) { this.faults.push(`${frame.position} came twice`); }
}

// Attached to a durable subscription: acknowledges now and then. What it sees again must say so, and be behind no acknowledgement it was told of.
export class Durable extends Client {
  acknowledged = 0;
  sent = 0;

  constructor(url, name, wallets, id) {
    super(url, name, wallets);
    this.id = id;
  }

  path() { return `/demo-admin?subscription=${this.id}`; }

  opened() { this.timer = setInterval(() => this.acknowledge(), 400); }

  left() { clearInterval(this.timer); }

  acknowledge() {
    if (!this.last || this.socket.readyState !== WebSocket.OPEN || this.previous === null) return;
    this.socket.send(JSON.stringify({ action: 'ack', subscription_id: this.id, position: this.last }));
    this.sent = offsetOf(this.last);
  }

  heard(frame) {
    if (frame.type === 'gateway.attached') {
      const at = offsetOf(frame.position);
      if (at < this.acknowledged) this.faults.push(`attached at ${frame.position}, before it was at ${this.acknowledged}`);
      if (at > this.sent && this.sent > 0) this.faults.push(`attached at ${frame.position}, and ${this.sent} is the last that was acknowledged`);
      this.acknowledged = this.previous = at;
    }
    super.heard(frame);
  }

  again(frame) {
    if (!frame.replayed) this.faults.push(`${frame.position} came again and does not say so`);
  }
}

// Stays connected and keeps all that it is told live, in the order in which it comes, and when.
export class Watching extends Client {
  withoutPosition = 0;
  #came = new Map();

  constructor(url, name, place) {
    super(url, name, null);
    this.place = place;
  }

  path() { return this.place; }

  opened() { this.socket.send(JSON.stringify({ action: 'subscribe', platform: 'polymarket', version: 1, type: 'orders', filters: { users: ['*'] } })); }

  left() { if (!this.ended) this.faults.push('was disconnected'); }

  heard(frame) {
    if (frame.type === 'error') this.faults.push(`refused: ${JSON.stringify(frame)}`);
    if (frame.type !== 'event' || frame.late) return; // late: told again, with the position that it did not have before
    if (frame.position === null) this.withoutPosition++;
    this.events.set(this.events.size, briefly(frame.data));
    const row = rowOf(frame.data);
    if (!this.#came.has(row)) this.#came.set(row, Date.now());
  }

  // In milliseconds, sorted: how long after they were made the fills of this time came.
  delays(fills, from, to) {
    return fills.filter(fill => fill.time >= from && fill.time < to && this.#came.has(rowOf(fill)))
      .map(fill => this.#came.get(rowOf(fill)) - fill.time).sort((a, b) => a - b);
  }
}
