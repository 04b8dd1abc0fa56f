// Programs in Python as the venues' documentation has them: Debian's own interpreter, which is the one that python3-websocket is for.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const python = '/usr/bin/python3';

// What a test of one says in its options: false, or why there is none.
export const skip = spawnSync(python, ['-c', 'import websocket']).status !== 0 && 'python3-websocket is not installed';

// Runs it to its end, which it decides itself, and returns what it printed. The first PING is due after ten seconds.
export async function run(t, script, ...args) {
  const child = spawn(python, [fileURLToPath(new URL(script, import.meta.url)), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill());
  let printed = '';
  child.stdout.on('data', text => { printed += text; });
  const [code] = await once(child, 'exit', { signal: AbortSignal.timeout(30_000) });
  assert.equal(code, 0, printed);
  return printed;
}
