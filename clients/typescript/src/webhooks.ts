import type { JobView } from './generated/types.gen.js';

/** A message may be this old, or this much in the future. */
const TOLERANCE_SECONDS = 300;

/** A message that the service did not send, or not now. */
export class WebhookInvalid extends Error {
  override readonly name = 'WebhookInvalid';
}

/**
 * The job of a webhook message (Standard Webhooks), once its signature proves that it is authentic.
 *
 * @param body The body as it arrived, before any parsing.
 * @param secret `whsec_…`, or several while one is being replaced.
 * @param now Unix time in seconds; the clock's by default.
 */
export async function verifyWebhook(
  body: string | Uint8Array,
  headers: Headers | Record<string, string | undefined>,
  secret: string | string[],
  now = Date.now() / 1000,
): Promise<JobView> {
  const given = (name: string) => valueOf(headers, name);
  const moment = given('webhook-timestamp');
  if (!/^\d+$/.test(moment)) throw new WebhookInvalid('webhook-timestamp is not a number of seconds');
  if (Math.abs(now - Number(moment)) > TOLERANCE_SECONDS) {
    throw new WebhookInvalid('the message is older than five minutes, or of the future');
  }
  const data = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const head = new TextEncoder().encode(`${given('webhook-id')}.${moment}.`);
  const content = new Uint8Array(head.length + data.length);
  content.set(head);
  content.set(data, head.length);
  const shown = given('webhook-signature').split(' ').map(signatureOf);
  for (const one of [secret].flat()) {
    const key = await keyOf(one);
    for (const signature of shown) {
      // WebCrypto compares in constant time.
      if (signature && (await crypto.subtle.verify('HMAC', key, signature, content))) {
        return JSON.parse(new TextDecoder().decode(data)) as JobView;
      }
    }
  }
  throw new WebhookInvalid('no signature fits: another secret, or a changed message');
}

function valueOf(headers: Headers | Record<string, string | undefined>, name: string): string {
  const found =
    headers instanceof Headers
      ? headers.get(name)
      : Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  if (found == null) throw new WebhookInvalid(`the header ${name} is missing`);
  return found;
}

function signatureOf(text: string): Uint8Array<ArrayBuffer> | undefined {
  return text.startsWith('v1,') ? decoded(text.slice(3)) : undefined;
}

async function keyOf(secret: string): Promise<CryptoKey> {
  const bytes = decoded(secret.replace(/^whsec_/, ''));
  if (!bytes?.length) throw new WebhookInvalid('the secret is not «whsec_» and base64');
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
}

function decoded(base64: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
