import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../src/Host/bin/Release/net10.0/oddswire.dll', import.meta.url));

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

// The real program with its stand-in venues, on ports of its own; ended by its process id.
export class Gateway {
  static async start(test, settings = {}) {
    const gateway = new Gateway();
    gateway.settings = {
      'http.port': await freePort(),
      'operations.port': await freePort(),
      'simulator.port': await freePort(),
      ...settings,
    };
    gateway.url = `ws://127.0.0.1:${gateway.settings['http.port']}`;
    gateway.http = `http://127.0.0.1:${gateway.settings['http.port']}`;
    test.after(() => gateway.stop());
    await gateway.run();
    return gateway;
  }

  async run() {
    const sets = Object.entries(this.settings).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
    this.child = spawn('dotnet', [program, 'run', ...sets], { stdio: ['ignore', 'pipe', 'ignore'] });
    this.printed = [];
    const lines = createInterface({ input: this.child.stdout });
    for await (const line of lines) {
      this.printed.push(line);
      // The last line of its greeting; everything listens by then.
      if (line.startsWith('try')) {
        this.child.stdout.resume();
        return;
      }
    }
    throw new Error('the gateway ended before it was ready');
  }

  async feeds() {
    const answer = await fetch(`${this.http}/api/v1/feeds`, { headers: { authorization: 'Bearer demo-admin' } });
    return (await answer.json()).feeds;
  }

  // The exit code of a planned stop.
  async stop() {
    if (this.child.exitCode !== null) return this.child.exitCode;
    this.child.kill('SIGTERM');
    const [code] = await once(this.child, 'exit');
    return code;
  }
}

// Resolves when the condition holds; looks every 20 ms, for at most ten seconds unless told otherwise.
// What a venue does next is chance, and a machine may be slow: this is how long nobody should ever have to wait.
export async function until(condition, what, seconds = 60) {
  const deadline = Date.now() + seconds * 1000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ${seconds} seconds for ${what}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
