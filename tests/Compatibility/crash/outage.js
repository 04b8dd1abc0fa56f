import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Durable, Watching } from './clients.js';
import { note, pause, until } from './small.js';
import { Stage } from './stage.js';
import { account, fillsOf, gapsOf } from './truth.js';

const admin = { authorization: 'Bearer demo-admin' };
const megabyte = 1024 * 1024;

// One gateway through an outage of its store: before, meanwhile and afterwards. The steps never throw; what is wrong is kept as sentences.
export class Outage {
  broken = [];
  stalled = 0; // milliseconds in which not even this program ran
  #beat = Date.now();
  #pulse = setInterval(() => {
    const since = Date.now() - this.#beat - 200;
    if (since > 500) this.stalled += since;
    this.#beat = Date.now();
  }, 200);

  // isFull: more is made during the outage than the buffer holds.
  constructor({ name, buffer, isFull, rate, seed, postgres }) {
    [this.name, this.isFull, this.buffer] = [name, isFull, buffer];
    this.stage = Stage.set({ seed, rate, postgres: postgres && `${postgres};Search Path=${name}`, settings: { 'tape.buffer': buffer } });
  }

  // Ten seconds of load are the yardstick for the delay of fills and for memory.
  begin() {
    return this.#step(async () => {
      this.stage = await this.stage;
      const { url, sim } = this.stage;
      await this.stage.start();
      const { body } = await this.#command('/subscriptions', { command_id: 'before', name: 'durable', filters: { users: ['*'] }, from: 'now' });
      this.native = new Watching(url, 'native', '/demo-dev');
      this.extended = new Watching(url, 'ext=1', '/demo-dev?ext=1');
      this.clients = [this.native, this.extended, new Durable(url, 'durable', null, body.id)];
      for (const client of this.clients) client.connect();
      await until(() => this.clients.every(client => client.events.size > 0), 'the first events', 90);
      this.first = Math.max(...(await fillsOf(sim)).map(fill => fill.n));
      [this.began, this.stalled] = [Date.now(), 0];
      await pause(10_000);
      this.stopped = Date.now();
      this.memory = this.#memory();
      this.process = this.stage.gateway.child.pid;
    });
  }

  // How long a file may get that the gateway writes: what is behind that fails.
  limitFiles(bytes) { if (this.broken.length === 0) execFileSync('prlimit', ['--pid', `${this.process}`, `--fsize=${bytes}:unlimited`]); }

  last(seconds) {
    return this.#step(async () => {
      const end = Date.now() + seconds * 1000;
      const newcomer = new Watching(this.stage.url, 'newcomer', '/demo-dev');
      newcomer.connect();
      let [peak, refused] = [0, 0];
      while (Date.now() < end) {
        refused += await this.#isRefused('/subscriptions', { command_id: 'meanwhile', name: 'meanwhile', filters: { users: ['*'] } });
        refused += await this.#isRefused('/keys', { name: `key-${refused}`, tier: 'free' });
        await this.#isDegraded();
        peak = Math.max(peak, this.#memory());
        await pause(1000);
      }
      this.started = Date.now();
      if (newcomer.events.size === 0) this.broken.push('who came during the outage was sent nothing');
      newcomer.end();
      if (this.extended.withoutPosition === 0) this.broken.push('nothing came with position null');
      note(`${this.name}: ${refused} commands were refused; memory ${mib(this.memory)} before, ${mib(peak)} at most`);
      // What the buffer may hold, twice over for what is around it, and what the merger keeps of each fill to know it again.
      const bound = this.memory + 2 * 64 * megabyte + 128 * megabyte;
      if (peak > bound) this.broken.push(`memory rose from ${mib(this.memory)} to ${mib(peak)}`);
    });
  }

  async end() {
    await this.#step(async () => {
      const { url, sim, probes, gateway, record } = this.stage;
      await until(async () => (await (await fetch(`${probes}/healthz/ready`)).json()).status === 'ok', 'readiness to be ok', 60);
      note(`${this.name}: ready again after ${((Date.now() - this.started) / 1000).toFixed(1)} s`);
      await pause(10_000);
      await this.stage.quiet();
      this.broken.push(...await account(sim, url, this.clients, this.first, true));
      const again = await this.#command('/subscriptions', { command_id: 'meanwhile', name: 'meanwhile', filters: { users: ['*'] } });
      if (again.status !== 201 && again.status !== 200) this.broken.push(`the command that was refused, given again: ${again.status} ${JSON.stringify(again.body)}`);
      if (gateway.hasEnded || gateway.child.pid !== this.process) this.broken.push('it did not live through the outage');
      this.#judgeDelays(await fillsOf(sim));
      this.#judgeGaps(await gapsOf(url));
      for (const client of this.clients) client.end();
      this.broken.push(...await record.verify('after the outage'));
    });
    clearInterval(this.#pulse);
    await (await this.stage).clear(this.broken);
  }

  async #step(what) {
    if (this.broken.length > 0) return;
    try { await what(); } catch (cause) { this.broken.push(cause.stack); }
  }

  async #command(path, body) {
    const response = await fetch(`${this.stage.url}/api/v1${path}`, { method: 'POST', headers: admin, body: JSON.stringify(body), signal: AbortSignal.timeout(60_000) });
    return { status: response.status, retryAfter: response.headers.get('retry-after'), body: await response.json() };
  }

  async #isRefused(path, asked) {
    const { status, retryAfter, body } = await this.#command(path, asked);
    if (status === 503 && Number(retryAfter) > 0 && body.error) return 1;
    this.broken.push(`POST ${path} without its store: ${status}, Retry-After ${retryAfter}, ${JSON.stringify(body)}`);
    return 0;
  }

  async #isDegraded() {
    const response = await fetch(`${this.stage.probes}/healthz/ready`);
    const { status, checks } = await response.json();
    const told = name => checks.some(check => check.name === name && check.status === 'degraded' && check.message.length > 0);
    if (response.status !== 200 || status !== 'degraded' || !told('tape') || !told('journal')) {
      this.broken.push(`ready without its store: ${response.status} ${JSON.stringify({ status, checks })}`);
    }
  }

  #memory() { return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${this.stage.gateway.child.pid}/status`, 'utf8'))[1]) * 1024; }

  // The first fills of the outage wait for the commit that does not come, for a second; the others are not to feel it.
  #judgeDelays(fills) {
    const [before, meanwhile] = [this.native.delays(fills, this.began, this.stopped), this.native.delays(fills, this.stopped, this.started)];
    note(`${this.name}: fills came ${told(before)} after they were made before the outage (${before.length}), ${told(meanwhile)} meanwhile (${meanwhile.length})`);
    if (this.stalled > 0) {
      note(`${this.name}: the machine stood still for ${(this.stalled / 1000).toFixed(1)} s, so the delays prove nothing`);
      return;
    }
    // One that waits for the database waits for storage.timeout, five seconds, or for the end.
    if (at(meanwhile, 0.5) > at(before, 0.5) + 1000 || at(meanwhile, 0.99) > at(before, 0.99) + 3000) this.broken.push('fills were delayed');
  }

  #judgeGaps(gaps) {
    const ofTape = gaps.filter(gap => gap.source === 'tape');
    if (this.isFull ? ofTape.length === 0 : ofTape.length > 0) this.broken.push(`with a buffer of ${this.buffer} the tape has ${ofTape.length} gaps on record`);
    const open = gaps.filter(gap => gap.state !== 'filled');
    if (open.length > 0) this.broken.push(`not filled: ${JSON.stringify(open)}`);
  }
}

const mib = bytes => `${Math.round(bytes / megabyte)} MiB`;
const at = (sorted, share) => sorted[Math.floor((sorted.length - 1) * share)];
const told = sorted => `${at(sorted, 0.5)} ms (p99 ${at(sorted, 0.99)} ms)`;
