import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { built, context } from './context.mjs';

const { Expunge } = built('nodes/Expunge/Expunge.node.js');
const { ExpungeApi } = built('credentials/ExpungeApi.credentials.js');
const { optionsOf } = built('nodes/Expunge/modes.js');

const node = context().getNode();
const modes = JSON.parse(readFileSync(new URL('../nodes/Expunge/modes.json', import.meta.url)));
const { properties } = new Expunge().description;
const shownFor = (property, operation) =>
	property.displayOptions?.show?.operation?.includes(operation);

test('every mode is an operation with its options', () => {
	const operation = properties.find(
		({ name, displayOptions }) =>
			name === 'operation' && displayOptions.show.resource[0] === 'image',
	);
	assert.deepEqual(operation.options.map(({ value }) => value).sort(), Object.keys(modes).sort());

	for (const [mode, described] of Object.entries(modes)) {
		const fields = properties.find((each) => each.name === 'options' && shownFor(each, mode));
		assert.deepEqual(
			fields.options.map(({ name, type }) => [name, type]),
			described.options.map(({ name, type }) => [name, type]),
			mode,
		);
		for (const field of fields.options)
			assert.ok(field.description && !field.description.includes('`'));
	}
});

test('only modes that make an image offer one', () => {
	const output = properties.filter(({ name }) => name === 'output');
	for (const [mode, { makesImage }] of Object.entries(modes)) {
		assert.equal(
			output.some((each) => shownFor(each, mode)),
			makesImage,
			mode,
		);
	}
});

test('lists that are written as JSON become lists', () => {
	const given = { include: '[3, [10, 20, 90, 110]]', exclude: '', method: 'solid' };
	assert.deepEqual(optionsOf(node, 'mask', given), {
		include: [3, [10, 20, 90, 110]],
		exclude: [],
		method: 'solid',
	});
});

test('a list that is no JSON is named', () => {
	assert.throws(
		() => optionsOf(node, 'visible', { region: '10, 20' }),
		/Region is not a list.*10, 20/,
	);
});

test('the key is sent as a bearer token, and left out where there is none', async () => {
	const { authenticate } = new ExpungeApi();
	const signed = await authenticate({ apiKey: 'uk_1' }, { headers: { Accept: 'a' }, url: '/' });
	const anonymous = await authenticate({ apiKey: '' }, { url: '/' });

	assert.deepEqual(signed.headers, { Accept: 'a', Authorization: 'Bearer uk_1' });
	assert.equal(anonymous.headers?.Authorization, undefined);
});
