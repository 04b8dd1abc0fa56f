import { appendFileSync } from 'node:fs';
import { note } from './small.js';
import { Program } from './program.js';

// The journal as `oddswire journal` tells of it. Every head that was told once, by the gateway's log or by an export, must be in it for ever.
export class Record {
  told = 0;

  constructor(settings, environment, heads) {
    [this.settings, this.environment, this.heads] = [settings, environment, heads];
  }

  // A line of the gateway's log.
  hear(line) {
    if (/ head \S+ \d+ [0-9a-f]{64}/.test(line)) this.#keep(line);
  }

  // Writes down where each stream ends now.
  async look() {
    const ends = new Map();
    const code = await this.#verb(['export']).run(line => {
      const { stream, sequence, hash } = JSON.parse(line);
      ends.set(stream, `head ${stream} ${sequence} ${hash}`);
    });
    if (code !== 0) throw new Error(`journal export ended with ${code}`);
    for (const head of ends.values()) this.#keep(head);
  }

  // What is wrong with it, a sentence each.
  async verify(when) {
    const lines = [];
    const code = await this.#verb(['verify', '--json', ...(this.told > 0 ? ['--heads', this.heads] : [])]).run(line => lines.push(line));
    const verdict = code === 0 || code === 4 ? JSON.parse(lines.join('')) : null;
    if (code === 0 && verdict.ok && verdict.keyed && verdict.entries > 0) {
      note(`verified ${when}: ${verdict.entries} entries, ${this.told} heads`);
      return [];
    }
    return [`journal verify ${when} ended with ${code}: ${lines.join(' ') || 'nothing was printed'}`];
  }

  #keep(head) {
    appendFileSync(this.heads, `${head}\n`);
    this.told++;
  }

  #verb(verb) { return new Program(['journal', ...verb], this.settings, /./, this.environment); }
}
