import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { note, pause } from './small.js';

const program = fileURLToPath(new URL('../../../src/Host/bin/Release/net10.0/oddswire.dll', import.meta.url));

// The real program as another process: started, told to stop, or killed, each time by its process id.
export class Program {
  heard = () => {}; // each line of its log

  constructor(verb, settings, ready, environment = {}) {
    this.args = [...verb, ...Object.entries(settings).flatMap(([key, value]) => ['--set', `${key}=${value}`])];
    this.ready = ready;
    this.environment = environment;
  }

  spawn() {
    // XFSZ: a file that may not grow is to be an error to the program, and not its end.
    const child = this.child = spawn('bash', ['-c', 'trap "" XFSZ; exec dotnet "$@"', 'dotnet', program, ...this.args], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...this.environment } });
    const complaints = [];
    createInterface({ input: child.stderr }).on('line', line => {
      this.heard(line);
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

  get hasEnded() { return !this.child || this.child.exitCode !== null || this.child.signalCode !== null; }

  kill() { return this.end('SIGKILL'); }

  // The exit code of a planned stop.
  stop() { return this.end('SIGTERM'); }

  // Told to stop, and killed so many milliseconds later: false when it had ended by itself before.
  async killWhileStopping(milliseconds) {
    this.child.kill('SIGTERM');
    await Promise.race([once(this.child, 'exit'), pause(milliseconds)]);
    if (this.hasEnded) return false;
    await this.kill();
    return true;
  }

  async end(signal) {
    const { child } = this;
    if (!child) return 0;
    if (!this.hasEnded) {
      child.kill(signal);
      await once(child, 'exit');
    }
    return child.exitCode;
  }

  // To its own end: the exit code, and each line of its output to the caller.
  async run(line) {
    const child = spawn('dotnet', [program, ...this.args], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...this.environment } });
    const lines = createInterface({ input: child.stdout }).on('line', line);
    const ended = once(child, 'exit');
    await once(lines, 'close');
    return (await ended)[0];
  }
}
