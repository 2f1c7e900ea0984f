import type {
	IBinaryData,
	IDataObject,
	IExecuteSingleFunctions,
	IN8nHttpFullResponse,
	INodeExecutionData,
} from 'n8n-workflow';
import { NodeOperationError, sleep } from 'n8n-workflow';

import { failed, read } from './problems';
import { call } from './sending';

interface Job extends IDataObject {
	id: string;
	status: 'queued' | 'processing' | 'succeeded' | 'failed' | 'canceled';
	result_url?: string;
	error_code?: string;
	error_message?: string;
}

const POLL_SECONDS = 20;
/** Between two polls, in case that the server does not wait. */
const PAUSE_MS = 1000;

/** After a job was created or read: wait for its end, fetch its result, remove what is stored. */
export async function finishJob(
	this: IExecuteSingleFunctions,
	_items: INodeExecutionData[],
	response: IN8nHttpFullResponse,
): Promise<INodeExecutionData[]> {
	let job = read<Job>(this, response);
	const secret = response.headers['x-client-secret'];
	const headers = secret ? { 'x-client-secret': String(secret) } : {};
	if (this.getNodeParameter('wait')) job = await ended(this, job, headers);
	const pairedItem = { item: this.getItemIndex() };
	if (this.getNodeParameter('output', 'report') !== 'image' || !job.result_url) {
		return [{ json: job, pairedItem }];
	}
	const property = this.getNodeParameter('outputPropertyName') as string;
	const binary = { [property]: await downloaded(this, job.result_url) };
	if (this.getNodeParameter('keep')) return [{ json: job, binary, pairedItem }];

	await call(this, { method: 'DELETE', url: `/api/v1/jobs/${job.id}`, headers });
	const kept: IDataObject = { ...job };
	delete kept.result_url;
	delete kept.result_expires_at;
	return [{ json: kept, binary, pairedItem }];
}

/** After a job was deleted, or canceled. */
export async function confirmDeletion(
	this: IExecuteSingleFunctions,
	_items: INodeExecutionData[],
	response: IN8nHttpFullResponse,
): Promise<INodeExecutionData[]> {
	read(this, response);
	return [{ json: { deleted: true }, pairedItem: { item: this.getItemIndex() } }];
}

/** The job at its end. The server itself waits, by `Prefer: wait`. */
async function ended(node: IExecuteSingleFunctions, first: Job, headers: object): Promise<Job> {
	const seconds = node.getNodeParameter('timeout') as number;
	const deadline = Date.now() + 1000 * seconds;
	const url = `/api/v1/jobs/${first.id}`;
	const wait = { ...headers, Prefer: `wait=${POLL_SECONDS}` };
	let job = first;
	while (job.status === 'queued' || job.status === 'processing') {
		if (Date.now() > deadline) throw tooLong(node, job, seconds);
		job = await call<Job>(node, { url, headers: wait });
		if (job.status === 'queued' || job.status === 'processing') await sleep(PAUSE_MS);
	}
	if (job.status === 'succeeded') return job;
	throw failed(node, {
		type: `Problem ${job.error_code ?? job.status}`,
		title: `The job ${job.status === 'failed' ? 'failed' : 'was canceled'}`,
		status: 422,
		detail: job.error_message ?? `Job ${job.id}.`,
		code: job.error_code,
	});
}

function tooLong(node: IExecuteSingleFunctions, job: Job, seconds: number): NodeOperationError {
	return new NodeOperationError(node.getNode(), `The job did not end in ${seconds} seconds`, {
		description: `It goes on. Read it later with the operation Get of a job: ${job.id}`,
		itemIndex: node.getItemIndex(),
	});
}

/** The result as binary data, under the name that the server gives it. */
async function downloaded(node: IExecuteSingleFunctions, url: string): Promise<IBinaryData> {
	const answer: IN8nHttpFullResponse = await node.helpers.httpRequest({
		url,
		encoding: 'arraybuffer',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
	});
	if (answer.statusCode >= 400) read(node, answer);
	const type = String(answer.headers['content-type']);
	return await node.helpers.prepareBinaryData(
		Buffer.from(answer.body as Buffer),
		named(answer),
		type,
	);
}

function named(answer: IN8nHttpFullResponse): string | undefined {
	const disposition = String(answer.headers['content-disposition'] ?? '');
	const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
	return encoded ? decodeURIComponent(encoded) : /filename="([^"]+)"/.exec(disposition)?.[1];
}
