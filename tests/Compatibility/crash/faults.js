import { note, pause, pick } from './small.js';

// Venues that misbehave in random order, and now and then a kill.
export class Faults {
  #nextKill = Date.now() + 40_000;

  all = 0; // kills

  constructor(sim, random, gateway) {
    [this.sim, this.random, this.gateway] = [sim, random, gateway];
  }

  get told() { return 'among faults of the venues'; }

  async one(_, end) {
    const { random, gateway } = this;
    const fault = this.fault();
    const answer = await fetch(`${this.sim}/sim/faults`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(fault) });
    note(`${answer.status} ${fault.venue} ${fault.kind} ${fault.share} ${fault.for}`);
    await pause(Math.min(1000 + random() * 6000, Math.max(0, end - Date.now())));
    if (Date.now() < this.#nextKill) return [];
    note('kill -9');
    await gateway.kill();
    this.all++;
    await pause(random() * 8000);
    await gateway.start();
    this.#nextKill = Date.now() + 40_000 * (0.5 + random());
    return [];
  }

  fault() {
    const { random } = this;
    const venue = pick(random, ['rtds', 'rtds', 'polygon', 'polygon', 'gamma']);
    const kind = pick(random, venue === 'gamma' ? ['status', 'hang', 'delay', 'garbage'] : [
      'drop', 'close', 'freeze', 'freeze_keep_pongs', 'mute', 'lose', 'duplicate', 'reorder', 'delay', 'garbage', 'text', 'half_frame', 'status', 'accept_then_close', 'hang',
      ...(venue === 'polygon' ? ['reorg', 'reorg'] : []),
    ]);
    return {
      venue, kind, share: pick(random, [0.1, 0.5, 1]), for: `${1 + Math.floor(random() * 25)}s`,
      code: pick(random, [1000, 1001, 1008, 1011, 1012, 1013]), status: pick(random, [429, 500, 503]), retry_after: 2,
    };
  }

  async heal() {
    note('healed');
    await fetch(`${this.sim}/sim/faults`, { method: 'DELETE' });
    await pause(5000);
  }
}
