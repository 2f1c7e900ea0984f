import type { Problem } from './generated/types.gen.js';

/** What the service answered instead of a result (RFC 9457). `code` is stable, `type` its page. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly type: string;
  readonly code: string;
  readonly detail: string;
  readonly retryable: boolean;
  readonly errors: { pointer: string; detail: string }[];
  /** Seconds after which a retry may help, if the service said so. */
  readonly retryAfter: number | undefined;

  constructor(
    readonly status: number,
    document: Partial<Problem> | undefined,
    retryAfter: string | null = null,
  ) {
    const detail = document?.detail ?? 'The answer is no problem document.';
    super(`${status} ${document?.code ?? 'unexpected_answer'}: ${detail}`);
    this.type = document?.type ?? 'about:blank';
    this.code = document?.code ?? 'unexpected_answer';
    this.detail = detail;
    this.retryable = document?.retryable ?? false;
    this.errors = document?.errors ?? [];
    this.retryAfter = retryAfter && /^\d+$/.test(retryAfter) ? Number(retryAfter) : undefined;
  }
}

type Answer<T> = { data?: T; error?: unknown; response?: Response };

/** The data of an answer; throws its problem. */
export function dataOf<T>({ data, error, response }: Answer<T>): T {
  if (response?.ok && data !== undefined) return data;
  if (!response) throw error;
  const isProblem = typeof error === 'object' && error !== null && 'title' in error;
  const document = isProblem ? (error as Partial<Problem>) : undefined;
  throw new ApiProblem(response.status, document, response.headers.get('retry-after'));
}
