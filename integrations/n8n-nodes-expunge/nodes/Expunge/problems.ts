import type { IExecuteSingleFunctions, IN8nHttpFullResponse, JsonObject } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';

/** RFC 9457 problem details, as the service sends them. */
export interface Problem {
	type: string;
	title: string;
	status: number;
	detail: string;
	code?: string;
	retryable?: boolean;
}

/** The body of a JSON answer. An error status is thrown with the words of the service. */
export function read<T>(node: IExecuteSingleFunctions, response: IN8nHttpFullResponse): T {
	const body = json(response.body);
	if (response.statusCode < 400) return body as T;
	const problem = (body ?? {}) as Partial<Problem>;
	throw failed(node, {
		type: 'about:blank',
		title: `The server answered ${response.statusCode}`,
		status: response.statusCode,
		detail: 'It gave no reason. Check the base URL of the credentials.',
		...problem,
	});
}

/**
 * An error that says what happened and why, where it is explained, and whether a retry may help.
 * n8n hands the message alone to an error output, so it holds the detail too.
 */
export function failed(node: IExecuteSingleFunctions, problem: Problem): NodeApiError {
	const retry =
		problem.retryable === undefined ? '' : ` Retryable: ${problem.retryable ? 'yes' : 'no'}.`;
	return new NodeApiError(node.getNode(), problem as unknown as JsonObject, {
		message: `${problem.title}: ${problem.detail}`,
		description: `${problem.title}.${retry} ${problem.type}`,
		httpCode: String(problem.status),
		type: problem.code,
		itemIndex: node.getItemIndex(),
	});
}

function json(body: unknown): unknown {
	if (body === null || typeof body !== 'object' || Buffer.isBuffer(body)) {
		try {
			return JSON.parse(String(body));
		} catch {
			return undefined; // a page of something between, such as a proxy
		}
	}
	return body;
}
