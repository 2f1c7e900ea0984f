import { NodeConnectionTypes, type INodeType, type INodeTypeDescription } from 'n8n-workflow';

import { properties } from './properties';

export class Expunge implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Expunge',
		name: 'expunge',
		icon: { light: 'file:expunge.svg', dark: 'file:expunge.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: '={{$parameter["operation"] + ": " + $parameter["resource"]}}',
		description: 'Remove metadata, AI provenance, watermarks and faces from images',
		defaults: { name: 'Expunge' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'expungeApi', required: true }],
		requestDefaults: {
			baseURL: '={{$credentials.baseUrl.replace(/\\/+$/, "")}}',
			headers: { Accept: 'application/json' },
			ignoreHttpStatusErrors: true, // problems are read by `problems.ts`
			json: true,
		},
		properties,
	};
}
