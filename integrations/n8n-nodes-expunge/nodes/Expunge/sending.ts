import type { IExecuteSingleFunctions, IHttpRequestOptions } from 'n8n-workflow';

import { optionsOf, type Mode } from './modes';
import { read } from './problems';

interface Upload {
	upload_url: string;
	object_key: string;
	method: 'PUT';
	headers: Record<string, string>;
}

/** Before a job is created: its image, its mode and its options become the body. */
export async function describeJob(
	this: IExecuteSingleFunctions,
	request: IHttpRequestOptions,
): Promise<IHttpRequestOptions> {
	const mode = this.getNodeParameter('operation') as Mode;
	const given = this.getNodeParameter('options', {}) as Record<string, unknown>;
	const more = this.getNodeParameter('additionalFields', {}) as Record<string, string>;
	request.body = {
		...(await source(this)),
		mode,
		options: optionsOf(this.getNode(), mode, given),
		...(more.purpose && { purpose: more.purpose }),
		...(more.webhookUrl && { webhook_url: more.webhookUrl }),
	};
	return request;
}

async function source(node: IExecuteSingleFunctions): Promise<Record<string, string>> {
	if (node.getNodeParameter('source') === 'url') {
		return { image_url: node.getNodeParameter('imageUrl') as string };
	}
	return { object_key: await uploaded(node) };
}

/** Upload the binary data of the item. Any size goes this way, also past 6 MB on AWS. */
async function uploaded(node: IExecuteSingleFunctions): Promise<string> {
	const property = node.getNodeParameter('binaryPropertyName') as string;
	const { fileName, mimeType } = node.helpers.assertBinaryData(property);
	const data = await node.helpers.getBinaryDataBuffer(property);
	const upload = await call<Upload>(node, {
		method: 'POST',
		url: '/api/v1/uploads',
		body: { filename: fileName ?? 'image', content_type: mimeType, size: data.length },
	});
	const { upload_url: url, method, headers } = upload;
	const answer = await node.helpers.httpRequest({
		url,
		method,
		headers,
		body: data,
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
	});
	read(node, answer);
	return upload.object_key;
}

/** One more call of the API, with the credentials of the node. */
export async function call<T>(
	node: IExecuteSingleFunctions,
	request: IHttpRequestOptions,
): Promise<T> {
	const { baseUrl } = await node.getCredentials<{ baseUrl: string }>('expungeApi');
	const answer = await node.helpers.httpRequestWithAuthentication.call(node, 'expungeApi', {
		json: true,
		...request,
		baseURL: baseUrl.replace(/\/+$/, ''),
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
	});
	return read<T>(node, answer);
}
