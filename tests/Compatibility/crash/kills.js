import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { note, pause, until } from './small.js';

// kill -9, at moments that come by chance and at those that chance would rarely find: while the gateway starts, while it drains, and while
// SQLite copies its log back into the database.
export class Kills {
  #counts = new Map();

  constructor(gateway, random, progress, record, folder) {
    [this.gateway, this.random, this.progress, this.record] = [gateway, random, progress, record];
    this.index = folder && join(folder, 'oddswire.db-shm');
  }

  get all() { return [...this.#counts.values()].reduce((sum, count) => sum + count, 0); }

  get told() { return [...this.#counts].map(([moment, count]) => `${count} ${moment}`).join(', '); }

  // One kill, or two of which the second comes while the first is being recovered from. What it left is verified now and then, before
  // anybody opens it again.
  async one(most) {
    const { gateway, random } = this;
    const before = this.progress();
    if (random() < 0.7) await until(() => this.progress() > before + 100, 'work between two kills');
    const moment = random();
    if (moment < 0.2) await this.#draining();
    else if (moment < 0.4 && this.index) await this.#copyingBack();
    else await this.#byChance();
    const broken = [];
    if (random() < 0.1) {
      broken.push(...await this.record.verify('as the kill left it'));
      await this.record.look();
    }
    await pause(random() * 1200);
    if (most > 1 && random() < 0.25) {
      gateway.spawn();
      await pause(random() * 1500);
      await gateway.kill();
      this.#count('while starting');
    }
    await gateway.start();
    return broken;
  }

  async heal() {}

  async #byChance() {
    await pause(this.random() * 2000);
    await this.gateway.kill();
    this.#count('by chance');
  }

  async #draining() {
    await pause(this.random() * 2000);
    const killed = await this.gateway.killWhileStopping(this.random() * 600);
    if (killed) this.#count('while draining');
    else note(`it had drained already, and ended with ${this.gateway.child.exitCode}`);
  }

  async #copyingBack() {
    for (const deadline = Date.now() + 15_000; !this.#isCopyingBack() && Date.now() < deadline;) await pause(0);
    await this.gateway.kill();
    this.#count(this.#isCopyingBack() ? 'while the log was copied back' : 'by chance');
  }

  // From the index of the write-ahead log, which a kill leaves as it is: more frames were begun to be copied than were said to be copied.
  #isCopyingBack() {
    const words = Buffer.alloc(136);
    try {
      const file = openSync(this.index, 'r');
      try { readSync(file, words, 0, words.length, 0); } finally { closeSync(file); }
    } catch {
      return false; // there is no index yet
    }
    const [copied, begun] = [words.readUInt32LE(96), words.readUInt32LE(128)];
    return begun > copied;
  }

  #count(moment) { this.#counts.set(moment, (this.#counts.get(moment) ?? 0) + 1); }
}
