import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** A compiled module of the package; `npm run build` makes it. */
export const built = (path) => require(`../dist/${path}`);

/** What n8n hands to a node's functions: parameters, binary data, and a record of each call. */
export function context({ parameters = {}, binary = {}, answers = [] } = {}) {
	const calls = [];
	const answer = async (request) => {
		calls.push(request);
		if (answers.length === 0)
			throw new Error(`unexpected call: ${request.method} ${request.url}`);
		return answers.shift();
	};
	return {
		calls,
		getNode: () => ({ name: 'Expunge', type: 'n8n-nodes-expunge.expunge', typeVersion: 1 }),
		getItemIndex: () => 3,
		getNodeParameter: (name, fallback) => parameters[name] ?? fallback,
		getCredentials: async () => ({ baseUrl: 'http://expunge.test/' }),
		helpers: {
			httpRequest: answer,
			httpRequestWithAuthentication: (_credentials, request) => answer(request),
			assertBinaryData: (name) => binary[name].facts,
			getBinaryDataBuffer: async (name) => binary[name].data,
			prepareBinaryData: async (data, fileName, mimeType) => ({ data, fileName, mimeType }),
		},
	};
}

export const ok = (body, headers = {}) => ({ statusCode: 200, headers, body });
