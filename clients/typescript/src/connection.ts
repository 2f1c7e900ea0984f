import { createClient, createConfig, type Client } from './generated/client/index.js';

type Fetch = typeof globalThis.fetch;

/** A client of one service. Without a key the caller is anonymous. */
export function connect(
  baseUrl: string,
  options: { key?: string; fetch?: Fetch } = {},
): Client {
  const headers = options.key ? { authorization: `Bearer ${options.key}` } : {};
  const own = options.fetch ? { fetch: options.fetch } : {};
  return createClient(createConfig({ baseUrl: baseUrl.replace(/\/+$/, ''), headers, ...own }));
}
