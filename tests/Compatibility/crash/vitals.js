import { readFileSync, readdirSync } from 'node:fs';
import { note } from './small.js';

// Memory and handles of a process, by its id, as time goes by.
export class Vitals {
  #samples = [];

  constructor(pid) { this.pid = pid; }

  look() {
    const memory = Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))[1]) / 1024;
    const handles = readdirSync(`/proc/${this.pid}/fd`).length;
    this.#samples.push({ at: Date.now() / 60_000, memory, handles });
    return this.#samples.at(-1);
  }

  // MiB a minute, by least squares over the later half: before that caches fill.
  get slope() {
    const later = this.#samples.slice(this.#samples.length >> 1);
    const mean = of => later.reduce((sum, one) => sum + one[of], 0) / later.length;
    const [at, memory] = [mean('at'), mean('memory')];
    return later.reduce((sum, one) => sum + (one.at - at) * (one.memory - memory), 0) / later.reduce((sum, one) => sum + (one.at - at) ** 2, 0);
  }

  get most() { return Math.max(...this.#samples.map(one => one.handles)); }

  tell(more) {
    const { memory, handles } = this.#samples.at(-1);
    note(`${Math.round(memory)} MiB, ${handles} handles${more}`);
  }
}
