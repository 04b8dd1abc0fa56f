// The real gateway without its store for a while, under load: for twenty seconds, or as long as it is told. Three of them at once: two on a
// PostgreSQL that is stopped, one with a tape.buffer that holds all that is made meanwhile and one whose buffer is soon full; and one on
// SQLite whose disk takes nothing more.
//   tests/services.sh postgres -- node outage.js [--seconds 20] [--rate 100] [--seed 1]
import { execFile } from 'node:child_process';
import { parseArgs, promisify } from 'node:util';
import { Outage } from './crash/outage.js';
import { note } from './crash/small.js';

const { values: options } = parseArgs({ options: {
  seconds: { type: 'string', default: '20' }, rate: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' },
} });
const [postgres, control] = [process.env.ODDSWIRE_TEST_POSTGRES, process.env.ODDSWIRE_TEST_POSTGRES_CONTROL];
if (!postgres || !control) throw new Error('PostgreSQL: tests/services.sh postgres -- node outage.js ...');

const seed = Number(options.seed);
const all = [
  new Outage({ name: 'roomy', buffer: '64MiB', isFull: false, rate: options.rate, seed, postgres }),
  new Outage({ name: 'tight', buffer: '1MiB', isFull: true, rate: options.rate, seed: seed + 1, postgres }),
  new Outage({ name: 'disk', buffer: '64MiB', isFull: false, rate: options.rate, seed: seed + 2 }),
];
const each = step => Promise.all(all.map(step));

await each(one => one.begin());
note('the stores go away');
await promisify(execFile)(control, ['stop']);
all[2].limitFiles(4096); // no write behind the first page of any file
await each(one => one.last(Number(options.seconds)));
note('the stores are back');
await promisify(execFile)(control, ['start']);
all[2].limitFiles('unlimited');
await each(one => one.end());
for (const { name, broken } of all) for (const what of broken) note(`BROKEN  ${name}: ${what}`);
const failed = all.filter(one => one.broken.length > 0).length;
console.log(`${all.length} runs, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
