import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { note } from './small.js';

const program = fileURLToPath(new URL('../../../src/Host/bin/Release/net10.0/oddswire.dll', import.meta.url));

// The real program as another process: started, told to stop, or killed, each time by its process id.
export class Program {
  constructor(verb, settings, ready, environment = {}) {
    this.args = [...verb, ...Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`])];
    this.ready = ready;
    this.environment = environment;
  }

  spawn() {
    const child = this.child = spawn('dotnet', [program, ...this.args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...this.environment } });
    const complaints = [];
    createInterface({ input: child.stderr }).on('line', line => {
      if (/ (error|critical) /.test(line) || !/^\d\d:\d\d:/.test(line)) note(`${this.args[0]}: ${line}`);
      complaints.push(line);
      if (complaints.length > 20) complaints.shift();
    });
    this.isReady = new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', line => { if (this.ready.test(line)) resolve(); });
      child.on('exit', (code, signal) => reject(new Error(`${this.args[0]} ended with ${code ?? signal} before it was ready:\n${complaints.join('\n')}`)));
    });
    this.isReady.catch(() => {});
  }

  async start() {
    this.spawn();
    await this.isReady;
  }

  kill() { return this.end('SIGKILL'); }

  // The exit code of a planned stop.
  stop() { return this.end('SIGTERM'); }

  async end(signal) {
    const { child } = this;
    if (!child) return 0;
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await once(child, 'exit');
    }
    return child.exitCode;
  }
}
