// What the README tells a newcomer to paste, pasted: against the real gateway, with only the port changed.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Gateway } from './gateway.js';

const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
const wscat = fileURLToPath(new URL('node_modules/wscat/bin/wscat', import.meta.url));

// A line of the README that begins so.
function line(start) {
  const found = readme.split('\n').filter(text => text.startsWith(start));
  assert.equal(found.length, 1, `one line of the README begins with ${start}`);
  return found[0];
}

function shell(command) {
  return new Promise((resolve, reject) => {
    execFile('sh', ['-c', command], { timeout: 20_000, maxBuffer: 64 << 20 }, (error, stdout, stderr) => (error ? reject(new Error(`${error.message}\n${stderr}`)) : resolve(stdout)));
  });
}

test('the README', async t => {
  const gateway = await Gateway.start(t);
  const here = text => text.replaceAll('127.0.0.1:8080', `127.0.0.1:${gateway.settings['http.port']}`).replaceAll('127.0.0.1:8081', `127.0.0.1:${gateway.settings['operations.port']}`);

  await t.test('wscat subscribes with the line as it stands there', async () => {
    const pasted = here(line('npx wscat '));
    const output = await shell(pasted.replace('npx wscat', `'${process.execPath}' '${wscat}'`));
    const frames = output.split('\n').filter(text => text.includes('{')).map(text => JSON.parse(text.slice(text.indexOf('{'))));
    assert.equal(frames[0].type, 'ack');
    assert.ok(frames.length > 20, `${frames.length} frames in five seconds`);
    assert.ok(frames.slice(1).every(frame => frame.type === 'event' && frame.subscription_id === frames[0].subscription_id));
  });

  await t.test('the line that the gateway prints is that of the README', () => {
    assert.ok(gateway.printed.includes(`try    ${here(line('npx wscat '))}`), gateway.printed.join('\n'));
  });

  await t.test('curl reads the history and the probes', async () => {
    const { orders } = JSON.parse(await shell(`curl -sS ${here(line('curl -H ')).slice('curl '.length)}`));
    assert.equal(orders.length, 3);
    const ready = JSON.parse(await shell(`curl -sS ${here(line('curl http://127.0.0.1:8081')).slice('curl '.length)}`));
    assert.equal(ready.status, 'ok');
  });
});
