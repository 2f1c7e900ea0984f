import type { Client } from './generated/client/index.js';
import { createJob, createUpload, getJob } from './generated/sdk.gen.js';
import type { JobForm, JobView, UploadCreate } from './generated/types.gen.js';
import { ApiProblem, dataOf } from './problem.js';

/** Larger files go through a signed URL: AWS Lambda takes 6 MB a request. */
export const DIRECT_BYTES = 4_000_000;
const ENDED = new Set(['succeeded', 'failed', 'canceled']);
const PAUSE_SECONDS = 2;

/** A job did not end in the time that its caller gave it; it may still end. */
export class JobTimeout extends Error {
  override readonly name = 'JobTimeout';
}

export interface JobOptions {
  mode: JobForm['mode'];
  options?: Record<string, unknown>;
  webhookUrl?: string;
  idempotencyKey?: string;
  /** Name of the file; results are downloaded under it. */
  filename?: string;
  /** Bytes from which a file goes through a signed URL. */
  directBytes?: number;
}

/** Create a job from a file: in one request, or by a signed URL if the file is large. */
export async function createJobFrom(client: Client, image: Blob, wanted: JobOptions): Promise<JobView> {
  const body: JobForm = {
    mode: wanted.mode,
    options: wanted.options ?? {},
    ...(wanted.webhookUrl ? { webhook_url: wanted.webhookUrl } : {}),
  };
  if (image.size <= (wanted.directBytes ?? DIRECT_BYTES)) body.image = named(image, wanted.filename);
  else body.object_key = await upload(client, image, wanted.filename);
  const headers = wanted.idempotencyKey ? { 'idempotency-key': wanted.idempotencyKey } : {};
  return dataOf<unknown>(await createJob({ client, body, headers })) as JobView;
}

/** Send a file to the store by a signed URL; returns its object key, for one job. */
export async function upload(client: Client, image: Blob, filename = 'image'): Promise<string> {
  const content_type = image.type as UploadCreate['content_type'];
  const body = { filename, content_type, size: image.size };
  const wanted = dataOf(await createUpload({ client, body }));
  // Length and Host are the runtime's own headers. The API key is not for the store.
  const headers = new Headers(wanted.headers);
  headers.delete('content-length');
  const fetch = client.getConfig().fetch ?? globalThis.fetch;
  const answer = await fetch(
    new Request(wanted.upload_url, { method: wanted.method, headers, body: image }),
  );
  if (!answer.ok) throw new ApiProblem(answer.status, undefined, answer.headers.get('retry-after'));
  return wanted.object_key;
}

/** Poll a job until it ends, as often as `Retry-After` says. */
export async function waitFor(
  client: Client,
  jobId: string,
  { timeoutSeconds = 600, sleep = pause }: { timeoutSeconds?: number; sleep?: typeof pause } = {},
): Promise<JobView> {
  const until = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    const seconds = await poll(client, jobId);
    if (typeof seconds !== 'number') return seconds;
    if (Date.now() + seconds * 1000 > until) {
      throw new JobTimeout(`${jobId} did not end within ${timeoutSeconds} seconds`);
    }
    await sleep(seconds);
  }
}

/** The ended job, or the seconds until the next poll. */
async function poll(client: Client, jobId: string): Promise<JobView | number> {
  const answer = await getJob({ client, path: { job_id: jobId }, headers: { prefer: 'wait=25' } });
  try {
    const job = dataOf<JobView>(answer);
    if (ENDED.has(job.status)) return job;
    const after = answer.response?.headers.get('retry-after') ?? '';
    return /^\d+$/.test(after) ? Number(after) : PAUSE_SECONDS;
  } catch (problem) {
    if (problem instanceof ApiProblem && problem.retryable) return problem.retryAfter ?? PAUSE_SECONDS;
    throw problem;
  }
}

function named(image: Blob, filename?: string): Blob {
  return filename ? new File([image], filename, { type: image.type }) : image;
}

async function pause(seconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
