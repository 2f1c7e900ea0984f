import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { test } from 'node:test';

import { ApiProblem, connect, createJobFrom, JobTimeout, verifyWebhook, waitFor, WebhookInvalid } from '../src/index.js';

const NOW = 1_780_000_000;
const BODY = JSON.stringify({ id: 'job_1', status: 'succeeded' });
const JOB = { id: 'job_1', mode: 'metadata', created_at: '2026-05-24T10:00:00Z' };

/** A service that gives prepared answers, and keeps the requests. */
function service(...answers: Response[]) {
  const seen: Request[] = [];
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    seen.push(new Request(input, init));
    const answer = answers.shift();
    assert.ok(answer, 'one request too many');
    return answer;
  };
  return { seen, client: connect('http://service.test/', { key: 'uk_1', fetch }) };
}

function json(value: unknown, status = 200, headers: Record<string, string> = {}) {
  const type = status < 400 ? 'application/json' : 'application/problem+json';
  return new Response(JSON.stringify(value), { status, headers: { 'content-type': type, ...headers } });
}

const problem = (code: string, retryable: boolean) => ({
  type: `http://service.test/problems/${code}`, title: 'A problem', detail: 'What happened.', code, retryable,
});

test('a small file is sent in the form', async () => {
  const { seen, client } = service(json({ ...JOB, status: 'succeeded' }));
  const image = new Blob(['picture'], { type: 'image/png' });

  const job = await createJobFrom(client, image, { mode: 'metadata', filename: 'a.png', options: { scope: 'ai' } });

  assert.equal(job.status, 'succeeded');
  const form = await seen[0]!.formData();
  assert.equal(form.get('mode'), 'metadata');
  assert.equal(form.get('options'), '{"scope":"ai"}');
  assert.equal((form.get('image') as File).name, 'a.png');
  assert.equal(seen[0]!.headers.get('authorization'), 'Bearer uk_1');
});

test('a large file goes through a signed URL, which gets no key', async () => {
  const signed = {
    upload_url: 'http://store.test/in/up_1?signature=x', object_key: 'in/up_1', method: 'PUT',
    expires_at: '2026-05-24T10:15:00Z', headers: { 'content-type': 'image/png', 'content-length': '7' },
    source_url: 'http://store.test/in/up_1',
  };
  const { seen, client } = service(json(signed), new Response(), json({ ...JOB, status: 'queued' }, 202));
  const image = new Blob(['picture'], { type: 'image/png' });

  await createJobFrom(client, image, { mode: 'all', directBytes: 3, idempotencyKey: 'k1' });

  assert.deepEqual(await seen[0]!.json(), { filename: 'image', content_type: 'image/png', size: 7 });
  assert.equal(seen[1]!.url, signed.upload_url);
  assert.equal(seen[1]!.headers.get('authorization'), null);
  assert.equal(await seen[1]!.text(), 'picture');
  assert.equal((await seen[2]!.formData()).get('object_key'), 'in/up_1');
  assert.equal(seen[2]!.headers.get('idempotency-key'), 'k1');
});

test('a problem is thrown with its type and detail', async () => {
  const { client } = service(json(problem('unsupported_media_type', false), 415));
  const refused = createJobFrom(client, new Blob(['?']), { mode: 'detect' });

  await assert.rejects(refused, (error) => {
    assert.ok(error instanceof ApiProblem);
    assert.deepEqual([error.status, error.code, error.detail], [415, 'unsupported_media_type', 'What happened.']);
    assert.equal(error.type, 'http://service.test/problems/unsupported_media_type');
    return true;
  });
});

test('polling follows Retry-After and retryable problems', async () => {
  const { client } = service(
    json(problem('overloaded', true), 503, { 'retry-after': '7' }),
    json({ ...JOB, status: 'processing' }, 200, { 'retry-after': '3' }),
    json({ ...JOB, status: 'failed' }),
  );
  const slept: number[] = [];
  const job = await waitFor(client, 'job_1', { sleep: async (seconds) => void slept.push(seconds) });

  assert.equal(job.status, 'failed');
  assert.deepEqual(slept, [7, 3]);
});

test('polling ends at its time limit, and at a problem that a retry does not solve', async () => {
  const slow = service(json({ ...JOB, status: 'queued' }, 200, { 'retry-after': '30' }));
  await assert.rejects(waitFor(slow.client, 'job_1', { timeoutSeconds: 5 }), JobTimeout);
  const gone = service(json(problem('job_not_found', false), 404));
  await assert.rejects(waitFor(gone.client, 'job_1'), ApiProblem);
});

function signed(...keys: Buffer[]) {
  const signature = (key: Buffer) => createHmac('sha256', key).update(`msg_1.${NOW}.${BODY}`).digest('base64');
  return {
    'Webhook-Id': 'msg_1',
    'Webhook-Timestamp': String(NOW),
    'Webhook-Signature': keys.map((key) => `v1,${signature(key)}`).join(' '),
  };
}
const secretOf = (key: Buffer) => `whsec_${key.toString('base64')}`;

test('a message is verified with its secret, also while that is replaced', async () => {
  const [one, other] = [randomBytes(24), randomBytes(24)];
  for (const secret of [secretOf(one), secretOf(other), [secretOf(randomBytes(24)), secretOf(one)]]) {
    assert.equal((await verifyWebhook(BODY, signed(one, other), secret, NOW + 299)).id, 'job_1');
  }
  assert.ok(await verifyWebhook(BODY, new Headers(signed(one)), secretOf(one), NOW));
});

test('a changed, late or foreign message is refused', async () => {
  const key = randomBytes(24);
  const refused = [
    [BODY + ' ', {}, secretOf(key), NOW],
    [BODY, { 'Webhook-Id': 'msg_2' }, secretOf(key), NOW],
    [BODY, { 'Webhook-Timestamp': String(NOW + 1) }, secretOf(key), NOW],
    [BODY, { 'Webhook-Timestamp': 'soon' }, secretOf(key), NOW],
    [BODY, { 'Webhook-Signature': 'v1,?' }, secretOf(key), NOW],
    [BODY, { 'Webhook-Signature': undefined }, secretOf(key), NOW],
    [BODY, {}, secretOf(randomBytes(24)), NOW],
    [BODY, {}, 'whsec_', NOW],
    [BODY, {}, secretOf(key), NOW + 301],
    [BODY, {}, secretOf(key), NOW - 301],
  ] as const;
  for (const [body, change, secret, now] of refused) {
    await assert.rejects(verifyWebhook(body, { ...signed(key), ...change }, secret, now), WebhookInvalid);
  }
});
