import assert from 'node:assert/strict';
import { test } from 'node:test';

import { built, context, ok } from './context.mjs';

const { describeJob } = built('nodes/Expunge/sending.js');

test('a URL is sent with mode, options and what else was given', async () => {
	const node = context({
		parameters: {
			operation: 'metadata',
			source: 'url',
			imageUrl: 'https://pictures.example/a.jpg',
			options: { scope: 'private' },
			additionalFields: { webhookUrl: 'https://n8n.example/wait/1' },
		},
	});

	const { body } = await describeJob.call(node, { url: '/api/v1/jobs' });

	assert.deepEqual(body, {
		image_url: 'https://pictures.example/a.jpg',
		mode: 'metadata',
		options: { scope: 'private' },
		webhook_url: 'https://n8n.example/wait/1',
	});
	assert.equal(node.calls.length, 0);
});

test('binary data is uploaded byte for byte, and the job names the upload', async () => {
	const data = Buffer.from([0xff, 0xd8, 0x00, 0x80]);
	const node = context({
		parameters: { operation: 'mask', source: 'binary', binaryPropertyName: 'photo' },
		binary: { photo: { data, facts: { fileName: 'a.jpg', mimeType: 'image/jpeg' } } },
		answers: [
			ok({
				upload_url: 'https://store.test/in/1',
				object_key: 'in/1',
				method: 'PUT',
				headers: { 'content-type': 'image/jpeg' },
			}),
			ok(''),
		],
	});

	const { body } = await describeJob.call(node, { url: '/api/v1/jobs' });
	const [asked, put] = node.calls;

	assert.equal(body.object_key, 'in/1');
	assert.deepEqual(asked.body, { filename: 'a.jpg', content_type: 'image/jpeg', size: 4 });
	assert.equal(asked.baseURL, 'http://expunge.test');
	assert.equal(put.method, 'PUT');
	assert.deepEqual(put.body, data);
	assert.deepEqual(put.headers, { 'content-type': 'image/jpeg' });
});

test('an upload that is refused is an error with the words of the server', async () => {
	const problem = {
		type: 'https://expunge.test/problems/payload_too_large',
		title: 'The file is too large',
		status: 413,
		detail: 'At most 10 MB.',
		code: 'payload_too_large',
		retryable: false,
	};
	const node = context({
		parameters: { operation: 'mask', source: 'binary', binaryPropertyName: 'data' },
		binary: { data: { data: Buffer.alloc(1), facts: { mimeType: 'image/png' } } },
		answers: [{ statusCode: 413, headers: {}, body: problem }],
	});

	await assert.rejects(describeJob.call(node, { url: '/api/v1/jobs' }), (error) => {
		assert.equal(error.name, 'NodeApiError');
		assert.equal(error.message, `${problem.title}: ${problem.detail}`);
		assert.equal(error.httpCode, '413');
		for (const part of [problem.type, 'Retryable: no']) {
			assert.ok(error.description.includes(part), error.description);
		}
		assert.equal(error.context.itemIndex, 3);
		return true;
	});
});
