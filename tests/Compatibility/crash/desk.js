import { pause, pick } from './small.js';

// A service that gives commands all the time, on durable subscriptions and keys. A command that got no answer is given again under its
// command id; what was answered must hold from then on, whatever is killed.
export class Desk {
  subscriptions = new Map(); // id -> what the last answer said
  keys = new Map(); // name -> whether it is there
  contradictions = [];
  done = 0;
  ended = false;
  commands = 0;

  constructor(url, random) {
    [this.api, this.random] = [`${url}/api/v1`, random];
  }

  // A subscription that no other command touches.
  async open(users) {
    const { body } = await this.command('POST', '/subscriptions', { name: 'client', filters: { users }, from: 'now' });
    return body.id;
  }

  async work() {
    const mine = [];
    while (!this.ended) {
      const id = pick(this.random, mine);
      const next = this.random();
      if (mine.length < 3 || next < 0.2) mine.push(await this.create());
      else if (next < 0.4) await this.change('PATCH', id, { name: `n${this.commands}` }, { name: `n${this.commands}` });
      else if (next < 0.55) await this.change('POST', id, {}, { state: 'paused' }, '/pause');
      else if (next < 0.7) await this.change('POST', id, { skip: this.random() < 0.5 }, { state: 'active' }, '/resume');
      else if (next < 0.8) await this.remove(mine.splice(mine.indexOf(id), 1)[0]);
      else await this.key();
      await pause(this.random() * 40);
    }
  }

  async create() {
    const name = `n${this.commands}`;
    const { status, body } = await this.command('POST', '/subscriptions', { name, filters: { users: [`0x${String(this.commands).padStart(40, '0')}`] } });
    if (status !== 201 && status !== 200) throw new Error(`create: ${status} ${JSON.stringify(body)}`);
    this.keep(body, { name, state: 'active' });
    return body.id;
  }

  async change(method, id, asked, expected, path = '') {
    const { status, body } = await this.command(method, `/subscriptions/${id}${path}`, asked);
    if (status !== 200) this.contradictions.push(`${id}${path} was acknowledged before, and now ${status} ${JSON.stringify(body)}`);
    else this.keep(body, { ...this.subscriptions.get(id), ...expected });
  }

  keep(body, { name, state }) {
    if (body.name !== name || body.state !== state) this.contradictions.push(`${body.id} should be ${name} ${state}, the answer says ${body.name} ${body.state}`);
    this.subscriptions.set(body.id, { name, state });
  }

  async remove(id) {
    const { status, body } = await this.command('DELETE', `/subscriptions/${id}?command_id=c${this.commands}`);
    if (status !== 204) this.contradictions.push(`${id} was acknowledged before, and deleting it says ${status} ${JSON.stringify(body)}`);
    this.subscriptions.set(id, null);
  }

  // Keys have no command id: what got no answer may be so or so.
  async key() {
    const there = [...this.keys].filter(([, is]) => is).map(([name]) => name);
    const revoke = there.length > 5 && this.random() < 0.5;
    const name = revoke ? pick(this.random, there) : `key-${this.commands++}`;
    this.keys.delete(name);
    const answer = revoke
      ? await this.request('DELETE', `/keys/${name}`).catch(() => null)
      : await this.request('POST', '/keys', { name, tier: 'free' }).catch(() => null);
    if (!answer || answer.status === 503) return;
    if (answer.status !== (revoke ? 204 : 201)) this.contradictions.push(`key ${name}: ${answer.status} ${JSON.stringify(answer.body)}`);
    this.keys.set(name, !revoke);
    this.done++;
  }

  // Once, however often it has to be said.
  async command(method, path, asked) {
    const body = asked && { command_id: `c${this.commands}`, ...asked };
    this.commands++;
    for (;;) {
      const answer = await this.request(method, path, body).catch(() => null);
      if (answer && answer.status !== 503 && answer.status !== 429) {
        this.done++;
        return answer;
      }
      await pause(50);
    }
  }

  async request(method, path, body) {
    const response = await fetch(this.api + path, {
      method, body: body && JSON.stringify(body), headers: { authorization: 'Bearer demo-admin' }, signal: AbortSignal.timeout(10_000),
    });
    const text = await response.text();
    return { status: response.status, body: text && JSON.parse(text) };
  }

  // 503 is an answer too, and asks for patience: a gateway that has just started on a busy machine may give it.
  async read(path) {
    for (const end = Date.now() + 30_000; ;) {
      const { status, body } = await this.request('GET', path);
      if (status === 200) return body;
      if (status !== 503 || Date.now() > end) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
      await pause(200);
    }
  }

  // What was acknowledged and is not so.
  async lost() {
    const found = new Map();
    for (let after = ''; after !== null;) {
      const body = await this.read(`/subscriptions?limit=100${after && `&after=${after}`}`);
      for (const one of body.subscriptions) found.set(one.id, one);
      after = body.next;
    }
    const broken = [...this.contradictions];
    for (const [id, expected] of this.subscriptions) {
      const one = found.get(id);
      if (!expected !== !one) broken.push(`${id} should ${expected ? '' : 'not '}be there`);
      else if (expected && (one.name !== expected.name || one.state !== expected.state)) {
        broken.push(`${id} should be ${expected.name} ${expected.state} and is ${one.name} ${one.state}`);
      }
    }
    const keys = new Set((await this.read('/keys')).keys.map(key => key.name));
    for (const [name, is] of this.keys) if (keys.has(name) !== is) broken.push(`the key ${name} should ${is ? '' : 'not '}be there`);
    return broken;
  }
}
