import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../gateway.js';
import { Program } from './program.js';
import { Record } from './record.js';
import { note, until } from './small.js';

// The gateway and the stand-in venues, each a process of its own, on free ports and in a folder of their own.
export class Stage {
  // postgres: a connection string; without one the store is SQLite. settings: more of the gateway's.
  static async set({ seed, rate, postgres, settings = {} }) {
    const stage = new Stage();
    stage.folder = mkdtempSync(join(tmpdir(), 'oddswire-crash-'));
    const [http, operations, simulator] = [await freePort(), await freePort(), await freePort()];
    stage.url = `http://127.0.0.1:${http}`;
    stage.probes = `http://127.0.0.1:${operations}`;
    stage.sim = `http://127.0.0.1:${simulator}`;
    stage.store = join(stage.folder, 'store');
    note(`${postgres ? 'postgres' : 'sqlite'}, seed ${seed}: gateway ${http}, simulator ${simulator}, ${stage.folder}`);
    const place = { 'storage.path': stage.store, ...(postgres && { 'tape.store': 'postgres' }) };
    const secrets = { ODDSWIRE__JOURNAL__HMAC_KEY: `the chain of seed ${seed}`, ...(postgres && { ODDSWIRE__STORAGE__POSTGRES: postgres }) };
    stage.world = new Program(['simulate'], { 'simulator.port': simulator, 'simulator.seed': seed, 'simulator.rate': rate }, /\d/);
    stage.gateway = new Program(['run'], {
      'http.port': http, 'operations.port': operations, 'simulator.port': simulator, 'simulator.enabled': false, ...place, ...settings,
    }, /^ready/, secrets);
    stage.record = new Record({ ...place, ...settings }, secrets, join(stage.folder, 'heads.log'));
    stage.gateway.heard = line => {
      appendFileSync(join(stage.folder, 'gateway.log'), `${line}\n`);
      stage.record.hear(line);
    };
    return stage;
  }

  async start() {
    await this.world.start();
    await until(async () => (await fetch(`${this.sim}/sim`)).ok, 'the simulator');
    await this.gateway.start();
    await until(async () => (await this.asked('/api/v1/feeds'))
      .feeds.filter(feed => ['rtds', 'polygon'].includes(feed.name)).every(feed => feed.state === 'live'), 'live feeds');
    this.wallets = (await (await fetch(`${this.sim}/sim`)).json()).wallets;
  }

  async asked(path) { return (await fetch(this.url + path, { headers: { authorization: 'Bearer demo-admin' } })).json(); }

  async quiet() { await fetch(`${this.sim}/sim/pause`, { method: 'POST' }); }

  // What is kept is for a look at what was broken.
  async clear(broken) {
    await this.gateway.stop();
    await this.world.stop();
    if (broken.length === 0) rmSync(this.folder, { recursive: true });
    else note(`kept for a look: ${this.folder}`);
  }
}
