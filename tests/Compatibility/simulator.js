import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../src/Host/bin/Release/net10.0/oddswire.dll', import.meta.url));

// The stand-in venues alone, as `oddswire simulate` runs them, on a free port; ended by its process id.
export class Simulator {
  static async start(test, ...args) {
    const simulator = new Simulator();
    simulator.child = spawn('dotnet', [program, 'simulate', '--set', 'simulator.port=0', ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
    test.after(() => simulator.stop());
    for await (const line of createInterface({ input: simulator.child.stdout })) {
      const control = line.match(/^control +(http:\/\/.+)\/sim$/);
      if (control) simulator.url = control[1];
      if (line.startsWith('ready')) {
        simulator.child.stdout.resume();
        return simulator;
      }
    }
    throw new Error('the simulator ended before it was ready');
  }

  async state() {
    return (await fetch(`${this.url}/sim`)).json();
  }

  async fault(fault) {
    const response = await fetch(`${this.url}/sim/faults`, { method: 'POST', body: JSON.stringify(fault) });
    if (response.status !== 201) throw new Error(await response.text());
  }

  heal() {
    return fetch(`${this.url}/sim/faults`, { method: 'DELETE' });
  }

  async stop() {
    if (this.child.exitCode !== null) return;
    this.child.kill('SIGTERM');
    await once(this.child, 'exit');
  }
}
