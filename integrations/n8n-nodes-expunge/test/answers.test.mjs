import assert from 'node:assert/strict';
import { test } from 'node:test';

import { built, context, ok } from './context.mjs';

const { confirmDeletion, finishJob } = built('nodes/Expunge/answers.js');

const parameters = {
	wait: true,
	timeout: 60,
	output: 'image',
	outputPropertyName: 'clean',
	keep: false,
};
const queued = { id: 'job_1', status: 'queued', mode: 'all' };
const done = { ...queued, status: 'succeeded', result_url: 'https://store.test/out/1', report: {} };
const image = ok(Buffer.from([1, 2, 200]), {
	'content-type': 'image/webp',
	'content-disposition': `attachment; filename="a.webp"; filename*=UTF-8''%C3%A4.webp`,
});
const finish = (node, job, headers = {}) => finishJob.call(node, [], ok(job, headers));

test('a job is waited for, its result fetched, and everything stored is deleted', async () => {
	const gone = { statusCode: 204, headers: {}, body: '' };
	const node = context({ parameters, answers: [ok(queued), ok(done), image, gone] });

	const [item] = await finish(node, queued, { 'x-client-secret': 's' });

	assert.deepEqual(item.binary.clean, {
		data: Buffer.from([1, 2, 200]),
		fileName: 'ä.webp',
		mimeType: 'image/webp',
	});
	assert.equal(item.json.status, 'succeeded');
	assert.equal(item.json.result_url, undefined);
	assert.deepEqual(item.pairedItem, { item: 3 });
	const [poll, , download, removal] = node.calls;
	assert.match(poll.headers.Prefer, /^wait=\d+$/);
	assert.equal(download.encoding, 'arraybuffer');
	assert.equal(removal.method, 'DELETE');
	assert.equal(removal.headers['x-client-secret'], 's');
});

test('a result that is kept stays, with its link', async () => {
	const node = context({ parameters: { ...parameters, keep: true }, answers: [image] });

	const [item] = await finish(node, done);

	assert.equal(item.json.result_url, done.result_url);
	assert.equal(node.calls.length, 1);
});

test('a link is enough where no image is wanted', async () => {
	const [item] = await finish(context({ parameters: { ...parameters, output: 'report' } }), done);

	assert.equal(item.binary, undefined);
	assert.equal(item.json.result_url, done.result_url);
});

test('without waiting, the job is returned as it is', async () => {
	const [item] = await finish(context({ parameters: { ...parameters, wait: false } }), queued);

	assert.equal(item.json.status, 'queued');
});

test('a job that failed is an error with its code and message', async () => {
	const job = {
		...queued,
		status: 'failed',
		error_code: 'malformed_image',
		error_message: 'Cut off.',
	};

	await assert.rejects(finish(context({ parameters }), job), (error) => {
		assert.equal(error.name, 'NodeApiError');
		assert.match(error.message, /Cut off\./);
		assert.match(error.description, /malformed_image/);
		return true;
	});
});

test('a job that takes too long is an error that names it', async () => {
	const node = context({ parameters: { ...parameters, timeout: -1 } });

	await assert.rejects(finish(node, queued), (error) => {
		assert.match(error.message, /did not end/);
		assert.match(error.description, /job_1/);
		return true;
	});
});

test('an error page of something between is an error too', async () => {
	const page = { statusCode: 502, headers: {}, body: '<html>Bad Gateway</html>' };

	await assert.rejects(finishJob.call(context({ parameters }), [], page), /answered 502/);
});

test('a deletion is confirmed, and one that is refused is an error', async () => {
	const gone = { statusCode: 204, headers: {}, body: '' };
	const problem = {
		type: 't',
		title: 'There is no such job',
		status: 404,
		detail: 'd',
		retryable: false,
	};

	assert.deepEqual((await confirmDeletion.call(context(), [], gone))[0].json, { deleted: true });
	await assert.rejects(
		confirmDeletion.call(context(), [], { statusCode: 404, headers: {}, body: problem }),
		/There is no such job/,
	);
});
